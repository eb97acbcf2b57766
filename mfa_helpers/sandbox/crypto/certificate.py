"""A throwaway certificate authority, and a certificate for this machine's names."""

from __future__ import annotations

import ipaddress
import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509


DAYS = 30


def make(folder: Path, *more: str) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS context for localhost, 127.0.0.1, and the names of `more`, and the CA file that clients must trust, in `folder`.

    Starting again makes a new one.
    """
    return install(folder, *new(*more))


def new(*more: str) -> tuple[str, str]:
    """The authority's certificate; and the server's key and certificate for localhost, 127.0.0.1, ::1 and the names of `more`. PEM.

    The authority's key is forgotten at once: it signs this one certificate. The certificate lives 30 days.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def name(common: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])

    def builder(subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(name("MFA sandbox authority"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=DAYS))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        )

    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    # Strict clients want each of these extensions: Node, Java and Python 3.13 among them.
    ca = (
        builder(name("MFA sandbox authority"), ca_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(keyCertSign=True), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    leaf = (
        builder(name("localhost"), key)
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
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return ca.public_bytes(Encoding.PEM).decode(), (secret + leaf.public_bytes(Encoding.PEM)).decode()


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
