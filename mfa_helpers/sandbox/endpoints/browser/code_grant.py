"""The grant that ends a login in a browser: an authorization code for tokens."""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
from typing import Any

from ... import refusals
from ...crypto.keys import base64url
from ...crypto.opaque_strings import fingerprint
from ...http.call import Call
from ...refusals import Refusal
from .. import tokens


def exchange(call: Call, client: sqlite3.Row) -> dict[str, Any]:
    """Tokens for a code: once, within its time, by the application that asked for it, with the verifier of its challenge."""
    store = call.tenant.store
    hash = fingerprint(call.text("code"))
    row = store.authorization_code(hash)
    if row is None or row["client_id"] != call.client_id or row["expires_at"] <= call.now:
        raise Refusal(refusals.BAD_AUTHORIZATION_CODE)
    call.user_id = row["user_id"]
    # Whatever comes of it, this was its one use: nobody tries verifiers (assumed).
    store.remove_authorization_code(hash)
    asked = json.loads(row["request"])
    call.audience = asked["audience"] or ""
    sent = call.optional("redirect_uri")
    if sent is None and asked["sent_redirect_uri"]:
        raise Refusal(refusals.MISSING, name="redirect_uri")
    if sent not in (None, asked["redirect_uri"]):
        raise Refusal(refusals.OTHER_REDIRECT, sent=sent[:300], expected=asked["redirect_uri"])
    _check_verifier(call, client, asked["code_challenge"])
    try:
        user = store.user(row["user_id"])
    except KeyError:  # removed since
        raise Refusal(refusals.BAD_AUTHORIZATION_CODE) from None
    if user["blocked"]:
        raise Refusal(refusals.USER_BLOCKED)
    return tokens.issue(
        call,
        user,
        asked["audience"],
        asked["scope"],
        second_factor=asked["proven"],
        of_browser=json.loads(row["claims"]),
    )


def _check_verifier(call: Call, client: sqlite3.Row, challenge: str | None) -> None:
    """Raises `Refusal`. An application without a secret proves by it that it is the one that asked, so it can't do without."""
    verifier = call.optional("code_verifier")
    if challenge is None and verifier is None and client["auth_method"] != "none":
        return
    computed = base64url(hashlib.sha256((verifier or "").encode()).digest())
    if verifier is None or challenge is None or not hmac.compare_digest(computed, challenge):
        raise Refusal(refusals.BAD_VERIFIER)
