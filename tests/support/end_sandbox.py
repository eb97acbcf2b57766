"""The tenant goes down, as if its process had been killed."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil

from mfa_helpers.sandbox.hosting import server
from mfa_helpers.sandbox.hosting.ready import default_state, read_note

from .deadline import DEADLINE


def end_sandbox(state: Path | None = None) -> None:
    """End whoever serves `state` (that of the notebooks), and wait until it has gone."""
    path = (state or default_state()).resolve()
    note = read_note(path)
    if note is None:
        return
    if note.pid == os.getpid():
        server.start(path).stop()
        return
    with suppress(ProcessLookupError):
        os.kill(note.pid, signal.SIGTERM)
    deadline = time.monotonic() + DEADLINE
    while not is_gone(note.pid):
        if time.monotonic() > deadline:
            raise TimeoutError("the sandbox did not end")
        time.sleep(0.01)  # it closes its connections and its file first


def is_gone(pid: int) -> bool:
    """Whether a process has ended, also if nobody has asked yet how."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
