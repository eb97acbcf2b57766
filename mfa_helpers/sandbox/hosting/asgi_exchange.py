"""One request to the application without a socket."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from email.message import Message
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote, urlsplit

from requests import PreparedRequest
from urllib3 import HTTPHeaderDict, HTTPResponse


class AsgiExchange:
    """One request and its answer, as ASGI speaks of them."""

    def __init__(self, request: PreparedRequest) -> None:
        url = urlsplit(request.url or "")
        headers = {"host": url.netloc, **{name.lower(): value for name, value in request.headers.items()}}
        body: Any = request.body or b""
        self._body: bytes = (
            body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else b"".join(body)
        )
        self._is_read = False
        self.scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": url.scheme,
            "path": unquote(url.path) or "/",
            "raw_path": (url.path or "/").encode(),
            "query_string": url.query.encode(),
            "root_path": "",
            "headers": [(_bytes(name), _bytes(value)) for name, value in headers.items()],
            "client": ("127.0.0.1", 0),
            "server": (url.hostname, url.port),
        }
        self._status = 500
        self._headers: list[tuple[bytes, bytes]] = []
        self._sent = b""

    async def run(self, app: Callable[..., Any]) -> None:
        """Let the application work. What it raises it has answered, too."""
        with suppress(Exception):  # it has been answered, and is for a server's log
            await app(self.scope, self._receive, self._send)

    async def answered(self, app: Callable[..., Any]) -> HTTPResponse:
        """`run`, then `answer`."""
        await self.run(app)
        return self.answer()

    def answer(self) -> HTTPResponse:
        """What has been answered so far; an empty 500 before that."""
        headers = HTTPHeaderDict([(name.decode("latin-1"), value.decode("latin-1")) for name, value in self._headers])
        original: Any = _Original(headers)
        return HTTPResponse(
            io.BytesIO(self._sent),
            headers,
            self._status,
            original_response=original,
            version=11,
            reason=HTTPStatus(self._status).phrase,
            preload_content=False,
            enforce_content_length=True,
            request_method=self.scope["method"],
        )

    async def _receive(self) -> dict[str, Any]:
        if self._is_read:
            return {"type": "http.disconnect"}
        self._is_read = True
        return {"type": "http.request", "body": self._body, "more_body": False}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self._status, self._headers = message["status"], list(message.get("headers", ()))
        else:
            self._sent += message.get("body", b"") if self.scope["method"] != "HEAD" else b""


class _Original:
    """Where `requests` looks for cookies."""

    def __init__(self, headers: HTTPHeaderDict) -> None:
        self.msg = Message()
        for name, value in headers.iteritems():
            self.msg[name] = value

    def close(self) -> None: ...

    def isclosed(self) -> bool:
        return True


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")
