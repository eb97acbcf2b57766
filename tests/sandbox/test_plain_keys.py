"""RSA by Python's own numbers: what it makes is what `cryptography` makes, and each accepts the other's."""

import hashlib

import jwt
import pytest

from mfa_helpers.sandbox import keys, plain_keys
from mfa_helpers.sandbox.plain_keys import Pkcs1, Pss, PublicKey

pytest.importorskip("cryptography")
from jwt.algorithms import RSAAlgorithm, RSAPSSAlgorithm

PEM = plain_keys.new_pem()
OURS, THEIRS = plain_keys.private_key(PEM), keys.private_key(PEM)
PAIRS = {
    "RS256": (Pkcs1("sha256"), RSAAlgorithm(RSAAlgorithm.SHA256)),
    "RS384": (Pkcs1("sha384"), RSAAlgorithm(RSAAlgorithm.SHA384)),
    "PS256": (Pss("sha256"), RSAPSSAlgorithm(RSAPSSAlgorithm.SHA256)),
}
by_name = pytest.mark.parametrize("name", PAIRS)


def test_a_key_has_2048_bits_and_two_primes_of_half_the_size():
    assert OURS.n.bit_length() == 2048
    assert OURS.p.bit_length() == OURS.q.bit_length() == 1024
    numbers = THEIRS.private_numbers()
    assert (numbers.p, numbers.q, numbers.public_numbers.e) == (OURS.p, OURS.q, 65537)


def test_cryptography_finds_nothing_wrong_with_it():
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    assert load_pem_private_key(PEM.encode(), None).key_size == 2048  # its primes are checked here


def test_a_key_is_written_as_cryptography_writes_it():
    pem = keys.new_pem()
    assert plain_keys.pem("PRIVATE KEY", plain_keys.private_key(pem).private_der()) == pem


def test_the_certificate_is_the_same_to_the_byte():
    assert plain_keys.certificate(OURS) == keys.certificate(THEIRS)


@by_name
def test_each_accepts_what_the_other_signs_and_nothing_else(name):
    ours, theirs = PAIRS[name]
    for signed, message in ((ours.sign(b"hello", OURS), b"hello"), (theirs.sign(b"hello", THEIRS), b"hello")):
        assert ours.verify(message, OURS.public_key(), signed)
        assert theirs.verify(message, THEIRS.public_key(), signed)
        assert not ours.verify(b"hellp", OURS, signed)


@by_name
@pytest.mark.parametrize("wrong", [b"", b"\0", bytes(256), b"\xff" * 256, bytes(255), bytes(257)])
def test_what_is_no_signature_is_refused(name, wrong):
    assert not PAIRS[name][0].verify(b"hello", OURS, wrong)


@by_name
@pytest.mark.parametrize("at", [0, 1, 100, 255])
def test_a_changed_signature_is_refused(name, at):
    ours, _ = PAIRS[name]
    signed = bytearray(ours.sign(b"hello", OURS))
    signed[at] ^= 1
    assert not ours.verify(b"hello", OURS, bytes(signed))


def test_a_signature_padded_loosely_is_refused():
    """Who looks only for the hash at the end of the padding can be deceived (CVE-2006-4339)."""
    info = Pkcs1("sha256")._prefix + hashlib.sha256(b"hello").digest()
    loose = b"\0\1" + b"\xff" * 8 + b"\0" + info
    number = int.from_bytes(loose + bytes(256 - len(loose)), "big")
    assert not Pkcs1("sha256").verify(b"hello", OURS, OURS.power(number).to_bytes(256, "big"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "é",
        "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
        plain_keys.pem("PUBLIC KEY", b"\x30" * 90_000),
        PEM,
    ],
)
def test_what_is_no_public_key_is_refused_by_both(text):
    assert not plain_keys.is_public_key(text)
    assert not keys.is_public_key(text)


def test_a_public_key_is_read():
    text = plain_keys.pem("PUBLIC KEY", OURS.der())
    assert plain_keys.public_key(text) == PublicKey(OURS.n)
    assert keys.is_public_key(text)


@pytest.mark.parametrize("n, e", [(0, 65537), (2**1000, 65537), (2**2047, 1)])
def test_a_key_that_could_prove_anything_is_none(n, e):
    with pytest.raises(ValueError, match="no RSA key"):
        PublicKey(n, e)


@pytest.mark.parametrize(
    "jwk", [{}, {"kty": "RSA"}, {"kty": "EC", "n": "AQAB", "e": "AQAB"}, {"kty": "RSA", "n": 1, "e": 1}, "x"]
)
def test_what_is_no_key_of_a_set_is_refused(jwk):
    with pytest.raises(jwt.exceptions.InvalidKeyError, match="Not an RSA key"):
        Pkcs1.from_jwk(jwk)
