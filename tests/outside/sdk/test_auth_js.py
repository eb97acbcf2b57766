"""@auth0/auth0-auth-js against the tenant: the email story, and what its errors carry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ...support.sandbox_api import Api, wrong
from .conftest import SCOPE, Tenant
from .driving import Driver

ENROLLED = {"class": "MfaEnrollmentError", "code": "mfa_enrollment_error"}
LISTED = {"class": "MfaListAuthenticatorsError", "code": "mfa_list_authenticators_error"}
CHALLENGED = {"class": "MfaChallengeError", "code": "mfa_challenge_error"}
VERIFIED = {"class": "MfaVerifyError", "code": "mfa_verify_error"}
REMOVED = {"class": "MfaDeleteAuthenticatorError", "code": "mfa_delete_authenticator_error"}
INVALID = (401, "invalid_grant", "The mfa_token provided is invalid. Try getting a new token.")


@pytest.fixture
def enrolled(auth_js: Driver, login: Callable[..., dict[str, Any]], api: Api) -> None:
    """The email is enrolled and confirmed."""
    login()
    auth_js.do("enroll", channels=["email"])
    auth_js.do("verify_oob", code=api.code())


def told(error: dict[str, Any]) -> dict[str, Any]:
    """Class and code of the SDK's error."""
    return {"class": error["class"], "code": error["code"]}


def refusal(error: dict[str, Any]) -> tuple[int, str, str]:
    """Status, `error` and `error_description` as the SDK hands them on."""
    assert error["message"] == error["text"]
    return error["status"], error["error"], error["text"]


# The story


def test_from_the_password_to_the_tokens_and_back_to_nothing(
    auth_js: Driver, login: Callable[..., dict[str, Any]], tenant: Tenant, api: Api
) -> None:
    refused = login()
    assert (refused["class"], refused["status"]) == ("TokenByPasswordError", 403)
    assert refused["mfa_required"] == "Multifactor authentication required"
    assert refused["mfa_token"]["kind"] == "seal"
    assert refused["mfa_requirements"] is None  # no Customizable MFA on this tenant

    enrollment = auth_js.do("enroll", channels=["email"], email=tenant.username)
    assert enrollment["oob_code"].pop("kind") == "seal" and enrollment.pop("oob_code")["length"] > 20
    assert enrollment == {
        "authenticator_type": "oob",
        "oob_channel": "email",
        "binding_method": "prompt",
        "secret_length": None,
        "barcode_uri": None,
        "recovery_codes": [],  # the recovery-code factor is off
    }
    check_tokens(auth_js.do("verify_oob", code=api.code()), tenant)

    login()
    (row,) = auth_js.do("list")["rows"]
    assert row.pop("id").startswith("email|dev_")
    # `oobChannels` is missing, not wrong: this SDK reads a plural that Auth0 does not send.
    assert row == {"authenticatorType": "oob", "active": True, "name": "***@exam*******"}
    challenge = auth_js.do("challenge", id=auth_js.do("list")["rows"][0]["id"])
    assert (challenge["challenge_type"], challenge["binding_method"]) == ("oob", "prompt")
    assert challenge["oob_code"]["kind"] == "seal"
    check_tokens(auth_js.do("verify_oob", code=api.code()), tenant)

    tokens = login(audience=tenant.mfa_audience, scope="enroll read:authenticators remove:authenticators")
    assert tokens["expires_in"] in (599, 600)
    assert tokens["access_token"]["claims"]["aud"] == tenant.mfa_audience
    auth_js.do("use", mfa_token="access_token")
    assert len(auth_js.do("list")["rows"]) == 1
    auth_js.do("remove")
    assert auth_js.do("list")["rows"] == []


def check_tokens(tokens: dict[str, Any], tenant: Tenant) -> None:
    assert tokens["expires_in"] in (86_399, 86_400)  # the SDK makes a moment of it, in whole seconds
    assert (tokens["scope"], tokens["token_type"].lower()) == (SCOPE, "bearer")
    assert tokens["refresh_token"] is None and tokens["new_recovery_code"] is None
    access, claims = tokens["access_token"]["claims"], tokens["claims"]
    assert access["aud"] == [tenant.audience, tenant.issuer + "userinfo"]
    assert access["iss"] == claims["iss"] == tenant.issuer
    assert access["sub"] == claims["sub"] and claims["sub"].startswith("auth0|")
    assert (claims["aud"], claims["email"]) == (tenant.client_id, tenant.username)
    assert claims["exp"] - claims["iat"] == 36_000
    assert "amr" not in claims  # Auth0: the MFA API's tokens carry none


def test_a_challenge_that_names_no_authenticator_finds_one(
    auth_js: Driver, enrolled: None, login: Callable[..., Any], api: Api
) -> None:
    login()
    auth_js.do("challenge")
    assert auth_js.do("verify_oob", code=api.code())["claims"] is not None


def test_an_enrollment_without_an_address_takes_that_of_the_profile(
    auth_js: Driver, login: Callable[..., Any], api: Api, tenant: Tenant
) -> None:
    login()
    assert auth_js.do("enroll", channels=["email"])["oob_channel"] == "email"
    assert len(api.mails(tenant.username)) == 1


def test_another_address_gets_the_mail(auth_js: Driver, login: Callable[..., Any], api: Api) -> None:
    login()
    auth_js.do("enroll", channels=["email"], email="second@example.org")
    assert auth_js.do("verify_oob", code=api.code("second@example.org"))["access_token"]["kind"] == "jwt"


def test_a_wrong_code_and_then_the_right_one(auth_js: Driver, login: Callable[..., Any], api: Api) -> None:
    login()
    auth_js.do("enroll", channels=["email"])
    error = auth_js.fail("verify_oob", code=wrong(api.code()))
    assert told(error) == VERIFIED
    assert refusal(error) == (403, "invalid_grant", "Invalid binding_code.")
    assert auth_js.do("verify_oob", code=api.code())["access_token"]["kind"] == "jwt"


# What its errors carry


def test_a_wrong_password(auth_js: Driver, tenant: Tenant) -> None:
    error = auth_js.fail("login", password="wrong", audience=tenant.audience, scope=SCOPE)
    assert (error["class"], error["status"]) == ("TokenByPasswordError", 403)
    assert (error["error"], error["text"]) == ("invalid_grant", "Wrong email or password.")


def test_a_wrong_client_secret(auth_js: Driver, tenant: Tenant) -> None:
    auth_js.do("start", **{**tenant.confidential, **tenant.person, "client_secret": "wrong"})
    error = auth_js.fail("login")
    assert (error["class"], error["status"]) == ("TokenByPasswordError", 401)
    assert (error["error"], error["text"]) == ("access_denied", "Unauthorized")


def test_who_is_enrolled_cannot_enroll_with_the_mfa_token(
    auth_js: Driver, enrolled: None, login: Callable[..., Any]
) -> None:
    login()
    error = auth_js.fail("enroll", channels=["email"], email="second@example.org")
    assert told(error) == ENROLLED
    assert refusal(error) == (403, "access_denied", "User is already enrolled.")


@pytest.mark.parametrize(
    "step, values, kind, answer",
    [
        ("enroll", {"channels": ["email"]}, ENROLLED, INVALID),
        ("list", {}, LISTED, INVALID),
        ("remove", {"id": "email|dev_x"}, REMOVED, INVALID),
        ("challenge", {}, CHALLENGED, (403, "invalid_grant", "Malformed mfa_token")),
        ("verify_oob", {"code": "123456", "oob_code": "x"}, VERIFIED, (403, "invalid_grant", "Malformed mfa_token")),
    ],
)
def test_a_malformed_mfa_token(
    auth_js: Driver, step: str, values: dict[str, Any], kind: dict[str, str], answer: tuple[int, str, str]
) -> None:
    auth_js.do("use", mfa_token="rubbish")
    error = auth_js.fail(step, **values)
    assert (told(error), refusal(error)) == (kind, answer)


@pytest.mark.parametrize(
    "step, values, kind",
    [
        ("enroll", {"channels": ["email"]}, ENROLLED),
        ("list", {}, LISTED),
        ("challenge", {}, CHALLENGED),
        ("verify_oob", {"code": "123456", "oob_code": "x"}, VERIFIED),
    ],
)
def test_an_mfa_token_of_more_than_ten_minutes_ago(
    auth_js: Driver, login: Callable[..., Any], api: Api, step: str, values: dict[str, Any], kind: dict[str, str]
) -> None:
    login()
    api.advance(601)
    error = auth_js.fail(step, **values)
    assert (told(error), refusal(error)) == (kind, (401, "expired_token", "mfa_token is expired"))


def test_a_code_of_more_than_five_minutes_ago(auth_js: Driver, login: Callable[..., Any], api: Api) -> None:
    login()
    auth_js.do("enroll", channels=["email"])
    api.advance(301)
    error = auth_js.fail("verify_oob", code=api.code())
    assert (told(error), refusal(error)) == (VERIFIED, (401, "expired_token", "oob_code is expired"))


def test_a_code_with_the_token_of_another_login(auth_js: Driver, login: Callable[..., Any], api: Api) -> None:
    login()
    auth_js.do("enroll", channels=["email"])
    login()
    error = auth_js.fail("verify_oob", code=api.code())
    assert refusal(error) == (400, "invalid_request", "The oob_code doesn't match the mfa_token")
    auth_js.do("use", mfa_token="earlier")
    auth_js.do("verify_oob", code=api.code())


def test_the_eleventh_wrong_code_is_one_too_many(auth_js: Driver, login: Callable[..., Any], api: Api) -> None:
    login()
    auth_js.do("enroll", channels=["email"])
    for _ in range(10):
        assert auth_js.fail("verify_oob", code=wrong(api.code()))["status"] == 403
    error = auth_js.fail("verify_oob", code=api.code())  # even the right one
    assert told(error) == VERIFIED
    assert refusal(error) == (429, "invalid_request", "Too many failed codes. Wait for some minutes before retrying.")
    assert 0 < int(error["retry_after"]) <= 360


def test_a_challenge_before_anything_is_enrolled(auth_js: Driver, login: Callable[..., Any]) -> None:
    login()
    error = auth_js.fail("challenge")
    assert (told(error), error["status"], error["error"]) == (CHALLENGED, 401, "association_required")
    assert error["text"].startswith("User is not enrolled.")


def test_a_challenge_of_a_kind_that_is_not_enrolled(auth_js: Driver, enrolled: None, login: Callable[..., Any]) -> None:
    login()
    error = auth_js.fail("challenge", type="otp")
    assert told(error) == CHALLENGED
    assert refusal(error) == (
        401,
        "unsupported_challenge_type",
        "User does not have any enrolled authenticator with the supported challenge type (otp)",
    )


def test_a_factor_that_is_switched_off(auth_js: Driver, login: Callable[..., Any]) -> None:
    login()
    error = auth_js.fail("enroll", types=["otp"])
    assert told(error) == ENROLLED
    assert refusal(error)[:2] == (400, "invalid_request")


def test_the_removal_of_what_is_not_there(auth_js: Driver, login: Callable[..., Any], tenant: Tenant) -> None:
    login(audience=tenant.mfa_audience, scope="remove:authenticators")
    auth_js.do("use", mfa_token="access_token")
    error = auth_js.fail("remove", id="email|dev_nobodyhasthisone")
    assert (told(error), refusal(error)) == (REMOVED, (404, "invalid_authenticator", "Authenticator not found"))


def test_a_removal_wants_the_access_token(auth_js: Driver, enrolled: None, login: Callable[..., Any]) -> None:
    login()
    auth_js.do("list")
    error = auth_js.fail("remove")
    assert told(error) == REMOVED
    assert refusal(error)[:2] == (401, "invalid_grant")


# Trust


def test_without_the_tenants_authority_it_does_not_connect(drive: Callable[..., Driver], tenant: Tenant) -> None:
    stranger = drive("auth_js.mjs")
    stranger.do("start", **tenant.confidential, **tenant.person)
    error = stranger.fail("login")
    assert error["causes"] == ["UNABLE_TO_VERIFY_LEAF_SIGNATURE"]
    stranger.do("use", mfa_token="rubbish")
    assert stranger.fail("list")["causes"] == ["UNABLE_TO_VERIFY_LEAF_SIGNATURE"]
