"""Which application is calling, and how it proves that: none, post, basic or private_key_jwt."""

from __future__ import annotations

import base64
import hmac
import json
import math
import sqlite3
from typing import Any
from urllib.parse import unquote_plus

from .. import defaults, refusals
from ..http.call import Call
from ..refusals import Refusal
from ..store import names_in
from ..tenant import origins

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
PRIVATE_KEY_JWT = "private_key_jwt"
ALGORITHMS = ["RS256", "RS384", "PS256"]  # documentation, private-key-jwt page


def authenticate(call: Call) -> sqlite3.Row:
    """The application, proven. Raises `Refusal`.

    A public client (auth method `none`) needs no secret. One with a secret may
    send it in the body or in the Authorization header (assumed: reports show
    both accepted whatever is set). An unknown client is answered like a wrong
    secret (assumed).
    """
    basic = _basic(call)
    assertion = call.optional("client_assertion")
    secret = call.optional("client_secret")
    if sum(proof is not None for proof in (basic, assertion, secret)) > 1:
        raise Refusal(refusals.TWO_METHODS)
    client_id = call.optional("client_id")
    if basic is not None:
        if client_id not in (None, basic[0]):
            raise Refusal(refusals.UNAUTHORIZED)
        client_id, secret = basic
    elif assertion is not None and client_id is None:
        client_id = _unverified_subject(assertion)
    if not client_id:
        raise Refusal(refusals.MISSING, name="client_id")
    client = call.tenant.store.client(client_id)
    if client is None or not _proven(call, client, secret, assertion):
        raise Refusal(refusals.UNAUTHORIZED)
    call.client_id = client["client_id"]
    check_origin(call, call.client_id)
    return client


def check_origin(call: Call, client_id: str) -> None:
    """Raises `Refusal` if a page asks whose origin that application doesn't list, though another one may."""
    for origin in origins.of_page(call.request.scope):
        client = call.tenant.store.client(client_id)
        if client is None or not origins.lists(client, origin):
            text, details = origins.event(call.request.scope, call.tenant.store, origin)
            call.log("fco", text, **details)
            raise Refusal(refusals.ORIGIN_NOT_LISTED)


def check_grant(client: sqlite3.Row, grant: str) -> None:
    """Raises `Refusal` if the application may not use `grant`."""
    # Whoever has no secret proves nothing with this grant (RFC 6749, section 4.4).
    is_unproven = grant == defaults.CLIENT_CREDENTIALS and client["auth_method"] == "none"
    if grant not in names_in(client["grant_types"]) or is_unproven:
        raise Refusal(refusals.GRANT_NOT_ALLOWED, grant=grant)


def _proven(call: Call, client: sqlite3.Row, secret: str | None, assertion: str | None) -> bool:
    if client["auth_method"] == "none":
        return True
    if client["auth_method"] == PRIVATE_KEY_JWT:
        return assertion is not None and _is_signed(call, client, assertion)
    return secret is not None and hmac.compare_digest(secret.encode(), client["client_secret"].encode())


def _basic(call: Call) -> tuple[str, str] | None:
    """Id and secret of an `Authorization: Basic` header; both are form-encoded inside (RFC 6749, section 2.3.1)."""
    scheme, _, value = call.request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except ValueError:  # no base64, or no UTF-8 inside
        raise Refusal(refusals.UNAUTHORIZED) from None
    return unquote_plus(client_id), unquote_plus(secret)


def _unverified_subject(assertion: str) -> str | None:
    import jwt

    try:
        subject = jwt.decode(assertion, options={"verify_signature": False}).get("sub")
    except (jwt.InvalidTokenError, RecursionError):  # PyJWT before 2.14 lets deep nesting through
        raise Refusal(refusals.UNAUTHORIZED) from None
    return subject if isinstance(subject, str) else None


def _is_signed(call: Call, client: sqlite3.Row, assertion: str) -> bool:
    if call.optional("client_assertion_type") != ASSERTION_TYPE:
        return False
    import jwt

    for key in json.loads(client["keys"]):
        has_expired = (key.get("expires_at") or math.inf) <= call.now
        if not key["active"] or has_expired:
            continue
        try:
            claims: dict[str, Any] = jwt.decode(
                assertion,
                key["pem"],
                algorithms=[key["alg"]],
                # Time is the tenant's, so it is looked at below.
                options={"verify_exp": False, "verify_aud": False, "verify_iat": False, "verify_nbf": False},
            )
        except (jwt.InvalidTokenError, RecursionError):
            continue
        # A jti is wanted (documentation, private-key-jwt page); that it is new is not looked at (assumed).
        is_named = isinstance(claims.get("jti"), str) and claims["jti"]
        if is_named and claims.get("iss") == claims.get("sub") == client["client_id"] and _is_for_now(call, claims):
            return True
    return False


def _is_for_now(call: Call, claims: dict[str, Any]) -> bool:
    audiences = claims.get("aud")
    here = {call.tenant.issuer, call.tenant.issuer.rstrip("/"), call.tenant.issuer + "oauth/token"}
    if not here & set(map(str, audiences if isinstance(audiences, list) else [audiences])):
        return False
    begins, expires = _moment(claims.get("nbf", 0)), _moment(claims.get("exp"))
    if begins is None or expires is None:
        return False
    apart = 5  # seconds of two clocks
    return begins <= call.now + apart and call.now < expires <= call.now + defaults.LIFETIMES.assertion + apart


def _moment(value: Any) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
