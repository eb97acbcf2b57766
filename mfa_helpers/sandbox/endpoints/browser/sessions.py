"""The session of a browser: a cookie of a random value, of which the tenant keeps the fingerprint."""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from ...crypto.opaque_strings import fingerprint
from ...defaults import LIFETIMES
from ...http.call import Call

SESSION = "auth0"  # documentation, authentication-api-cookies
LOGIN = "auth0-login"  # binds a login to the browser in which it began


@dataclass(frozen=True, kw_only=True)
class Session:
    """Who is signed in, since when (seconds since 1970), and whether a second factor was proven in it. `sid` is its public name."""

    hash: str
    sid: str
    user: sqlite3.Row
    second_factor: bool
    signed_in_at: float


def current(call: Call) -> Session | None:
    """The session of the browser that asks, if it is alive. It has been used now."""
    value = cookie(call.request, SESSION)
    return of_hash(call, fingerprint(value)) if value else None


def of_hash(call: Call, hash: str) -> Session | None:
    """A session, if it is alive and its user may be signed in."""
    store, now = call.tenant.store, call.now
    row = store.session(hash)
    if row is None:
        return None
    try:
        user = store.user(row["user_id"])
    except KeyError:  # removed since
        return None
    is_over = now - row["signed_in_at"] > LIFETIMES.session or now - row["used_at"] > LIFETIMES.idle_session
    if is_over or user["blocked"]:
        store.remove_session(hash)
        return None
    store.use_session(hash, now)
    return Session(
        hash=hash,
        sid=row["sid"],
        user=user,
        second_factor=bool(row["second_factor"]),
        signed_in_at=row["signed_in_at"],
    )


def begin(call: Call, user: sqlite3.Row, second_factor: bool) -> tuple[str, Session]:
    """A session of one's own, and the value of its cookie. What the browser had before is over."""
    end(call)
    value, sid = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    call.tenant.store.add_session(
        fingerprint(value),
        sid=sid,
        user_id=user["user_id"],
        second_factor=second_factor,
        now=call.now,
        oldest=call.now - LIFETIMES.session,
    )
    session = of_hash(call, fingerprint(value))
    assert session is not None
    return value, session


def end(call: Call) -> None:
    """Nobody is signed in with the browser's cookie any more."""
    value = cookie(call.request, SESSION)
    if value:
        call.tenant.store.remove_session(fingerprint(value))


def cookie(request: Request, kind: str) -> str:
    """The value of a cookie; empty if there is none."""
    return request.cookies.get(_name(request, kind), "")


def set_cookie(response: Response, request: Request, kind: str, value: str) -> None:
    """Give the browser a cookie, or take it away with an empty value.

    Over TLS the session's is sent to a frame of another site, too, as silent authentication needs it; a browser wants
    that to be TLS.
    """
    secure = request.url.scheme == "https"
    response.set_cookie(
        _name(request, kind),
        value,
        max_age=(LIFETIMES.session if kind == SESSION else LIFETIMES.browser_login) if value else 0,
        httponly=True,
        secure=secure,
        samesite="none" if secure and kind == SESSION else "lax",
    )


def _name(request: Request, kind: str) -> str:
    # All ports of a machine share their cookies.
    return f"{kind}-{(request.scope.get('server') or ('', 0))[1]}"
