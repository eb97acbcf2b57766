"""Work that is waited for only so long, in threads that are used again: a new one for each call would cost more than the call."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TypeVar

T = TypeVar("T")

_LOOK = 0.2  # seconds between two looks whether somebody interrupts: not every system ends a wait for that
_idle: list[_Worker] = []


class _Worker(threading.Thread):
    """Does one thing after the other. What is given up is finished all the same, and heard by nobody."""

    def __init__(self) -> None:
        super().__init__(name="mfa-course-call", daemon=True)
        self.given: SimpleQueue[tuple[Callable[[], object], SimpleQueue[object]]] = SimpleQueue()
        self.start()

    def run(self) -> None:
        while True:
            self._do(*self.given.get())

    def _do(self, work: Callable[[], object], done: SimpleQueue[object]) -> None:
        result = work()
        _idle.append(self)
        done.put(result)


def within(seconds: float, work: Callable[[], T]) -> T | None:
    """What `work` gives, which must not raise; `None` if it takes longer than `seconds`."""
    if sys.platform == "emscripten":  # a browser's Python has no threads
        return work()
    done: SimpleQueue[T] = SimpleQueue()
    try:
        worker = _idle.pop()
    except IndexError:
        worker = _Worker()
    worker.given.put((work, done))  # type: ignore[arg-type]
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        with suppress(Empty):
            return done.get(timeout=min(left, _LOOK))
    return None


if hasattr(os, "register_at_fork"):  # a child has none of the threads
    os.register_at_fork(after_in_child=_idle.clear)
