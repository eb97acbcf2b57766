"""A login in a sandbox, and your own tenant."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import parsedate_to_datetime

from .machine import CLOCK_OFF, Check, throwaway_folder


def login_in_a_sandbox() -> Iterator[Check]:
    """Whether a sandbox starts and answers, and a whole login works there, with its mail."""
    from ..lab import Lab
    from ..lessons.preflight import of_tenant
    from ..storage.handover import Handover

    with throwaway_folder() as folder, _environment(MFA_SANDBOX_STATE=str(folder / "sandbox.sqlite3")):
        lab = Lab(handover=Handover(folder / "handover.json"))
        yield from (finding for finding in of_tenant(lab) if not finding[0])
        lab.catch_up("challenge")
        lab.complete(lab.newest_code())
        yield True, "A sandbox responds, and a whole login worked there: password, email, six digits, tokens."


def own_tenant() -> Iterator[Check]:
    """Whether your own tenant can be reached, if its domain is set, and its clock agrees."""
    from ..lab import Lab
    from ..lessons.preflight import of_tenant
    from ..storage.handover import Handover
    from ..tenants.environment import read_settings, told_by

    if "AUTH0_DOMAIN" not in read_settings():
        yield True, "AUTH0_DOMAIN isn't set, so the course uses the sandbox. You don't need a tenant of your own."
        return
    with throwaway_folder() as folder:
        yield True, f"Your own tenant's settings come from {told_by('AUTH0_DOMAIN')}."
        lab = Lab("live", handover=Handover(folder / "handover.json"))
        dates: list[str | None] = []
        lab.client.session.hooks["response"].append(lambda answer, **_: dates.append(answer.headers.get("date")))
        for fine, sentence in of_tenant(lab):
            yield fine, f"{lab.tenant.base_url}: {sentence}"
        yield from _apart(lab.tenant.base_url, dates)


def _apart(address: str, dates: list[str | None]) -> Iterator[Check]:
    with suppress(IndexError, TypeError, ValueError):  # not told, or not as HTTP has it
        off = time.time() - parsedate_to_datetime(dates[-1]).timestamp()  # type: ignore[arg-type]
        if abs(off) > CLOCK_OFF:
            yield (
                False,
                f"This machine's clock and the tenant's differ by {abs(off):.0f} seconds. Synchronize this machine's clock over the network.",
            )
        else:
            yield True, f"{address}: its clock and this machine's agree."


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
