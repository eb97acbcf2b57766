"""Which pages of the web may use an application: those whose origin it lists.

An application lists origins in `web_origins` and `allowed_origins`, and a tenant looks into both (documentation,
application-settings and set-up-cors).
"""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..store import addresses_in

if TYPE_CHECKING:
    from starlette.types import Scope

    from ..store import Store

#: The fields of an application that list them.
FIELDS = ("web_origins", "allowed_origins")
#: Names beyond ASCII come in their `xn--` form. Nothing else may end up in a header.
_ORIGIN = re.compile(
    r"[a-z][a-z0-9+.-]*://(?:[a-z0-9._*-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?/?", re.ASCII | re.IGNORECASE
)


def of_page(scope: Scope) -> list[str]:
    """The origins that a request names and that aren't the tenant's own; none for a program that is no browser."""
    said = dict(scope["headers"])
    own = scope["scheme"] + "://" + said.get(b"host", b"").decode("latin-1")
    is_here = said.get(b"sec-fetch-site", b"none") in (b"none", b"same-origin")
    named = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
    return [origin for origin in named if origin != own or not is_here]


def lists(client: sqlite3.Row, origin: str) -> bool:
    """Whether that application lists it."""
    return any(_is_meant(one, origin.lower()) for name in FIELDS for one in addresses_in(client, name))


def is_listed(store: Store, origin: str) -> bool:
    """Whether any application does. A browser that asks beforehand names none."""
    return any(lists(client, origin) for client in store.clients())


def event(scope: Scope, store: Store, origin: str) -> tuple[str, dict[str, Any]]:
    """What the event `fco` says of one that isn't listed (reported: ministryofjustice/analytics-platform, issues 45 and 91),
    and its details (documentation, oas/tenant-logs/logs-schema.json).
    """
    clients = store.clients()
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    return f"Origin {origin} is not allowed. Behavior used for check: WEB ORIGINS", {
        "allowedOrigins": sorted({one for client in clients for one in addresses_in(client, "allowed_origins")}),
        "webOrigins": sorted({one for client in clients for one in addresses_in(client, "web_origins")}),
        "headers": {"origin": origin},
        "host": host[:255],
        "method": scope["method"],
        "origin": origin,
        "originalUrl": scope["path"][:200],
        "xhr": False,
    }


def of_url(url: str) -> str:
    """The origin of a page at that address. Raises `ValueError` if it is no address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def is_origin(text: str) -> bool:
    """Whether `text` can be listed: a scheme and a host, as browsers write them, perhaps a star, and at most a slash behind them."""
    found = _ORIGIN.fullmatch(text)
    return found is not None and int(found[1] or 0) < 65_536


def _is_meant(listed: str, origin: str) -> bool:
    """A star stands for one label of a host, or for a part of it (documentation, wildcards-for-subdomains)."""
    listed = listed.rstrip("/").lower()
    if "*" not in listed:
        return listed == origin
    if not re.fullmatch(
        r"https?://[^*./]*\*[^*./]*\.[^*/]+\.[^*/]+", listed
    ):  # at the front, once, and not of a whole ending
        return False
    return re.fullmatch(re.escape(listed).replace(r"\*", "[a-z0-9-]+"), origin) is not None
