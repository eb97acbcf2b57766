"""RS256: the tenant's key, its tokens, its public key set.

The key lives with the tenant, because making one costs 23 ms or more and
because every kernel that serves the tenant must sign with the same one.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from functools import cached_property
from typing import Any


def new_key() -> tuple[str, str]:
    """A fresh 2048-bit key: (key id, PEM)."""
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return hashlib.sha256(pem).hexdigest()[:21], pem.decode()


class Claims(dict[str, Any]):
    """What a token is to say, in a body whose tokens are still to be signed."""


class Signer:
    """Signs and checks with one key. `cryptography` is loaded at the first use."""

    def __init__(self, kid: str, pem: str) -> None:
        self.kid = kid
        self._pem = pem
        self._private: Any = None

    def _key(self) -> Any:
        if self._private is None:
            from cryptography.hazmat.primitives.serialization import load_pem_private_key

            # It is our own key from our own file: checking its primes again would take longer than a lesson's login.
            self._private = load_pem_private_key(self._pem.encode(), None, unsafe_skip_rsa_key_validation=True)
        return self._private

    def sign(self, claims: dict[str, Any]) -> str:
        import jwt

        return jwt.encode(claims, self._key(), algorithm="RS256", headers={"kid": self.kid})

    async def signed(self, body: dict[str, Any]) -> dict[str, Any]:
        """`body` with a token in the place of each `Claims`. Threads sign side by side: OpenSSL lets go of the interpreter."""
        loop = asyncio.get_running_loop()
        names = [name for name, value in body.items() if isinstance(value, Claims)]
        made = await asyncio.gather(*(loop.run_in_executor(None, self.sign, body[name]) for name in names))
        return {**body, **dict(zip(names, made, strict=True))}

    def read(self, token: str) -> dict[str, Any] | None:
        """The claims if this tenant signed `token`, else `None`. Time and audience are the caller's."""
        import jwt

        try:
            return jwt.decode(token, self._key().public_key(), algorithms=["RS256"], options=_SIGNATURE_ONLY)
        except jwt.InvalidTokenError:
            return None

    @cached_property
    def jwks(self) -> dict[str, Any]:
        """The public key as a key set (documentation, json-web-key-set-properties)."""
        from datetime import datetime

        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.serialization import Encoding
        from cryptography.x509.oid import NameOID

        key = self._key()
        numbers = key.public_key().public_numbers()
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sandbox tenant")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(datetime(2020, 1, 1))
            .not_valid_after(datetime(2050, 1, 1))
            .sign(key, hashes.SHA256())
        )
        der = certificate.public_bytes(Encoding.DER)
        return {
            "keys": [
                {
                    "kty": "RSA",
                    "use": "sig",
                    "n": _base64url(numbers.n.to_bytes(256, "big")),
                    "e": "AQAB",
                    "kid": self.kid,
                    "x5t": _base64url(hashlib.sha1(der, usedforsecurity=False).hexdigest().upper().encode()),
                    "x5c": [base64.b64encode(der).decode()],
                    "alg": "RS256",
                }
            ]
        }


_SIGNATURE_ONLY: Any = {"verify_exp": False, "verify_aud": False, "verify_iat": False, "verify_nbf": False}


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
