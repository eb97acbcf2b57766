"""@auth0/auth0-auth-js against the tenant: the factors beside email, other setups, and bad weather."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ...support.management import Manage
from ...support.sandbox_api import Api, wrong
from .conftest import SCOPE, Tenant
from .driving import Driver

Login = Callable[..., dict[str, Any]]
NUMBER = "+15550100167"
ALL = ["email", "otp", "sms", "push-notification", "recovery-code"]


def refusal(error: dict[str, Any]) -> tuple[str, int, str, str]:
    """The SDK's class, and status, `error` and `error_description` as it hands them on."""
    return error["class"], error["status"], error["error"], error["text"]


def kinds(rows: list[dict[str, Any]]) -> list[tuple[str, str, bool]]:
    """The list in short: prefix of the id, type, active."""
    return [(row["id"].partition("|")[0], row["authenticatorType"], row["active"]) for row in rows]


# An authenticator app


def test_an_authenticator_app(auth_js: Driver, login: Login, api: Api) -> None:
    api.set_up(factors=["otp"])
    login()
    enrollment = auth_js.do("enroll", types=["otp"])
    assert (enrollment["authenticator_type"], enrollment["secret_length"]) == ("otp", 32)
    assert enrollment["barcode_uri"] == (
        "otpauth://totp/Sandbox%20tenant:ada%40example.com"
        "?secret=…&issuer=Sandbox%20tenant&algorithm=SHA1&digits=6&period=30"
    )
    assert enrollment["oob_code"] is None
    error = auth_js.fail("verify_otp", which="wrong")
    assert refusal(error) == ("MfaVerifyError", 403, "invalid_grant", "Invalid otp_code.")
    assert auth_js.do("verify_otp")["claims"]["email"] == "ada@example.com"

    login()
    assert kinds(auth_js.do("list")["rows"]) == [("totp", "otp", True)]
    challenge = auth_js.do("challenge", type="otp")
    assert challenge == {"challenge_type": "otp", "binding_method": None, "oob_code": None}
    api.advance(30)
    assert auth_js.do("verify_otp", ahead=30)["access_token"]["kind"] == "jwt"


def test_a_code_of_the_app_works_once(auth_js: Driver, login: Login, api: Api) -> None:
    api.set_up(factors=["otp"])
    login()
    auth_js.do("enroll", types=["otp"])
    auth_js.do("verify_otp")
    login()
    error = auth_js.fail("verify_otp", which="used")
    assert refusal(error) == ("MfaVerifyError", 403, "invalid_grant", "Invalid otp_code.")


def test_a_code_of_an_app_that_is_not_enrolled(auth_js: Driver, login: Login, api: Api) -> None:
    api.set_up(factors=["otp"])
    login()
    auth_js.do("enroll", types=["otp"])
    login()  # another login: the enrollment above is not its own
    error = auth_js.fail("verify_otp")
    assert refusal(error)[:3] == ("MfaVerifyError", 401, "unsupported_challenge_type")
    assert error["text"].startswith("User is not enrolled.")


# A phone number


@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_a_phone_number(auth_js: Driver, login: Login, api: Api, channel: str) -> None:
    api.set_up(factors=["sms"])
    login()
    enrollment = auth_js.do("enroll", channels=[channel], phone_number=NUMBER)
    assert (enrollment["oob_channel"], enrollment["binding_method"]) == (channel, "prompt")
    error = auth_js.fail("verify_oob", code=wrong(api.code(NUMBER)))
    assert refusal(error) == ("MfaVerifyError", 403, "invalid_grant", "Invalid binding_code.")
    auth_js.do("verify_oob", code=api.code(NUMBER))

    login()
    rows = auth_js.do("list")["rows"]
    assert sorted(kinds(rows)) == [("sms", "oob", True), ("voice", "oob", True)]  # one number takes both
    assert {row["name"] for row in rows} == {"XXXXXXXX0167"}
    (mine,) = (row for row in rows if row["id"].startswith(channel))
    assert auth_js.do("challenge", id=mine["id"])["binding_method"] == "prompt"
    assert auth_js.do("verify_oob", code=api.code(NUMBER))["access_token"]["kind"] == "jwt"


def test_a_number_that_is_none(auth_js: Driver, login: Login, api: Api) -> None:
    api.set_up(factors=["sms"])
    login()
    error = auth_js.fail("enroll", channels=["sms"], phone_number="0167")
    assert refusal(error) == ("MfaEnrollmentError", 400, "invalid_request", "The phone number is invalid.")


# A push


def test_a_push(auth_js: Driver, login: Login, api: Api, phone: Callable[[str], dict[str, Any]]) -> None:
    api.set_up(factors=["push-notification"])
    login()
    enrollment = auth_js.do("enroll", channels=["auth0"])
    assert (enrollment["oob_channel"], enrollment["binding_method"]) == ("auth0", None)
    assert enrollment["barcode_uri"].startswith("otpauth://totp/") and "base_url=" in enrollment["barcode_uri"]
    pending = ("MfaVerifyError", 400, "authorization_pending")
    error = auth_js.fail("verify_oob")
    assert refusal(error)[:3] == pending and error["text"].startswith("Authorization pending")
    assert phone("approve")["purpose"] == "enrollment"
    auth_js.do("verify_oob")

    login()
    assert ("push", "oob", True) in kinds(auth_js.do("list")["rows"])
    challenge = auth_js.do("challenge")
    assert (challenge["challenge_type"], challenge["binding_method"]) == ("oob", None)
    assert refusal(auth_js.fail("verify_oob"))[:3] == pending
    assert phone("approve")["purpose"] == "challenge"
    assert auth_js.do("verify_oob")["access_token"]["kind"] == "jwt"


def test_a_push_that_the_person_rejects(
    auth_js: Driver, login: Login, api: Api, phone: Callable[[str], dict[str, Any]]
) -> None:
    api.set_up(factors=["push-notification"])
    login()
    auth_js.do("enroll", channels=["auth0"])
    phone("reject")
    error = auth_js.fail("verify_oob")
    assert refusal(error) == ("MfaVerifyError", 400, "access_denied", "MFA Authorization rejected.")


def test_a_push_that_is_asked_for_too_often(auth_js: Driver, login: Login, api: Api) -> None:
    api.set_up(factors=["push-notification"])
    login()
    auth_js.do("enroll", channels=["auth0"])
    errors = [auth_js.fail("verify_oob") for _ in range(3)]
    assert refusal(errors[0])[2] == "authorization_pending"
    too_fast = [error for error in errors[1:] if refusal(error)[:3] == ("MfaVerifyError", 429, "slow_down")]
    assert too_fast and int(too_fast[0]["retry_after"]) >= 1


# A recovery code


def test_a_recovery_code_and_the_one_that_replaces_it(auth_js: Driver, login: Login, api: Api) -> None:
    api.set_up(factors=["email", "recovery-code"])
    login()
    assert auth_js.do("enroll", channels=["email"])["recovery_codes"] == [24]
    auth_js.do("verify_oob", code=api.code())

    login()
    listed = kinds(auth_js.do("list")["rows"])
    assert sorted(listed) == [("email", "oob", True), ("recovery-code", "recovery-code", True)]
    rejected = ("MfaVerifyError", 403, "invalid_grant", "MFA Authorization rejected.")
    assert refusal(auth_js.fail("verify_recovery", which="wrong")) == rejected
    tokens = auth_js.do("verify_recovery")
    assert (tokens["new_recovery_code"], tokens["access_token"]["kind"]) == (24, "jwt")

    login()
    assert refusal(auth_js.fail("verify_recovery", which="used")) == rejected
    assert auth_js.do("verify_recovery")["new_recovery_code"] == 24


def test_a_second_enrollment_brings_no_second_recovery_code(auth_js: Driver, login: Login, api: Api) -> None:
    api.set_up(factors=["email", "recovery-code"])
    login()
    assert auth_js.do("enroll", channels=["email"])["recovery_codes"] == [24]
    assert auth_js.do("enroll", channels=["email"], email="second@example.org")["recovery_codes"] == []


def test_a_recovery_code_where_none_was_given(auth_js: Driver, login: Login, api: Api) -> None:
    login()
    auth_js.do("enroll", channels=["email"])
    auth_js.do("verify_oob", code=api.code())
    login()
    error = auth_js.fail("verify_recovery", which="wrong")
    assert refusal(error) == (
        "MfaVerifyError",
        403,
        "unsupported_challenge_type",
        "User does not have a recovery-code.",
    )


# Several factors


def test_a_second_factor_is_enrolled_with_an_access_token(
    auth_js: Driver, login: Login, api: Api, tenant: Tenant
) -> None:
    api.set_up(factors=ALL)
    login()
    auth_js.do("enroll", channels=["email"])
    auth_js.do("verify_oob", code=api.code())

    login(audience=tenant.mfa_audience, scope="enroll read:authenticators remove:authenticators")
    auth_js.do("use", mfa_token="access_token")
    assert auth_js.do("enroll", channels=["sms"], phone_number=NUMBER)["oob_channel"] == "sms"
    auth_js.do("verify_oob", code=api.code(NUMBER))
    auth_js.do("use", mfa_token="access_token")
    rows = auth_js.do("list")["rows"]
    assert [kind for kind, _, active in kinds(rows) if active] == ["email", "recovery-code", "sms", "voice"]

    # Now a stronger factor than email is there: the MFA audience itself asks for it.
    assert login(audience=tenant.mfa_audience)["mfa_required"] == "Multifactor authentication required"
    (sms,) = (row["id"] for row in rows if row["id"].startswith("sms|"))
    auth_js.do("challenge", id=sms)
    tokens = auth_js.do("verify_oob", code=api.code(NUMBER))
    assert tenant.mfa_audience in tokens["access_token"]["claims"]["aud"]


def test_customizable_mfa_tells_what_can_be_enrolled_and_then_what_can_be_challenged(
    auth_js: Driver, login: Login, api: Api
) -> None:
    api.set_up(factors=ALL, customize_mfa_in_postlogin_action=True)
    requirements = login()["mfa_requirements"]
    assert list(requirements) == ["enroll"]
    # Email is not among them: with Customizable MFA it can be challenged only.
    assert {item["type"] for item in requirements["enroll"]} == {"otp", "push-notification", "phone"}
    auth_js.do("enroll", channels=["email"])
    auth_js.do("verify_oob", code=api.code())

    requirements = login()["mfa_requirements"]
    assert list(requirements) == ["challenge"]
    assert {item["type"] for item in requirements["challenge"]} == {"email", "recovery-code"}
    types = {row["id"].partition("|")[0]: row["type"] for row in auth_js.do("list")["rows"]}
    assert types == {"email": "email", "recovery-code": "recovery-code"}


def test_a_verified_address_is_a_factor_by_itself(auth_js: Driver, login: Login, api: Api, tenant: Tenant) -> None:
    api.set_up(email_verified=True)
    login()
    (row,) = auth_js.do("list")["rows"]
    assert (row["active"], row["name"]) == (True, "***@exam*******")
    auth_js.do("challenge", id=row["id"])
    assert auth_js.do("verify_oob", code=api.code())["claims"]["email_verified"] is True

    login(audience=tenant.mfa_audience, scope="remove:authenticators")
    auth_js.do("use", mfa_token="access_token")
    error = auth_js.fail("remove", id=row["id"])
    assert refusal(error)[:3] == ("MfaDeleteAuthenticatorError", 400, "invalid_request")


# Other setups


def test_without_a_policy_the_password_is_enough(login: Login, api: Api) -> None:
    api.set_up(mfa_policy=[])
    assert login()["access_token"]["kind"] == "jwt"


def test_an_application_without_the_grant(auth_js: Driver, login: Login, api: Api) -> None:
    api.set_up(grant_types=["password"])
    login()
    auth_js.do("enroll", channels=["email"])
    error = auth_js.fail("verify_oob", code=api.code())
    assert refusal(error) == (
        "MfaVerifyError",
        403,
        "unauthorized_client",
        "Grant type 'http://auth0.com/oauth/grant-type/mfa-oob' not allowed for the client.",
    )


def test_a_refresh_token_of_a_login_with_mfa(auth_js: Driver, login: Login, api: Api) -> None:
    login(audience=None, scope="openid email offline_access")
    auth_js.do("enroll", channels=["email"])
    assert auth_js.do("verify_oob", code=api.code())["refresh_token"]["kind"] == "opaque"
    error = auth_js.fail("refresh")
    assert (error["class"], error["error"]) == ("TokenByRefreshTokenError", "mfa_required")
    Manage(api).done("PUT", "guardian/policies", [])
    fresh = auth_js.do("refresh")
    assert (fresh["claims"]["email"], fresh["is_the_same"]) == ("ada@example.com", True)
    auth_js.do("revoke")
    error = auth_js.fail("refresh")
    assert (error["class"], error["error"], error["text"]) == (
        "TokenByRefreshTokenError",
        "invalid_grant",
        "Unknown or invalid refresh token.",
    )


# Bad weather


def test_a_page_of_html_at_the_verification_costs_nothing(
    auth_js: Driver, login: Login, api: Api, fault: Callable[..., None]
) -> None:
    login()
    auth_js.do("enroll", channels=["email"])
    fault("/oauth/token", "unavailable")
    assert auth_js.fail("verify_oob", code=api.code())["class"] == "MfaVerifyError"
    assert auth_js.do("verify_oob", code=api.code())["scope"] == SCOPE


def test_a_page_of_html_at_the_list(auth_js: Driver, login: Login, fault: Callable[..., None]) -> None:
    login()
    fault("/mfa/authenticators", "unavailable")
    error = auth_js.fail("list")
    assert refusal(error) == ("MfaListAuthenticatorsError", 503, "unknown_error", "Failed to list authenticators")


def test_a_rate_limit_says_when_to_come_back(auth_js: Driver, login: Login, fault: Callable[..., None]) -> None:
    login()
    fault("/mfa/associate", "rate_limit", seconds=7)
    error = auth_js.fail("enroll", channels=["email"])
    assert refusal(error)[:3] == ("MfaEnrollmentError", 429, "too_many_requests")
    assert error["retry_after"] == "7"


def test_a_mail_that_cannot_be_sent_leaves_nothing_behind(
    auth_js: Driver, login: Login, fault: Callable[..., None]
) -> None:
    login()
    fault("", "mail")
    error = auth_js.fail("enroll", channels=["email"])
    assert refusal(error) == ("MfaEnrollmentError", 502, "bad_gateway", "The email could not be sent.")
    assert auth_js.do("list")["rows"] == []
