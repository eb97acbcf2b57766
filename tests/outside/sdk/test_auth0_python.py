"""auth0-python against the tenant: the password leg, its limits, and the judgment on the id_token."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from ...support.sandbox_api import Api, wrong
from .conftest import Tenant
from .driving import Driver


@pytest.fixture(scope="session")
def _auth0_python(drive: Callable[..., Driver], _tenant: Tenant) -> Driver:
    return drive("auth0_python.py", REQUESTS_CA_BUNDLE=_tenant.ca_file)


@pytest.fixture
def auth0_python(_auth0_python: Driver, tenant: Tenant) -> Driver:
    """A fresh client of auth0-python."""
    _auth0_python.do("start", **tenant.confidential, **tenant.person)
    return _auth0_python


@pytest.fixture
def id_token(auth0_python: Driver, api: Api) -> None:
    """The SDK holds the id_token of a login that the mailed code ended."""
    auth0_python.do("login")
    auth0_python.do("associate")
    auth0_python.do("verify", code=api.code())


def refusal(error: dict[str, Any]) -> tuple[str, int, str, str]:
    """The SDK's class, and status, `error` and `error_description` as it hands them on."""
    return error["class"], error["status_code"], error["error_code"], error["message"]


# The password leg


def test_the_password_realm_grant_and_the_code_bring_tokens(auth0_python: Driver, api: Api, tenant: Tenant) -> None:
    refused = auth0_python.do("login", audience=tenant.audience)
    assert refused["mfa_token"].pop("length") > 20
    assert refused == {
        "status": 403,
        "error_description": "Multifactor authentication required",
        "mfa_token": {"kind": "seal"},
    }
    auth0_python.do("associate")
    error = auth0_python.fail("verify", code=wrong(api.code()))
    assert refusal(error) == ("Auth0Error", 403, "invalid_grant", "Invalid binding_code.")
    tokens = auth0_python.do("verify", code=api.code())
    assert (tokens["expires_in"], tokens["scope"], tokens["token_type"]) == (86_400, "openid email", "Bearer")
    assert tokens["access_token"]["claims"]["aud"] == [tenant.audience, tenant.issuer + "userinfo"]
    assert tokens["id_token"]["claims"]["email"] == tenant.username


def test_customizable_mfa_is_told_beside_the_token(auth0_python: Driver, api: Api) -> None:
    api.set_up(factors=["email", "otp"], customize_mfa_in_postlogin_action=True)
    assert auth0_python.do("login")["mfa_requirements"] == {"enroll": [{"type": "otp"}]}


def test_a_connection_that_is_not_there(auth0_python: Driver) -> None:
    error = auth0_python.fail("login", realm="Elsewhere")
    assert refusal(error) == ("Auth0Error", 400, "invalid_request", "Unknown realm Elsewhere.")


def test_a_wrong_password(auth0_python: Driver) -> None:
    error = auth0_python.fail("login", password="wrong")
    assert refusal(error) == ("Auth0Error", 403, "invalid_grant", "Wrong email or password.")


def test_a_wrong_client_secret(auth0_python: Driver, tenant: Tenant) -> None:
    auth0_python.do("start", **{**tenant.confidential, **tenant.person, "client_secret": "wrong"})
    error = auth0_python.fail("login")
    assert refusal(error) == ("Auth0Error", 401, "access_denied", "Unauthorized")


# Limits


def test_ten_wrong_passwords_block_and_say_until_when(auth0_python: Driver, api: Api) -> None:
    for _ in range(10):
        assert auth0_python.fail("login", password="wrong")["status_code"] == 403
    error = auth0_python.fail("login")  # even the right one
    assert refusal(error)[:3] == ("RateLimitError", 429, "too_many_attempts")
    assert error["message"].startswith("Your account has been blocked after multiple consecutive login attempts.")
    wait = error["reset_at"] - time.time()
    assert 0 < wait <= 601
    api.advance(wait + 1)
    assert auth0_python.do("login")["status"] == 403  # and then it works again


def test_a_limit_of_requests_says_until_when(auth0_python: Driver, fault: Callable[..., None]) -> None:
    fault("/oauth/token", "rate_limit", seconds=60)
    before = time.time()
    error = auth0_python.fail("login")
    assert refusal(error)[:3] == ("RateLimitError", 429, "too_many_requests")
    assert before + 59 <= error["reset_at"] <= time.time() + 61


def test_a_page_of_html_is_an_error_of_its_status(auth0_python: Driver, fault: Callable[..., None]) -> None:
    fault("/oauth/token", "unavailable")
    error = auth0_python.fail("login")
    assert refusal(error)[:3] == ("Auth0Error", 503, "a0.sdk.internal.unknown")


# The id_token


def test_the_id_token_passes_by_the_published_keys(auth0_python: Driver, id_token: None, tenant: Tenant) -> None:
    claims = auth0_python.do("check_id_token")
    assert (claims["iss"], claims["aud"], claims["email"]) == (tenant.issuer, tenant.client_id, tenant.username)
    assert claims["exp"] - claims["iat"] == 36_000
    assert claims["sub"].startswith("auth0|")


def test_a_tampered_id_token_does_not(auth0_python: Driver, id_token: None) -> None:
    error = auth0_python.fail("check_id_token", tamper=True)
    assert (error["class"], error["text"]) == ("TokenValidationError", "Invalid token signature.")


def test_an_id_token_for_somebody_else_does_not(auth0_python: Driver, id_token: None) -> None:
    error = auth0_python.fail("check_id_token", audience="another-application")
    assert error["class"] == "TokenValidationError" and error["text"].startswith("Audience (aud) claim mismatch")


def test_an_id_token_of_another_issuer_does_not(auth0_python: Driver, id_token: None) -> None:
    error = auth0_python.fail("check_id_token", issuer="https://elsewhere.example/")
    assert error["class"] == "TokenValidationError" and error["text"].startswith("Issuer (iss) claim mismatch")


def test_an_id_token_of_yesterday_does_not(auth0_python: Driver, api: Api) -> None:
    api.advance(-40_000)  # its ten hours are over
    auth0_python.do("login")
    auth0_python.do("associate")
    auth0_python.do("verify", code=api.code())
    error = auth0_python.fail("check_id_token")
    assert error["class"] == "TokenValidationError" and error["text"].startswith("Expiration Time (exp) claim error")


# Trust


def test_without_the_tenants_authority_it_does_not_connect(drive: Callable[..., Driver], tenant: Tenant) -> None:
    stranger = drive("auth0_python.py")
    stranger.do("start", **tenant.confidential, **tenant.person)
    error = stranger.fail("login")
    assert error["class"] == "SSLError" and "CERTIFICATE_VERIFY_FAILED" in error["text"]
