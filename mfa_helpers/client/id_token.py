"""Reading an id_token: the signature against the tenant's keys, then the claims."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import IdTokenRefused
from .secret import Secret, plain


def verify_id_token(
    id_token: str | Secret, *, jwks: Mapping[str, Any], issuer: str, client_id: str, leeway: int = 60
) -> dict[str, Any]:
    """The claims of `id_token`, if it holds.

    Checked are the signature (RS256, with the key of `jwks` that the token
    names), the issuer, the audience (your client id) and the expiry, with
    `leeway` seconds for clocks that differ. `iat` in the future is no reason to
    refuse: only clocks differ then. No `amr` is expected: tokens of the MFA API
    carry none (documentation, "AMR claim exceptions").

    Raises `IdTokenRefused`, which says which of them does not hold.
    """
    import jwt  # heavy, and only this step needs it

    token = plain(id_token)
    try:
        key_id = jwt.get_unverified_header(token).get("kid")
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(jwks, key_id),
            algorithms=["RS256"],  # never taken from the token itself
            issuer=issuer,
            audience=client_id,
            leeway=leeway,
            options={"require": ["iss", "sub", "aud", "exp", "iat"], "verify_iat": False},
        )
    except jwt.ExpiredSignatureError:
        raise IdTokenRefused("The ID token has expired.") from None
    except jwt.InvalidSignatureError:
        raise IdTokenRefused("The ID token's signature is invalid, so the token might have been changed.") from None
    except jwt.InvalidAudienceError:
        raise IdTokenRefused("The ID token was issued for another application.") from None
    except jwt.InvalidIssuerError:
        raise IdTokenRefused("The ID token was issued by another tenant.") from None
    except (jwt.PyJWTError, RecursionError) as error:  # PyJWT before 2.14 lets deep nesting through
        raise IdTokenRefused(f"The ID token can't be read ({type(error).__name__}).") from None
    return claims


def _key(jwks: Mapping[str, Any], key_id: str | None) -> Any:
    """The RSA key of that name. PyJWT's own reader of key sets wants `cryptography`, which a browser has not.

    There the tenant is in the same Python, and has taught PyJWT its RS256.
    """
    import jwt

    published = jwks.get("keys")
    usable = {
        key["kid"]: key
        for key in (published if isinstance(published, list) else ())
        if isinstance(key, dict)
        and key.get("kty") == "RSA"
        and {"n", "e"} <= key.keys()
        and isinstance(key.get("kid"), str)
    }
    if not usable:
        raise IdTokenRefused("The tenant doesn't publish a usable key for RS256.")
    if key_id not in usable:
        raise IdTokenRefused("The ID token names a key that the tenant doesn't publish.")
    try:
        return jwt.get_algorithm_by_name("RS256").from_jwk(usable[key_id])
    except (ValueError, TypeError, NotImplementedError):
        raise IdTokenRefused("The tenant's key can't be read.") from None
