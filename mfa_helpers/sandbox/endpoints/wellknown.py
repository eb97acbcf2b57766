"""What a tenant says of itself: discovery and the public keys."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .. import defaults
from ..tenant.tenant import tenant_of


async def discovery(request: Request) -> Response:
    """`GET /.well-known/openid-configuration`.

    The issuer belongs to the tenant; the addresses are those of the server that
    was asked. No endpoint is advertised for associate or list, as in reality.
    """
    tenant = tenant_of(request)
    base = str(request.base_url)
    return JSONResponse(
        {
            "issuer": tenant.issuer,
            "authorization_endpoint": base + "authorize",
            "token_endpoint": base + "oauth/token",
            "userinfo_endpoint": base + "userinfo",
            "revocation_endpoint": base + "oauth/revoke",
            "mfa_challenge_endpoint": base + "mfa/challenge",
            "jwks_uri": base + ".well-known/jwks.json",
            "scopes_supported": [*defaults.PROFILE_SCOPES, defaults.OFFLINE],
            "response_types_supported": ["code", "token", "id_token", "code token", "code id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic",
                "client_secret_post",
                "private_key_jwt",
                "none",
            ],
            "claims_supported": [
                "aud",
                "email",
                "email_verified",
                "exp",
                "iat",
                "iss",
                "name",
                "nickname",
                "picture",
                "sub",
            ],
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
            "grant_types_supported": [
                defaults.PASSWORD,
                defaults.PASSWORD_REALM,
                defaults.MFA_OOB,
                defaults.MFA_OTP,
                defaults.MFA_RECOVERY,
                defaults.REFRESH_TOKEN,
                defaults.CLIENT_CREDENTIALS,
            ],
        }
    )


async def jwks(request: Request) -> Response:
    """`GET /.well-known/jwks.json`."""
    return JSONResponse(tenant_of(request).signer.jwks)
