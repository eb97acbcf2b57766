"""What the tenant says of itself."""

import pytest

from mfa_helpers.sandbox import start

from ...support.deadline import DEADLINE
from ...support.sandbox_api import Api


def test_discovery_gives_the_issuer_and_the_addresses_of_this_server(api):
    answer = api.call("GET", "/.well-known/openid-configuration")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json; charset=utf-8")
    told, base = answer.json(), api.sandbox.base_url
    assert told["issuer"] == api.sandbox.issuer == base + "/"
    assert told["authorization_endpoint"] == base + "/authorize"
    assert told["token_endpoint"] == base + "/oauth/token"
    assert told["userinfo_endpoint"] == base + "/userinfo"
    assert told["mfa_challenge_endpoint"] == base + "/mfa/challenge"
    assert told["jwks_uri"] == base + "/.well-known/jwks.json"


def test_discovery_advertises_no_address_for_enrolling_or_listing(api):
    text = api.call("GET", "/.well-known/openid-configuration").text
    assert "mfa/challenge" in text
    assert "associate" not in text and "authenticators" not in text


def test_discovery_says_what_is_documented_and_no_more(api):
    """The sample of the page configure-applications-with-oidc-discovery, without what belongs to an early access."""
    told = api.call("GET", "/.well-known/openid-configuration").json()
    assert list(told) == [
        "issuer", "authorization_endpoint", "token_endpoint", "device_authorization_endpoint", "userinfo_endpoint",
        "mfa_challenge_endpoint", "jwks_uri", "registration_endpoint", "revocation_endpoint", "end_session_endpoint",
        "scopes_supported",
        "response_types_supported", "code_challenge_methods_supported", "response_modes_supported",
        "subject_types_supported", "id_token_signing_alg_values_supported", "token_endpoint_auth_methods_supported",
        "claims_supported", "request_uri_parameter_supported", "request_parameter_supported",
        "token_endpoint_auth_signing_alg_values_supported",
    ]  # fmt: skip
    assert told["token_endpoint_auth_methods_supported"] == [
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
    ]
    assert told["token_endpoint_auth_signing_alg_values_supported"] == [
        "RS256", "RS384", "PS256", "PS384", "ES256", "ES384",
    ]  # fmt: skip
    assert told["code_challenge_methods_supported"] == ["S256", "plain"]
    assert told["response_modes_supported"] == ["query", "fragment", "form_post"]
    assert told["id_token_signing_alg_values_supported"] == ["HS256", "RS256", "PS256"]
    assert told["subject_types_supported"] == ["public"]


def test_the_addresses_told_lead_somewhere(api):
    told = api.call("GET", "/.well-known/openid-configuration").json()
    for name in ("token_endpoint", "userinfo_endpoint", "mfa_challenge_endpoint", "jwks_uri"):
        assert api.http.post(told[name], timeout=DEADLINE).status_code in (400, 401, 405)


def test_a_notebooks_tenant_has_one_issuer_whatever_its_port(state):
    sandbox = start(state)
    api = Api(sandbox)
    told = api.call("GET", "/.well-known/openid-configuration").json()
    api.http.close()
    sandbox.stop()
    assert told["issuer"] == sandbox.issuer == "https://sandbox.localhost/"
    assert sandbox.mfa_audience == "https://sandbox.localhost/mfa/"
    assert told["token_endpoint"] == sandbox.base_url + "/oauth/token"


def test_the_public_key_is_there_and_the_private_one_is_not(api):
    answer = api.call("GET", "/.well-known/jwks.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json; charset=utf-8")
    (key,) = answer.json()["keys"]
    assert key.keys() == {"kty", "use", "n", "e", "kid", "x5t", "x5c", "alg"}
    assert (key["kty"], key["use"], key["alg"], key["e"]) == ("RSA", "sig", "RS256", "AQAB")


@pytest.mark.parametrize("path", ["openid-configuration", "oauth-authorization-server", "jwks.json"])
def test_it_can_only_be_read(api, path):
    answer = api.call("POST", "/.well-known/" + path)
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/json")
    assert answer.json() == {"statusCode": 405, "error": "Method Not Allowed", "message": "Method Not Allowed"}
