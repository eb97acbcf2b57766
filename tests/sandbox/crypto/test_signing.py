"""RS256: one key, its signatures, its published half."""

import base64
import hashlib
import hmac
import json

import jwt
import pytest

from mfa_helpers.sandbox.crypto.signing import Signer, new_key

x509 = pytest.importorskip("cryptography.x509")
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: E402

KID, PEM = new_key()


@pytest.fixture
def signer():
    return Signer(KID, PEM)


def public_key():
    return jwt.PyJWKSet.from_dict(Signer(KID, PEM).jwks)[KID].key


def unpadded(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_a_signature_is_proven_with_the_published_key(signer):
    token = signer.sign({"sub": "ada"})
    assert jwt.get_unverified_header(token) == {"alg": "RS256", "typ": "JWT", "kid": KID}
    assert jwt.decode(token, public_key(), algorithms=["RS256"]) == {"sub": "ada"}


def test_what_was_signed_can_be_read_back_even_when_expired(signer):
    claims = {"sub": "ada", "aud": ["a", "b"], "exp": 1, "iat": 2**31, "iss": "somebody"}
    assert signer.read(signer.sign(claims)) == claims


def test_another_start_of_the_same_tenant_reads_it_too(signer):
    assert Signer(KID, PEM).read(signer.sign({"sub": "ada"})) == {"sub": "ada"}


def test_a_changed_token_is_not_read(signer):
    header, payload, signature = signer.sign({"sub": "ada"}).split(".")
    other = signer.sign({"sub": "bob"}).split(".")
    assert signer.read(f"{header}.{payload}.{signature}") == {"sub": "ada"}
    for changed in (
        f"{header}.{other[1]}.{signature}",
        f"{header}.{payload}.{other[2]}",
        f"{header}.{payload}.",
        f"{header}.{payload}",
        f"{header}.{payload}.{signature[:-8]}",
    ):
        assert signer.read(changed) is None


def test_a_token_of_another_key_is_not_read(signer):
    _, pem = new_key()
    assert signer.read(Signer(KID, pem).sign({"sub": "ada"})) is None


def test_a_token_without_a_signature_is_not_read(signer):
    assert signer.read(jwt.encode({"sub": "ada"}, None, algorithm="none", headers={"kid": KID})) is None


def test_the_public_key_is_no_shared_secret(signer):
    content = ".".join(unpadded(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, {"sub": "ada"}))
    secret = public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signature = hmac.new(secret, content.encode(), hashlib.sha256).digest()
    assert signer.read(f"{content}.{unpadded(signature)}") is None


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "a.b.c", "\x00", "é.é.é", "eyJ" * 3, f"{unpadded(b'{')}.e30.x", f"{unpadded(b'[]')}.e30.x"],
)
def test_what_is_no_token_is_not_read(signer, token):
    assert signer.read(token) is None


def test_a_token_nested_beyond_reason_is_not_read(signer):
    assert signer.read(unpadded(b'{"alg":' + b"[" * 30_000) + ".e30.x") is None


def test_the_key_set_holds_the_public_half_only(signer):
    (key,) = signer.jwks["keys"]
    assert set(key) == {"kty", "use", "n", "e", "kid", "x5t", "x5c", "alg"}
    assert key["kid"] == KID
    assert len(base64.urlsafe_b64decode(key["n"] + "==")) == 256


def test_the_certificate_in_the_key_set_is_of_the_same_key_and_its_print_is_right(signer):
    (key,) = signer.jwks["keys"]
    der = base64.b64decode(key["x5c"][0])
    assert x509.load_der_x509_certificate(der).public_key() == public_key()
    assert base64.urlsafe_b64decode(key["x5t"] + "==") == hashlib.sha1(der).digest()


def test_the_key_set_is_the_same_each_time(signer):
    assert signer.jwks == Signer(KID, PEM).jwks


def test_each_key_is_new():
    assert new_key()[0] != KID
