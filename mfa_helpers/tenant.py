"""Which tenant the lesson talks to: the sandbox, a class's, or your own from `.env` and environment."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from . import browser, wire
from .classroom import join, trust
from .errors import InvalidInput, SandboxUnusable
from .handover import Handover
from .inbox import Inbox
from .inputs import clean_domain
from .loading import without_gc
from .management import Management
from .masking import Secret, secret

if TYPE_CHECKING:
    from .sandbox.in_process import Sandbox as InProcess
    from .sandbox.ready import Ready

SANDBOX, CLASS, LIVE = "sandbox", "class", "live"
Running = TypeVar("Running")
DEFAULT_SCOPE = "openid profile email"


@dataclass(frozen=True)
class Tenant:
    """Where the tenant is, and the application and user to use there.

    `password` is known for a sandbox's throw-away user only. `inbox` is the
    sandbox's; your own tenant's mail goes to your own mailbox. `management` can
    read and change the set-up, where its credentials are known: not in a class,
    whose set-up is everybody's. `ca_file` is the one to trust, where the system's
    own do not do.
    """

    kind: str
    base_url: str
    client_id: str
    client_secret: Secret | None = None
    audience: str | None = None
    username: str | None = None
    realm: str | None = None
    password: Secret | None = None
    inbox: Inbox | None = field(default=None, repr=False)
    management: Management | None = field(default=None, repr=False)
    ca_file: str | None = None

    @property
    def is_sandbox(self) -> bool:
        """Whether it is one of ours, the class's too: its user and password are known, its mail comes to an inbox here."""
        return self.kind != LIVE

    @property
    def log(self) -> Management | Inbox | None:
        """Where the tenant's log is read: all of it in your own sandbox, one's own part in a class, nowhere on a live tenant."""
        return self.inbox if self.kind == CLASS else self.management

    @property
    def key(self) -> str:
        """Names the tenant and application, or user, in the hand-over; the port of your own sandbox is no part of it."""
        if self.kind == SANDBOX:
            return SANDBOX
        return f"{self.base_url} {self.username if self.kind == CLASS else self.client_id}"


def open_tenant(kind: str, handover: Handover | None = None, join_line: str | None = None) -> Tenant:
    """The tenant named by `kind`: `sandbox` (started on demand), `class` or `live`.

    Raises `InvalidInput` for another name, for a live tenant whose settings are
    missing or wrong (it says which), and for a `join_line` that cannot be right.
    Raises `SandboxUnusable` if the sandbox cannot start, and what `classroom.join`
    raises if the class cannot be joined.
    """
    if browser.IS_HERE and kind != SANDBOX:
        raise InvalidInput(browser.LIMITS, "Choose the sandbox.")
    if kind == CLASS:
        return _class(handover or Handover(), join_line)
    trust(None)
    if kind == SANDBOX:
        return _sandbox()
    if kind == LIVE:
        return from_settings(read_settings())
    raise InvalidInput(
        f"There is no tenant called '{kind}'.", 'Write tenant = "sandbox", tenant = "class" or tenant = "live".'
    )


def _class(handover: Handover, join_line: str | None) -> Tenant:
    place = join(handover, join_line)
    return Tenant(
        kind=CLASS,
        base_url=place.base_url,
        client_id=place.told["client_id"],
        client_secret=secret(place.told["client_secret"]),
        audience=place.told["audience"],
        username=place.told["username"],
        password=secret(place.told["password"]),
        inbox=Inbox(place.base_url, place.key),
        ca_file=place.ca_file,
    )


def _sandbox() -> Tenant:
    from . import sandbox  # the only place that knows it; it is loaded only when wanted

    running: Ready = _started(sandbox.join if not browser.IS_HERE else lambda: _in_page(browser.kept("sandbox.txt")))
    return replace(
        _tenant_of(running),
        inbox=Inbox(running.base_url),
        management=Management(
            running.base_url,
            running.management_client_id,
            Secret(running.management_client_secret),
            running.management_audience,
        ),
    )


def open_throw_away(folder: str) -> tuple[Tenant, Callable[[], None]]:
    """A second sandbox that keeps all in `folder`, or nothing where that is a browser's; and how to stop it.

    For calls that must not touch the tenant of a lesson. It has no `inbox`. It
    speaks TLS, and whoever talks to it trusts its `ca_file` and no other; in a
    browser there is neither.
    """
    from . import sandbox

    if browser.IS_HERE:  # SQLite cannot work in what the browser keeps
        page = _started(lambda: _in_page(None, os.path.join(tempfile.gettempdir(), "throw-away.sqlite3")))
        return _tenant_of(page), page.stop
    running = _started(lambda: sandbox.start(os.path.join(folder, "sandbox.sqlite3"), tls=True))
    return replace(_tenant_of(running), ca_file=running.ca_file), running.stop


def _in_page(kept: Path | None, state: str | None = None) -> InProcess:
    from . import sandbox

    try:
        page = sandbox.start_in_process(state, kept)
    except OSError:
        if not browser.trouble():
            raise  # for once only: it is there at the next try
        # The browser keeps nothing, which the preflight says: the tenant lives as long as the page.
        page = sandbox.start_in_process(state)
    wire.mount(page.base_url, page.adapter)
    return page


def _tenant_of(running: Ready) -> Tenant:
    """What both kinds of sandbox have: an address, an application and a user."""
    return Tenant(
        kind=SANDBOX,
        base_url=running.base_url,
        client_id=running.client_id,
        client_secret=Secret(running.client_secret),
        audience=running.audience,
        username=running.username,
        password=Secret(running.password),
    )


def _started(start: Callable[[], Running]) -> Running:
    """What `start` gives. Raises `SandboxUnusable`, with the sandbox's own sentence where it has one."""
    try:
        with without_gc():
            return start()
    except RuntimeError as fault:
        raise SandboxUnusable(str(fault)) from None
    except OSError as fault:
        raise SandboxUnusable(f"The sandbox cannot be started ({fault.strerror or fault}).") from None


def read_settings() -> dict[str, str]:
    """`AUTH0_…` and `MFA_CLASS` from the nearest `.env` file and the environment, which wins."""
    from dotenv import dotenv_values, find_dotenv

    file = find_dotenv(usecwd=True)
    found: dict[str, str] = {}
    for source in (dotenv_values(file) if file else {}, os.environ):  # an empty variable does not hide the file's
        found |= {name: value.strip() for name, value in source.items() if value and value.strip()}
    return {name: value for name, value in found.items() if name.startswith("AUTH0_") or name == "MFA_CLASS"}


def from_settings(settings: Mapping[str, str]) -> Tenant:
    """A live tenant. Raises `InvalidInput` naming what is missing."""
    missing = [name for name in ("AUTH0_DOMAIN", "AUTH0_CLIENT_ID") if not settings.get(name)]
    if missing:
        raise InvalidInput(
            f"Your own tenant needs {' and '.join(missing)}.",
            "Put them into a file called .env beside the notebooks, or into the environment. Then check the tenant again.",
        )
    return Tenant(
        kind=LIVE,
        base_url=clean_domain(settings["AUTH0_DOMAIN"]),
        client_id=settings["AUTH0_CLIENT_ID"],
        client_secret=secret(settings.get("AUTH0_CLIENT_SECRET")),
        audience=settings.get("AUTH0_AUDIENCE"),
        username=settings.get("AUTH0_USERNAME"),
        realm=settings.get("AUTH0_REALM"),
    )
