"""RSA keys of somebody who is not the tenant. Made without `cryptography`: in half of the runs there is none."""

from __future__ import annotations

from mfa_helpers.sandbox import plain_keys


def new_pair() -> tuple[str, str]:
    """The private and the public half, as PEM."""
    private = plain_keys.new_pem()
    return private, plain_keys.pem("PUBLIC KEY", plain_keys.public_der(plain_keys.private_key(private)))
