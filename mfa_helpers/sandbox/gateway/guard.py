"""Who may speak to the sandbox: programs of this machine, and no page of the web.

A page in the learner's browser can send requests to this machine. It must not
be able to read or drive the tenant, not even when its own name is made to lead
here (DNS rebinding). So a foreign `Host` is refused everywhere, and a foreign
`Origin` at the sandbox's own addresses. A sandbox that listens beyond this
machine asks for a token there instead.
"""

from __future__ import annotations

import hmac
import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.responses import JSONResponse
from starlette.types import Scope

if TYPE_CHECKING:
    from .class_access import ClassAccess

TOKEN_HEADER = b"x-sandbox-token"
LEAST_TOKEN = 16  # characters
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


def trouble(scope: Scope, token: bytes, class_access: ClassAccess | None = None) -> str:
    """Why the request is refused; empty if it is not.

    `token` is that of a sandbox that listens beyond this machine. `class_access` lets its learners in to what is theirs.
    """
    host = b""
    for name, value in scope["headers"]:
        if name == b"host":
            host = value
            break
    if not token and host and not _is_here(host):
        return "The sandbox answers to this machine's own names only, like 127.0.0.1 and localhost."
    if not scope["path"].startswith("/sandbox/"):
        return ""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    if token and not hmac.compare_digest(headers.get(TOKEN_HEADER, b""), token):
        refused = NO_TOKEN if class_access is None else class_access.trouble(scope, headers, token)
        if refused:
            return refused
    origin = headers.get(b"origin")
    if origin is not None and origin != scope["scheme"].encode() + b"://" + host:
        return "A page from elsewhere may not use the sandbox."
    if headers.get(b"sec-fetch-site") == b"cross-site":
        return "A page from elsewhere may not use the sandbox."
    return ""


def refusal(path: str, trouble: str) -> JSONResponse:
    """In the shape that the address has for its other refusals."""
    if path.startswith("/api/v2/"):
        body = {"statusCode": 403, "error": "Forbidden", "message": trouble, "errorCode": "forbidden"}
        return JSONResponse(body, 403, media_type="application/json; charset=utf-8")
    return JSONResponse({"error": "forbidden", "error_description": trouble}, 403)


def _is_here(host: bytes) -> bool:
    try:
        parts = urlsplit("//" + host.decode("latin-1"))
        parts.port  # noqa: B018  (raises if what follows the colon is no port)
        return parts.username is None and not parts.path and is_loopback(parts.hostname or "")
    except ValueError:
        return False
