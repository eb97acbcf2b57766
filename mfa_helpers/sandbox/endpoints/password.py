"""Whether a password is right, and how many wrong ones are too many."""

from __future__ import annotations

import sqlite3

from .. import defaults, refusals
from ..crypto import passwords
from ..http.call import Call
from ..refusals import Refusal, Wait
from ..tenant import token_buckets


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
