"""The grants that end a login with its second factor: mfa-oob, mfa-otp, mfa-recovery-code."""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass
from typing import Any

from .. import defaults, refusals
from ..crypto import opaque_strings
from ..http.call import Call
from ..refusals import Refusal, RefusalText, Wait
from ..tenant import authenticators, planned_faults, token_buckets
from ..tenant.tenant import MFA
from . import tokens
from .password import mfa_required


@dataclass(frozen=True, kw_only=True)
class Login:
    """What the second factor continues: a login that got `mfa_required`, or an access token for the MFA audience.

    Whoever holds the first kind has shown no more than the password.
    """

    user: Any
    client_id: str
    audience: str | None
    scope: str
    token_hash: str
    is_access_token: bool


def login_of(call: Call, mfa_token: str) -> Login:
    """The login that an `mfa_token` in a body belongs to. Raises `Refusal`.

    An access token is malformed here: reports agree that it cannot be challenged with.
    """
    store = call.tenant.store
    hash = opaque_strings.fingerprint(mfa_token)
    row = store.mfa_token(hash)
    if row is None and opaque_strings.is_over(mfa_token, call.now):
        raise Refusal(refusals.TOKEN_EXPIRED)
    if row is None or row["spent"]:  # that a completed login is spent is assumed
        raise Refusal(refusals.MALFORMED_TOKEN)
    call.user_id = row["user_id"]
    if row["expires_at"] <= call.now:
        raise Refusal(refusals.TOKEN_EXPIRED)
    if row["client_id"] != call.client_id:
        raise Refusal(refusals.OTHER_CLIENT)
    user = _user(call, row["user_id"], refusals.MALFORMED_TOKEN)
    return Login(
        user=user,
        client_id=row["client_id"],
        audience=row["audience"],
        scope=row["scope"],
        token_hash=hash,
        is_access_token=False,
    )


def mfa_access_token(call: Call, token: str) -> Login | None:
    """Who an access token for the MFA audience stands for; `None` if it is anything else. Raises `Refusal` if it has expired."""
    claims = call.tenant.claims_for(token, MFA)
    if claims is None:
        return None
    call.user_id = claims["sub"]
    if claims["exp"] <= call.now:
        raise Refusal(refusals.TOKEN_EXPIRED)
    user = _user(call, claims["sub"], refusals.TOKEN_INVALID)
    hash = opaque_strings.fingerprint(token)
    _check_factor_was_proven(call, user, hash, claims)
    return Login(
        user=user,
        client_id=claims["azp"],
        audience=call.tenant.mfa_audience,
        scope=claims["scope"],
        token_hash=hash,
        is_access_token=True,
    )


def _check_factor_was_proven(call: Call, user: sqlite3.Row, token_hash: str, claims: dict[str, Any]) -> None:
    """Raises `Refusal` if the password alone brought this access token for the MFA API, and would bring none today.

    While email is the only factor, the MFA audience asks for none (documentation, manage page). The first other
    factor ends that, also for the tokens that are out already (assumed), but not for the one that enrolled it.
    """
    if claims.get(tokens.SECOND_FACTOR):
        return
    rows = authenticators.of_user(call.tenant.store, user, call.tenant.store.settings())
    needed = authenticators.asked_for_at_mfa_audience(rows)
    if needed and not any(row.enrolled_by == token_hash for row in needed):
        raise Refusal(refusals.TOKEN_INVALID)


def check_may_enroll(call: Call, login: Login) -> None:
    """Raises `Refusal` for an MFA token if the user has an active factor: whoever enrolls another one proves that first.

    Asked when an enrollment begins (documentation, add-an-authenticator) and again when it is confirmed (assumed):
    else whoever has only the password begins early, and confirms when the owner has enrolled.
    """
    if login.is_access_token:
        return
    if authenticators.is_enrolled(authenticators.of_user(call.tenant.store, login.user, call.tenant.store.settings())):
        raise Refusal(refusals.ALREADY_ENROLLED)


def _user(call: Call, user_id: str, refusal: RefusalText) -> sqlite3.Row:
    try:
        return call.tenant.store.user(user_id)
    except KeyError:  # removed since
        raise Refusal(refusal) from None


def _login(call: Call) -> Login:
    """Either kind. An access token may confirm an enrollment that it began (documentation of auth0.net; one report disagrees)."""
    token = call.text("mfa_token")
    login = mfa_access_token(call, token)
    if login is None:
        login = login_of(call, token)
    elif login.client_id != call.client_id:
        raise Refusal(refusals.OTHER_CLIENT)
    call.audience = login.audience or ""
    if login.user["blocked"]:  # since the password was right
        call.log("f", refusals.USER_BLOCKED.text)
        raise Refusal(refusals.USER_BLOCKED)
    return login


def oob(call: Call, client: sqlite3.Row) -> dict[str, Any]:
    """A code that came by mail, text or voice; or a push that was answered on the phone."""
    store = call.tenant.store
    mfa_token, oob_code = call.text("mfa_token"), call.text("oob_code")
    found = store.oob_code(opaque_strings.fingerprint(oob_code))
    is_ours = found is not None and found["token_hash"] == opaque_strings.fingerprint(mfa_token)
    if found is not None and is_ours and found["used"]:
        call.user_id = found["user_id"]
        _log_wrong(call, refusals.WRONG_CODE)
        raise Refusal(refusals.WRONG_CODE)  # a code works once; no text of its own is known (assumed)
    login = _login(call)
    if store.settings().request_limits:
        token_buckets.spend(
            store,
            login.token_hash,
            "exchanges",
            defaults.LIMITS.exchanges,
            now=call.now,
            refusal=refusals.TOO_MANY_REQUESTS,
        )
    if found is None:
        raise Refusal(refusals.MALFORMED_OOB)
    if not is_ours:
        raise Refusal(refusals.OOB_OF_OTHER_LOGIN)
    prove_oob(call, login, found, oob_code, "binding_code")
    return _complete(call, login, found["authenticator_id"])


def prove_oob(call: Call, login: Login, found: sqlite3.Row, oob_code: str, field: str) -> None:
    """Check the code that is in `field`, or the push, and use it up. Raises `Refusal`."""
    store = call.tenant.store
    if found["expires_at"] <= call.now:
        raise Refusal(refusals.OOB_EXPIRED)
    row = store.authenticator(found["authenticator_id"])  # none: the implicit email, which is no row
    if row is not None and not row["active"]:
        check_may_enroll(call, login)
    if found["code_hash"] is None:
        _check_push(call, found)
    else:
        check_code(call, found["code_hash"] == opaque_strings.code_fingerprint(oob_code, call.text(field)))
    store.use_oob_code(found["hash"])


def check_code(call: Call, right: bool, wrong: RefusalText = refusals.WRONG_CODE) -> None:
    """Count a wrong code. Raises `Refusal` for it, and for any code while there are no tries left."""
    store, bucket = call.tenant.store, defaults.LIMITS.wrong_codes
    wait = token_buckets.seconds_until_one(store, call.user_id, "wrong_codes", bucket, call.now)
    if wait:
        call.log("gd_otp_rate_limit_exceed", refusals.TOO_MANY_CODES.text)
        raise Refusal(refusals.TOO_MANY_CODES, wait=Wait(bucket.size, wait, call.now))
    if not right:
        token_buckets.take_one(store, call.user_id, "wrong_codes", bucket, call.now)
        _log_wrong(call, wrong)
        raise Refusal(wrong)


def _log_wrong(call: Call, wrong: RefusalText) -> None:
    """The code itself is in no log."""
    request = {
        "auth": {"scopes": [], "strategy": ""},
        "body": {"code": "*****"},
        "ip": call.address,
        "method": call.request.method,
        "path": call.request.url.path,
        "query": "",
        "userAgent": call.user_agent,
    }
    call.log("gd_auth_failed", wrong.text, request=request, response={})


def _check_push(call: Call, found: sqlite3.Row) -> None:
    if found["answer"] == "reject":
        call.log("gd_auth_rejected", refusals.PUSH_REJECTED.text)
        raise Refusal(refusals.PUSH_REJECTED)
    if found["answer"] == "approve":
        return
    pause = defaults.LIFETIMES.push_poll
    if 0 <= call.now - found["polled_at"] < pause:  # the clock may have been set back
        raise Refusal(refusals.SLOW_DOWN, wait=Wait(1, pause, call.now))
    call.tenant.store.poll_oob_code(found["hash"], call.now)
    raise Refusal(refusals.PENDING)


def otp(call: Call, client: sqlite3.Row) -> dict[str, Any]:
    """A code of an authenticator app."""
    login, given = _login(call), call.text("otp")
    return _complete(call, login, prove_otp(call, login, given))


def prove_otp(call: Call, login: Login, given: str) -> str:
    """The authenticator whose code it is: of this half minute or the one before, each once (support article). Raises `Refusal`."""
    import pyotp

    store = call.tenant.store
    mine = [
        row
        for row in authenticators.of_user(store, login.user, store.settings())
        # An unconfirmed one is confirmed only by the login that began it: whoever
        # knows no more than the password must not finish what was left lying.
        if row.kind == "totp" and (row.active or row.enrolled_by == login.token_hash)
    ]
    if not mine:
        raise Refusal(refusals.OTP_NOT_ENROLLED)
    if not any(row.active for row in mine):
        check_may_enroll(call, login)
    now = int(call.now) // defaults.LIFETIMES.totp_step
    chosen = None
    for row in mine:
        totp = pyotp.TOTP(row.secret)
        for step in (now, now - 1):
            code = totp.generate_otp(step)
            if secrets.compare_digest(code.encode(), given.encode("utf-8", "replace")) and chosen is None:
                chosen = row, step
    check_code(call, chosen is not None, refusals.WRONG_OTP)
    assert chosen is not None
    row, step = chosen
    check_code(call, store.use_otp(row.id, step), refusals.WRONG_OTP)
    if not row.active:
        check_may_enroll(call, login)
    return row.id


def recovery_code(call: Call, client: sqlite3.Row) -> dict[str, Any]:
    """The code from the first enrollment. It is replaced by a new one (recording TestMFAVerifyWithRecoveryCode)."""
    login, given = _login(call), call.text("recovery_code")
    fresh = prove_recovery_code(call, login, given)
    _check_it_is_enough(call, login)
    body = tokens.issue(call, login.user, login.audience, login.scope, second_factor=True)
    return {**body, "recovery_code": fresh}


def prove_recovery_code(call: Call, login: Login, given: str) -> str:
    """The new code, if the old one is right; the login is spent. Raises `Refusal`."""
    store, bucket = call.tenant.store, defaults.LIMITS.wrong_recovery_codes
    settings = store.settings()
    mine = [
        row
        for row in authenticators.of_user(store, login.user, settings)
        if row.kind == "recovery-code" and row.active and "recovery-code" in settings.factors
    ]
    if not mine:
        raise Refusal(refusals.NO_RECOVERY_CODE)
    wait = token_buckets.seconds_until_one(store, call.user_id, "wrong_recovery_codes", bucket, call.now)
    if wait:
        call.log("gd_recovery_rate_limit_exceed", refusals.TOO_MANY_CODES.text)
        raise Refusal(refusals.TOO_MANY_CODES, wait=Wait(bucket.size, wait, call.now))
    if opaque_strings.fingerprint(given) != mine[0].secret:
        token_buckets.take_one(store, call.user_id, "wrong_recovery_codes", bucket, call.now)
        call.log("gd_recovery_failed", refusals.WRONG_RECOVERY_CODE.text)
        raise Refusal(refusals.WRONG_RECOVERY_CODE)
    fresh = authenticators.new_recovery_code()
    store.change_authenticator(mine[0].id, secret=opaque_strings.fingerprint(fresh))
    store.activate(mine[0].id, call.now)
    if not login.is_access_token:
        store.spend_mfa_token(login.token_hash)
    call.log("gd_recovery_succeed")
    return fresh


def _complete(call: Call, login: Login, authenticator_id: str) -> dict[str, Any]:
    complete(call, login, authenticator_id)
    _check_it_is_enough(call, login)
    return tokens.issue(call, login.user, login.audience, login.scope, second_factor=True)


def _check_it_is_enough(call: Call, login: Login) -> None:
    """Raises the `Refusal` that asks for one more factor, with a new MFA token, if the sandbox was told to do so."""
    if not login.is_access_token and planned_faults.asks_for_another_factor(call.tenant):
        raise mfa_required(call, login.user, login.audience, login.scope)


def complete(call: Call, login: Login, authenticator_id: str) -> None:
    """The factor is proven: its authenticator is active, the login spent."""
    store = call.tenant.store
    row = store.authenticator(authenticator_id)
    if row is not None and not row["active"]:
        finish_enrollment(call, row)
    store.activate(authenticator_id, call.now)
    if not login.is_access_token:
        store.spend_mfa_token(login.token_hash)
    call.log("gd_auth_succeed")


def finish_enrollment(call: Call, row: sqlite3.Row) -> None:
    """It counts from now on, and what came with it."""
    store, user_id, now = call.tenant.store, row["user_id"], call.now
    authenticators.add_confirmed(store, user_id, row["kind"], now=now, address=row["address"], id=row["id"])
    # The recovery code that came with this enrollment counts now, unless there is one already. Those that
    # others got, who have not confirmed what they began, never will.
    codes = [mine for mine in store.authenticators(user_id) if mine["kind"] == "recovery-code"]
    has_one = any(mine["active"] for mine in codes)
    for mine in codes:
        if not mine["active"] and not has_one and mine["enrolled_by"] == row["enrolled_by"]:
            store.activate(mine["id"], now)
        elif not mine["active"]:
            store.remove_authenticator(mine["id"])
    call.log("gd_enrollment_complete")
