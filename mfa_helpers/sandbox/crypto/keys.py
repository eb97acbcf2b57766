"""The tenant's RSA keys, by `cryptography`. `pure_keys` has the same functions, for where that cannot be installed."""

from __future__ import annotations

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


def is_public_key(pem: str) -> bool:
    """Whether it is an RSA public key."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        return isinstance(load_pem_public_key(pem.encode()), RSAPublicKey)
    except ValueError:
        return False
