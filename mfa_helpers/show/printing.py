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
        self._before = before

    def __getattr__(self, name: str) -> Any:
        return getattr(getattr(_own, "stream", None) or self._before, name)


@contextmanager
def printed() -> Iterator[StringIO]:
    """Collect what this thread prints."""
    if not isinstance(sys.stdout, _ByThread):
        sys.stdout = _ByThread(sys.stdout)
    before, _own.stream = getattr(_own, "stream", None), StringIO()
    try:
        yield _own.stream
    finally:
        _own.stream = before
