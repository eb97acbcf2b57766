"""Faults that were asked for: which is due for a path."""

from __future__ import annotations

from typing import Any

from .tenant import Tenant

KINDS = {
    "slow": "the response comes `seconds` later",
    "rate_limit": "429, come back in `seconds`; nothing is done",
    "unavailable": "503 with a page of HTML, as from a proxy; nothing is done",
    "cut": "the connection breaks; nothing is done",
    "cut_after": "the connection breaks after the work is done, so the response is lost",
    "mail": "the sandbox's own mail server refuses a message (no path)",
    "another_factor": "a second factor that is right brings `mfa_required` again, as an Action can demand (no path)",
}
WITHOUT_PATH = ("mail", "another_factor")


def of_path(tenant: Tenant, path: str) -> Any:
    """The fault that is due for a path, already counted; `None` if there is none. `/sandbox/…` has none."""
    waiting = tenant.store.faults()
    for fault in waiting if not path.startswith("/sandbox/") else ():
        if fault["kind"] not in WITHOUT_PATH and (
            path == fault["path"] or path.startswith(fault["path"].rstrip("/") + "/")
        ):
            return fault if tenant.store.take_fault(fault["id"]) else None
    return None


def refuses_mail(tenant: Tenant) -> bool:
    """Whether the mail that is just coming in is to be refused."""
    return _is_due(tenant, "mail")


def asks_for_another_factor(tenant: Tenant) -> bool:
    """Whether the second factor that was just proven isn't the last one."""
    return _is_due(tenant, "another_factor")


def _is_due(tenant: Tenant, kind: str) -> bool:
    return any(fault["kind"] == kind and tenant.store.take_fault(fault["id"]) for fault in tenant.store.faults())
