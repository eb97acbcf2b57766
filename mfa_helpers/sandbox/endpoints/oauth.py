"""`/oauth/token` and `/oauth/revoke`: one function for each grant; those of the second factor are in their own module."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from .. import defaults, refusals
from ..crypto import opaque_strings
from ..crypto.signing import Claims
from ..http.call import Call
from ..http.responses import refuse, token_answer
from ..refusals import Refusal
from ..tenant import client_grants
from . import client_auth, second_factor, tokens
from .browser import code_grant
from .password import asks_for_factor, mfa_required, signed_in


async def token(request: Request) -> Response:
    """`POST /oauth/token`, form or JSON alike."""
    call = await Call.of(request)
    # One transaction for all: either everything that this call changes is kept, or nothing.
    with call.tenant.store.change():
        outcome = _outcome(call)
    if isinstance(outcome, Refusal):
        return refuse(outcome)
    return token_answer(await call.tenant.signer.signed(outcome))


def _outcome(call: Call) -> dict[str, Any] | Refusal:
    """The body of a yes, or the refusal. A refusal is no error: what was counted on the way to it is kept."""
    grant = call.fields.get("grant_type")
    succeeded, failed = _EVENTS.get(grant if isinstance(grant, str) else "", ("", ""))
    try:
        body = _exchange(call)
    except Refusal as refusal:
        if failed and refusal.answer not in _NO_FAILURE:
            call.log(failed, refusal.answer.text)
        return refusal
    call.log(succeeded)
    return body


def _exchange(call: Call) -> dict[str, Any]:
    grant = call.text("grant_type")
    if grant not in GRANTS:
        raise Refusal(refusals.UNSUPPORTED_GRANT, grant=grant[:100])
    client = client_auth.authenticate(call)
    client_auth.check_grant(client, grant)
    return GRANTS[grant](call, client)


def _password(call: Call, client: sqlite3.Row) -> dict[str, Any]:
    store = call.tenant.store
    settings = store.settings()
    username, password = call.text("username"), call.text("password")
    if call.fields["grant_type"] == defaults.PASSWORD_REALM:
        realm = call.text("realm")
        if realm != defaults.REALM:
            raise Refusal(refusals.UNKNOWN_REALM, realm=realm[:60])
    elif not settings.default_directory:
        raise Refusal(refusals.NO_DIRECTORY)
    audience = call.optional("audience")
    call.audience = audience or ""
    scope = tokens.granted(call.tenant, audience, call.scopes(), client["grant_types"])
    user = signed_in(call, username, password, settings.request_limits)

    if not asks_for_factor(call, user, audience):
        return tokens.issue(call, user, audience, scope)
    raise mfa_required(call, user, audience, scope)


def _refresh_token(call: Call, client: sqlite3.Row) -> dict[str, Any]:
    """New tokens for a refresh token; `scope` may ask for fewer (recording TestRefreshToken).

    Where MFA is on, a refresh asks for the second factor as a login does (documentation, use-refresh-tokens).
    """
    store = call.tenant.store
    given = call.text("refresh_token")
    row = store.refresh_token(opaque_strings.fingerprint(given))
    if row is None or row["client_id"] != call.client_id:
        raise Refusal(refusals.BAD_REFRESH_TOKEN)
    call.user_id, call.audience = row["user_id"], row["audience"] or ""
    user = store.user(row["user_id"])
    if user["blocked"]:
        raise Refusal(refusals.USER_BLOCKED)
    wanted, had = call.scopes(), row["scope"].split()
    scope = " ".join(had if wanted is None else [name for name in dict.fromkeys(wanted) if name in had])
    if asks_for_factor(call, user, row["audience"], at_refresh=True):
        raise mfa_required(call, user, row["audience"], scope)
    body = tokens.issue(call, user, row["audience"], scope, given)
    return {**body, "refresh_token": given}


def _client_credentials(call: Call, client: sqlite3.Row) -> dict[str, Any]:
    """A token of the application's own, for the Management API or another one, as its client grant allows."""
    tenant = call.tenant
    audience = call.optional("audience")
    if audience is None:
        raise Refusal(refusals.NO_AUDIENCE)
    audience = call.audience = tenant.audience_of(audience)
    granted = client_grants.scopes(tenant, client["client_id"], audience)
    if granted is None:
        is_known = client_grants.possible(tenant, audience) is not None or tokens.is_own(tenant, audience)
        raise Refusal(refusals.NO_CLIENT_GRANT if is_known else refusals.UNKNOWN_AUDIENCE, audience=audience[:200])
    wanted = call.scopes()
    scope = " ".join(name for name in granted if wanted is None or name in wanted)
    now, lifetime = int(call.now), tokens.lifetime_of(tenant.store.api(audience))
    claims = {
        "iss": tenant.issuer,
        "sub": f"{call.client_id}@clients",
        "aud": audience,
        "iat": now,
        "exp": now + lifetime,
        "scope": scope,
        "gty": defaults.CLIENT_CREDENTIALS.replace("_", "-"),
        "azp": call.client_id,
    }
    body = {"access_token": Claims(claims), "expires_in": lifetime}
    return {**body, **({"scope": scope} if scope else {}), "token_type": "Bearer"}


Grant = Callable[[Call, sqlite3.Row], dict[str, Any]]
GRANTS: dict[str, Grant] = {
    defaults.PASSWORD: _password,
    defaults.PASSWORD_REALM: _password,
    defaults.MFA_OOB: second_factor.oob,
    defaults.MFA_OTP: second_factor.otp,
    defaults.MFA_RECOVERY: second_factor.recovery_code,
    defaults.REFRESH_TOKEN: _refresh_token,
    defaults.AUTHORIZATION_CODE: code_grant.exchange,
    defaults.CLIENT_CREDENTIALS: _client_credentials,
}

#: What the log calls a grant's success and its failure (documentation, log-event-type-codes).
_EVENTS = {
    defaults.PASSWORD: ("sepft", "fepft"),
    defaults.PASSWORD_REALM: ("sepft", "fepft"),
    defaults.MFA_OOB: ("seoobft", "feoobft"),
    defaults.MFA_OTP: ("seotpft", "feotpft"),
    defaults.MFA_RECOVERY: ("sercft", "fercft"),
    defaults.REFRESH_TOKEN: ("sertft", "fertft"),
    defaults.AUTHORIZATION_CODE: ("seacft", "feacft"),
    defaults.CLIENT_CREDENTIALS: ("seccft", "feccft"),
}
#: These are on the way, or the log has words of their own for them.
_NO_FAILURE = (
    refusals.MFA_REQUIRED,
    refusals.PENDING,
    refusals.SLOW_DOWN,
    refusals.WRONG_CREDENTIALS,
    refusals.BLOCKED,
    refusals.USER_BLOCKED,
)


_ID = 24  # letters of the fingerprint: enough to name a refresh token, useless in place of one


async def revoke(request: Request) -> Response:
    """`POST /oauth/revoke`: a refresh token dies. 200 and no body, whatever it was (recording TestRevokeRefreshToken)."""
    call = await Call.of(request)
    client_auth.authenticate(call)
    fingerprint = opaque_strings.fingerprint(call.text("token"))
    with call.tenant.store.change():
        row = call.tenant.store.refresh_token(fingerprint)
        if row is not None and row["client_id"] == call.client_id:
            call.user_id = row["user_id"]
            call.tenant.store.remove_refresh_token(fingerprint)
            call.log("srrt", credential_id=fingerprint[:_ID])
    return Response(status_code=200, media_type="application/json")
