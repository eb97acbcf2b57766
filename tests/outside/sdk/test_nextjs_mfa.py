"""nextjs-auth0's `mfa` against the tenant: a refresh ends in `MfaRequiredError`, and a factor brings the token after all.

All of it twice: in a page of the browser, whose calls go by the app's `/auth/mfa/…` routes, and on the app's server.
`challengeWithPopup`, the one function that isn't here, is a login with `acr_values`, as in `test_login.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ...support.login_page import Browser
from ...support.management import Manage
from ...support.sandbox_api import Api, wrong
from .conftest import Tenant
from .driving import Driver

CALLBACK = "http://localhost:3000/auth/callback"
NUMBER = "+15550100167"
Access = Callable[..., dict[str, Any]]
MORE = "read:reports"  # a scope that the session's token hasn't got
EXPIRED = ("expired_token", "mfa_token is expired")


@pytest.fixture(params=["page", "server"])
def side(request: pytest.FixtureRequest) -> str:
    """Where the SDK's functions are called."""
    return str(request.param)


@pytest.fixture(scope="module")
def _app(drive: Callable[..., Driver], _tenant: Tenant) -> Driver:
    return drive("login/nextjs_auth0.mjs", NODE_EXTRA_CA_CERTS=_tenant.ca_file)


@pytest.fixture
def app(_app: Driver, tenant: Tenant) -> Driver:
    """A fresh app."""
    _app.do("start", **tenant.confidential, redirect_uri=CALLBACK, audience=tenant.audience)
    return _app


@pytest.fixture
def access(app: Driver, side: str, tenant: Tenant) -> Access:
    """`access("read:reports")`: the app asks for a token with that scope, which it has from the session or by a refresh."""
    # Only where the audience is named does the SDK find the token of a factor again.
    return lambda scope: app.do("access", side=side, scope=scope, audience=tenant.audience)


@pytest.fixture
def refreshed(app: Driver, access: Access, api: Api) -> Access:
    """`refreshed()`: somebody signed in while a password was enough; now it isn't, and the app asks for another token."""

    def through(**settings: Any) -> dict[str, Any]:
        api.set_up(callbacks=[CALLBACK], mfa_policy=[], **settings)
        browser = Browser(api)
        answer = browser.password(browser.open(app.do("begin", redirect_uri=CALLBACK)["url"]))
        app.do("complete", url=answer.headers["location"])
        Manage(api).done("PUT", "guardian/policies", ["all-applications"])
        return access(MORE)

    return through


@pytest.fixture
def enrolled(refreshed: Access, access: Access, app: Driver, side: str, api: Api) -> None:
    """The email is enrolled and confirmed, and the tenant asks for it again."""
    refreshed()
    app.do("enroll", side=side, factor="email")
    app.do("verify_oob", side=side, code=api.code())
    assert "mfa_required" in access("read:more")


def refusal(error: dict[str, Any]) -> tuple[str, str, str]:
    """The SDK's class, and `error` and `error_description` as it hands them on."""
    return error["class"], error["error"], error["text"]


# The story


def test_a_verified_address_proves_it(
    refreshed: Access, access: Access, app: Driver, side: str, api: Api, tenant: Tenant
) -> None:
    told = refreshed(email_verified=True)
    assert told.pop("mfa_token")["length"] > 100  # sealed by the SDK
    assert told == {"mfa_required": "Multifactor authentication required", "mfa_requirements": None}
    (row,) = app.do("list", side=side)["rows"]
    id = row.pop("id")
    assert row == {"authenticatorType": "oob", "active": True, "name": "***@exam*******", "oobChannel": "email"}
    challenge = app.do("challenge", side=side, id=id)
    assert (challenge["challengeType"], challenge["bindingMethod"]) == ("oob", "prompt")
    error = app.fail("verify_oob", side=side, code=wrong(api.code()))
    assert refusal(error) == ("MfaVerifyError", "invalid_grant", "Invalid binding_code.")
    assert app.do("verify_oob", side=side, code=api.code()) == {"success": True}
    claims = access(MORE)["access_token"]["claims"]  # now the session has it
    assert claims["aud"] == [tenant.audience, tenant.issuer + "userinfo"]


def test_an_address_is_enrolled(refreshed: Access, access: Access, app: Driver, side: str, api: Api) -> None:
    refreshed()
    assert app.do("list", side=side)["rows"] == []
    enrollment = app.do("enroll", side=side, factor="email", email="second@example.org")
    assert enrollment.pop("oob_code")["kind"] == "seal"
    assert enrollment == {
        "authenticatorType": "oob",
        "oobChannel": "email",
        "bindingMethod": "prompt",
        "recovery_codes": [],
    }
    assert app.do("verify_oob", side=side, code=api.code("second@example.org")) == {"success": True}
    assert "access_token" in access(MORE)


def test_a_number_is_enrolled(refreshed: Access, access: Access, app: Driver, side: str, api: Api) -> None:
    refreshed(factors=["sms"])
    assert app.do("enroll", side=side, factor="sms", phoneNumber=NUMBER)["oobChannel"] == "sms"
    app.do("verify_oob", side=side, code=api.code(NUMBER))
    assert "access_token" in access(MORE)


def test_an_authenticator_app_is_enrolled_and_then_challenged(
    refreshed: Access, access: Access, app: Driver, side: str, api: Api
) -> None:
    refreshed(factors=["otp"])
    assert app.do("enroll", side=side, factor="otp")["authenticatorType"] == "otp"
    error = app.fail("verify_otp", side=side, wrong=True)
    assert refusal(error) == ("MfaVerifyError", "invalid_grant", "Invalid otp_code.")
    app.do("verify_otp", side=side)
    access("read:more")
    assert app.do("challenge", side=side, type="otp") == {"challengeType": "otp", "oob_code": None}
    api.advance(30)
    assert app.do("verify_otp", side=side, ahead=30) == {"success": True}


def test_a_recovery_code_is_replaced(refreshed: Access, access: Access, app: Driver, side: str, api: Api) -> None:
    refreshed(factors=["email", "recovery-code"])
    assert app.do("enroll", side=side, factor="email")["recovery_codes"] == [24]
    app.do("verify_oob", side=side, code=api.code())
    access("read:more")
    assert app.do("verify_recovery", side=side) == {"success": True, "new_recovery_code": 24}


def test_a_push_is_enrolled(refreshed: Access, app: Driver, side: str) -> None:
    refreshed(factors=["push-notification"])
    # This SDK can't prove it then: it wants a code with each `oob_code`.
    enrollment = app.do("enroll", side=side, factor="push")
    assert (enrollment["oobChannel"], enrollment["oob_code"]["kind"]) == ("auth0", "seal")


def test_without_a_session_there_is_one_afterwards(refreshed: Access, app: Driver, side: str, api: Api) -> None:
    refreshed()
    app.do("enroll", side=side, factor="email")
    app.do("leave_browser")
    if side == "server":  # only the route begins a session
        assert app.fail("verify_oob", side=side, code=api.code())["error"] == "missing_session"
    else:
        assert app.do("verify_oob", side=side, code=api.code()) == {"success": True}
        assert "access_token" in app.do("access")


# What its errors carry


def test_customizable_mfa_is_told_and_followed(refreshed: Access, app: Driver, side: str, api: Api) -> None:
    told = refreshed(factors=["email", "otp"], customize_mfa_in_postlogin_action=True, email_verified=True)
    assert told["mfa_requirements"] == {"challenge": [{"type": "email"}]}
    (row,) = app.do("list", side=side)["rows"]
    assert row["type"] == "email"
    # This SDK takes the types of factors for types of challenges, and asks the tenant for none of another type.
    error = app.fail("challenge", side=side, id=row["id"])
    assert error["class"] == {"page": "MfaChallengeError", "server": "MfaNoAvailableFactorsError"}[side]
    assert error["message"].endswith("Allowed: email")


def test_who_is_enrolled_cannot_enroll_with_the_mfa_token(enrolled: None, app: Driver, side: str) -> None:
    error = app.fail("enroll", side=side, factor="email", email="second@example.org")
    assert refusal(error) == ("MfaEnrollmentError", "access_denied", "User is already enrolled.")


def test_a_challenge_before_anything_is_enrolled(refreshed: Access, app: Driver, side: str) -> None:
    refreshed()
    assert refusal(app.fail("challenge", side=side))[:2] == ("MfaChallengeError", "association_required")


@pytest.mark.parametrize(
    "step, values, kind",
    [
        ("enroll", {"factor": "email"}, "MfaEnrollmentError"),
        ("list", {}, "MfaGetAuthenticatorsError"),
        ("challenge", {}, "MfaChallengeError"),
        ("verify_oob", {"code": "123456"}, "MfaVerifyError"),
    ],
)
def test_a_login_of_more_than_ten_minutes_ago(
    refreshed: Access, app: Driver, side: str, api: Api, step: str, values: dict[str, Any], kind: str
) -> None:
    refreshed()
    api.advance(601)
    assert refusal(app.fail(step, side=side, **values)) == (kind, *EXPIRED)


def test_a_token_that_the_app_has_not_sealed(app: Driver, side: str) -> None:
    app.do("use", mfa_token="rubbish")
    assert app.fail("list", side=side)["class"] == "MfaTokenInvalidError"


def test_a_page_of_html_costs_nothing(
    refreshed: Access, app: Driver, side: str, api: Api, fault: Callable[..., None]
) -> None:
    refreshed()
    fault("/mfa/associate", "unavailable")
    assert refusal(app.fail("enroll", side=side, factor="email"))[:2] == ("MfaEnrollmentError", "unknown_error")
    app.do("enroll", side=side, factor="email")
    fault("/oauth/token", "unavailable")
    assert app.fail("verify_oob", side=side, code=api.code())["class"] == "MfaVerifyError"
    assert app.do("verify_oob", side=side, code=api.code()) == {"success": True}


# Trust


def test_without_the_tenants_authority_it_does_not_connect(drive: Callable[..., Driver], tenant: Tenant) -> None:
    stranger = drive("login/nextjs_auth0.mjs")
    stranger.do("start", **tenant.confidential, redirect_uri=CALLBACK)
    assert stranger.fail("begin", redirect_uri=CALLBACK)
