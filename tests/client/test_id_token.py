"""An id_token is believed only if its signature and its claims hold."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from mfa_helpers.client.errors import IdTokenRefused
from mfa_helpers.client.id_token import verify_id_token
from mfa_helpers.client.mfa import MfaClient
from mfa_helpers.client.secret import Secret
from mfa_helpers.sandbox.hosting import server

Issue = Callable[..., str]
Verify = Callable[..., dict[str, Any]]


@pytest.fixture
def issue(
    client: MfaClient,
    sandbox: server.ServedSandbox,
    set_up: Callable[..., None],
    advance: Callable[[float], None],
) -> Issue:
    """`issue(age)`: an id_token of the tenant that was made `age` seconds ago."""
    set_up(mfa_policy=[])

    def make(age: float = 0) -> str:
        advance(-age or 1e-9)
        tokens = client.login(sandbox.username, sandbox.password, scope="openid profile email")
        assert tokens.id_token is not None
        return tokens.id_token.reveal()

    return make


@pytest.fixture
def verify(client: MfaClient, sandbox: server.ServedSandbox) -> Verify:
    """`verify(token)`: with what the tenant publishes, unless told otherwise."""
    jwks = client.jwks()

    def check(token: str, **other: Any) -> dict[str, Any]:
        return verify_id_token(
            token, **{"jwks": jwks, "issuer": sandbox.issuer, "client_id": sandbox.client_id, **other}
        )

    return check


def encode(part: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def refused(verify: Verify, token: str, **other: Any) -> str:
    """What is said when `token` is refused."""
    with pytest.raises(IdTokenRefused) as caught:
        verify(token, **other)
    assert caught.value.next_step == "Don't trust it. Sign in again."
    assert caught.value.__cause__ is None
    return caught.value.what


def test_a_fresh_token_gives_its_claims(issue: Issue, verify: Verify, sandbox: server.ServedSandbox) -> None:
    claims = verify(issue())
    assert (claims["iss"], claims["aud"]) == (sandbox.issuer, sandbox.client_id)
    assert (claims["email"], claims["name"]) == ("ada@example.com", "Ada")
    assert claims["sub"].startswith("auth0|")
    assert "amr" not in claims


def test_a_secret_token_is_read_as_well(issue: Issue, verify: Verify) -> None:
    assert verify(Secret(issue()))["name"] == "Ada"


def test_a_changed_claim_breaks_the_signature(issue: Issue, verify: Verify) -> None:
    header, _, signature = (token := issue()).split(".")
    changed = encode({**claims_of(token), "email": "eve@example.com"})
    said = refused(verify, f"{header}.{changed}.{signature}")
    assert said == "The ID token's signature is invalid, so the token might have been changed."


def test_a_signature_with_another_key_is_wrong(issue: Issue, verify: Verify) -> None:
    token = issue()
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    kid = jwt.get_unverified_header(token)["kid"]
    forged = jwt.encode(claims_of(token), stranger, algorithm="RS256", headers={"kid": kid})
    assert refused(verify, forged) == "The ID token's signature is invalid, so the token might have been changed."


@pytest.mark.parametrize("kid", [{}, {"kid": "another"}])
def test_a_key_that_is_not_published_is_named(kid: dict[str, str], issue: Issue, verify: Verify) -> None:
    _, claims, signature = issue().split(".")
    token = f"{encode({'alg': 'RS256', 'typ': 'JWT', **kid})}.{claims}.{signature}"
    assert refused(verify, token) == "The ID token names a key that the tenant doesn't publish."


def test_no_algorithm_is_no_signature(issue: Issue, verify: Verify) -> None:
    token = issue()
    header = encode({"alg": "none", "typ": "JWT", "kid": jwt.get_unverified_header(token)["kid"]})
    assert refused(verify, f"{header}.{token.split('.')[1]}.") == "The ID token can't be read (InvalidAlgorithmError)."


def test_the_public_key_is_no_shared_secret(issue: Issue, verify: Verify, client: MfaClient) -> None:
    """The old trick: HS256 with what everybody knows as the secret."""
    token = issue()
    header = encode({"alg": "HS256", "typ": "JWT", "kid": jwt.get_unverified_header(token)["kid"]})
    signed = f"{header}.{token.split('.')[1]}"
    known = base64.b64decode(client.jwks()["keys"][0]["x5c"][0])
    mac = base64.urlsafe_b64encode(hmac.new(known, signed.encode(), hashlib.sha256).digest()).rstrip(b"=").decode()
    assert refused(verify, f"{signed}.{mac}") == "The ID token can't be read (InvalidAlgorithmError)."


def test_a_token_for_another_application_is_refused(issue: Issue, verify: Verify) -> None:
    said = refused(verify, issue(), client_id="another-app")
    assert said == "The ID token was issued for another application."


@pytest.mark.parametrize("issuer", ["https://other.example/", "without-the-slash"])
def test_a_token_of_another_tenant_is_refused(
    issuer: str, issue: Issue, verify: Verify, sandbox: server.ServedSandbox
) -> None:
    issuer = sandbox.issuer.rstrip("/") if issuer == "without-the-slash" else issuer
    assert refused(verify, issue(), issuer=issuer) == "The ID token was issued by another tenant."


def test_an_expired_token_is_refused(issue: Issue, verify: Verify) -> None:
    assert refused(verify, issue(age=36_000 + 62)) == "The ID token has expired."


def test_clocks_may_differ_by_the_leeway(issue: Issue, verify: Verify) -> None:
    token = issue(age=36_000 + 50)
    assert verify(token)["name"] == "Ada"
    assert refused(verify, token, leeway=10) == "The ID token has expired."


def test_a_token_from_the_future_is_a_clock_that_differs(issue: Issue, verify: Verify) -> None:
    assert verify(issue(age=-3600))["name"] == "Ada"


@pytest.mark.parametrize("claim", ["iss", "sub", "aud", "exp", "iat"])
def test_every_needed_claim_must_be_there(claim: str, issue: Issue) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": "mine", "alg": "RS256"}
    claims = {"iss": "https://t.example/", "sub": "auth0|1", "aud": "app", "exp": 4_000_000_000, "iat": 1}

    def check(**changed: Any) -> dict[str, Any]:
        body = {name: value for name, value in {**claims, **changed}.items() if value is not None}
        token = jwt.encode(body, key, algorithm="RS256", headers={"kid": "mine"})
        return verify_id_token(token, jwks={"keys": [public]}, issuer="https://t.example/", client_id="app")

    assert check()["sub"] == "auth0|1"
    with pytest.raises(IdTokenRefused, match="MissingRequiredClaimError"):
        check(**{claim: None})


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "Fe26.2*abc", "eyJhbGciOiJSUzI1NiJ9.e30.x", "é.é.é", "....."])
def test_what_is_no_token_cannot_be_read(text: str, verify: Verify) -> None:
    assert "The ID token can't be read" in refused(verify, text)


def test_what_is_nested_beyond_reason_cannot_be_read(verify: Verify) -> None:
    header = base64.urlsafe_b64encode(b'{"alg":' + b"[" * 30_000).rstrip(b"=").decode()
    assert refused(verify, f"{header}.e30.x").startswith("The ID token can't be read (")


@pytest.mark.parametrize("nothing", [None, 7, b"abc"])
def test_what_is_no_text_cannot_be_read(nothing: Any, verify: Verify) -> None:
    assert refused(verify, nothing) == "The ID token can't be read (DecodeError)."


@pytest.mark.parametrize("jwks", [{}, {"keys": []}, {"keys": [{}]}, {"keys": "none"}, {"keys": [{"kty": "RSA"}]}])
def test_without_a_usable_key_nothing_is_believed(jwks: dict[str, Any], issue: Issue, verify: Verify) -> None:
    assert "usable key" in refused(verify, issue(), jwks=jwks)


def test_a_refusal_does_not_repeat_the_token(issue: Issue, verify: Verify) -> None:
    token = issue()
    with pytest.raises(IdTokenRefused) as caught:
        verify(token, client_id="another-app")
    assert not any(part in str(caught.value) + repr(caught.value) for part in token.split("."))
    assert "another application" in str(caught.value)
