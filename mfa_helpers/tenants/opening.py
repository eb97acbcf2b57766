"""Which tenant the lesson talks to: the sandbox, a class's, or your own from `.env` and environment."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ..client import transport
from ..client.errors import InvalidInput, SandboxUnusable
from ..client.management import Management
from ..client.sandbox_controls import SandboxControls
from ..client.secret import Secret, secret
from ..client.validation import clean_domain, clean_user_name
from ..storage import atomic_file, browser
from ..storage.handover import Handover
from .class_tenant import expected, join
from .environment import environment_line, read_settings, told_by, trust
from .tenant import CLASS, LIVE, SANDBOX, Tenant

if TYPE_CHECKING:
    from ..sandbox.hosting.in_process import InProcessSandbox
    from ..sandbox.hosting.ready import Ready
Running = TypeVar("Running")


def open_tenant(kind: str, handover: Handover | None = None, join_line: str | Secret | None = None) -> Tenant:
    """The tenant named by `kind`: `sandbox` (started on demand), `class` or `live`.

    Raises `InvalidInput` for another name, for a live tenant whose settings are
    missing or wrong (it says which), and for a `join_line` that cannot be right.
    Raises `SandboxUnusable` if the sandbox cannot start, and what `class_tenant.join`
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
        return replace(from_settings(read_settings()), told_by=told_by("AUTH0_DOMAIN"))
    raise InvalidInput(
        f"There's no tenant named '{kind}'.", 'Use tenant = "sandbox", tenant = "class", or tenant = "live".'
    )


def _class(handover: Handover, join_line: str | Secret | None) -> Tenant:
    place = join(handover, join_line)
    return Tenant(
        kind=CLASS,
        base_url=place.base_url,
        client_id=place.told["client_id"],
        client_secret=secret(place.told["client_secret"]),
        audience=place.told["audience"],
        username=place.told["username"],
        password=secret(place.told["password"]),
        controls=SandboxControls(place.base_url, place.key),
        ca_file=place.ca_file,
        told_by=told_by("MFA_CLASS") if not join_line and environment_line() else "",
        class_id=place.fingerprint,
    )


def class_in_waiting(handover: Handover) -> Tenant:
    """What is known of a class's tenant that can't be joined now: where it should be, and who the learner is there."""
    base_url, fingerprint, username = expected(handover)
    return Tenant(kind=CLASS, base_url=base_url, client_id="", username=username, class_id=fingerprint)


def _sandbox() -> Tenant:
    from .. import sandbox  # the only place that knows it; it is loaded only when wanted

    running: Ready = _started(sandbox.join if not browser.IS_HERE else lambda: _in_page(browser.kept("sandbox.txt")))
    if not browser.IS_HERE:
        transport.send_until(running.base_url, partial(sandbox.has_ended, running.base_url))
    return _tenant_of(running)


def open_recording(folder: str, *, is_own_issuer: bool = False, tls: bool = False) -> tuple[Tenant, Callable[[], None]]:
    """A sandbox beside that of a lesson, and how to stop it. It tells what has arrived (`SandboxControls.requests`).

    It keeps all in `folder`, or nothing where that is a browser's. Without `tls`, it speaks plain HTTP, so that any
    program reaches it without a certificate; with it, whoever talks to it trusts its `ca_file` and no other.
    `is_own_issuer` makes its address the issuer, as SDKs expect it; it's another one otherwise.
    """
    from .. import sandbox

    if browser.IS_HERE:  # SQLite cannot work in what the browser keeps
        place = os.path.join(tempfile.mkdtemp(), "sandbox.sqlite3")  # one file is one tenant
        page = _started(lambda: _in_page(None, place, records=True))
        return _tenant_of(page), page.stop
    start = sandbox.start_on_own_address if is_own_issuer else sandbox.start
    running = _started(lambda: start(os.path.join(folder, "sandbox.sqlite3"), records=True, tls=tls))
    return replace(_tenant_of(running), ca_file=running.ca_file), running.stop


def _in_page(kept: Path | None, state: str | None = None, *, records: bool = False) -> InProcessSandbox:
    from .. import sandbox

    lock = partial(atomic_file.lock, kept) if kept else nullcontext
    try:
        page = sandbox.start_in_process(state, kept, lock=lock, is_lent=browser.is_lent, records=records)
    except OSError:
        if not browser.trouble():
            raise  # for once only: it is there at the next try
        # The browser keeps nothing, which the preflight says: the tenant lives as long as the page.
        page = sandbox.start_in_process(state, records=records)
    transport.route_to_adapter(page.base_url, page.adapter)
    return page


def _tenant_of(running: Ready) -> Tenant:
    """What all kinds of sandbox have: an address, an application, a user, and the application that sets it up."""
    return Tenant(
        kind=SANDBOX,
        base_url=running.base_url,
        client_id=running.client_id,
        client_secret=Secret(running.client_secret),
        audience=running.audience,
        username=running.username,
        password=Secret(running.password),
        controls=SandboxControls(running.base_url, token=secret(running.sandbox_token)),
        management=Management(
            running.base_url,
            running.management_client_id,
            Secret(running.management_client_secret),
            running.management_audience,
        ),
    )


def _started(start: Callable[[], Running]) -> Running:
    """What `start` gives. Raises `SandboxUnusable`, with the sandbox's own sentence where it has one."""
    try:
        return start()
    except RuntimeError as error:
        raise SandboxUnusable(str(error)) from None
    except OSError as error:
        raise SandboxUnusable(f"The sandbox can't start ({error.strerror or error}). Fix that problem.") from None


def from_settings(settings: Mapping[str, str]) -> Tenant:
    """A live tenant. Raises `InvalidInput` naming what is missing."""
    missing = [name for name in ("AUTH0_DOMAIN", "AUTH0_CLIENT_ID") if not settings.get(name)]
    if missing:
        raise InvalidInput(
            f"Your own tenant needs {' and '.join(missing)}.",
            "Set them in a file named .env next to the notebooks, or in the environment. Then check the tenant again.",
        )
    return Tenant(
        kind=LIVE,
        base_url=clean_domain(settings["AUTH0_DOMAIN"]),
        client_id=settings["AUTH0_CLIENT_ID"],
        client_secret=secret(settings.get("AUTH0_CLIENT_SECRET")),
        audience=settings.get("AUTH0_AUDIENCE"),
        username=clean_user_name(settings.get("AUTH0_USERNAME")) or None,
        realm=settings.get("AUTH0_REALM"),
    )
