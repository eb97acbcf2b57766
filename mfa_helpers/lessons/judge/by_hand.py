"""A tenant for a program that its author starts in a terminal: what has arrived there is shown, and judged as a login."""

from __future__ import annotations

import math
import shlex
from contextlib import ExitStack
from dataclasses import replace

from ...client.errors import SandboxUnusable
from ...storage import atomic_file, handover
from ..exercises.capstone import PASSWORD
from ..exercises.evidence import Seen
from ..exercises.trial import PracticeTenant
from .faults import LOGIN
from .judge import LIMIT, Finding, Performance, variables
from .program import Ended


class ByHand:
    """A practice tenant, from its start to `close`. `file` sets the variables in a shell, and only its owner can read it.

    Raises `SandboxUnusable` if there can be no tenant, or no file.
    """

    def __init__(self) -> None:
        with ExitStack() as until_the_end:
            try:
                tenant = PracticeTenant(is_own_issuer=True)
                until_the_end.callback(tenant.close)
                self._performance = Performance(tenant, LOGIN, lambda variables, look: Ended(0, ""))
                self._performance.tabs = [Ended(0, "")]  # how it really ends, its author sees
                self._keyboard = self._performance.prepare(math.inf)  # its author may run it often
                until_the_end.callback(self._keyboard.close)
                self._forget = tenant.controls.forget_requests
                self._forget()
                self.base_url = tenant.details.base_url
                # The same each time: a kernel that is killed can't take it along.
                self.file = handover.default_path().with_name("mfa-program.sh")
                text = "".join(
                    f"export {name}={shlex.quote(value)}\n"
                    for name, value in variables(self._performance.trial, self._keyboard).items()
                )
                until_the_end.callback(self.file.unlink, missing_ok=True)
                atomic_file.replace(self.file, text)
            except OSError as error:
                raise SandboxUnusable(f"The practice tenant can't be started ({error.strerror or error}).") from None
            self._until_the_end = until_the_end.pop_all()

    def close(self) -> None:
        """The tenant and the file are gone."""
        self._until_the_end.close()

    def finding(self) -> Finding:
        """What has arrived since the last sign-in began, judged as a login without a fault."""
        seen = _last_run(self._performance.trial.arrived())
        if not seen.is_whole:  # or nothing after it could be checked either
            self._forget()
        return self._performance.judged(seen, self._keyboard.typed, LIMIT)


def _last_run(seen: Seen) -> Seen:
    """Where one run ends and the next one begins isn't told, but each begins with the password."""
    begun = [number for number, one in enumerate(seen.requests) if one.grant in PASSWORD]
    if not begun or begun[-1] == 0:
        return seen
    return replace(seen, requests=seen.requests[begun[-1] :], is_whole=True)
