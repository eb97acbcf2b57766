"""Who uses the tenant: each kernel keeps one request open, and a process that is there for them ends soon after the last.

An open connection ends with its process, however that ends: no list of process numbers could say so on every system.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from .classroom import ONLY_HERE
from .tenant import tenant_of

INSTANCE = "x-sandbox-instance"


class Guests:
    """`count` are the open requests; `instance` names this server, whatever port it has got."""

    def __init__(self) -> None:
        self.instance = secrets.token_urlsafe(12)
        self.count = 0
        self._closed = asyncio.Event()

    def send_away(self) -> None:
        """End all of them, and those to come: the server is closing."""
        self._closed.set()

    async def host(self, until_gone: Callable[[], Awaitable[None]]) -> None:
        """Count one guest until it has gone, or is sent away."""
        self.count += 1
        ends = [asyncio.ensure_future(until_gone()), asyncio.ensure_future(self._closed.wait())]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.count -= 1
            for end in ends:
                end.cancel()
                with suppress(asyncio.CancelledError):
                    await end


async def stay(request: Request) -> Response:
    """`GET /sandbox/stay`: an answer without an end, for as long as somebody needs the tenant."""
    return _Stay(tenant_of(request).guests)


class _Stay(Response):
    def __init__(self, guests: Guests) -> None:
        self._guests = guests
        self.headers_ = {**ONLY_HERE, INSTANCE: guests.instance}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name.encode(), value.encode()) for name, value in self.headers_.items()]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"", "more_body": True})

        async def until_gone() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass

        await self._guests.host(until_gone)
        await send({"type": "http.response.body", "body": b""})
