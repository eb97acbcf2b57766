"""`/mfa/associate`, `/mfa/authenticators`, `/mfa/challenge`."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from .. import addresses, defaults, refusals
from ..crypto import opaque_strings
from ..http.call import Call
from ..http.responses import mfa_answer
from ..refusals import Refusal
from ..tenant import authenticators, messages, token_buckets
from ..tenant.authenticators import Authenticator
from . import client_auth, enrollment
from .second_factor import Login, login_of, mfa_access_token


async def associate(request: Request) -> Response:
    """`POST /mfa/associate`: make an unconfirmed authenticator, and send its code if it has one."""
    call = await Call.of(request)
    login = _bearer(call, "enroll")
    call.client_id = login.client_id
    _check_application(call, login)
    store = call.tenant.store
    try:
        with store.change():
            chosen = enrollment.enroll(call, login, _wanted(call, login))
            body = _enrollment(call, login, chosen)
        if chosen.kind in messages.CHANNELS:
            try:
                body["oob_code"] = await enrollment.send_code(call, login, chosen)
            except Refusal:
                _forget(call, login, chosen)
                raise
    except Refusal as refusal:
        call.log("gd_start_enroll_failed", refusal.answer.text)
        raise
    call.log("gd_start_enroll", chosen.kind)
    return mfa_answer(body)


def _check_application(call: Call, login: Login) -> None:
    """Who sends its id or its credentials, which are optional here, sends those that the token was issued to (assumed)."""
    named = call.optional("client_id")
    if call.fields.get("client_secret") or call.fields.get("client_assertion"):
        named = client_auth.authenticate(call)["client_id"]
    if named not in (None, login.client_id):
        raise Refusal(refusals.OTHER_CLIENT)


def _enrollment(call: Call, login: Login, chosen: Authenticator) -> dict[str, Any]:
    """The answer, keys in the recorded order (TestMFAAddAuthenticator). `oob_code` is filled in when its message is sent."""
    codes = _first_recovery_codes(call, login)
    label = f"{quote(call.tenant.store.settings().friendly_name)}:{quote(login.user['email'], safe='')}"
    if chosen.kind == "totp":
        issuer = label.partition(":")[0]
        uri = f"otpauth://totp/{label}?secret={chosen.secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30"
        return {"authenticator_type": "otp", "secret": chosen.secret, "barcode_uri": uri, **codes}
    if chosen.kind == "push":
        base = quote(str(call.request.base_url).rstrip("/"), safe="")
        uri = f"otpauth://totp/{label}?enrollment_tx_id={secrets.token_urlsafe(24)}&base_url={base}"
        oob_code = _new_push(call, login, chosen)
        return {
            "authenticator_type": "oob",
            "barcode_uri": uri,
            **codes,
            "oob_channel": "auth0",
            "oob_code": oob_code,
        }
    channel = authenticators.CHANNEL[chosen.kind]
    return {"authenticator_type": "oob", "binding_method": "prompt", **codes, "oob_channel": channel, "oob_code": ""}


def _first_recovery_codes(call: Call, login: Login) -> dict[str, list[str]]:
    """One code with the first enrollment, if the factor is on; inactive until the enrollment is confirmed (recorded).

    Each login gets its own, of which the first that is confirmed counts: a code that a stranger was told is nobody else's.
    """
    store, user_id = call.tenant.store, login.user["user_id"]
    codes = [row for row in store.authenticators(user_id) if row["kind"] == "recovery-code"]
    has_one = any(row["active"] or row["enrolled_by"] == login.token_hash for row in codes)
    if "recovery-code" not in store.settings().factors or has_one:
        return {}
    code = authenticators.new_recovery_code()
    store.add_authenticator(
        authenticators.new_id("recovery-code"),
        user_id=user_id,
        kind="recovery-code",
        now=call.now,
        secret=opaque_strings.fingerprint(code),
        enrolled_by=login.token_hash,
    )
    return {"recovery_codes": [code]}


def _forget(call: Call, login: Login, chosen: Authenticator) -> None:
    """Undo an enrollment whose message could not be sent; its recovery code was told to nobody."""
    store = call.tenant.store
    with store.change():
        store.remove_authenticator(chosen.id)
        for row in store.authenticators(login.user["user_id"]):
            is_this = row["enrolled_by"] == login.token_hash and row["created_at"] == call.now
            if row["kind"] == "recovery-code" and not row["active"] and is_this:
                store.remove_authenticator(row["id"])


async def list_authenticators(request: Request) -> Response:
    """`GET /mfa/authenticators`: all rows, the unconfirmed ones too."""
    call = Call(request, {})
    login = _bearer(call, "read:authenticators")
    store = call.tenant.store
    settings = store.settings()
    rows = authenticators.of_user(store, login.user, settings)
    return mfa_answer([authenticators.as_row(row, settings) for row in rows])


async def delete_authenticator(request: Request) -> Response:
    """`DELETE /mfa/authenticators/{id}`: wants the access token, 204."""
    call = Call(request, {})
    login = _bearer(call, "remove:authenticators")
    call.client_id = login.client_id
    if not login.is_access_token:
        raise Refusal(refusals.TOKEN_INVALID)
    found = _find(call, login, request.path_params["id"])
    if found.implicit:
        raise Refusal(refusals.IMPLICIT)
    store = call.tenant.store
    with store.change():
        store.remove_device(found.id)
        call.log("gd_unenroll", found.kind)
    return Response(status_code=204, media_type="application/json")


async def challenge(request: Request) -> Response:
    """`POST /mfa/challenge`: send a code or a push to an active authenticator, or ask for the app's code."""
    call = await Call.of(request)
    token = call.text("mfa_token")
    client_auth.authenticate(call)
    login = login_of(call, token)
    types = (call.optional("challenge_type") or "oob otp").split()
    chosen = _chosen(call, login, types)
    body = {"challenge_type": "oob" if chosen.is_oob else "otp"}
    if chosen.kind == "push":
        token_buckets.spend(
            call.tenant.store,
            call.user_id,
            "pushes",
            defaults.LIMITS.pushes,
            now=call.now,
            refusal=refusals.TOO_MANY_PUSHES,
        )
        body["oob_code"] = _new_push(call, login, chosen)
        call.log("gd_send_pn")
    elif chosen.is_oob:
        body["oob_code"] = await enrollment.send_code(call, login, chosen)
        body["binding_method"] = "prompt"
    call.log("gd_start_auth", chosen.kind)
    return mfa_answer(body)


def _chosen(call: Call, login: Login, types: list[str]) -> Authenticator:
    """The authenticator that was named, or the oldest of a kind that the caller can do (assumed: no order is documented)."""
    settings = call.tenant.store.settings()
    rows = authenticators.of_user(call.tenant.store, login.user, settings)
    usable = [row for row in rows if row.active and row.kind != "recovery-code"]
    if not usable:
        raise Refusal(refusals.NOT_ENROLLED)
    wanted = call.optional("authenticator_id")
    if wanted is not None:
        usable = [row for row in usable if row.id == wanted]
        if not usable:
            raise Refusal(refusals.UNKNOWN_AUTHENTICATOR)
        factor = authenticators.FACTOR[usable[0].kind]
        if factor not in settings.factors:
            raise Refusal(refusals.FACTOR_OFF, factor=factor)
    for row in usable:
        if ("oob" if row.is_oob else "otp") in types and authenticators.FACTOR[row.kind] in settings.factors:
            return row
    raise Refusal(refusals.TYPE_NOT_ENROLLED, types=" ".join(types))


def _bearer(call: Call, scope: str) -> Login:
    """Who asks: an MFA token's login, or the holder of an access token for the MFA audience. Raises `Refusal`."""
    login = _holder(call, scope)
    client_auth.check_origin(call, login.client_id)
    return login


def _holder(call: Call, scope: str) -> Login:
    token = call.bearer()
    if token is None:
        raise Refusal(refusals.NO_BEARER)
    login = mfa_access_token(call, token)
    if login is not None:
        if scope not in login.scope.split():
            raise Refusal(refusals.SCOPE_MISSING, scope=scope)
        return login
    row = call.tenant.store.mfa_token(opaque_strings.fingerprint(token))
    if row is not None:
        call.client_id = row["client_id"]
    try:
        return login_of(call, token)
    except Refusal as refusal:
        if refusal.answer.error == refusals.TOKEN_EXPIRED.error:
            raise
        raise Refusal(refusals.TOKEN_INVALID) from None  # unknown or spent: the words of these addresses


def _wanted(call: Call, login: Login) -> enrollment.Wanted:
    """The first kind that is asked for and switched on. Raises `Refusal` naming what is wrong."""
    factors = call.tenant.store.settings().factors
    types = call.texts("authenticator_types")
    for name in types:
        if name not in ("otp", "oob"):
            raise Refusal(refusals.BAD_CHANNEL, name="authenticator type", value=name[:40])
    if "oob" not in types or ("otp" in types and "otp" in factors and not call.fields.get("oob_channels")):
        if "otp" not in factors:
            raise Refusal(refusals.FACTOR_OFF, factor="otp")
        return enrollment.Wanted("totp")
    channels = call.texts("oob_channels")
    for name in channels:
        if name not in authenticators.KIND_OF_CHANNEL:
            raise Refusal(refusals.BAD_CHANNEL, name="oob channel", value=name[:40])
    kinds = [authenticators.KIND_OF_CHANNEL[name] for name in channels]
    enabled = [kind for kind in kinds if authenticators.FACTOR[kind] in factors]
    if not enabled:
        raise Refusal(refusals.FACTOR_OFF, factor=authenticators.FACTOR[kinds[0]])
    kind = enabled[0]
    if kind == "email":
        email = addresses.address_of(call.optional("email") or login.user["email"])
        if email is None:
            raise Refusal(refusals.BAD_EMAIL)
        return enrollment.Wanted(kind, email)
    if kind in ("sms", "voice"):
        number = call.text("phone_number")
        if not addresses.is_number(number):
            raise Refusal(refusals.BAD_PHONE)
        return enrollment.Wanted(kind, number)
    return enrollment.Wanted(kind)


def _find(call: Call, login: Login, authenticator_id: str) -> Authenticator:
    for row in authenticators.of_user(call.tenant.store, login.user, call.tenant.store.settings()):
        if row.id == authenticator_id:
            return row
    raise Refusal(refusals.UNKNOWN_AUTHENTICATOR)


def _new_push(call: Call, login: Login, chosen: Authenticator) -> str:
    expires_at = call.now + defaults.LIFETIMES.oob_code
    oob_code = opaque_strings.new_string(expires_at)
    call.tenant.store.add_oob_code(
        opaque_strings.fingerprint(oob_code),
        token_hash=login.token_hash,
        user_id=login.user["user_id"],
        authenticator_id=chosen.id,
        code_hash=None,
        expires_at=expires_at,
    )
    return oob_code
