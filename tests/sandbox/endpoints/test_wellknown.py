"""What the tenant says of itself."""

import pytest

from mfa_helpers.sandbox import start

from ...support.deadline import DEADLINE
from ...support.sandbox_api import Api


def test_discovery_gives_the_issuer_and_the_addresses_of_this_server(api):
    answer = api.call("GET", "/.well-known/openid-configuration")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
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


def test_discovery_names_the_grants_and_methods_that_work(api):
    told = api.call("GET", "/.well-known/openid-configuration").json()
    assert told["grant_types_supported"] == [
        "password",
        "http://auth0.com/oauth/grant-type/password-realm",
        "http://auth0.com/oauth/grant-type/mfa-oob",
        "http://auth0.com/oauth/grant-type/mfa-otp",
        "http://auth0.com/oauth/grant-type/mfa-recovery-code",
        "refresh_token",
        "client_credentials",
    ]
    assert told["token_endpoint_auth_methods_supported"] == [
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
        "none",
    ]
    assert told["id_token_signing_alg_values_supported"] == ["RS256"]
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
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    (key,) = answer.json()["keys"]
    assert key.keys() == {"kty", "use", "n", "e", "kid", "x5t", "x5c", "alg"}
    assert (key["kty"], key["use"], key["alg"], key["e"]) == ("RSA", "sig", "RS256", "AQAB")


@pytest.mark.parametrize("path", ["openid-configuration", "jwks.json"])
def test_it_can_only_be_read(api, path):
    answer = api.call("POST", "/.well-known/" + path)
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/json")
    assert answer.json() == {"statusCode": 405, "error": "Method Not Allowed", "message": "Method Not Allowed"}
