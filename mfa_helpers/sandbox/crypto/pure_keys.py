"""As `keys`, by libraries in Python alone: for a browser, where `cryptography` cannot be installed.

tlslite-ng makes keys and signatures. It writes neither keys nor certificates,
so their parts are put together here with `ecdsa.der`. Sources: RFC 8017 (RSA),
RFC 5208 (private keys), RFC 5280 (certificates).
"""

from __future__ import annotations

import base64
import hashlib
import json
from contextlib import suppress
from typing import Any

import jwt
from ecdsa import der
from jwt.algorithms import Algorithm
from jwt.exceptions import InvalidKeyError
from tlslite.utils.python_key import Python_Key
from tlslite.utils.python_rsakey import Python_RSAKey

from .keys import SUBJECT, VALID, PublicKey

_NULL = b"\x05\x00"
_RSA, _SHA256_WITH_RSA = (der.encode_sequence(der.encode_oid(1, 2, 840, 113549, 1, 1, last), _NULL) for last in (1, 11))


def new_pem() -> str:
    """A fresh 2048-bit key."""
    key = Python_RSAKey.generate(2048)
    numbers = (0, key.n, key.e, key.d, key.p, key.q, key.dP, key.dQ, key.qInv)
    inner = der.encode_sequence(*map(der.encode_integer, numbers))
    return pem("PRIVATE KEY", der.encode_sequence(der.encode_integer(0), _RSA, der.encode_octet_string(inner)))


def private_key(text: str) -> Python_RSAKey:
    """What PyJWT signs with. Raises `ValueError` if it is none."""
    return _parsed(text, "PRIVATE KEY")


def public_half(key: Python_RSAKey) -> Python_RSAKey:
    """What PyJWT checks with."""
    return Python_RSAKey(key.n, key.e)


def modulus(key: Python_RSAKey) -> int:
    """The modulus `n` of the key."""
    return int(key.n)


def certificate(key: Python_RSAKey) -> bytes:
    """A certificate of the key by itself, as DER."""
    text = _tagged(0x0C, SUBJECT.encode())
    name = der.encode_sequence(_tagged(0x31, der.encode_sequence(der.encode_oid(2, 5, 4, 3), text)))
    first, last = VALID
    valid = der.encode_sequence(  # from 2050 on, with the century
        _tagged(0x17, f"{first:%y%m%d%H%M%SZ}".encode()), _tagged(0x18, f"{last:%Y%m%d%H%M%SZ}".encode())
    )
    version = der.encode_constructed(0, der.encode_integer(2))
    content = der.encode_sequence(version, der.encode_integer(1), _SHA256_WITH_RSA, name, valid, name, public_der(key))
    signature = der.encode_bitstring(bytes(key.hashAndSign(content, "PKCS1", "sha256")), 0)
    return bytes(der.encode_sequence(content, _SHA256_WITH_RSA, signature))


def read_public_key(text: str) -> PublicKey | None:
    """The RSA key of a PEM; `None` if there is none in it. Certificates aren't read here."""
    try:
        key = _parsed(text, "PUBLIC KEY")
    except ValueError:
        return None
    return PublicKey(text, int(key.n), int(key.e))


def public_der(key: Python_RSAKey) -> bytes:
    """SubjectPublicKeyInfo."""
    numbers = der.encode_sequence(der.encode_integer(key.n), der.encode_integer(key.e))
    return bytes(der.encode_sequence(_RSA, der.encode_bitstring(numbers, 0)))


def pem(label: str, content: bytes) -> str:
    """A key as PEM."""
    text = base64.b64encode(content).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def _parsed(text: str, label: str) -> Python_RSAKey:
    if f"-----BEGIN {label}-----" not in text:
        raise ValueError(f"no {label}")
    try:
        key = Python_Key.parsePEM(text)
    except (SyntaxError, IndexError, AttributeError, TypeError, ValueError):  # it says in many ways that it cannot
        raise ValueError(f"no {label} that can be read") from None
    return _checked(key)


def _checked(key: Any) -> Python_RSAKey:
    if not isinstance(key, Python_RSAKey) or key.n.bit_length() < 1024 or key.e < 3:
        raise ValueError("no RSA key")
    return key


def _tagged(tag: int, content: bytes) -> bytes:
    return bytes([tag, *der.encode_length(len(content)), *content])


class Rsa(Algorithm):
    """How PyJWT signs and checks with these keys. `scheme` is `PKCS1` or `PSS`."""

    def __init__(self, scheme: str, hash: str) -> None:
        salt = hashlib.new(hash).digest_size  # of PSS: as long as the hash (RFC 7518, section 3.5)
        self._how = (scheme, hash, salt)

    def prepare_key(self, key: Any) -> Python_RSAKey:
        if isinstance(key, Python_RSAKey):
            return key
        text = key.decode() if isinstance(key, bytes) else key
        try:
            return _parsed(text, "PRIVATE KEY" if "PRIVATE KEY" in text else "PUBLIC KEY")
        except ValueError:
            raise InvalidKeyError("Could not parse the provided key.") from None

    def sign(self, msg: bytes, key: Any) -> bytes:
        return bytes(key.hashAndSign(msg, *self._how))

    def verify(self, msg: bytes, key: Any, sig: bytes) -> bool:
        return bool(key.hashAndVerify(bytearray(sig), msg, *self._how))

    @staticmethod
    def from_jwk(jwk: Any) -> Python_RSAKey:
        try:
            key = json.loads(jwk) if isinstance(jwk, str) else jwk
            if key["kty"] != "RSA":
                raise ValueError
            n, e = (int.from_bytes(base64.urlsafe_b64decode(key[name] + "=="), "big") for name in ("n", "e"))
            return _checked(Python_RSAKey(n, e))
        except (ValueError, KeyError, TypeError, AssertionError):
            raise InvalidKeyError("Not an RSA key") from None

    @staticmethod
    def to_jwk(key_obj: Any, as_dict: bool = False) -> Any:
        raise NotImplementedError("the key set writes its keys itself")


#: What PyJWT signs and checks by from now on: without `cryptography` it has nothing else to do it by.
ALGORITHMS = {"RS256": Rsa("PKCS1", "sha256"), "RS384": Rsa("PKCS1", "sha384"), "PS256": Rsa("PSS", "sha256")}
for _name, _algorithm in ALGORITHMS.items():
    with suppress(ValueError):  # it is registered
        jwt.register_algorithm(_name, _algorithm)
