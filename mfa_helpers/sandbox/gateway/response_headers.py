"""What every answer tells a browser: never to guess its kind, and not to keep what is of one tenant's users."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .cors import OPEN

#: On every answer, as a real tenant has it.
NO_GUESS = (b"x-content-type-options", b"nosniff")
_NOT_KEPT = (b"cache-control", b"no-store")


class ResponseHeaders:
    """Adds the headers that an endpoint has not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._inside = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        more = [NO_GUESS] if scope["path"].startswith(OPEN) else [NO_GUESS, _NOT_KEPT]

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                known = {name for name, _ in message["headers"]}
                added = [header for header in more if header[0] not in known]
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        await self._inside(scope, receive, tell)
