"""auth0-server-python's `MfaClient` against the tenant: strict models of every answer, and its errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ...support.sandbox_api import Api, wrong
from .conftest import SCOPE, Tenant
from .driving import Driver

NUMBER = "+15550100167"
ALL = ["email", "otp", "sms", "push-notification", "recovery-code"]


@pytest.fixture(scope="session")
def _server_python(drive: Callable[..., Driver], _tenant: Tenant) -> Driver:
    return drive("server_python.py", SSL_CERT_FILE=_tenant.ca_file)


@pytest.fixture
def server_python(_server_python: Driver, tenant: Tenant) -> Driver:
    """A fresh client of auth0-server-python."""
    _server_python.do("start", **tenant.confidential)
    return _server_python


@pytest.fixture
def signed_in(server_python: Driver, api: Api, tenant: Tenant) -> Callable[[], None]:
    """`signed_in()`: a login got `mfa_required`, and the SDK sealed its token."""

    def sign_in() -> None:
        answer = api.login(audience=tenant.audience, scope=SCOPE)
        assert answer.status_code == 403, answer.text
        told = {name: answer.json().get(name) for name in ("mfa_token", "mfa_requirements")}
        server_python.do("wrap", audience=tenant.audience, scope=SCOPE, **told)

    return sign_in


@pytest.fixture
def enrolled(server_python: Driver, signed_in: Callable[[], None], api: Api) -> None:
    """The email is enrolled and confirmed."""
    signed_in()
    server_python.do("enroll", factor="email")
    server_python.do("verify", code=api.code())


def refusal(error: dict[str, Any]) -> tuple[str, str, str, str]:
    """The SDK's class and code, and the tenant's `error` and `error_description` in its cause."""
    cause = error["cause"]
    assert error["text"] == cause["error_description"]
    return error["class"], error["code"], cause["error"], cause["error_description"]


# The story


def test_enrollment_list_and_challenge(
    server_python: Driver, signed_in: Callable[[], None], api: Api, tenant: Tenant
) -> None:
    signed_in()
    enrollment = server_python.do("enroll", factor="email", email=tenant.username)
    assert enrollment.pop("oob_code")["kind"] == "seal"
    assert enrollment == {
        "model": "OobEnrollmentResponse",
        "authenticator_type": "oob",
        "oob_channel": "email",
        "binding_method": "prompt",
        "id": None,  # real answers have none either
    }
    check_tokens(server_python.do("verify", code=api.code()), tenant)

    signed_in()
    (row,) = server_python.do("list")["rows"]
    id = row.pop("id")
    assert id.startswith("email|dev_")
    assert row == {"authenticator_type": "oob", "active": True, "oob_channel": "email", "name": "***@exam*******"}
    challenge = server_python.do("challenge", factor="email", authenticator_id=id)
    assert challenge.pop("oob_code")["kind"] == "seal"
    assert challenge == {"challenge_type": "oob", "binding_method": "prompt", "expires_in": None}
    check_tokens(server_python.do("verify", code=api.code()), tenant)


def check_tokens(tokens: dict[str, Any], tenant: Tenant) -> None:
    assert (tokens["expires_in"], tokens["scope"], tokens["token_type"]) == (86_400, SCOPE, "Bearer")
    assert tokens["recovery_code"] is None
    assert tokens["access_token"]["claims"]["aud"] == [tenant.audience, tenant.issuer + "userinfo"]
    claims = tokens["id_token"]["claims"]
    assert (claims["iss"], claims["aud"], claims["email"]) == (tenant.issuer, tenant.client_id, tenant.username)


@pytest.mark.parametrize(
    "factor, more, model, channel",
    [
        ("otp", {}, "OtpEnrollmentResponse", None),
        ("sms", {"phone_number": NUMBER}, "OobEnrollmentResponse", "sms"),
        ("voice", {"phone_number": NUMBER}, "OobEnrollmentResponse", "voice"),
        ("auth0", {}, "OobEnrollmentResponse", "auth0"),
    ],
)
def test_its_models_take_the_answer_to_every_enrollment(
    server_python: Driver,
    signed_in: Callable[[], None],
    api: Api,
    factor: str,
    more: dict[str, str],
    model: str,
    channel: str | None,
) -> None:
    api.set_up(factors=ALL, customize_mfa_in_postlogin_action=True)
    signed_in()
    enrollment = server_python.do("enroll", factor=factor, **more)
    assert (enrollment["model"], enrollment.get("oob_channel")) == (model, channel)
    rows = server_python.do("list")["rows"]
    assert [row["active"] for row in rows] == [False, False]  # unconfirmed, and the recovery code beside it
    assert {row["type"] for row in rows} > {"recovery-code"}


def test_a_text_to_a_phone(server_python: Driver, signed_in: Callable[[], None], api: Api) -> None:
    api.set_up(factors=["sms"])
    signed_in()
    server_python.do("enroll", factor="sms", phone_number=NUMBER)
    server_python.do("verify", code=api.code(NUMBER))
    signed_in()
    server_python.do("challenge", factor="sms")
    assert server_python.do("verify", code=api.code(NUMBER))["access_token"]["kind"] == "jwt"


def test_a_wrong_code_and_then_the_right_one(server_python: Driver, signed_in: Callable[[], None], api: Api) -> None:
    signed_in()
    server_python.do("enroll", factor="email")
    error = server_python.fail("verify", code=wrong(api.code()))
    assert refusal(error) == ("MfaVerifyError", "mfa_verify_error", "invalid_grant", "Invalid binding_code.")
    server_python.do("verify", code=api.code())


# What its errors carry


def test_who_is_enrolled_cannot_enroll_with_the_mfa_token(
    server_python: Driver, enrolled: None, signed_in: Callable[[], None]
) -> None:
    signed_in()
    error = server_python.fail("enroll", factor="email")
    assert refusal(error) == (
        "MfaEnrollmentError",
        "mfa_enrollment_error",
        "access_denied",
        "User is already enrolled.",
    )


def test_a_malformed_mfa_token(server_python: Driver, tenant: Tenant) -> None:
    server_python.do("wrap", mfa_token="rubbish", audience=tenant.audience, scope=SCOPE)
    invalid = ("invalid_grant", "The mfa_token provided is invalid. Try getting a new token.")
    assert refusal(server_python.fail("list"))[2:] == invalid
    assert refusal(server_python.fail("enroll", factor="email"))[2:] == invalid
    error = server_python.fail("challenge", factor="email")
    assert refusal(error) == ("MfaChallengeError", "mfa_challenge_error", "invalid_grant", "Malformed mfa_token")


def test_an_mfa_token_of_more_than_ten_minutes_ago(
    server_python: Driver, signed_in: Callable[[], None], api: Api
) -> None:
    signed_in()
    server_python.do("enroll", factor="email")
    api.advance(601)  # of the tenant: the SDK's own five minutes are of this machine
    expired = ("expired_token", "mfa_token is expired")
    error = server_python.fail("list")
    assert refusal(error) == ("MfaListAuthenticatorsError", "mfa_list_authenticators_error", *expired)
    assert refusal(server_python.fail("challenge", factor="email"))[2:] == expired
    assert refusal(server_python.fail("verify", code=api.code()))[2:] == expired


def test_a_code_of_more_than_five_minutes_ago(server_python: Driver, signed_in: Callable[[], None], api: Api) -> None:
    signed_in()
    server_python.do("enroll", factor="email")
    api.advance(301)
    error = server_python.fail("verify", code=api.code())
    assert refusal(error) == ("MfaVerifyError", "mfa_verify_error", "expired_token", "oob_code is expired")


def test_a_challenge_before_anything_is_enrolled(server_python: Driver, signed_in: Callable[[], None]) -> None:
    signed_in()
    error = server_python.fail("challenge", factor="email")
    assert refusal(error)[:3] == ("MfaChallengeError", "mfa_challenge_error", "association_required")


def test_a_challenge_of_an_authenticator_that_is_not_there(
    server_python: Driver, enrolled: None, signed_in: Callable[[], None]
) -> None:
    signed_in()
    error = server_python.fail("challenge", factor="email", authenticator_id="email|dev_nobodyhasthisone")
    assert refusal(error)[2:] == ("invalid_authenticator", "Authenticator not found")


def test_the_eleventh_wrong_code_is_one_too_many(
    server_python: Driver, signed_in: Callable[[], None], api: Api
) -> None:
    signed_in()
    server_python.do("enroll", factor="email")
    for _ in range(10):
        server_python.fail("verify", code=wrong(api.code()))
    error = server_python.fail("verify", code=api.code())
    assert refusal(error)[2:] == ("invalid_request", "Too many failed codes. Wait for some minutes before retrying.")


def test_a_wrong_client_secret(server_python: Driver, signed_in: Callable[[], None], tenant: Tenant) -> None:
    server_python.do("start", **{**tenant.confidential, "client_secret": "wrong"})
    signed_in()
    error = server_python.fail("challenge", factor="email")
    assert refusal(error)[2:] == ("access_denied", "Unauthorized")


# Bad weather


def test_a_page_of_html_is_told_by_its_status(
    server_python: Driver, signed_in: Callable[[], None], api: Api, fault: Callable[..., None]
) -> None:
    signed_in()
    server_python.do("enroll", factor="email")
    fault("/oauth/token", "unavailable")
    error = server_python.fail("verify", code=api.code())
    assert (error["class"], error["text"]) == ("MfaVerifyError", "Request failed with status 503")
    server_python.do("verify", code=api.code())


def test_a_broken_connection_costs_nothing(
    server_python: Driver, signed_in: Callable[[], None], api: Api, fault: Callable[..., None]
) -> None:
    signed_in()
    server_python.do("enroll", factor="email")
    fault("/oauth/token", "cut")
    error = server_python.fail("verify", code=api.code())
    assert (error["class"], error["text"]) == ("MfaVerifyError", "Unexpected error during MFA verification")
    assert error["causes"][0].startswith("RemoteProtocolError: ")
    server_python.do("verify", code=api.code())


# Trust


def test_without_the_tenants_authority_it_does_not_connect(drive: Callable[..., Driver], tenant: Tenant) -> None:
    stranger = drive("server_python.py")
    stranger.do("start", **tenant.confidential)
    stranger.do("wrap", mfa_token="rubbish", audience=tenant.audience, scope=SCOPE)
    error = stranger.fail("list")
    assert error["class"] == "MfaListAuthenticatorsError"
    assert any("CERTIFICATE_VERIFY_FAILED" in cause for cause in error["causes"])
