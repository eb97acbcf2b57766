"""`/authorize` and the login page: who is it, is one more factor wanted, and back to the application with a code."""

from __future__ import annotations

import json
import secrets
import sqlite3
from dataclasses import asdict, dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ... import refusals
from ...crypto.opaque_strings import fingerprint
from ...defaults import LIFETIMES
from ...http.call import Call
from ...refusals import Refusal
from .. import password
from . import answers, asked, pages, sessions
from .asked import MULTI_FACTOR, Asked, Destination

LOGIN_PAGE = "/u/login"  # as at a real tenant


@dataclass(frozen=True, kw_only=True)
class BrowserLogin:
    """A login that is going on. `state` is its name in addresses and forms; the tenant keeps its fingerprint, `hash`."""

    state: str
    hash: str
    to: Destination
    asked: Asked
    row: sqlite3.Row


async def authorize(request: Request) -> Response:
    """`GET /authorize`: straight back to the application if nothing is missing, or on to a page."""
    call = Call(request, dict(request.query_params))
    try:
        client = asked.application(call)
        to = asked.destination(call, client)
    except Refusal as refusal:
        log_failure(call, refusal)
        return pages.failure(refusal)
    with call.tenant.store.change():
        try:
            return _decided(call, to, asked.read(call, client))
        except Refusal as refusal:
            silently = "none" in str(call.fields.get("prompt", "")).split()
            if silently:
                call.log("fsa", refusal.answer.text)
            else:
                log_failure(call, refusal)
            return answers.refused(to, refusal)


def _decided(call: Call, to: Destination, wanted: Asked) -> Response:
    session = sessions.current(call)
    if session is not None:
        age = call.now - session.signed_in_at
        if wanted.prompt_login or (wanted.max_age is not None and age >= wanted.max_age):
            session = None
    if session is None:
        if wanted.prompt_none:
            raise Refusal(refusals.LOGIN_REQUIRED)
        return _begun(call, to, wanted, LOGIN_PAGE)
    call.user_id = session.user["user_id"]
    if needs_factor_now(call, wanted, session.user, session.second_factor):
        if wanted.prompt_none:
            raise Refusal(refusals.FACTOR_REQUIRED)
        return _begun(call, to, wanted, "/u/mfa", session)
    code = _new_code(call, to, wanted, session, proven=False)
    _log_success(call, session, wanted.prompt_none)
    return answers.granted(to, code)


def _begun(call: Call, to: Destination, wanted: Asked, path: str, session: sessions.Session | None = None) -> Response:
    """A login of this browser: it has a cookie, or gets one, without which its pages don't open."""
    state = secrets.token_urlsafe(32)
    browser = sessions.cookie(call.request, sessions.LOGIN) or secrets.token_urlsafe(32)
    call.tenant.store.add_browser_login(
        fingerprint(state),
        browser=fingerprint(browser),
        request=json.dumps({"to": asdict(to), "asked": asdict(wanted)}),
        expires_at=call.now + LIFETIMES.browser_login,
        now=call.now,
        user_id=session.user["user_id"] if session else "",
        session=session.hash if session else "",
    )
    response = forward(path, state, 302)
    sessions.set_cookie(response, call.request, sessions.LOGIN, browser)
    return response


def forward(path: str, state: str, status: int = 303) -> Response:
    """On to a page of the login."""
    return RedirectResponse(f"{path}?state={state}", status, {"cache-control": "no-store"})


def opened(call: Call) -> BrowserLogin:
    """The login that a page or form is of. Raises `Refusal` if it is over, or another browser's."""
    state = call.text("state")
    row = call.tenant.store.browser_login(fingerprint(state))
    browser = fingerprint(sessions.cookie(call.request, sessions.LOGIN))
    if row is None or row["expires_at"] <= call.now or not secrets.compare_digest(row["browser"], browser):
        raise Refusal(refusals.LOGIN_OVER)
    request = json.loads(row["request"])
    to, wanted = Destination(**request["to"]), Asked(**request["asked"])
    if call.tenant.store.client(to.client_id) is None:  # removed since
        raise Refusal(refusals.LOGIN_OVER)
    call.client_id, call.user_id = to.client_id, row["user_id"]
    return BrowserLogin(state=state, hash=row["hash"], to=to, asked=wanted, row=row)


async def show_login(request: Request) -> Response:
    """`GET /u/login`."""
    call = Call(request, dict(request.query_params))
    try:
        login = opened(call)
    except Refusal as refusal:
        return pages.failure(refusal)
    return pages.login(login.state, application(call), login.asked.login_hint)


async def sign_in(request: Request) -> Response:
    """`POST /u/login`: the password. What is counted, and what the log says, is as with the password grant."""
    try:
        call = await Call.of(request)
        login = opened(call)
    except Refusal as refusal:
        return pages.failure(refusal)
    store = call.tenant.store
    with store.change():
        try:
            user = password.signed_in(
                call, call.text("username"), call.text("password"), store.settings().request_limits
            )
        except Refusal as refusal:
            if refusal.answer == refusals.USER_BLOCKED:
                store.remove_browser_login(login.hash)
                return answers.refused(login.to, refusal)
            return pages.login(login.state, application(call), str(call.fields.get("username") or "")[:200], refusal)
        # Whatever was begun with somebody else's password is over.
        unproven = {"session": "", "authenticator_id": "", "message": "", "proven": 0}
        store.change_browser_login(login.hash, user_id=user["user_id"], **unproven)
        if needs_factor_now(call, login.asked, user, False):
            return forward("/u/mfa", login.state)
        return finished(call, opened(call), user, proven=False)


def needs_factor_now(call: Call, wanted: Asked, user: sqlite3.Row, was_proven: bool) -> bool:
    """Whether a second factor is wanted now.

    `acr_values` asks for one each time, as the documented Action does. Whatever else asks does so once in a session
    (assumed).
    """
    if wanted.second_factor or was_proven:
        return wanted.second_factor
    return password.asks_for_factor(call, user, wanted.audience)


def finished(call: Call, login: BrowserLogin, user: sqlite3.Row, *, proven: bool) -> Response:
    """The person is signed in: back to the application with a code, and with a cookie for the next time."""
    store, value = call.tenant.store, ""
    store.remove_browser_login(login.hash)
    if login.row["session"]:
        session = sessions.of_hash(call, login.row["session"])
        if session is None:  # ended in the meantime
            return pages.failure(Refusal(refusals.LOGIN_OVER))
        if proven:
            store.prove_session(session.hash)
    else:
        value, session = sessions.begin(call, user, proven)
    code = _new_code(call, login.to, login.asked, session, proven)
    _log_success(call, session)
    response = answers.granted(login.to, code)
    if value:
        sessions.set_cookie(response, call.request, sessions.SESSION, value)
    return response


def _new_code(call: Call, to: Destination, wanted: Asked, session: sessions.Session, proven: bool) -> str:
    """A code, and what the ID token will say: `amr` only if a factor was proven in this very login (documentation, step-up)."""
    code = secrets.token_urlsafe(32)
    claims: dict[str, Any] = {"sid": session.sid}
    if wanted.nonce is not None:
        claims["nonce"] = wanted.nonce
    if wanted.prompt_login or wanted.max_age is not None:  # documentation, max-age-reauthentication
        claims["auth_time"] = int(session.signed_in_at)
    if proven:
        claims |= {"acr": MULTI_FACTOR, "amr": ["mfa"]}
    grant = {**asdict(wanted), "redirect_uri": to.redirect_uri, "proven": proven or session.second_factor}
    call.tenant.store.add_authorization_code(
        fingerprint(code),
        client_id=to.client_id,
        user_id=session.user["user_id"],
        request=json.dumps(grant),
        claims=json.dumps(claims),
        expires_at=call.now + LIFETIMES.authorization_code,
        now=call.now,
    )
    return code


def _log_success(call: Call, session: sessions.Session, silently: bool = False) -> None:
    details: dict[str, Any] = {"session_id": session.sid, "session": {"cookie": {"mode": "persistent"}}}
    if silently:
        call.log("ssa", **details)
    else:
        call.log("s", **details)


def log_failure(call: Call, refusal: Refusal) -> None:
    """A login ends with a refusal that isn't about the password, which has events of its own."""
    answer = refusal.answer
    call.log("f", answer.text, error={"message": answer.text, "oauthError": answer.error})


def application(call: Call) -> str:
    """The name of the application that the login is for."""
    client = call.tenant.store.client(call.client_id)
    return str(client["name"]) if client else ""
