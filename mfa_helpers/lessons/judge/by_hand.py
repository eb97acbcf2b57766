"""A tenant for a program that its author starts in a terminal: it's judged there, run by run, by what has arrived."""

from __future__ import annotations

import atexit
import math
import os
import shlex
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

from ...client.errors import InvalidInput, SandboxUnusable
from ...storage import atomic_file, handover
from ..exercises.capstone import PASSWORD
from ..exercises.evidence import Seen
from ..exercises.trial import PracticeTenant
from .faults import FAULTS, LOGIN, Fault
from .judge import LIMIT, Finding, Performance, Report, variables
from .keyboard import Keyboard, NothingToType
from .program import Ended

_RUNS = (LOGIN, *FAULTS.values())
_LOOK_AGAIN = 0.2  # seconds


class ByHand:
    """A practice tenant, from its start to `close`. `file` sets the variables in a shell, and only its owner can read it.

    `fault` is the one of the run that is awaited: at first none, which is `LOGIN`. `findings` are those so far, by its `id`.
    Raises `SandboxUnusable` if there can be no tenant, or no file.
    """

    def __init__(self) -> None:
        self.findings: dict[str, Finding] = {}
        self._is_over = threading.Event()
        with ExitStack() as until_the_end:
            try:
                self._tenant = PracticeTenant(is_own_issuer=True)
                until_the_end.callback(self._tenant.close)
                self._keyboard = Keyboard(self._types, math.inf)  # its author may run it often
                until_the_end.callback(self._keyboard.close)
                until_the_end.callback(lambda: self._is_over.set())
                self.prepare(LOGIN)
                self.base_url = self._tenant.details.base_url
                self.file = _own_file()
                text = "".join(
                    f"export {name}={shlex.quote(value)}\n"
                    for name, value in variables(self._performance.trial, self._keyboard).items()
                )
                until_the_end.callback(_remove, self.file)
                atomic_file.replace(self.file, text)
            except OSError as error:
                raise SandboxUnusable(
                    f"The practice tenant can't be started ({error.strerror or error}). Fix that problem."
                ) from None
            atexit.register(self.close)
            until_the_end.callback(atexit.unregister, self.close)
            self._until_the_end = until_the_end.pop_all()

    def close(self) -> None:
        """The tenant and the file are gone."""
        self._until_the_end.close()

    def prepare(self, fault: Fault) -> None:
        """Set the tenant up for a run with that fault. What has arrived until now doesn't count any more."""
        self._is_over.set()
        self._is_over = threading.Event()
        performance = Performance(self._tenant, fault, self._second_tab)
        performance.tabs = [Ended(0, "")]  # how it really ends, its author sees
        performance.prepare()
        self._tenant.controls.forget_requests()
        # Not before it's ready: a program that still runs can ask for its code at any time.
        self._typed, self.fault, self._performance = len(self._keyboard.typed), fault, performance
        self.findings.pop(fault.id, None)  # of the run before, if it's repeated

    @property
    def next_fault(self) -> Fault | None:
        """The one after this, once this run is judged; `None` after the last, and without a login that works."""
        place = _RUNS.index(self.fault) + 1
        is_judged = self.fault.id in self.findings and self.findings[LOGIN.id].held
        return _RUNS[place] if is_judged and place < len(_RUNS) else None

    @property
    def report(self) -> Report:
        """What came of the runs so far; at least one is judged."""
        return Report([self.findings[one.id] for one in _RUNS if one.id in self.findings])

    def lines(self) -> list[str]:
        """The requests of this run so far, a line for each."""
        return self._performance.lines(self._arrived())

    def finding(self) -> Finding:
        """Judge what has arrived, and keep that. Raises `InvalidInput` if that's nothing, or can't be the run with the fault."""
        seen = self._arrived()
        if self.fault is LOGIN and seen.is_whole and not seen.requests:  # it may not have been run at all
            raise InvalidInput(
                "Nothing has arrived at this tenant yet.",
                "In a terminal, run the line below, and then your program. It must send its requests to the address in MFA_BASE_URL.",
            )
        if self.fault is not LOGIN:
            _refuse_other_than_one_run(seen, self.fault)
        elif not seen.is_whole:  # or nothing after it could be checked either
            self._tenant.controls.forget_requests()
        found = self._performance.judged(seen, self._keyboard.typed[self._typed :], LIMIT)
        # Whether it has ended, and how, isn't told.
        found = replace(found, sentence=found.sentence.replace("ended with exit code 0", "stopped"))
        self.findings[found.id] = found
        return found

    def _arrived(self) -> Seen:
        seen = self._performance.trial.arrived()
        return _last_run(seen) if self.fault is LOGIN else seen

    def _types(self, time_asked: int) -> str:
        return self._performance.types(time_asked - self._typed)

    def _second_tab(self, variables: Mapping[str, str], look: Callable[[], None]) -> Ended:
        """Its author starts it. Meanwhile the first one waits for its code: until the second one waits, too, or until `LIMIT`."""
        is_over, trial, end = self._is_over, self._performance.trial, time.monotonic() + LIMIT
        while time.monotonic() < end and len(trial.arrived().accepted("/mfa/challenge")) < 2:
            if is_over.wait(_LOOK_AGAIN):
                raise NothingToType
        return Ended(0, "")


def _own_file() -> Path:
    """Where this process keeps its variables. Those of processes that are gone, because they were killed, are removed."""
    import psutil  # comes with Jupyter, and isn't in a page

    folder = handover.default_path().parent
    for left in folder.glob("mfa-program-*.sh"):
        number = left.stem.removeprefix("mfa-program-")
        with suppress(OSError, OverflowError):  # it's another's, or the number can't be a process
            if number.isdecimal() and not psutil.pid_exists(int(number)):
                left.unlink()
    return folder / f"mfa-program-{os.getpid()}.sh"


def _remove(file: Path) -> None:
    with suppress(OSError):  # it isn't there, or nothing can be removed any more
        file.unlink()


def _last_run(seen: Seen) -> Seen:
    """Where one run ends and the next one begins isn't told, but each begins with the password."""
    begun = [number for number, one in enumerate(seen.requests) if one.grant in PASSWORD]
    if not begun or begun[-1] == 0:
        return seen
    return replace(seen, requests=seen.requests[begun[-1] :], is_whole=True)


def _refuse_other_than_one_run(seen: Seen, fault: Fault) -> None:
    """A fault lasts for one run, and a second run would look as if the first one had survived."""
    passwords = [number for number, one in enumerate(seen.requests) if one.grant in PASSWORD]
    has_sent_code = any(one.grant == "mfa-oob" for one in seen.requests[: passwords[1] if passwords[1:] else None])
    begun = len(passwords)
    if not seen.is_whole or (begun == fault.tabs and (begun == 1 or not has_sent_code)):
        return
    if begun > fault.tabs:
        raise InvalidInput(
            f"{begun} logins began: the program was run too often, or it signed in again by itself. The tenant can't tell which.",
            "Click “Repeat this fault”, and run your program once. If it signs in again by itself, click “Run and judge”.",
        )
    if begun == 0:
        raise InvalidInput("No login has begun yet in this run.", "Run your program in the terminal.")
    second = "While your program waits for its code, run it in a second terminal, too."
    if has_sent_code:
        raise InvalidInput("The first login didn't wait for a second one.", f"Click “Repeat this fault”. {second}")
    raise InvalidInput("Only one login has begun.", second)
