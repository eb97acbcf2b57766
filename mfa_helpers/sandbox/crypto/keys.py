"""The tenant's RSA keys, by `cryptography`. `pure_keys` has the same functions, for where that cannot be installed."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

#: The subject of the certificate in the key set, and how long that is good.
SUBJECT = "sandbox tenant"
VALID = datetime(2020, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)


def new_pem() -> str:
    """A fresh 2048-bit key."""
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def private_key(pem: str) -> RSAPrivateKey:
    """What PyJWT signs with."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    # It is our own key from our own file: checking its primes again would take longer than a lesson's login.
    return cast("RSAPrivateKey", load_pem_private_key(pem.encode(), None, unsafe_skip_rsa_key_validation=True))


def public_half(key: RSAPrivateKey) -> RSAPublicKey:
    """What PyJWT checks with."""
    return key.public_key()


def modulus(key: RSAPrivateKey) -> int:
    """The modulus `n` of the key."""
    return key.public_key().public_numbers().n


def certificate(key: RSAPrivateKey) -> bytes:
    """A certificate of the key by itself, as DER."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509.oid import NameOID

    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SUBJECT)])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = builder.serial_number(1).not_valid_before(VALID[0]).not_valid_after(VALID[1]).sign(key, hashes.SHA256())
    return made.public_bytes(Encoding.DER)


@dataclass(frozen=True)
class PublicKey:
    """Somebody's RSA key. `expires_at`, in seconds since 1970, is that of the certificate it came in, if it came in one."""

    pem: str
    n: int
    e: int
    expires_at: float | None = None

    def thumbprint(self) -> str:
        """Its name, by RFC 7638."""
        e, n = (base64url(number.to_bytes((number.bit_length() + 7) // 8, "big")) for number in (self.e, self.n))
        return base64url(hashlib.sha256(f'{{"e":"{e}","kty":"RSA","n":"{n}"}}'.encode()).digest())


def base64url(raw: bytes) -> str:
    """Without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def read_public_key(pem: str) -> PublicKey | None:
    """The RSA key of a PEM, which may be a certificate; `None` if there is none in it."""
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

    try:
        if "BEGIN CERTIFICATE" in pem:
            found = x509.load_pem_x509_certificate(pem.encode())
            key: object = found.public_key()
            expires_at: float | None = found.not_valid_after_utc.timestamp()
        else:
            key, expires_at = load_pem_public_key(pem.encode()), None
    except (ValueError, UnsupportedAlgorithm):
        return None
    if not isinstance(key, RSAPublicKey):
        return None
    own = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    numbers = key.public_numbers()
    return PublicKey(own, numbers.n, numbers.e, expires_at)
