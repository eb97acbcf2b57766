"""The command line as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from .deadline import DEADLINE

SANDBOX = (sys.executable, "-m", "mfa_helpers.sandbox")


def environment(folder: Path, **more: str) -> dict[str, str]:
    """This process's environment without anybody's settings of the course; what is written goes to `folder`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MFA_", "AUTH0_", "PYTHON"))}
    return {**kept, "MFA_SANDBOX_STATE": str(folder / "default.sqlite3"), "TMPDIR": str(folder), **more}


def next_line(process: subprocess.Popen[str]) -> str:
    """The next line that a process prints. One that prints none in time is killed, and there is no line."""
    watchdog = threading.Timer(DEADLINE, process.kill)
    watchdog.start()
    try:
        assert process.stdout is not None
        return process.stdout.readline()
    finally:
        watchdog.cancel()


class Command:
    """`python -m mfa_helpers.sandbox`, or another `program`, while it runs."""

    def __init__(self, folder: Path, *arguments: str, program: Sequence[str] = SANDBOX, **more: str) -> None:
        self.process = subprocess.Popen(
            [*program, *arguments],
            env=environment(folder, **more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def line(self) -> str:
        """The next line it prints."""
        return next_line(self.process)

    def ready(self) -> SimpleNamespace:
        """What its one JSON line tells."""
        line = self.line()
        if not line:
            raise AssertionError(self.end(signal.SIGKILL))
        return SimpleNamespace(**json.loads(line))

    def end(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """Exit code, and what it printed since the lines that were read."""
        self.process.send_signal(how)
        return self.result()

    def result(self) -> tuple[int, str, str]:
        out, err = self.process.communicate(timeout=DEADLINE)
        return self.process.returncode, out, err

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate(timeout=DEADLINE)


@contextmanager
def command(folder: Path, *arguments: str, program: Sequence[str] = SANDBOX, **more: str) -> Iterator[Command]:
    """Run the command line, and make sure that it ends."""
    running = Command(folder, *arguments, program=program, **more)
    try:
        yield running
    finally:
        running.close()
