"""What arrives at the tenant and what it responds, kept whole for a program that wants to know what another one has sent.

Only a tenant that was started with `records=True` has it, because requests hold secrets. Nothing is written to a file.
"""

from __future__ import annotations

import json
import time
from collections import deque
from operator import itemgetter
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...http.call import content_type, is_deeper, read_body
from ...refusals import Refusal
from .class_members import ONLY_HERE

_MOST = 200  # requests; the course's own programs send fewer than twenty
_DEEPEST = 20  # lists and objects in each other: a client may refuse to read deeper ones. The API's are three deep


class Recorder:
    """The newest requests, oldest first, without those to the sandbox's own addresses."""

    def __init__(self) -> None:
        self._rows: deque[dict[str, Any]] = deque(maxlen=_MOST)
        self._since = 0.0

    def around(self, app: ASGIApp) -> ASGIApp:
        """`app`, with what it is asked recorded."""

        async def recorded(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["path"].startswith("/sandbox/"):
                await app(scope, receive, send)
                return
            at, asked, said, status = time.monotonic(), bytearray(), bytearray(), 0

            async def hear() -> Message:
                message = await receive()
                asked.extend(message.get("body", b""))
                return message

            async def say(message: Message) -> None:
                nonlocal status
                status = message.get("status", status)
                said.extend(message.get("body", b""))
                if message["type"] == "http.response.body" and not message.get("more_body"):
                    # First: whoever has read the response may ask what was recorded.
                    row = await _described(scope, bytes(asked))
                    if at >= self._since:
                        self._rows.append({**row, "status": status, "response": _json(said), "at": at})
                await send(message)

            await app(scope, hear, say)

        return recorded

    async def requests(self, request: Request) -> Response:
        """`GET /sandbox/requests`: what has arrived, oldest first."""
        # A row is there when its response ends.
        return JSONResponse(sorted(self._rows, key=itemgetter("at")), headers=ONLY_HERE)

    async def forget(self, request: Request) -> Response:
        """`DELETE /sandbox/requests`: from now on, what has arrived so far does not count, answered or not."""
        self._rows.clear()
        self._since = time.monotonic()
        return JSONResponse({"forgotten": True, "only_here": True}, headers=ONLY_HERE)


async def _described(scope: Scope, body: bytes) -> dict[str, Any]:
    """A request as the tenant reads it.

    `fields` are those of its body, `token` what follows the scheme of Authorization, and `client` is what an SDK says of itself.
    """

    async def again() -> Message:
        return {"type": "http.request", "body": body}

    request = Request(scope, again)
    try:
        fields = _readable(await read_body(request)) or {}
    except Refusal:
        fields = {}
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return {
        "method": scope["method"],
        "path": scope["path"],
        "query": dict(request.query_params),
        "content_type": content_type(request)[0],
        "has_body": bool(body),
        "scheme": scheme if token else "",
        "token": token or scheme,
        "client": request.headers.get("auth0-client", ""),
        "fields": fields,
    }


def _json(body: bytes | bytearray) -> Any:
    try:
        return _readable(json.loads(body))
    except ValueError:
        return None


def _readable(value: Any) -> Any:
    return None if is_deeper(value, _DEEPEST) else value
