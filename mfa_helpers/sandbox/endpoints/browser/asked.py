"""What an application asks of `/authorize`, read with care."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

from ... import defaults, refusals
from ...http.call import Call
from ...refusals import Refusal
from ...store import addresses_in
from ...tenant import origins
from .. import client_auth, tokens

#: In `acr_values`, it asks for a second factor; in an ID token, it says that there was one (documentation, step-up).
MULTI_FACTOR = "http://schemas.openid.net/pape/policies/2007/06/multi-factor"
_MODES = ("query", "fragment", "form_post", "web_message")
_CHALLENGE = re.compile(r"[\w-]{43}", re.ASCII)  # base64url of a SHA-256


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where the answer goes, and in which way; known to belong to the application."""

    client_id: str
    redirect_uri: str
    response_mode: str
    state: str | None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The rest. `max_age` is in seconds; with `sent_redirect_uri`, the exchange of the code has to name it again."""

    audience: str | None
    scope: str
    nonce: str | None
    code_challenge: str | None
    sent_redirect_uri: bool
    login_hint: str
    prompt_none: bool
    prompt_login: bool
    max_age: int | None
    second_factor: bool


def application(call: Call) -> sqlite3.Row:
    """The one that asks. Raises `Refusal`."""
    client_id = call.text("client_id")
    client = call.tenant.store.client(client_id)
    if client is None:
        raise Refusal(refusals.UNKNOWN_CLIENT, client_id=client_id[:100])
    call.client_id = client_id
    return client


def destination(call: Call, client: sqlite3.Row) -> Destination:
    """Raises `Refusal` if nothing may be sent back: it has to be said on a page."""
    callbacks = addresses_in(client, "callbacks")
    wanted = call.optional("redirect_uri") or (callbacks[0] if callbacks else "")
    # Letter by letter, the port of a loopback address, too (support article; reported).
    if wanted not in callbacks:
        raise Refusal(refusals.CALLBACK_MISMATCH, url=wanted[:300])
    mode = call.optional("response_mode") or "query"
    # How an unknown one is refused is what it cannot say: in the query, as everything is by default.
    known = mode if mode in _MODES else "query"
    if known == "web_message":
        _check_origin(call, client, wanted)
    return Destination(client_id=call.client_id, redirect_uri=wanted, response_mode=known, state=call.optional("state"))


def _check_origin(call: Call, client: sqlite3.Row, uri: str) -> None:
    """Raises `Refusal` if the application doesn't list the origin to which the page would post the answer."""
    origin = origins.of_url(uri)
    if not origins.lists(client, origin):
        text, details = origins.event(call.request.scope, call.tenant.store, origin)
        call.log("fco", text, **details)
        raise Refusal(refusals.WEB_ORIGIN_NOT_LISTED, uri=uri[:200])


def read(call: Call, client: sqlite3.Row) -> Asked:
    """What is asked for. Raises `Refusal`, which goes back to the application."""
    _check_protocol(call)
    client_auth.check_grant(client, defaults.AUTHORIZATION_CODE)
    if call.optional("connection") not in (None, defaults.REALM):
        raise Refusal(refusals.UNKNOWN_CONNECTION)
    prompts, max_age = (call.optional("prompt") or "").split(), call.optional("max_age")
    if max_age is not None and not re.fullmatch(r"[0-9]{1,9}", max_age):
        raise Refusal(refusals.BAD_PARAMETER, name="max_age", value=max_age[:40])
    audience = call.optional("audience")
    if audience == call.tenant.issuer + "userinfo":  # what every token with openid is for
        audience = None
    call.audience = audience or ""
    try:
        scope = tokens.granted(call.tenant, audience, call.scopes(), client["grant_types"])
    except Refusal:
        raise Refusal(refusals.UNKNOWN_SERVICE, audience=(audience or "")[:200]) from None
    return Asked(
        audience=audience,
        scope=scope,
        nonce=call.optional("nonce"),
        code_challenge=call.optional("code_challenge"),
        sent_redirect_uri=call.optional("redirect_uri") is not None,
        login_hint=(call.optional("login_hint") or "")[:200],
        prompt_none="none" in prompts,
        prompt_login="login" in prompts,
        max_age=None if max_age is None else int(max_age),
        second_factor=MULTI_FACTOR in (call.optional("acr_values") or "").split(),
    )


def _check_protocol(call: Call) -> None:
    mode, type = call.optional("response_mode") or "query", call.text("response_type")
    if type != "code":
        raise Refusal(refusals.BAD_RESPONSE_TYPE, type=type[:60])
    if mode not in _MODES:
        raise Refusal(refusals.BAD_PARAMETER, name="response_mode", value=mode[:40])
    challenge, method = call.optional("code_challenge"), call.optional("code_challenge_method")
    if challenge is not None and method != "S256":  # nothing said means "plain" (RFC 7636, section 4.3)
        raise Refusal(refusals.BAD_PARAMETER, name="code_challenge_method", value=(method or "plain")[:40])
    if challenge is not None and not _CHALLENGE.fullmatch(challenge):
        raise Refusal(refusals.BAD_PARAMETER, name="code_challenge", value=challenge[:60])
