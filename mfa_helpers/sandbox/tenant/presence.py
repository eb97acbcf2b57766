"""Who uses the tenant: each kernel keeps one request open, and a process that is there for them ends soon after the last.

An open connection ends with its process, however that ends: no list of process numbers could say so on every system.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress


class Presence:
    """`count` are the open requests; `instance` names this server, whatever port it has got. `token` is what it proves to know."""

    def __init__(self) -> None:
        self.instance = secrets.token_urlsafe(12)
        self.token = ""
        self.count = 0
        self._closed = asyncio.Event()

    @property
    def is_closed(self) -> bool:
        """Whether nobody is let in any more."""
        return self._closed.is_set()

    async def close_if_none(self) -> bool:
        """Let nobody in any more if nobody is there. In the server's own thread, so that nobody comes in between."""
        if not self.count:
            self._closed.set()
        return self.is_closed

    def send_away(self) -> None:
        """End all of them, and those to come: the server is closing."""
        self._closed.set()

    async def count_until(self, gone: Callable[[], Awaitable[None]]) -> None:
        """Count one kernel until it has gone, or is sent away."""
        self.count += 1
        ends = [asyncio.ensure_future(gone()), asyncio.ensure_future(self._closed.wait())]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.count -= 1
            for end in ends:
                end.cancel()
                with suppress(asyncio.CancelledError):
                    await end
