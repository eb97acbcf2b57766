"""RSA keys of somebody who is not the tenant. Made without `cryptography`: in half of the runs there is none."""

from __future__ import annotations

from mfa_helpers.sandbox.crypto import pure_keys


def new_pair() -> tuple[str, str]:
    """The private and the public half, as PEM."""
    private = pure_keys.new_pem()
    return private, pure_keys.pem("PUBLIC KEY", pure_keys.public_der(pure_keys.private_key(private)))
