"""A certificate authority of one's own, and certificates for this machine's names."""

from __future__ import annotations

import ipaddress
import os
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

DAYS = 30  # that a server's certificate lives
AUTHORITY_DAYS = 3650  # that an authority lives which is to sign more than one: longer than any class is taught


@dataclass(frozen=True)
class Authority:
    """Its certificate, and the key that signs others. PEM."""

    ca: str
    key: str = field(repr=False)


def make(folder: Path, *more: str) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS context for localhost, 127.0.0.1, and the names of `more`, and the CA file that clients must trust, in `folder`.

    Starting again makes a new one.
    """
    return install(folder, *new(*more))


def new(*more: str) -> tuple[str, str]:
    """A new authority's certificate, and what `issue` gives. The authority's key is forgotten at once: it signs nothing else."""
    authority = new_authority(DAYS)
    return authority.ca, issue(authority, *more)


def new_authority(days: int = AUTHORITY_DAYS) -> Authority:
    """An authority that lives so many days."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    # Strict clients want each of these extensions: Node, Java and Python 3.13 among them.
    ca = (
        _builder(_AUTHORITY, key, key, days)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(keyCertSign=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(_as_pem(ca), _key_as_pem(key))


def issue(authority: Authority, *more: str) -> str:
    """A server's new key, and its certificate for localhost, 127.0.0.1, ::1 and the names of `more`. PEM.

    The certificate lives 30 days.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from cryptography.x509.oid import ExtendedKeyUsageOID

    ca_key, key = load_pem_private_key(authority.key.encode(), None), ec.generate_private_key(ec.SECP256R1())
    assert isinstance(ca_key, ec.EllipticCurvePrivateKey)
    leaf = (
        _builder("localhost", key, ca_key, DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(keyCertSign=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.SubjectAlternativeName(
                [_san(item) for item in dict.fromkeys(("localhost", "127.0.0.1", "::1", *more))]
            ),
            critical=False,
        )
        .sign(ca_key, hashes.SHA256())
    )
    return _key_as_pem(key) + _as_pem(leaf)


def install(folder: Path, ca: str, pem: str) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS context with what `new` gave, and the CA file in `folder`. The key is in no file afterwards."""
    ca_file, pem_file = folder / "ca.pem", folder / "server.pem"
    ca_file.write_text(ca)
    with open(os.open(pem_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem_file)
    pem_file.unlink()
    return context, ca_file


_AUTHORITY = "MFA sandbox authority"


def _builder(
    subject: str, key: ec.EllipticCurvePrivateKey, ca_key: ec.EllipticCurvePrivateKey, days: int
) -> x509.CertificateBuilder:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    def name(common: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])

    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(_AUTHORITY))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
    )


def _as_pem(certificate: x509.Certificate) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM).decode()


def _key_as_pem(key: ec.EllipticCurvePrivateKey) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _san(name: str) -> x509.GeneralName:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(keyCertSign: bool) -> x509.KeyUsage:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not keyCertSign,
        key_cert_sign=keyCertSign,
        crl_sign=keyCertSign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
