"""Whether a password is right, how many wrong ones are too many, and what is said if a right one isn't enough."""

from __future__ import annotations

import sqlite3
from typing import Any

from .. import defaults, refusals
from ..crypto import opaque_strings, passwords
from ..http.call import Call
from ..refusals import Refusal, Wait
from ..tenant import authenticators, token_buckets


def signed_in(call: Call, username: str, password: str, limited: bool) -> sqlite3.Row:
    """The user, if the password is right and nothing blocks them. Raises `Refusal`."""
    store, now = call.tenant.store, call.now
    user = store.user_by_email(username)
    if user is None:
        passwords.is_password(password, passwords.NOBODYS)  # as long as for somebody who is there
        call.log("fu", refusals.WRONG_CREDENTIALS.text)
        raise Refusal(refusals.WRONG_CREDENTIALS)
    call.user_id = user["user_id"]
    # Both are counted for each address (documentation): what comes from elsewhere shuts nobody out.
    if limited:
        bucket = f"logins from {call.address}"
        token_buckets.spend(
            store, call.user_id, bucket, defaults.LIMITS.logins, now=now, refusal=refusals.TOO_MANY_LOGINS
        )
    blocked_until = store.blocked_until(call.user_id, call.address)
    if blocked_until > now:
        wait = Wait(defaults.LIMITS.failed_logins, int(blocked_until - now) + 1, now)
        call.log("limit_wc", refusals.BLOCKED.text)
        raise Refusal(refusals.BLOCKED, wait=wait)
    if not passwords.is_password(password, user["password_hash"]):
        until = now + defaults.LIFETIMES.block
        store.count_failed_login(call.user_id, call.address, until, defaults.LIMITS.failed_logins)
        call.log("fp", refusals.WRONG_CREDENTIALS.text)
        raise Refusal(refusals.WRONG_CREDENTIALS)
    store.forget_failed_logins(call.user_id, call.address)
    store.sign_in_learner(call.user_id)
    if user["blocked"]:
        call.log("f", refusals.USER_BLOCKED.text)
        raise Refusal(refusals.USER_BLOCKED)
    return user


def asks_for_factor(call: Call, user: sqlite3.Row, audience: str | None, *, at_refresh: bool = False) -> bool:
    """Whether a second factor is wanted before there are tokens for `audience`.

    The MFA API wants one only if the user has one other than email (documentation, manage page), the My Account API if
    the user has any (documentation, my-account-api, Default Policy), whatever the policy is. They ask at each refresh,
    too (assumed): else a token of the days without a factor opened what the factor guards.
    """
    settings = call.tenant.store.settings()
    is_mfa, is_my_account = call.tenant.is_mfa_audience(audience), audience == call.tenant.my_account_audience
    if is_mfa or is_my_account:
        rows = authenticators.of_user(call.tenant.store, user, settings)
        if is_mfa:
            return bool(authenticators.asked_for_at_mfa_audience(rows))
        if authenticators.is_enrolled(rows):
            return True
    return "all-applications" in settings.mfa_policy and (settings.mfa_at_refresh or not at_refresh)


def mfa_required(call: Call, user: sqlite3.Row, audience: str | None, scope: str) -> Refusal:
    """What says that a second factor is missing, with the token that goes on."""
    store = call.tenant.store
    settings = store.settings()
    expires_at = call.now + defaults.LIFETIMES.mfa_token
    mfa_token = opaque_strings.new_string(expires_at)
    store.add_mfa_token(
        opaque_strings.fingerprint(mfa_token),
        client_id=call.client_id,
        user_id=user["user_id"],
        audience=audience,
        scope=scope,
        expires_at=expires_at,
    )
    call.log("mfar")
    extra: dict[str, Any] = {"mfa_token": mfa_token}
    if settings.customize_mfa_in_postlogin_action:
        rows = authenticators.of_user(store, user, settings)
        extra["mfa_requirements"] = authenticators.requirements(rows, settings)
    return Refusal(refusals.MFA_REQUIRED, extra=extra)
