"""Pages that are opened by a link: a one-time token in the address, exchanged for a cookie.

A browser sends no header when a link is clicked, and an address stays in its
history. So the token of the address works once, within five minutes, and the
cookie opens the pages and what they ask for, and nothing else. In a class, both
belong to whoever asked for the link, and show nothing of anybody else.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Pass:
    """Until when a link or a cookie is good, and whose it is; nobody's in particular if `learner` is `None`."""

    ends_at: float
    learner: str | None


class PageLinks:
    """The links that were given out, and the cookies of the browsers that have used one. In memory: they end with the server."""

    def __init__(self) -> None:
        self._links: dict[str, Pass] = {}
        self._cookies: dict[str, Pass] = {}

    def new(self, page: str, learner: str | None = None) -> str:
        """An address that opens `page` once. What it shows is all, or what belongs to a `learner` (the ID of a user)."""
        return f"{page}?{urlencode({ONCE: _made(self._links, LINK_LIFETIME, learner)})}"

    def exchange(self, scope: Scope) -> Response | str | None:
        """The page without the token of its address, and the cookie; why not; or `None` if there is no such token."""
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        if scope["method"] != "GET" or scope["path"] not in PAGES or ONCE not in query:
            return None
        link = self._links.pop(query.pop(ONCE), None)
        if link is None or link.ends_at < time.monotonic():
            return USED
        rest = f"?{urlencode(query)}" if query else ""
        answer = RedirectResponse(scope["path"] + rest, 303, {"referrer-policy": "no-referrer"})
        # Lax, because the redirect belongs to a click on another page. Other ports of this machine share cookies: hence its name.
        answer.set_cookie(
            _name(scope),
            _made(self._cookies, _A_DAY, link.learner),
            path="/sandbox/",
            httponly=True,
            samesite="lax",
            secure=scope["scheme"] == "https",
        )
        return answer

    def opened(self, scope: Scope, cookie: bytes) -> Pass | None:
        """What lets the browser that has `cookie` ask this; `None` if it may not."""
        path = scope["path"]
        if not {(scope["method"], path), (scope["method"], path[: path.rfind("/") + 1])} & _OPENED:
            return None
        # Not by `SimpleCookie`: it gives up at what other programs of this machine, whose cookies come along, have set.
        pairs = (one.strip().partition("=") for one in cookie.decode("latin-1").split(";"))
        found = (self._cookies.get(value) for name, _, value in pairs if name == _name(scope))
        return next((one for one in found if one is not None and one.ends_at > time.monotonic()), None)


def _name(scope: Scope) -> str:
    return f"sandbox-{(scope.get('server') or ('', 0))[1]}"


def _made(kept: dict[str, Pass], seconds: float, learner: str | None) -> str:
    token = secrets.token_urlsafe(32)
    kept[token] = Pass(time.monotonic() + seconds, learner)
    while len(kept) > _MOST:
        del kept[next(iter(kept))]
    return token
