"""What a thread prints. `contextlib.redirect_stdout` is for the whole process: two threads that use it can lose `sys.stdout`."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

_own = threading.local()


class _ByThread:
    """Stands in for `sys.stdout`, and stays: it is the thread's own stream, or else the one that was there before."""

    def __init__(self, before: Any) -> None:
        self.__dict__["_before"] = before

    def __getattr__(self, name: str) -> Any:
        return getattr(getattr(_own, "stream", None) or self._before, name)

    def __setattr__(self, name: str, value: object) -> None:
        # IPython gives the stream another `write` while a cell runs. Kept here, it would hide a thread's own.
        setattr(self._before, name, value)


_MOST = 1_000_000  # letters; more than anybody reads, and little enough to look through


class Lines(StringIO):
    """What was printed, as far as it isn't too long. It stays, also if the program closes its stream."""

    def write(self, text: str) -> int:
        super().write(text[: max(0, _MOST - self.tell())])
        return len(text)

    def close(self) -> None:
        pass


@contextmanager
def printed(lines: Lines | None = None) -> Iterator[Lines]:
    """Collect what this thread prints, in `lines` if they are given."""
    if not isinstance(sys.stdout, _ByThread):
        sys.stdout = _ByThread(sys.stdout)
    lines = lines or Lines()
    before, _own.stream = getattr(_own, "stream", None), lines
    try:
        yield lines
    finally:
        _own.stream = before
