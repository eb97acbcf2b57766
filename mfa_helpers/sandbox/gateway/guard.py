"""Who may ask the tenant: programs of this machine, and no page of the web.

A page in the learner's browser can send requests to this machine. It must not
be able to read or drive the tenant, or to use up what a learner may do, not
even when its own name is made to lead here (DNS rebinding). So a foreign `Host`
is refused, and so is a page whose origin no application lists, on every path. The
sandbox's own addresses ask for a token, too.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.responses import JSONResponse, Response

from ..defaults import LIMITS, Bucket
from ..http.call import hostname_of
from ..http.responses import refuse
from ..proof import KERNEL, NONCE, PROOF, is_proven
from ..refusals import ORIGIN_NOT_LISTED, TOO_MANY_REQUESTS, Refusal, Wait
from ..tenant import origins
from ..tenant.token_buckets import seconds_until_one, take_one
from .class_access import FORMER_TOKEN, LEARNER, NOT_YOURS
from .cors import OPEN
from .page_links import PAGES, PageLinks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Scope

    from ..tenant.tenant import Tenant
    from .class_access import ClassAccess

TOKEN_HEADER = b"x-sandbox-token"
_HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?")
_GUESSES = {b"authorization", PROOF.encode()}  # headers that may hold a guess at a token, too
FOREIGN_HOST = "The sandbox accepts only this machine's own names, like 127.0.0.1 and localhost."
FOREIGN_NAME = (
    "The sandbox is open, so it accepts only names inside a network. To give it another name, add --name NAME."
)
#: Ends of names that nobody can register (RFC 6761, 6762, and 8375; reserved by ICANN in 2024).
_INSIDE = (".test", ".local", ".home.arpa", ".internal")
FOREIGN_PAGE = "A page from another origin can't use the sandbox unless an application lists that origin."
_LOGIN_PAGES = ("/authorize", "/v2/logout", "/oidc/logout")
NO_TOKEN = "The sandbox's own addresses require its token in the header x-sandbox-token. The command that started the sandbox prints it."


def is_loopback(host: str) -> bool:
    """Whether a host name or address always means this machine. `*.localhost` does (RFC 6761, section 6.3)."""
    host = host.strip("[]").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_inside(host: str) -> bool:
    """Whether no page can have made that name lead here: an address, one word, or a name that nobody can register."""
    host = host.strip("[]").rstrip(".").lower()
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(_INSIDE)
    return True


class Guard:
    """Decides about each request. `token` opens the sandbox's own addresses; if it's empty, everybody may use them.

    `class_access` lets the learners of a class in to what is theirs. With `any_host`, other machines reach it by names of
    theirs; without a token, by no name that a page could have made lead here. The issuer's own name is always right.
    """

    def __init__(
        self, tenant: Tenant, token: str = "", class_access: ClassAccess | None = None, any_host: bool = False
    ) -> None:
        self._tenant = tenant
        self._token = token.encode()
        self._class_access = class_access
        self._any_host = any_host
        self.links = PageLinks()

    def refusal(self, scope: Scope) -> Response | None:
        """Why the request is refused; `None` if it isn't."""
        path, host, page = scope["path"], b"", []
        for header in scope["headers"]:
            if header[0] == b"host":
                host = header[1]
            elif header[0] == b"origin" or header[0].startswith(b"sec-fetch-"):
                page.append(header)
        trouble = self._wrong_name(host) if host else ""
        if trouble:
            return _refused(path, 403, "forbidden", trouble)
        if page and self._is_foreign(scope, page):
            self._log_page(scope, page)
            if path.startswith(("/sandbox/", "/api/v2/")):
                return _refused(path, 401, "access_denied", FOREIGN_PAGE)
            return refuse(Refusal(ORIGIN_NOT_LISTED), path)
        if path.startswith("/sandbox/"):
            return self._without_token(scope)
        return None

    def _wrong_name(self, host: bytes) -> str:
        """Why nobody may call the tenant by that name; empty if it's fine."""
        if self._any_host and self._token:
            return ""
        found = _HOST.fullmatch(host)
        name = found[1].decode() if found is not None and int(found[2] or 0) < 65_536 else ""
        if name and (is_loopback(name) or name.lower() == urlsplit(self._tenant.issuer).hostname):
            return ""
        if not self._any_host:
            return FOREIGN_HOST
        return "" if name and _is_inside(name) else FOREIGN_NAME

    def _is_foreign(self, scope: Scope, page: list[tuple[bytes, bytes]]) -> bool:
        """Whether a page from elsewhere asks. A browser sets these headers itself; no page can leave them out or change them."""
        if scope["path"].startswith(OPEN):
            return False
        said = dict(page)
        if _opens_a_page(scope, said):
            return False
        if b"origin" in said:
            return not all(origins.is_listed(self._tenant.store, origin) for origin in origins.of_page(scope))
        return said.get(b"sec-fetch-site", b"none") not in (b"none", b"same-origin")

    def _log_page(self, scope: Scope, page: list[tuple[bytes, bytes]]) -> None:
        origin = dict(page).get(b"origin", b"(not told)").decode("latin-1")[:200]
        text, details = origins.event(scope, self._tenant.store, origin)
        self._log(scope, "fco", text, **details)

    def _without_token(self, scope: Scope) -> Response | None:
        """Whether a request under `/sandbox/` is refused, as far as tokens go.

        Who has the right one is never held up: it's too long to be found by guessing, and nobody can lock others out.
        """
        headers: dict[bytes, bytes] = dict(scope["headers"])
        given = headers.get(TOKEN_HEADER, b"")
        if not self._token or hmac.compare_digest(given, self._token):
            return None
        answer = self.links.exchange(scope)
        if isinstance(answer, Response):
            return answer
        opened = self.links.opened(scope, headers.get(b"cookie", b""))
        if opened is not None and opened.learner is not None:
            scope[LEARNER] = opened.learner
        if opened is not None or self._is_a_kernel(scope, headers):
            return None
        trouble = NO_TOKEN if self._class_access is None else self._class_access.trouble(scope, headers, self._token)
        if not trouble:
            return None
        trouble = answer or trouble
        if (given or answer or headers.keys() & _GUESSES) and trouble not in (NOT_YOURS, FORMER_TOKEN):
            wait = self._spend(scope, "guesses", LIMITS.guesses)
            if wait:
                now = self._tenant.clock.now()
                refusal = Refusal(TOO_MANY_REQUESTS, wait=Wait(LIMITS.guesses.size, wait, now))
                return refuse(refusal, scope["path"])
            request = {"method": scope["method"], "path": scope["path"]}
            self._log(scope, "fapi", "A wrong token for the sandbox's own addresses", request=request)
        return _refused(scope["path"], 403, "forbidden", trouble)

    def _is_a_kernel(self, scope: Scope, headers: Mapping[bytes, bytes]) -> bool:
        """Whether it knows the token and doesn't send it, because it can't know yet who answers here."""
        nonce, given = (headers.get(name.encode(), b"").decode("latin-1") for name in (NONCE, PROOF))
        port = (scope.get("server") or ("", 0))[1]
        return scope["path"] == "/sandbox/stay" and is_proven(given, self._token.decode(), KERNEL, port, nonce)

    def _log(self, scope: Scope, type: str, description: str, **details: Any) -> None:
        """Write a row, unless this address has caused many: nobody who isn't let in may flush the log."""
        if not self._spend(scope, type, LIMITS.strangers):
            self._tenant.store.add_log(
                type,
                date=self._tenant.clock.now(),
                description=description,
                ip=_address(scope),
                hostname=hostname_of(scope),
                details=details,
            )

    def _spend(self, scope: Scope, name: str, bucket: Bucket) -> int:
        """Spend one try of the address that asks; the seconds until it has one, if none is left."""
        store, now = self._tenant.store, self._tenant.clock.now()
        with store.change():
            wait = seconds_until_one(store, _address(scope), name, bucket, now)
            if not wait:
                take_one(store, _address(scope), name, bucket, now)
        return wait


def _opens_a_page(scope: Scope, said: Mapping[bytes, bytes]) -> bool:
    """Whether a link or form elsewhere opens a page that is there for that; the page itself decides what may frame it."""
    method, path, kind = scope["method"], scope["path"], said.get(b"sec-fetch-dest")
    if said.get(b"sec-fetch-mode") != b"navigate":
        return False
    if kind == b"iframe":
        return bool(method == "GET" and path == "/authorize")  # silent authentication
    if kind != b"document":
        return False
    if method == "POST":
        return bool(path == "/oidc/logout")
    # A browser names no origin with such a GET.
    return method == "GET" and b"origin" not in said and (path in (*PAGES, *_LOGIN_PAGES) or path.startswith("/u/"))


def _address(scope: Scope) -> str:
    """Where a request comes from; in one process with the client, from nowhere."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _refused(path: str, status: int, error: str, text: str) -> Response:
    """In the shape that the address has for its other refusals."""
    if path.startswith("/api/v2/"):
        body = {"statusCode": status, "error": HTTPStatus(status).phrase, "message": text, "errorCode": error}
        return JSONResponse(body, status, media_type="application/json; charset=utf-8")
    return JSONResponse({"error": error, "error_description": text}, status)
