"""One request to the application without a socket."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from email import policy
from email.utils import getaddresses
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError, ReadTimeout
from urllib3 import HTTPHeaderDict, HTTPResponse

from .. import refusals
from ..app import create_app
from ..http.responses import refuse
from ..refusals import Refusal
from ..store import StateUnusable, Store
from ..tenant import mailbox, planned_faults
from ..tenant.presence import Presence
from ..tenant.tenant import Tenant
from .browser_copy import BrowserCopy, CannotKeep
from .cooperative_loop import CooperativeLoop

if TYPE_CHECKING:
    from email.message import EmailMessage
# A browser whose storage was full keeps nothing more for the page that has met it, even when there is room again.
_CANNOT_KEEP = replace(refusals.CANNOT_WRITE, text=f"{refusals.CANNOT_WRITE.text} Make room, then reload the page.")


class AsgiAdapter(HTTPAdapter):
    """Whatever is sent through it is answered by the tenant."""

    def __init__(self, path: Path, kept: Path | None) -> None:
        super().__init__()
        self._kept = BrowserCopy(kept, path) if kept else None
        self.store = Store(path)
        self._loop = CooperativeLoop()
        self._turn = threading.Lock()  # where there are threads
        self._is_open = True
        if self._kept:  # two tabs may begin at once: one tenant shall be both's
            try:
                self._kept.around(self.store, self.store.signing_key)
            except (CannotKeep, StateUnusable):
                self.stop()
                raise

    def serve(self, issuer: str) -> None:
        self._tenant = Tenant(self.store, issuer, self._deliver, Presence())
        self._app = create_app(self._tenant)

    def stop(self) -> None:
        with self._turn:
            if self._is_open:
                self._is_open = False
                self._loop.run(self._end())
                self._loop.close()
                self.store.close()

    async def _end(self) -> None:
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def send(self, request: PreparedRequest, stream: bool = False, timeout: Any = None, *_: Any, **__: Any) -> Response:
        """As HTTP would: raises `ConnectionError` if the tenant has been stopped, `ReadTimeout` if it is slow."""
        with self._turn:
            if not self._is_open:
                raise ConnectionError("The tenant has been stopped", request=request)
            answer = self._kept_answer(request, timeout)
        build: Any = self.build_response
        response: Response = build(request, answer)
        if not stream:
            response.content  # noqa: B018  (read here, as HTTP would: it may break off)
        return response

    def _kept_answer(self, request: PreparedRequest, timeout: Any) -> HTTPResponse:
        def work() -> HTTPResponse:
            return self._loop.run(self._answered(request, timeout))

        try:
            return self._kept.around(self.store, work) if self._kept else work()
        except CannotKeep:
            said = _CANNOT_KEEP
        except StateUnusable as error:
            said = replace(refusals.CANNOT_WRITE, text=str(error))
        return self._loop.run(AsgiExchange(request).answered(refuse(Refusal(said), request.path_url)))

    async def _answered(self, request: PreparedRequest, timeout: Any) -> HTTPResponse:
        exchange = AsgiExchange(request)
        task = asyncio.ensure_future(exchange.run(self._app))
        _, reads = timeout if isinstance(timeout, tuple) else (timeout, timeout)
        done, _ = await asyncio.wait({task}, timeout=reads)  # who waits no longer does not end the work
        if not done:
            raise ReadTimeout("Read timed out.", request=request)
        return exchange.answer()

    async def _deliver(self, message: EmailMessage, relay: tuple[str, int] | None) -> None:
        if relay is not None:
            raise OSError("There is no SMTP here, so the tenant's own mail server cannot be reached.")
        if planned_faults.refuses_mail(self._tenant):
            raise OSError("The sandbox was told to refuse this message.")
        to = [address for _, address in getaddresses(message.get_all("to", []))]
        mailbox.receive(self.store, to, message.as_bytes(policy=policy.SMTP), self._tenant.clock.now())


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
        with suppress(Exception):  # it has been answered, and is for a server's log
            await app(self.scope, self._receive, self._send)

    async def answered(self, app: Callable[..., Any]) -> HTTPResponse:
        await self.run(app)
        return self.answer()

    def answer(self) -> HTTPResponse:
        return HTTPResponse(
            io.BytesIO(self._sent),
            HTTPHeaderDict([(name.decode("latin-1"), value.decode("latin-1")) for name, value in self._headers]),
            self._status,
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


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")
