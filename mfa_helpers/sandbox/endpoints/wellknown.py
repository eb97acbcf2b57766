"""What a tenant says of itself: discovery and the public keys."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..tenant.tenant import tenant_of

#: Recorded (DockYard/openid_connect), also for a request that no page sends.
_FOR_ALL = {
    "cache-control": "public, max-age=15, stale-while-revalidate=15, stale-if-error=86400",
    "access-control-allow-origin": "*",
}


async def discovery(request: Request) -> Response:
    """`GET /.well-known/openid-configuration`, and `/.well-known/oauth-authorization-server` says the same.

    As documented (configure-applications-with-oidc-discovery), the endpoints too that a sandbox doesn't have.
    The issuer belongs to the tenant; the addresses are those of the server that
    was asked. No endpoint is advertised for associate or list, as in reality.
    """
    base = str(request.base_url)
    endpoints = {name: base + path for name, path in _ENDPOINTS.items()}
    return _told({"issuer": tenant_of(request).issuer, **endpoints, **_ABILITIES})


async def jwks(request: Request) -> Response:
    """`GET /.well-known/jwks.json`."""
    return _told(tenant_of(request).signer.jwks)


def _told(body: dict[str, Any]) -> Response:
    return JSONResponse(body, headers=_FOR_ALL, media_type="application/json; charset=utf-8")


_ENDPOINTS = {
    "authorization_endpoint": "authorize",
    "token_endpoint": "oauth/token",
    "device_authorization_endpoint": "oauth/device/code",
    "userinfo_endpoint": "userinfo",
    "mfa_challenge_endpoint": "mfa/challenge",
    "jwks_uri": ".well-known/jwks.json",
    "registration_endpoint": "oidc/register",
    "revocation_endpoint": "oauth/revoke",
    "end_session_endpoint": "oidc/logout",  # documentation, log-users-out-of-auth0: of tenants since November 2023
}
_ABILITIES: dict[str, Any] = {
    "scopes_supported": [
        "openid", "profile", "offline_access", "name", "given_name", "family_name", "nickname", "email",
        "email_verified", "picture", "created_at", "identities", "phone", "address",
    ],
    "response_types_supported": [
        "code", "token", "id_token", "code token", "code id_token", "token id_token", "code token id_token",
    ],
    "code_challenge_methods_supported": ["S256", "plain"],
    "response_modes_supported": ["query", "fragment", "form_post"],
    "subject_types_supported": ["public"],
    "id_token_signing_alg_values_supported": ["HS256", "RS256", "PS256"],
    "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"],
    "claims_supported": [
        "aud", "auth_time", "created_at", "email", "email_verified", "exp", "family_name", "given_name", "iat",
        "identities", "iss", "name", "nickname", "phone_number", "picture", "sub",
    ],
    "request_uri_parameter_supported": False,
    "request_parameter_supported": False,
    "token_endpoint_auth_signing_alg_values_supported": ["RS256", "RS384", "PS256", "PS384", "ES256", "ES384"],
}  # fmt: skip
