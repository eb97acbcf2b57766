"""As `keys`, by Python's own whole numbers: for a browser, where `cryptography` cannot be installed.

For throw-away tenants only: how long a signature takes may tell something of
the key. Do not take this file elsewhere. Sources: RFC 8017 (RSA), RFC 5280
(certificates), RFC 5958 (keys in PEM).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jwt
from jwt.algorithms import Algorithm
from jwt.exceptions import InvalidKeyError

from .keys import SUBJECT, VALID

_E = 65537
_INTEGER, _BITS, _OCTETS, _NULL, _OID, _UTF8, _TIME, _LATE_TIME, _SEQUENCE, _SET, _VERSION = (
    *(0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x17, 0x18, 0x30, 0x31, 0xA0),
)


@dataclass(frozen=True, repr=False)
class PublicKey:
    n: int
    e: int = _E

    def __post_init__(self) -> None:
        if self.n.bit_length() < 1024 or self.e < 3:
            raise ValueError("no RSA key")

    @cached_property
    def size(self) -> int:
        """In bytes."""
        return (self.n.bit_length() + 7) // 8

    def der(self) -> bytes:
        """SubjectPublicKeyInfo."""
        return _sequence(_RSA, _der(_BITS, b"\0", _sequence(_integer(self.n), _integer(self.e))))

    def public_key(self) -> PublicKey:
        return PublicKey(self.n, self.e)

    def public_numbers(self) -> PublicKey:
        """Itself: where those of `cryptography` keep `n`."""
        return self


@dataclass(frozen=True, repr=False)
class PrivateKey(PublicKey):
    p: int = 0
    q: int = 0

    @cached_property
    def _parts(self) -> tuple[int, int, int, int]:
        d = pow(self.e, -1, math.lcm(self.p - 1, self.q - 1))
        return d, d % (self.p - 1), d % (self.q - 1), pow(self.q, -1, self.p)

    def power(self, number: int) -> int:
        """`number` to the private exponent, by the Chinese remainder theorem: four times as fast."""
        _, dp, dq, inverse = self._parts
        of_q = pow(number, dq, self.q)
        return of_q + self.q * ((pow(number, dp, self.p) - of_q) * inverse % self.p)

    def private_der(self) -> bytes:
        """PKCS #8."""
        d, dp, dq, inverse = self._parts
        numbers = (0, self.n, self.e, d, self.p, self.q, dp, dq, inverse)
        return _sequence(_integer(0), _RSA, _der(_OCTETS, _sequence(*map(_integer, numbers))))


def new_pem() -> str:
    p, q = _prime(1024), _prime(1024)
    return pem("PRIVATE KEY", PrivateKey(p * q, _E, p, q).private_der())


def private_key(text: str) -> PrivateKey:
    """Raises `ValueError` if it is none."""
    _, _, octets = _read(_from_pem(text, "PRIVATE KEY"))
    _, n, e, _, p, q, *_ = map(_number, _read(octets[1]))
    return PrivateKey(n, e, p, q)


def public_key(text: str) -> PublicKey:
    """Raises `ValueError` if it is no RSA public key."""
    (_, algorithm), (_, bits) = _read(_from_pem(text, "PUBLIC KEY"))
    if _sequence(algorithm) != _RSA:
        raise ValueError("not RSA")
    n, e = map(_number, _read(bits[1:]))
    return PublicKey(n, e)


def is_public_key(text: str) -> bool:
    try:
        public_key(text)
    except ValueError:
        return False
    return True


def certificate(key: PrivateKey) -> bytes:
    name = _sequence(_der(_SET, _sequence(_der(_OID, bytes([0x55, 4, 3])), _der(_UTF8, SUBJECT.encode()))))
    first, last = VALID
    valid = _sequence(  # from 2050 on, with the century
        _der(_TIME, f"{first:%y%m%d%H%M%SZ}".encode()), _der(_LATE_TIME, f"{last:%Y%m%d%H%M%SZ}".encode())
    )
    content = _sequence(
        _der(_VERSION, _integer(2)), _integer(1), _SHA256_WITH_RSA, name, valid, name, key.public_key().der()
    )
    return _sequence(content, _SHA256_WITH_RSA, _der(_BITS, b"\0", Pkcs1("sha256").sign(content, key)))


class _Rsa(Algorithm):
    def __init__(self, hash: str) -> None:
        self._hash: Callable[[bytes], hashlib._Hash] = getattr(hashlib, hash)
        self._size: int = self._hash(b"").digest_size
        self._prefix = _HASH_INFO[hash]

    def prepare_key(self, key: Any) -> PublicKey:
        if isinstance(key, PublicKey):
            return key
        text = key.decode() if isinstance(key, bytes) else key
        try:
            return private_key(text) if "PRIVATE KEY" in text else public_key(text)
        except ValueError:
            raise InvalidKeyError("Could not parse the provided key.") from None

    def sign(self, msg: bytes, key: Any) -> bytes:
        number = int.from_bytes(self._padded(msg, key), "big")
        made: bytes = key.power(number).to_bytes(key.size, "big")
        return made

    def verify(self, msg: bytes, key: Any, sig: bytes) -> bool:
        number = int.from_bytes(sig, "big")
        return (
            len(sig) == key.size
            and number < key.n
            and self._fits(msg, key, pow(number, key.e, key.n).to_bytes(key.size, "big"))
        )

    def _padded(self, msg: bytes, key: PublicKey) -> bytes:
        raise NotImplementedError

    def _fits(self, msg: bytes, key: PublicKey, padded: bytes) -> bool:
        return hmac.compare_digest(padded, self._padded(msg, key))

    @staticmethod
    def from_jwk(jwk: Any) -> PublicKey:
        try:
            key = json.loads(jwk) if isinstance(jwk, str) else jwk
            if key["kty"] != "RSA":
                raise ValueError
            return PublicKey(*(int.from_bytes(_unpadded(key[name]), "big") for name in ("n", "e")))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise InvalidKeyError("Not an RSA key") from None

    @staticmethod
    def to_jwk(key_obj: Any, as_dict: bool = False) -> Any:
        raise NotImplementedError("the key set writes its keys itself")


class Pkcs1(_Rsa):
    """RSASSA-PKCS1-v1_5."""

    def _padded(self, msg: bytes, key: PublicKey) -> bytes:
        info = self._prefix + self._hash(msg).digest()
        return b"\0\1" + b"\xff" * (key.size - len(info) - 3) + b"\0" + info


class Pss(_Rsa):
    """RSASSA-PSS, for keys of whole bytes; the salt is as long as the hash (RFC 7518, section 3.5)."""

    def _padded(self, msg: bytes, key: PublicKey) -> bytes:
        return self._with_salt(msg, key, secrets.token_bytes(self._size))

    def _fits(self, msg: bytes, key: PublicKey, padded: bytes) -> bool:
        masked, digest = padded[: -self._size - 1], padded[-self._size - 1 : -1]
        salt = _mixed(masked, self._stream(digest, len(masked)))[-self._size :]
        return hmac.compare_digest(padded, self._with_salt(msg, key, salt))

    def _with_salt(self, msg: bytes, key: PublicKey, salt: bytes) -> bytes:
        digest = self._hash(bytes(8) + self._hash(msg).digest() + salt).digest()
        block = (b"\1" + salt).rjust(key.size - self._size - 1, b"\0")
        masked = bytearray(_mixed(block, self._stream(digest, len(block))))
        masked[0] &= 0x7F  # the number must stay below the modulus
        return bytes(masked) + digest + b"\xbc"

    def _stream(self, seed: bytes, size: int) -> bytes:
        blocks = range(-(-size // self._size))
        return b"".join(self._hash(seed + number.to_bytes(4, "big")).digest() for number in blocks)[:size]


def _mixed(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


# Primes


def _prime(bits: int) -> int:
    """A prime whose two highest bits are set, so that a product of two has full length, and that goes with `_E`."""
    small = [n for n in range(3, 2000, 2) if all(n % d for d in range(3, math.isqrt(n) + 1, 2))]
    product = math.prod(small)
    while True:
        number = secrets.randbits(bits) | 3 << bits - 2 | 1
        if math.gcd(number, product) == 1 and math.gcd(number - 1, _E) == 1 and _is_prime(number):
            return number


def _is_prime(number: int) -> bool:
    """By Miller and Rabin: for 1024 random bits, eight rounds err less than once in 2**100 (FIPS 186-5, appendix B)."""
    twos = (number - 1 & 1 - number).bit_length() - 1
    odd = number - 1 >> twos
    for _ in range(8):
        power = pow(secrets.randbelow(number - 3) + 2, odd, number)
        if power not in (1, number - 1) and all(
            (power := power * power % number) != number - 1 for _ in range(twos - 1)
        ):
            return False
    return True


# DER and PEM


def _der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    head = bytes([tag, len(body)]) if len(body) < 128 else bytes([tag, 128 + len(length)]) + length
    return head + body


def _sequence(*parts: bytes) -> bytes:
    return _der(_SEQUENCE, *parts)


def _integer(number: int) -> bytes:
    return _der(_INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _number(item: tuple[int, bytes]) -> int:
    tag, content = item
    if tag != _INTEGER:
        raise ValueError("no whole number")
    return int.from_bytes(content, "big", signed=True)


def _read(der: bytes) -> list[tuple[int, bytes]]:
    """Tag and content of each item of a sequence. Raises `ValueError` if it is none."""
    ((tag, content),) = _items(der)
    if tag != _SEQUENCE:
        raise ValueError("no sequence")
    return list(_items(content))


def _items(der: bytes) -> Iterator[tuple[int, bytes]]:
    while der:
        size, head = int.from_bytes(der[1:2], "big"), 2
        if size >= 128:
            head += size - 128
            size = int.from_bytes(der[2:head], "big")
        if len(der) < head + size:
            raise ValueError("cut off")
        yield der[0], der[head : head + size]
        der = der[head + size :]


def pem(label: str, der: bytes) -> str:
    text = base64.b64encode(der).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def _from_pem(text: str, label: str) -> bytes:
    _, begin, rest = text.partition(f"-----BEGIN {label}-----")
    body, end, _ = rest.partition(f"-----END {label}-----")
    if not begin or not end:
        raise ValueError(f"no {label}")
    return base64.b64decode("".join(body.split()), validate=True)


def _unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


_RSA, _SHA256_WITH_RSA = (
    _sequence(_der(_OID, bytes.fromhex("2a864886f70d0101") + last), _der(_NULL)) for last in (b"\x01", b"\x0b")
)
# What stands before a hash inside a signature (RFC 8017, section 9.2, note 1).
_HASH_INFO = {
    name: bytes.fromhex(f"30{size + 17:02x}300d06096086480165030402{number:02x}0500 04{size:02x}")
    for name, number, size in (("sha256", 1, 32), ("sha384", 2, 48))
}

# PyJWT signs and checks by this module from now on: without `cryptography` it has nothing else to do it by.
for _name, _algorithm in {"RS256": Pkcs1("sha256"), "RS384": Pkcs1("sha384"), "PS256": Pss("sha256")}.items():
    with suppress(ValueError):  # it is registered
        jwt.register_algorithm(_name, _algorithm)
