"""RSA in Python alone: what is made there is what `cryptography` makes, and each accepts the other's."""

import hashlib

import jwt
import pytest

from mfa_helpers.sandbox.crypto import keys, pure_keys
from mfa_helpers.sandbox.crypto.pure_keys import ALGORITHMS, Rsa

pytest.importorskip("cryptography")
from jwt.algorithms import RSAAlgorithm, RSAPSSAlgorithm

PEM = pure_keys.new_pem()
OURS, THEIRS = pure_keys.private_key(PEM), keys.private_key(PEM)
PUBLIC = pure_keys.public_half(OURS)
PAIRS = {
    "RS256": (ALGORITHMS["RS256"], RSAAlgorithm(RSAAlgorithm.SHA256)),
    "RS384": (ALGORITHMS["RS384"], RSAAlgorithm(RSAAlgorithm.SHA384)),
    "PS256": (ALGORITHMS["PS256"], RSAPSSAlgorithm(RSAPSSAlgorithm.SHA256)),
}
by_name = pytest.mark.parametrize("name", PAIRS)


def test_cryptography_finds_nothing_wrong_with_a_key():
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    assert load_pem_private_key(PEM.encode(), None).key_size == 2048  # its primes are checked here
    assert THEIRS.private_numbers().public_numbers.e == 65537


def test_a_key_is_written_as_cryptography_writes_it():
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    assert THEIRS.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode() == PEM
    theirs = THEIRS.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    assert pure_keys.pem("PUBLIC KEY", pure_keys.public_der(OURS)) == theirs


def test_a_key_that_cryptography_has_made_is_read():
    pem = keys.new_pem()
    assert pure_keys.modulus(pure_keys.private_key(pem)) == keys.modulus(keys.private_key(pem))


def test_the_certificate_is_the_same_to_the_byte():
    assert pure_keys.certificate(OURS) == keys.certificate(THEIRS)


@by_name
def test_each_accepts_what_the_other_signs_and_nothing_else(name):
    ours, theirs = PAIRS[name]
    for signed, message in ((ours.sign(b"hello", OURS), b"hello"), (theirs.sign(b"hello", THEIRS), b"hello")):
        assert ours.verify(message, PUBLIC, signed)
        assert theirs.verify(message, THEIRS.public_key(), signed)
        assert not ours.verify(b"hellp", PUBLIC, signed)


@by_name
@pytest.mark.parametrize("wrong", [b"", b"\0", bytes(256), b"\xff" * 256, bytes(255), bytes(257)])
def test_what_is_no_signature_is_refused(name, wrong):
    assert not PAIRS[name][0].verify(b"hello", PUBLIC, wrong)


@by_name
@pytest.mark.parametrize("at", [0, 1, 100, 255])
def test_a_changed_signature_is_refused(name, at):
    ours, _ = PAIRS[name]
    signed = bytearray(ours.sign(b"hello", OURS))
    signed[at] ^= 1
    assert not ours.verify(b"hello", PUBLIC, bytes(signed))


def test_a_signature_padded_loosely_is_refused():
    """Who looks only for the hash at the end of the padding can be deceived (CVE-2006-4339)."""
    info = OURS.addPKCS1Prefix(bytearray(hashlib.sha256(b"hello").digest()), "sha256")
    for padding, after in ((202, 0), (8, 194)):
        padded = b"\0\1" + b"\xff" * padding + b"\0" + bytes(info) + bytes(after)
        signed = pow(int.from_bytes(padded, "big"), OURS.d, OURS.n).to_bytes(256, "big")
        assert ALGORITHMS["RS256"].verify(b"hello", PUBLIC, signed) == (after == 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "é",
        "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nMAAé\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n",
        pytest.param(pure_keys.pem("PUBLIC KEY", b"\x30" * 90_000), id="90 kB"),
        pytest.param(PEM, id="a private key"),
    ],
)
def test_what_is_no_public_key_is_refused_by_both(text):
    assert pure_keys.read_public_key(text) is None
    assert keys.read_public_key(text) is None


def test_a_public_key_is_one_to_both():
    text = pure_keys.pem("PUBLIC KEY", pure_keys.public_der(OURS))
    by_hand, found = pure_keys.read_public_key(text), keys.read_public_key(text)
    assert by_hand is not None and found is not None
    assert (by_hand.n, by_hand.e, by_hand.thumbprint()) == (found.n, found.e, found.thumbprint())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        pytest.param(PEM[:300], id="part of a key"),
        pytest.param(PEM.replace("PRIVATE", "PUBLIC"), id="another kind of key"),
    ],
)
def test_what_is_no_key_to_sign_or_check_with_is_refused_with_a_sentence(text):
    with pytest.raises(jwt.exceptions.InvalidKeyError, match=r"Could not parse the provided key\."):
        ALGORITHMS["RS256"].prepare_key(text)


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "RSA"},
        {"kty": "EC", "n": "AQAB", "e": "AQAB"},
        {"kty": "RSA", "n": 1, "e": 1},
        {"kty": "RSA", "n": "", "e": "AQAB"},  # a key that could prove anything
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {"kty": "RSA", "n": "_" * 342, "e": "AQ"},
        "x",
        "[]",
    ],
)
def test_what_is_no_key_of_a_set_is_refused(jwk):
    with pytest.raises(jwt.exceptions.InvalidKeyError, match="Not an RSA key"):
        Rsa.from_jwk(jwk)
