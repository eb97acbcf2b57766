"""Work that takes its time is not done on the event loop: others are answered meanwhile.

Each kind has threads of its own, so that none waits for another: signing has its pool in `crypto.signing`.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from inspect import CO_GENERATOR
from types import FrameType
from typing import Any, ParamSpec, TypeVar

Args = ParamSpec("Args")
T = TypeVar("T")

#: To a mail server, which may be silent until a timeout.
POST = ThreadPoolExecutor(8, "mfa-sandbox-post")
#: Templates and messages: they only compute, so a second thread would not make two of them faster.
COMPOSING = ThreadPoolExecutor(1, "mfa-sandbox-composing")


async def done_by(workers: ThreadPoolExecutor, work: Callable[Args, T], *args: Args.args, **named: Args.kwargs) -> T:
    """What `work` gives, done by one of `workers`. In a browser, which has no threads, at once."""
    return await asyncio.get_running_loop().run_in_executor(workers, lambda: work(*args, **named))


class TooSlow(Exception):
    """It computes for longer than it may."""


#: The packages whose functions are broken off.
_ENDED = ("email", "encodings", "liquid", __name__.partition(".")[0])  # a charset may be punycode


_EVENTS = 50  # calls and returns between two looks at the clock: asking the system each time takes longer than the work


class _OutOfTime(BaseException):
    """None of the errors that somebody on the way would take for their own."""


def in_time(seconds: float, work: Callable[[], T]) -> T:
    """What `work` gives. Raises `TooSlow` if it computes for more than `seconds`, the second time too.

    Python tells at every call of a function how far it is; `work` must do nothing that takes long without one.
    What is counted is this thread's own time, so a busy machine changes nothing. In a browser, whose clock knows only
    the time that passes, and where Python is slower, it may be far more. It is tried once more, because whoever collects
    the garbage of a large process does so in the time of whoever is at work.
    """
    is_in_browser = sys.platform == "emscripten"
    for _ in range(2):
        try:
            return _ended(
                seconds * (20 if is_in_browser else 1), time.monotonic if is_in_browser else time.thread_time, work
            )
        except _OutOfTime:
            pass
    raise TooSlow


def _ended(seconds: float, clock: Callable[[], float], work: Callable[[], T]) -> T:
    """What `work` gives. Raises `_OutOfTime` within it."""
    end = clock() + seconds
    events, is_late = 0, False

    def look(frame: FrameType, *_: Any) -> None:
        nonlocal events, is_late
        events += 1
        if events % _EVENTS == 0:
            is_late = is_late or clock() > end
        # Not in what the interpreter calls by the way, a weak reference's callback or a generator that it closes: there
        # an error is lost, and nobody looks any more.
        is_by_the_way = frame.f_code.co_flags & CO_GENERATOR
        if is_late and not is_by_the_way and frame.f_globals.get("__name__", "").partition(".")[0] in _ENDED:
            raise _OutOfTime

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        return work()
    finally:
        sys.setprofile(before)
