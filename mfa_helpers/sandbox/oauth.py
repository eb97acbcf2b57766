"""`/oauth/token`: a function per grant. And `/userinfo`, which its tokens open."""

from __future__ import annotations

import secrets
from typing import Any, Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from . import answers, limits, passwords, profile, seals
from .answers import Refusal, token_answer
from .clock import as_text
from .mfa import login_of, mfa_access_token
from .tenant import (
    Tenant,
    check_client,
    check_grant,
    optional_text,
    read_body,
    requested_scopes,
    tenant_of,
    text_field,
)


async def token(request: Request) -> Response:
    """`POST /oauth/token`, form or JSON alike."""
    tenant = tenant_of(request)
    body = await read_body(request)
    grant = text_field(body, "grant_type")
    if grant not in GRANTS:
        raise Refusal(answers.UNSUPPORTED_GRANT, grant=grant[:100])
    client_id = check_client(tenant, body)
    check_grant(tenant, grant)
    return token_answer(await GRANTS[grant](tenant, client_id, body))


async def _password(tenant: Tenant, client_id: str, body: dict[str, Any]) -> dict[str, Any]:
    username, password = text_field(body, "username"), text_field(body, "password")
    if body["grant_type"] == profile.PASSWORD_REALM:
        realm = text_field(body, "realm")
        if realm != profile.REALM:
            raise Refusal(answers.UNKNOWN_REALM, realm=realm[:60])
    elif not tenant.store.settings().default_directory:
        raise Refusal(answers.NO_DIRECTORY)
    audience = optional_text(body, "audience")
    if not (audience in (None, profile.API_AUDIENCE) or tenant.is_mfa_audience(audience)):
        raise Refusal(answers.UNKNOWN_AUDIENCE, audience=(audience or "")[:200])
    scope = _granted(tenant, audience, requested_scopes(body))

    user = tenant.store.user_by_email(username)
    now = tenant.clock.now()
    if user is not None and user["blocked_until"] > now:
        raise Refusal(answers.BLOCKED, retry_after=int(user["blocked_until"] - now) + 1)
    if user is None or not passwords.is_password(password, user["password_hash"]):
        if user is not None:
            tenant.store.count_failed_login(
                user["user_id"], now + profile.LIFETIMES.block, profile.LIMITS.failed_logins
            )
        raise Refusal(answers.WRONG_CREDENTIALS)
    if user["failed_logins"]:
        tenant.store.forget_failed_logins(user["user_id"])

    # A user with no factor but e-mail gets a token for the MFA audience without
    # a challenge (documentation, manage page); here e-mail is the only factor.
    if "all-applications" not in tenant.store.settings().mfa_policy or tenant.is_mfa_audience(audience):
        return _tokens(tenant, client_id, user, audience, scope)
    expires_at = now + profile.LIFETIMES.mfa_token
    mfa_token = seals.new_seal(expires_at)
    tenant.store.add_mfa_token(
        seals.fingerprint(mfa_token), client_id, user["user_id"], audience, scope, expires_at
    )
    raise Refusal(answers.MFA_REQUIRED, extra={"mfa_token": mfa_token})


async def _mfa_oob(tenant: Tenant, client_id: str, body: dict[str, Any]) -> dict[str, Any]:
    mfa_token, oob_code = text_field(body, "mfa_token"), text_field(body, "oob_code")
    oob = tenant.store.oob_code(seals.fingerprint(oob_code))
    if oob is not None and oob["used"] and oob["token_hash"] == seals.fingerprint(mfa_token):
        raise Refusal(answers.WRONG_CODE)  # a code works once; no text of its own is known (assumed)
    user_id, audience, scope = _login(tenant, client_id, mfa_token)
    if oob is None:
        raise Refusal(answers.MALFORMED_OOB)
    if oob["token_hash"] != seals.fingerprint(mfa_token):
        raise Refusal(answers.OOB_OF_OTHER_LOGIN)
    now = tenant.clock.now()
    if oob["expires_at"] <= now:
        raise Refusal(answers.OOB_EXPIRED)
    code = text_field(body, "binding_code")

    bucket = profile.LIMITS.wrong_codes
    with tenant.store.change():  # two kernels must not both win with one code
        oob = tenant.store.oob_code(oob["hash"])
        wait = limits.seconds_until_one(tenant.store, user_id, "wrong_codes", bucket, now)
        right = (
            oob is not None
            and not oob["used"]
            and secrets.compare_digest(oob["code_hash"], seals.code_fingerprint(oob_code, code))
        )
        if not wait and right:
            tenant.store.complete(oob["hash"], oob["authenticator_id"], oob["token_hash"])
        elif not wait:
            limits.take_one(tenant.store, user_id, "wrong_codes", bucket, now)
    if wait:
        raise Refusal(answers.TOO_MANY_CODES, retry_after=wait)
    if not right:
        raise Refusal(answers.WRONG_CODE)
    return _tokens(tenant, client_id, tenant.store.user(user_id), audience, scope)


async def _mfa_otp(tenant: Tenant, client_id: str, body: dict[str, Any]) -> dict[str, Any]:
    _login(tenant, client_id, text_field(body, "mfa_token"))
    text_field(body, "otp")
    raise Refusal(answers.OTP_NOT_ENROLLED)  # nobody can enrol an OTP here yet


async def _mfa_recovery_code(tenant: Tenant, client_id: str, body: dict[str, Any]) -> dict[str, Any]:
    _login(tenant, client_id, text_field(body, "mfa_token"))
    text_field(body, "recovery_code")
    raise Refusal(answers.NO_RECOVERY_CODE)  # the recovery-code factor is off by default


Grant = Callable[[Tenant, str, dict[str, Any]], Awaitable[dict[str, Any]]]
GRANTS: dict[str, Grant] = {
    profile.PASSWORD: _password,
    profile.PASSWORD_REALM: _password,
    profile.MFA_OOB: _mfa_oob,
    profile.MFA_OTP: _mfa_otp,
    profile.MFA_RECOVERY: _mfa_recovery_code,
}


def _login(tenant: Tenant, client_id: str, mfa_token: str) -> tuple[str, str | None, str]:
    """User, audience and scope of the login that is to be continued.

    An access token for the MFA audience may confirm an enrolment that it began
    (documentation of auth0.net; one report disagrees).
    """
    claims = mfa_access_token(tenant, mfa_token)
    if claims is not None:
        if claims["azp"] != client_id:
            raise Refusal(answers.OTHER_CLIENT)
        return claims["sub"], tenant.mfa_audience, claims["scope"]
    row = login_of(tenant, mfa_token, client_id)
    return row["user_id"], row["audience"], row["scope"]


def _granted(tenant: Tenant, audience: str | None, requested: list[str] | None) -> str:
    if audience is None:
        possible: tuple[str, ...] = profile.PROFILE_SCOPES
    else:
        possible = profile.MFA_SCOPES if tenant.is_mfa_audience(audience) else profile.API_SCOPES
    if requested is None:  # documentation: no scope asked for, all scopes of the audience granted
        return " ".join(possible)
    possible = (*possible, *profile.PROFILE_SCOPES)
    return " ".join(dict.fromkeys(scope for scope in requested if scope in possible))


def _tokens(tenant: Tenant, client_id: str, user: Any, audience: str | None, scope: str) -> dict[str, Any]:
    """The body of a yes, in the recorded order of keys."""
    now = int(tenant.clock.now())
    scopes = scope.split()
    lifetime = (
        profile.LIFETIMES.mfa_access_token if tenant.is_mfa_audience(audience) else profile.LIFETIMES.access_token
    )
    body: dict[str, Any] = {}
    if audience is None:
        # Without an audience a real access token cannot be read by the client.
        opaque = secrets.token_urlsafe(24)
        tenant.store.add_opaque_token(seals.fingerprint(opaque), user["user_id"], scope, now + lifetime)
        body["access_token"] = opaque
    else:
        body["access_token"] = tenant.signer.sign(
            {
                "iss": tenant.issuer,
                "sub": user["user_id"],
                "aud": [audience, tenant.issuer + "userinfo"] if "openid" in scopes else audience,
                "iat": now,
                "exp": now + lifetime,
                "scope": scope,
                "gty": "password",
                "azp": client_id,
            }
        )
    if "openid" in scopes:
        body["id_token"] = tenant.signer.sign(
            {
                **_person(user, scopes, tenant.store.settings().email_verified),
                "iss": tenant.issuer,
                "aud": client_id,
                "iat": now,
                "exp": now + profile.LIFETIMES.id_token,
                # no `amr`: documentation, "AMR claim exceptions", says that MFA API tokens carry none
            }
        )
    body["expires_in"] = lifetime
    if scope:
        body["scope"] = scope
    body["token_type"] = "Bearer"
    return body


def _person(user: Any, scopes: list[str], email_verified: bool) -> dict[str, Any]:
    claims: dict[str, Any] = {"sub": user["user_id"]}
    if "profile" in scopes:
        claims |= {"nickname": user["email"].split("@")[0], "name": user["name"], "updated_at": as_text(0)}
    if "email" in scopes:
        claims |= {"email": user["email"], "email_verified": email_verified}
    return claims


async def userinfo(request: Request) -> Response:
    """`GET /userinfo`: what the scopes of an access token allow to be told (recording TestUserInfo)."""
    tenant = tenant_of(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    found = _openid_token(tenant, token.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        raise Refusal(answers.BAD_ACCESS_TOKEN)
    user_id, scope = found
    claims = _person(tenant.store.user(user_id), scope.split(), tenant.store.settings().email_verified)
    return JSONResponse(claims, media_type="application/json; charset=utf-8")


def _openid_token(tenant: Tenant, token: str) -> tuple[str, str] | None:
    row = tenant.store.opaque_token(seals.fingerprint(token))
    if row is not None:
        alive = row["expires_at"] > tenant.clock.now() and "openid" in row["scope"].split()
        return (row["user_id"], row["scope"]) if alive else None
    claims = tenant.signer.read(token)
    if claims is None or "openid" not in claims.get("scope", "").split() or claims["exp"] <= tenant.clock.now():
        return None
    return claims["sub"], claims["scope"]
