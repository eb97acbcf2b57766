"""An event loop that runs until one thing is done."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def _sleep(seconds: float) -> None:
    if sys.platform != "emscripten":
        time.sleep(seconds)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


class CooperativeLoop(asyncio.BaseEventLoop):
    """An event loop that has nothing to wait for but time. It may run while another one does: a notebook's cell."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = self

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` gives. The loop that is running here, if there is one, waits meanwhile."""
        outer = asyncio._get_running_loop()
        task = asyncio.current_task(outer) if outer else None
        if outer and task:
            asyncio._leave_task(outer, task)
        asyncio._set_running_loop(None)
        try:
            return self.run_until_complete(work)
        finally:
            asyncio._set_running_loop(outer)
            if outer and task:
                asyncio._enter_task(outer, task)

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]
        """At once: there may be no threads."""
        done = self.create_future()
        done.set_result(func(*args))
        return done

    # What the base class wants of its children

    def select(self, timeout: float | None) -> list[Any]:
        if timeout is None:
            raise RuntimeError("the tenant waits for something that cannot happen")
        if timeout > 0:  # never less: a browser's `sleep` lets others run meanwhile, on this very loop
            _sleep(timeout)
        return []

    def _process_events(self, events: list[Any]) -> None:
        pass

    def _write_to_self(self) -> None:
        pass
