"""Who may ask the tenant: programs of this machine, and no page of the web.

A page in the learner's browser can send requests to this machine. It must not
be able to read or drive the tenant, or to use up what a learner may do, not
even when its own name is made to lead here (DNS rebinding). So a foreign `Host`
is refused, and so is a page whose origin isn't listed, on every path. A sandbox
that listens beyond this machine asks for a token at its own addresses, too.
"""

from __future__ import annotations

import hmac
import ipaddress
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.responses import JSONResponse, Response

from ..defaults import LIMITS
from ..http.responses import refuse
from ..refusals import ORIGIN_NOT_LISTED, Refusal
from ..tenant.token_buckets import seconds_until_one, take_one

if TYPE_CHECKING:
    from starlette.types import Scope

    from ..tenant.tenant import Tenant
    from .class_access import ClassAccess

TOKEN_HEADER = b"x-sandbox-token"
PAGES = ("/sandbox/phone", "/sandbox/inbox")  # what a link from another page may open
LEAST_TOKEN = 16  # characters
FOREIGN_HOST = "The sandbox answers to this machine's own names only, like 127.0.0.1 and localhost."
FOREIGN_PAGE = "A page from elsewhere may not use the sandbox, unless its origin is in the setting allowed_origins."
NO_TOKEN = "This sandbox is open to others: its own addresses want the header x-sandbox-token."


def is_loopback(host: str) -> bool:
    """Whether a host name or address always means this machine. `*.localhost` does (RFC 6761, section 6.3)."""
    host = host.strip("[]").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Guard:
    """Decides about each request. `token` is that of a sandbox that listens beyond this machine, else empty.

    `class_access` lets the learners of a class in to what is theirs.
    """

    def __init__(self, tenant: Tenant, token: str = "", class_access: ClassAccess | None = None) -> None:
        self._tenant = tenant
        self._token = token.encode()
        self._class_access = class_access

    def refusal(self, scope: Scope) -> Response | None:
        """Why the request is refused; `None` if it isn't."""
        path, host, page = scope["path"], b"", []
        for header in scope["headers"]:
            if header[0] == b"host":
                host = header[1]
            elif header[0] == b"origin" or header[0].startswith(b"sec-fetch-"):
                page.append(header)
        if not self._token and host and not _is_here(host):
            return _refused(path, 403, "forbidden", FOREIGN_HOST)
        if page and self._is_foreign(scope, host, page):
            self._log_page(scope, page)
            if path.startswith(("/sandbox/", "/api/v2/")):
                return _refused(path, 401, "access_denied", FOREIGN_PAGE)
            return refuse(Refusal(ORIGIN_NOT_LISTED), path)
        if path.startswith("/sandbox/"):
            trouble = self._without_token(scope)
            return _refused(path, 403, "forbidden", trouble) if trouble else None
        return None

    def _is_foreign(self, scope: Scope, host: bytes, page: list[tuple[bytes, bytes]]) -> bool:
        """Whether a page from elsewhere asks. A browser sets these headers itself; no page can leave them out or change them."""
        if scope["path"].startswith("/.well-known/"):  # as a real tenant's, open to every page
            return False
        said = dict(page)
        origins = [value for name, value in page if name == b"origin"]
        if origins:
            own = scope["scheme"].encode() + b"://" + host
            return any(origin != own and not self._is_listed(origin) for origin in origins)
        if said.get(b"sec-fetch-site", b"none") in (b"none", b"same-origin"):
            return False
        opens_a_page = (said.get(b"sec-fetch-mode"), said.get(b"sec-fetch-dest")) == (b"navigate", b"document")
        return not (opens_a_page and scope["method"] == "GET" and scope["path"] in PAGES)

    def _is_listed(self, origin: bytes) -> bool:
        listed = self._tenant.store.settings().allowed_origins
        return origin.decode("latin-1").lower() in {one.rstrip("/").lower() for one in listed}

    def _log_page(self, scope: Scope, page: list[tuple[bytes, bytes]]) -> None:
        """A row in the log, unless such pages have had many: none may flush it."""
        origin = dict(page).get(b"origin", b"(not told)").decode("latin-1")[:200]
        self._spend_and_log(scope, "fco", f"The origin {origin} is not listed")

    def _spend_and_log(self, scope: Scope, type: str, description: str) -> int:
        """Log it, if this address has a try left; else the seconds until it has one."""
        store, now, address = self._tenant.store, self._tenant.clock.now(), (scope.get("client") or ("",))[0]
        with store.change():
            wait = seconds_until_one(store, address, type, LIMITS.strangers, now)
            if not wait:
                take_one(store, address, type, LIMITS.strangers, now)
                store.add_log(type, date=now, description=description, ip=address)
        return wait

    def _without_token(self, scope: Scope) -> str:
        """Why a request under `/sandbox/` is refused, as far as tokens go."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if not self._token or hmac.compare_digest(headers.get(TOKEN_HEADER, b""), self._token):
            return ""
        return NO_TOKEN if self._class_access is None else self._class_access.trouble(scope, headers, self._token)


def _refused(path: str, status: int, error: str, text: str) -> Response:
    """In the shape that the address has for its other refusals."""
    if path.startswith("/api/v2/"):
        body = {"statusCode": status, "error": HTTPStatus(status).phrase, "message": text, "errorCode": error}
        return JSONResponse(body, status, media_type="application/json; charset=utf-8")
    return JSONResponse({"error": error, "error_description": text}, status)


def _is_here(host: bytes) -> bool:
    try:
        parts = urlsplit("//" + host.decode("latin-1"))
        parts.port  # noqa: B018  (raises if what follows the colon is no port)
        return parts.username is None and not parts.path and is_loopback(parts.hostname or "")
    except ValueError:
        return False
