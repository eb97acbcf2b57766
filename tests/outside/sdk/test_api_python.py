"""auth0-api-python against the tenant: would an API let this access token in?"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from ...support.sandbox_api import Api
from .conftest import SCOPE, Tenant
from .driving import Driver


@pytest.fixture(scope="session")
def _api_python(drive: Callable[..., Driver], _tenant: Tenant) -> Driver:
    return drive("api_python.py", SSL_CERT_FILE=_tenant.ca_file)


@pytest.fixture
def api_python(_api_python: Driver, tenant: Tenant) -> Driver:
    """A fresh API, for the audience of the tenant's API."""
    _api_python.do("start", domain=tenant.domain, audience=tenant.audience)
    return _api_python


@pytest.fixture
def bring(api_python: Driver, api: Api, tenant: Tenant) -> Callable[[], None]:
    """`bring()`: come with the access token of a login that the mailed code ended."""

    def sign_in() -> None:
        answer = api.enroll(mfa_token=api.mfa_token(audience=tenant.audience, scope=SCOPE))
        api_python.do("bring", token=answer.json()["access_token"])

    return sign_in


def test_the_access_token_is_let_in(api_python: Driver, bring: Callable[[], None], tenant: Tenant) -> None:
    bring()
    claims = api_python.do("check")
    assert (claims["iss"], claims["azp"], claims["scope"]) == (tenant.issuer, tenant.client_id, SCOPE)
    assert claims["aud"] == [tenant.audience, tenant.issuer + "userinfo"]
    assert claims["exp"] - claims["iat"] == 86_400
    assert claims["sub"].startswith("auth0|")
    assert api_python.do("request") == claims


def test_the_token_for_the_mfa_audience_is_let_in_there_only(api_python: Driver, api: Api, tenant: Tenant) -> None:
    api_python.do("bring", token=api.access_token(scope="read:authenticators"))
    refused(api_python, "Audience mismatch")
    api_python.do("start", domain=tenant.domain, audience=tenant.mfa_audience)
    assert api_python.do("check")["scope"] == "read:authenticators"


def test_a_tampered_token_is_not(api_python: Driver, bring: Callable[[], None]) -> None:
    bring()
    refused(api_python, "Signature verification failed", tamper=True)
    api_python.do("check")


def test_a_token_of_the_day_before_yesterday_is_not(api_python: Driver, bring: Callable[[], None], api: Api) -> None:
    api.advance(-100_000)  # its day is over
    bring()
    refused(api_python, "Token is expired")


def test_a_token_of_tomorrow_is_let_in_today(api_python: Driver, bring: Callable[[], None], api: Api) -> None:
    api.advance(100_000)  # a lesson moved the clock ahead: the SDK looks at the end of a token only
    bring()
    assert api_python.do("check")["iat"] > time.time()


def test_a_token_for_another_api_is_not(api_python: Driver, bring: Callable[[], None], tenant: Tenant) -> None:
    bring()
    api_python.do("start", domain=tenant.domain, audience="https://another.example/")
    refused(api_python, "Audience mismatch")


def test_a_token_without_an_audience_is_not_for_an_api_to_read(api_python: Driver, api: Api) -> None:
    api_python.do("bring", token=api.enroll().json()["access_token"])
    refused(api_python, "Failed to parse token")


def test_an_mfa_token_is_no_access_token(api_python: Driver, api: Api) -> None:
    api_python.do("bring", token=api.mfa_token())
    refused(api_python, "Failed to parse token")


def test_without_the_tenants_authority_it_does_not_connect(
    drive: Callable[..., Driver], api: Api, tenant: Tenant
) -> None:
    stranger = drive("api_python.py")
    stranger.do("start", domain=tenant.domain, audience=tenant.mfa_audience)
    stranger.do("bring", token=api.access_token())
    refused(stranger, "Failed to fetch OIDC discovery metadata: [SSL: CERTIFICATE_VERIFY_FAILED]")


def refused(driver: Driver, text: str, **values: Any) -> None:
    """The token is not let in, with 401 and a reason that begins like this."""
    error = driver.fail("check", **values)
    assert (error["class"], error["text"][: len(text)]) == ("VerifyAccessTokenError", text)
    assert error["answer"] == [401, "invalid_token"]
