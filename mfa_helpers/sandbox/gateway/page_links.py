"""Pages that are opened by a link: a one-time token in the address, exchanged for a cookie.

A browser sends no header when a link is clicked, and an address stays in its
history. So the token of the address works once, within five minutes, and the
cookie opens the pages and what they ask for, and nothing else.
"""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from starlette.responses import RedirectResponse, Response

if TYPE_CHECKING:
    from starlette.types import Scope

PAGES = ("/sandbox/phone", "/sandbox/inbox")
ONCE = "once"
USED = "This link was already used, or it's older than five minutes. To get a new one, send POST /sandbox/link with the token."
_OPENED = {("GET", "/sandbox/phone"), ("GET", "/sandbox/inbox"), ("GET", "/sandbox/push"), ("POST", "/sandbox/push/")}
LINK_LIFETIME, _A_DAY = 300, 86_400  # seconds
_MOST = 1000  # of each that are remembered


class PageLinks:
    """The links that were given out, and the cookies of the browsers that have used one. In memory: they end with the server."""

    def __init__(self) -> None:
        self._links: dict[str, float] = {}
        self._cookies: dict[str, float] = {}

    def new(self, page: str) -> str:
        """An address that opens `page` once."""
        return f"{page}?{urlencode({ONCE: _made(self._links, LINK_LIFETIME)})}"

    def exchange(self, scope: Scope) -> Response | str | None:
        """The page without the token of its address, and the cookie; why not; or `None` if there is no such token."""
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        if scope["method"] != "GET" or scope["path"] not in PAGES or ONCE not in query:
            return None
        if self._links.pop(query.pop(ONCE), 0) < time.monotonic():
            return USED
        rest = f"?{urlencode(query)}" if query else ""
        answer = RedirectResponse(scope["path"] + rest, 303, {"referrer-policy": "no-referrer"})
        # Lax, because the redirect belongs to a click on another page. Other ports of this machine share cookies: hence its name.
        answer.set_cookie(
            _name(scope),
            _made(self._cookies, _A_DAY),
            path="/sandbox/",
            httponly=True,
            samesite="lax",
            secure=scope["scheme"] == "https",
        )
        return answer

    def is_opened(self, scope: Scope, cookie: bytes) -> bool:
        """Whether the browser that has `cookie` may ask this."""
        path = scope["path"]
        if not {(scope["method"], path), (scope["method"], path[: path.rfind("/") + 1])} & _OPENED:
            return False
        # Not by `SimpleCookie`: it gives up at what other programs of this machine, whose cookies come along, have set.
        pairs = (one.strip().partition("=") for one in cookie.decode("latin-1").split(";"))
        return any(self._cookies.get(value, 0) > time.monotonic() for name, _, value in pairs if name == _name(scope))


def _name(scope: Scope) -> str:
    return f"sandbox-{(scope.get('server') or ('', 0))[1]}"


def _made(kept: dict[str, float], seconds: float) -> str:
    token = secrets.token_urlsafe(32)
    kept[token] = time.monotonic() + seconds
    while len(kept) > _MOST:
        del kept[next(iter(kept))]
    return token
