"""Work that takes its time is not done on the event loop: others are answered meanwhile.

Each kind has threads of its own, so that none waits for another: signing has its pool in `crypto.signing`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

Args = ParamSpec("Args")
T = TypeVar("T")

#: To a mail server, which may be silent until a time-out.
POST = ThreadPoolExecutor(8, "mfa-sandbox-post")
#: Templates and messages: they only compute, so a second thread would not make two of them faster.
COMPOSING = ThreadPoolExecutor(1, "mfa-sandbox-composing")


async def done_by(workers: ThreadPoolExecutor, work: Callable[Args, T], *args: Args.args, **named: Args.kwargs) -> T:
    """What `work` gives, done by one of `workers`. In a browser, which has no threads, at once."""
    return await asyncio.get_running_loop().run_in_executor(workers, lambda: work(*args, **named))
