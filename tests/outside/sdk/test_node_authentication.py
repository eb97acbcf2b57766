"""node-auth0's `AuthenticationClient` against the tenant: each of its methods, and what a method whose route isn't there gets.

It has no calls for the MFA API: an app reads the MFA token from the error, as `test_mfa_that_is_required` does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ...support.key_pairs import new_pair
from ...support.login_page import CALLBACK, Browser, told
from ...support.management import Manage
from ...support.sandbox_api import Api
from .conftest import SCOPE, Tenant
from .driving import Driver

REALM = "Username-Password-Authentication"
#: The methods whose routes the tenant has.
SERVED = {
    "oauth.passwordGrant",
    "oauth.clientCredentialsGrant",
    "oauth.authorizationCodeGrant",
    "oauth.authorizationCodeGrantWithPKCE",
    "oauth.refreshTokenGrant",
    "oauth.revokeRefreshToken",
    "userInfo.getUserInfo",
}
EMAIL, NUMBER = "grace@example.com", "+15550100167"
NO_PAGE = (404, "Not Found", None)
OTP, EXCHANGE = "http://auth0.com/oauth/grant-type/passwordless/otp", "urn:ietf:params:oauth:grant-type:token-exchange"
#: The others: what they are sent, and what the tenant, which has neither these pages nor these grants, says.
NOT_SERVED: dict[str, tuple[dict[str, Any], tuple[int, str, str | None]]] = {
    "database.signUp": ({"email": EMAIL, "password": "a password", "connection": REALM}, NO_PAGE),
    "database.changePassword": ({"email": EMAIL, "connection": REALM}, NO_PAGE),
    "oauth.pushedAuthorization": ({"client_id": "x", "response_type": "code", "redirect_uri": CALLBACK}, NO_PAGE),
    "oauth.tokenForConnection": (
        {"connection": "google-oauth2", "subject_token": "x"},
        (
            501,
            "unsupported_grant_type",
            "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token",
        ),
    ),
    "passwordless.sendEmail": ({"email": EMAIL, "send": "code"}, NO_PAGE),
    "passwordless.sendSMS": ({"phone_number": NUMBER}, NO_PAGE),
    "passwordless.loginWithEmail": ({"email": EMAIL, "code": "123456"}, (501, "unsupported_grant_type", OTP)),
    "passwordless.loginWithSMS": ({"phone_number": NUMBER, "code": "123456"}, (501, "unsupported_grant_type", OTP)),
    "backchannel.authorize": ({"userId": "auth0|x", "binding_message": "1", "scope": "openid"}, NO_PAGE),
    "backchannel.backchannelGrant": (
        {"auth_req_id": "x"},
        (501, "unsupported_grant_type", "urn:openid:params:grant-type:ciba"),
    ),
    "tokenExchange.exchangeToken": (
        {"subject_token": "x", "subject_token_type": "urn:zoo:token", "audience": "https://zoo.example/"},
        (501, "unsupported_grant_type", EXCHANGE),
    ),
}


@pytest.fixture(scope="session")
def _client(drive: Callable[..., Driver], _tenant: Tenant) -> Driver:
    return drive("set_up/node_authentication.mjs", NODE_EXTRA_CA_CERTS=_tenant.ca_file)


@pytest.fixture
def client(_client: Driver, tenant: Tenant) -> Driver:
    """A fresh client of the confidential application."""
    _client.do("start", **tenant.confidential)
    return _client


@pytest.fixture
def password(client: Driver, tenant: Tenant) -> dict[str, Any]:
    """What the password grant is sent."""
    return {"method": "oauth.passwordGrant", "fields": {**tenant.person, "audience": tenant.audience, "scope": SCOPE}}


def refusal(error: dict[str, Any]) -> tuple[str, int, str, str]:
    """The SDK's class, and status, `error` and `error_description` as it hands them on."""
    return error["class"], error["status"], error["error"], error["text"]


def changed(call: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """That call with other fields."""
    return {**call, "fields": {**call["fields"], **fields}}


# The methods


def test_each_method_is_served_or_named_here(client: Driver) -> None:
    assert set(client.do("methods")["methods"]) == SERVED | set(NOT_SERVED)


@pytest.mark.parametrize("method", NOT_SERVED)
def test_a_method_whose_route_the_tenant_has_not(client: Driver, method: str) -> None:
    fields, (status, code, grant) = NOT_SERVED[method]
    error = client.fail("call", method=method, fields=fields)
    text = None if grant is None else f"Unsupported grant type: {grant}"
    assert (error["class"], error["status"], error["error"], error.get("text")) == ("AuthApiError", status, code, text)


# Password


@pytest.mark.parametrize("more", [{}, {"realm": REALM}])
def test_a_password_without_a_policy(client: Driver, api: Api, tenant: Tenant, password: Any, more: Any) -> None:
    api.set_up(mfa_policy=[])
    tokens = client.do("call", **changed(password, **more))  # the SDK has checked the id_token by the published keys
    assert (tokens["status"], tokens["expires_in"], tokens["scope"], tokens["token_type"]) == (
        200,
        86_400,
        SCOPE,
        "Bearer",
    )
    assert tokens["access_token"]["claims"]["aud"] == [tenant.audience, tenant.issuer + "userinfo"]
    assert tokens["id_token"]["claims"]["email"] == tenant.username


def test_mfa_that_is_required(client: Driver, password: Any) -> None:
    error = client.fail("call", **password)
    assert refusal(error) == ("AuthApiError", 403, "mfa_required", "Multifactor authentication required")
    body = client.do("refused")
    assert list(body) == ["error", "error_description", "mfa_token"] and body["mfa_token"]["kind"] == "seal"


@pytest.mark.parametrize(
    "fields, answer",
    [
        ({"password": "wrong"}, (403, "invalid_grant", "Wrong email or password.")),
        ({"username": "nobody@example.com"}, (403, "invalid_grant", "Wrong email or password.")),
        ({"client_secret": "wrong"}, (401, "access_denied", "Unauthorized")),
        ({"client_id": "nobody"}, (401, "access_denied", "Unauthorized")),
        ({"realm": "Elsewhere"}, (400, "invalid_request", "Unknown realm Elsewhere.")),
        (
            {"audience": "https://elsewhere.example/"},
            (403, "access_denied", "Service not enabled within domain: https://elsewhere.example/"),
        ),
    ],
)
def test_a_refusal(client: Driver, password: Any, fields: dict[str, str], answer: tuple[int, str, str]) -> None:
    assert refusal(client.fail("call", **changed(password, **fields))) == ("AuthApiError", *answer)


def test_a_grant_that_is_off(client: Driver, api: Api, password: Any) -> None:
    api.set_up(grant_types=["authorization_code"])
    error = client.fail("call", **password)
    text = "Grant type 'password' not allowed for the client."
    assert refusal(error) == ("AuthApiError", 403, "unauthorized_client", text)


def test_a_block_and_a_limit_say_when_to_come_back(client: Driver, password: Any, fault: Callable[..., None]) -> None:
    for _ in range(10):
        assert client.fail("call", **changed(password, password="wrong"))["status"] == 403
    error = client.fail("call", **password)
    assert refusal(error)[:3] == ("AuthApiError", 429, "too_many_attempts") and 0 < int(error["retry_after"]) <= 601
    fault("/oauth/token", "rate_limit", seconds=7)
    error = client.fail("call", **password)
    assert refusal(error)[:3] == ("AuthApiError", 429, "too_many_requests") and error["retry_after"] == "7"


def test_a_page_of_html_is_another_error(client: Driver, password: Any, fault: Callable[..., None]) -> None:
    fault("/oauth/token", "unavailable")
    error = client.fail("call", **password)
    assert (error["class"], error["status"]) == ("ResponseError", 503)


# The application's own tokens


def test_client_credentials(client: Driver, tenant: Tenant) -> None:
    call = {"method": "oauth.clientCredentialsGrant", "fields": {"audience": tenant.management_audience}}
    text = "Grant type 'client_credentials' not allowed for the client."
    assert refusal(client.fail("call", **call)) == ("AuthApiError", 403, "unauthorized_client", text)
    client.do("start", **tenant.set_up)
    claims = client.do("call", **call)["access_token"]["claims"]
    assert (claims["gty"], claims["sub"]) == ("client-credentials", f"{tenant.set_up['client_id']}@clients")
    error = client.fail("call", **changed(call, audience=tenant.audience))  # it has no grant for this one
    assert refusal(error)[:3] == ("AuthApiError", 403, "access_denied")


def test_a_key_in_place_of_a_secret(client: Driver, api: Api, tenant: Tenant, password: Any) -> None:
    private, public = new_pair()
    manage, here = Manage(api), f"clients/{tenant.client_id}"
    key = manage.done("POST", f"{here}/credentials", {"credential_type": "public_key", "pem": public}, 201)
    methods = {"private_key_jwt": {"credentials": [{"id": key["id"]}]}}
    manage.done("PATCH", here, {"token_endpoint_auth_method": None, "client_authentication_methods": methods})
    assert refusal(client.fail("call", **password))[1:] == (401, "access_denied", "Unauthorized")
    client.do("start", domain=tenant.domain, client_id=tenant.client_id, key=private)
    assert client.fail("call", **password)["error"] == "mfa_required"
    client.do("start", domain=tenant.domain, client_id=tenant.client_id, key=new_pair()[0])
    assert refusal(client.fail("call", **password))[1:] == (401, "access_denied", "Unauthorized")


# A code of the login page


@pytest.fixture
def code_grant(api: Api) -> Callable[..., dict[str, Any]]:
    """`code_grant()`: the call with the code of a fresh login, for which the app asked with other parameters if need be."""
    api.set_up(callbacks=[CALLBACK], mfa_policy=[])

    def signed_in(nonce: str = "nonce-of-the-app", **asked: Any) -> dict[str, Any]:
        browser = Browser(api)
        code = told(browser.sign_in(**asked))["code"]
        return {
            "method": "oauth.authorizationCodeGrantWithPKCE",
            "fields": {"code": code, "code_verifier": browser.verifier, "redirect_uri": CALLBACK},
            "options": {"idTokenValidateOptions": {"nonce": nonce, "maxAge": asked.get("max_age")}},
        }

    return signed_in


def test_a_code_and_its_verifier(client: Driver, code_grant: Callable[..., Any], tenant: Tenant) -> None:
    call = code_grant(max_age=60)
    assert client.do("call", **call)["id_token"]["claims"]["email"] == tenant.username
    error = client.fail("call", **call)
    assert refusal(error) == ("AuthApiError", 403, "invalid_grant", "Invalid authorization code")


def test_a_code_with_another_verifier_or_nonce(client: Driver, code_grant: Callable[..., Any]) -> None:
    error = client.fail("call", **changed(code_grant(), code_verifier="x" * 43))
    assert refusal(error) == ("AuthApiError", 403, "invalid_grant", "Failed to verify code verifier")
    assert client.fail("call", **code_grant(nonce="another"))["class"] == "IdTokenValidatorError"


def test_a_code_without_pkce(client: Driver, code_grant: Callable[..., Any], tenant: Tenant) -> None:
    call = code_grant(code_challenge=None, code_challenge_method=None)
    del call["fields"]["code_verifier"]
    tokens = client.do("call", **{**call, "method": "oauth.authorizationCodeGrant"})
    assert tokens["id_token"]["claims"]["email"] == tenant.username


# What comes after


@pytest.fixture
def offline(client: Driver, api: Api, tenant: Tenant) -> None:
    """The SDK holds a refresh token."""
    api.set_up(mfa_policy=[])
    fields = {**tenant.person, "scope": "openid email offline_access"}
    assert client.do("call", method="oauth.passwordGrant", fields=fields)["refresh_token"]["kind"] == "opaque"


REFRESH = {"method": "oauth.refreshTokenGrant", "tokens": {"refresh_token": "refresh_token"}}


def test_a_refresh_and_its_end(client: Driver, api: Api, offline: None) -> None:
    tokens = client.do("call", **REFRESH, fields={"scope": "openid email"})
    assert (tokens["scope"], tokens["status"]) == ("openid email", 200)
    Manage(api).done("PUT", "guardian/policies", ["all-applications"])
    error = client.fail("call", **REFRESH)
    assert refusal(error) == ("AuthApiError", 403, "mfa_required", "Multifactor authentication required")
    assert client.do("refused")["mfa_token"]["kind"] == "seal"
    revoked = client.do("call", method="oauth.revokeRefreshToken", tokens={"token": "refresh_token"})
    assert revoked == {"body": None, "status": 200}
    error = client.fail("call", **REFRESH)
    assert refusal(error) == ("AuthApiError", 403, "invalid_grant", "Unknown or invalid refresh token.")


def test_who_the_token_is_of(client: Driver, offline: None, tenant: Tenant) -> None:
    profile = client.do("userinfo")
    assert sorted(profile) == ["email", "email_verified", "sub"] and profile["email"] == tenant.username
    error = client.fail("userinfo", token="rubbish")
    assert (error["class"], error["status"]) == ("ResponseError", 401)  # its body is no JSON


# Trust


def test_without_the_tenants_authority_it_does_not_connect(drive: Callable[..., Driver], tenant: Tenant) -> None:
    stranger = drive("set_up/node_authentication.mjs")
    stranger.do("start", **tenant.confidential)
    error = stranger.fail("call", method="oauth.clientCredentialsGrant", fields={"audience": tenant.audience})
    assert "UNABLE_TO_VERIFY_LEAF_SIGNATURE" in error["causes"]
