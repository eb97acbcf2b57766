"""The tokens that a login ends with. And `/userinfo`, which they open."""

from __future__ import annotations

import json
import secrets
import sqlite3
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .. import defaults, refusals
from ..crypto import opaque_strings
from ..crypto.signing import Claims
from ..http.call import Call
from ..refusals import Refusal
from ..store import names_in
from ..tenant import people
from ..tenant.clock import as_text
from ..tenant.tenant import Tenant, tenant_of

#: The claim of an access token for the MFA or My Account API that did not come by the password alone.
SECOND_FACTOR = defaults.NOTEBOOK_ISSUER + "second_factor"


def granted(tenant: Tenant, audience: str | None, requested: list[str] | None, grants: str) -> str:
    """The scope that a login gets. Raises `Refusal` for an audience that the tenant does not know.

    `grants` are the application's grant types, as they are stored: without
    refresh_token among them, or if the API does not allow it, there is no
    offline access (documentation, refresh-tokens).
    """
    offline = defaults.REFRESH_TOKEN in names_in(grants)
    if audience is None:
        possible: tuple[str, ...] = defaults.PROFILE_SCOPES
        if requested is None:
            return " ".join(possible)  # recording TestOAuthLoginWithPassword
    elif tenant.is_mfa_audience(audience):
        possible = defaults.MFA_SCOPES
    elif audience == tenant.my_account_audience:
        possible = defaults.MY_ACCOUNT_SCOPES
    else:
        api = tenant.store.api(audience)
        if api is None or api["identifier"] != audience:
            raise Refusal(refusals.UNKNOWN_AUDIENCE, audience=audience[:200])
        possible, offline = names_in(api["scopes"]), offline and bool(api["allow_offline_access"])
    if requested is None:  # documentation: no scope asked for, all scopes of the audience granted
        return " ".join(possible)
    possible = (*possible, *defaults.PROFILE_SCOPES, *((defaults.OFFLINE,) if offline else ()))
    return " ".join(dict.fromkeys(scope for scope in requested if scope in possible))


def issue(
    call: Call,
    user: Any,
    audience: str | None,
    scope: str,
    refresh_token: str | None = None,
    *,
    second_factor: bool = False,
    of_browser: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The body of a yes, in the recorded order of keys, its tokens still to be signed.

    `refresh_token` is the one that was handed in, if any. `second_factor` says whether one was proven. `of_browser` is
    what the ID token says of a login in a browser.
    """
    tenant, client_id = call.tenant, call.client_id
    now = int(call.now)
    scopes = scope.split()
    if tenant.is_mfa_audience(audience):
        lifetime = defaults.LIFETIMES.mfa_access_token
    else:
        lifetime = lifetime_of(None if audience is None else tenant.store.api(audience))
    body: dict[str, Any] = {}
    if audience is None:
        # Without an audience a real access token cannot be read by the client.
        opaque = secrets.token_urlsafe(24)
        tenant.store.add_opaque_token(
            opaque_strings.fingerprint(opaque), user_id=user["user_id"], scope=scope, expires_at=now + lifetime
        )
        body["access_token"] = opaque
    else:
        body["access_token"] = Claims(
            {
                "iss": tenant.issuer,
                "sub": user["user_id"],
                "aud": [audience, tenant.issuer + "userinfo"] if "openid" in scopes else audience,
                "iat": now,
                "exp": now + lifetime,
                "scope": scope,
                **({"gty": "password"} if of_browser is None else {}),
                "azp": client_id,
                **(_of_own_api(second_factor) if is_own(tenant, audience) else {}),
            }
        )
    if defaults.OFFLINE in scopes:
        # The same one again when it is used: rotation is off, as on a new application (assumed).
        body["refresh_token"] = refresh_token or "v1." + secrets.token_urlsafe(40)
        if refresh_token is None:
            fingerprint = opaque_strings.fingerprint(body["refresh_token"])
            tenant.store.add_refresh_token(
                fingerprint, client_id=client_id, user_id=user["user_id"], audience=audience, scope=scope
            )
    if "openid" in scopes:
        body["id_token"] = Claims(
            {
                **_person(user, scopes),
                "iss": tenant.issuer,
                "aud": client_id,
                "iat": now,
                "exp": now + defaults.LIFETIMES.id_token,
                # no `amr`: documentation, "AMR claim exceptions", says that MFA API tokens carry none
                **(of_browser or {}),
            }
        )
    body["expires_in"] = lifetime
    if scope:
        body["scope"] = scope
    body["token_type"] = "Bearer"
    return body


def lifetime_of(api: sqlite3.Row | None) -> int:
    """Seconds of an access token for that API; for `/userinfo` and the Management API, if it is none of one's own."""
    own = {} if api is None else json.loads(api["more"])
    return int(own.get("token_lifetime", defaults.LIFETIMES.access_token))


def is_own(tenant: Tenant, audience: str) -> bool:
    """Whether the tenant itself is the API: MFA and My Account."""
    return tenant.is_mfa_audience(audience) or audience == tenant.my_account_audience


def _of_own_api(second_factor: bool) -> dict[str, Any]:
    """What this tenant's own APIs want to know of a token: which login it is of, and whether a factor was proven (assumed)."""
    return {"jti": secrets.token_urlsafe(16), **({SECOND_FACTOR: True} if second_factor else {})}


def _person(user: Any, scopes: list[str]) -> dict[str, Any]:
    claims: dict[str, Any] = {"sub": user["user_id"]}
    if "profile" in scopes:
        claims |= {**people.profile(user), "updated_at": as_text(user["changed_at"])}
    if "email" in scopes:
        claims |= {"email": user["email"], "email_verified": bool(user["email_verified"])}
    return claims


async def userinfo(request: Request) -> Response:
    """`GET /userinfo`: what the scopes of an access token allow to be told (recording TestUserInfo)."""
    tenant = tenant_of(request)
    token = Call(request, {}).bearer()
    found = _openid_token(tenant, token) if token else None
    if found is None:
        return _closed()
    user_id, scope = found
    try:
        claims = _person(tenant.store.user(user_id), scope.split())
    except KeyError:  # the user has been removed since
        return _closed()
    return JSONResponse(claims, media_type="application/json; charset=utf-8")


def _closed() -> Response:
    """What a bad token gets: the reason is in the header, and the body is no JSON (reported, react-native-auth0 issue 241)."""
    return Response("Unauthorized", 401, {"www-authenticate": 'Bearer realm="Users", error="invalid_token"'})


def _openid_token(tenant: Tenant, token: str) -> tuple[str, str] | None:
    row = tenant.store.opaque_token(opaque_strings.fingerprint(token))
    if row is not None:
        alive = row["expires_at"] > tenant.clock.now() and "openid" in row["scope"].split()
        return (row["user_id"], row["scope"]) if alive else None
    claims = tenant.signer.read(token)
    if claims is None or "openid" not in claims.get("scope", "").split() or claims["exp"] <= tenant.clock.now():
        return None
    return claims["sub"], claims["scope"]
