"""RS256: the tenant's key, its tokens, its public key set.

The key lives with the tenant, because making one costs 23 ms or more and
because every kernel that serves the tenant must sign with the same one.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib.util import find_spec
from typing import Any

from .keys import base64url

if find_spec("cryptography"):
    from . import keys as keys
else:
    from . import pure_keys as keys  # type: ignore[no-redef]


def new_key() -> tuple[str, str]:
    """A fresh 2048-bit key: (key id, PEM)."""
    pem = keys.new_pem()
    return hashlib.sha256(pem.encode()).hexdigest()[:21], pem


# 1.25 times the rate of signing in the loop (measured): OpenSSL lets go of the interpreter. More threads wait for each other.
_THREADS = ThreadPoolExecutor(2, "mfa-sandbox-signing")


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
            self._private = keys.private_key(self._pem)
        return self._private

    def sign(self, claims: dict[str, Any]) -> str:
        """A JWT of these claims, RS256, with the key id in its header."""
        import jwt

        return jwt.encode(claims, self._key(), algorithm="RS256", headers={"kid": self.kid})

    async def signed(self, body: dict[str, Any]) -> dict[str, Any]:
        """`body` with a token in the place of each `Claims`."""

        def work() -> dict[str, Any]:
            return {name: self.sign(value) if isinstance(value, Claims) else value for name, value in body.items()}

        return await asyncio.get_running_loop().run_in_executor(_THREADS, work)

    def read(self, token: str) -> dict[str, Any] | None:
        """The claims if this tenant signed `token`, else `None`. Time and audience are the caller's."""
        import jwt

        try:
            return jwt.decode(token, keys.public_half(self._key()), algorithms=["RS256"], options=_SIGNATURE_ONLY)
        except (jwt.InvalidTokenError, RecursionError):  # PyJWT before 2.14 lets deep nesting through
            return None

    @cached_property
    def jwks(self) -> dict[str, Any]:
        """The public key as a key set (documentation, json-web-key-set-properties)."""
        key = self._key()
        der = keys.certificate(key)
        return {
            "keys": [
                {
                    "kty": "RSA",
                    "use": "sig",
                    "n": base64url(keys.modulus(key).to_bytes(256, "big")),
                    "e": "AQAB",
                    "kid": self.kid,
                    "x5t": base64url(hashlib.sha1(der, usedforsecurity=False).digest()),
                    "x5c": [base64.b64encode(der).decode()],
                    "alg": "RS256",
                }
            ]
        }


_SIGNATURE_ONLY: Any = {"verify_exp": False, "verify_aud": False, "verify_iat": False, "verify_nbf": False}
