"""HTTP and SMTP on one event loop, in a daemon thread."""

from __future__ import annotations

import asyncio
import functools
import secrets
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from ..app import create_app
from ..store import Store
from ..tenant.presence import Presence
from ..tenant.tenant import Tenant
from ..tenant.workers import POST, done_by
from . import class_opening, operator_log
from .door import LONGEST_HEAD, Door, HttpConnection, Visit, turns
from .smtp import greets, send, smtp_server

if TYPE_CHECKING:
    from email.message import EmailMessage
_KEEP_ALIVE = 75  # seconds that a connection may rest
_LAST_ANSWERS = 2  # seconds for what is being answered when the server ends


@dataclass(frozen=True)
class ServedClass:
    """A class, and the socket on which its authority's certificate is told."""

    opening: class_opening.Opening
    ca_listener: socket.socket
    ca_port: int

    def join_line(self, port: int) -> str:
        """What learners need to join the tenant that listens on `port`."""
        return self.opening.join_line(port, self.ca_port)


def own_token(store: Store) -> str:
    """The token that opens `/sandbox/…` of that tenant if none is given: made once, so that it's the same after a restart."""
    with store.change():
        token = store.get("sandbox_token")
        if token is None:
            token = secrets.token_urlsafe(32)
            store.put("sandbox_token", token)
    return token


class _Server(uvicorn.Server):
    """Ends as soon as `end` says so. uvicorn's own looks ten times a second whether to end, and then waits for a tenth."""

    def __init__(self, config: uvicorn.Config, door: Door) -> None:
        super().__init__(config)
        self._told = asyncio.Event()
        self._door = door

    def end(self) -> None:
        self.should_exit = True
        self._told.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Through the door, which counts connections before TLS, too; uvicorn's own way in sees them only after it."""
        self.servers = []
        for listener in sockets or ():
            self._door.open(listener, self._connection, self.config.ssl)
        self.started = True

    def _connection(self, visit: Visit) -> HttpConnection:
        return HttpConnection(visit, config=self.config, server_state=self.server_state, app_state={})

    async def main_loop(self) -> None:
        while not await self.on_tick(0):  # it sets the time of the header Date, too
            with suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), 1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._door.shut()
        for connection in list(self.server_state.connections):
            # A TLS connection that has been closed waits for the other side's farewell, and asyncio cannot abort
            # what was closed twice.
            if connection.transport.is_closing():
                connection.transport.abort()
            else:
                connection.shutdown()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=_LAST_ANSWERS)
        # A TLS connection that was kept alive until now waits for that farewell, too.
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await self._door.close()
        await turns(2)  # one cuts TLS, one closes the socket below it


async def _close(server: asyncio.Server) -> None:
    """Close it. Whoever was accepted just before becomes a connection first: a closed server would leave it open."""
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # Windows' event loop accepts in another way
        for listener in server.sockets:
            loop.remove_reader(listener.fileno())
    await turns(3)
    server.close()


class EventLoopThread(threading.Thread):
    """Runs the event loop. `up` is set when it serves, or when `error` says why it cannot."""

    def __init__(
        self,
        path: Path,
        *,
        issuer: str,
        listeners: list[socket.socket],
        context: ssl.SSLContext | None,
        token: str,
        is_open: bool,
        any_host: bool,
        served_class: ServedClass | None,
        records: bool,
    ) -> None:
        super().__init__(name="mfa-sandbox", daemon=True)  # ends with the kernel, however that ends
        self.up = threading.Event()
        self.error: BaseException | None = None
        self.smtp_port = 0
        self._path, self._issuer, self._listeners, self._context = path, issuer, listeners, context
        self._is_open, self._any_host, self._class = is_open, any_host, served_class
        self._records = records
        #: What opens `/sandbox/…`; empty if everybody may use it.
        self.token = token
        self._server: _Server | None = None
        self.presence = Presence()

    def run(self) -> None:
        """Serve until `stop`; the thread ends with it."""
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            if self.up.is_set():
                operator_log.logger.error("The sandbox has stopped", exc_info=error)
            self.error = error
            for listener in self._listeners:
                listener.close()
            if self._class is not None:
                self._class.ca_listener.close()
        finally:
            self.up.set()

    def stop(self) -> None:
        """End the server, and wait up to five seconds for the thread."""
        if self._server is not None:
            with suppress(RuntimeError):  # the loop has ended already
                self.loop.call_soon_threadsafe(self._end)
        self.join(5)

    def _end(self) -> None:
        assert self._server is not None
        self.presence.send_away()
        self._server.end()

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.loop.set_exception_handler(operator_log.log_error_of_loop)
        store = Store(self._path)
        try:
            tenant = Tenant(store, self._issuer, self._deliver, self.presence, lambda: greets(self.smtp_port))
            self.clients, self.password = store.clients(), store.get("password") or ""
            if not self.token and not self._is_open:
                self.token = own_token(store)
            self.presence.token = self.token
            post = await self.loop.create_server(lambda: smtp_server(tenant), "127.0.0.1", 0)
            self.smtp_port = post.sockets[0].getsockname()[1]
            door = Door()
            if self._class is not None:
                authority = functools.partial(class_opening.AuthorityOverHttp, self._class.opening.ca)
                door.open(self._class.ca_listener, authority, None)
            try:
                await self._serve_http(tenant, door)
            finally:
                await _close(post)
        finally:
            store.close()

    async def _serve_http(self, tenant: Tenant, door: Door) -> None:
        context = self._context
        config = uvicorn.Config(
            create_app(
                tenant, self.token, self._class.opening.token if self._class else None, self._any_host, self._records
            ),
            http="h11",  # httptools loses the body of a request that offers an upgrade
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE,
            h11_max_incomplete_event_size=LONGEST_HEAD,
            ssl_context_factory=None if context is None else lambda *_: context,
        )
        self._server = _Server(config, door)
        serving = asyncio.ensure_future(self._server.serve(sockets=self._listeners))
        while not self._server.started and not serving.done():
            await asyncio.sleep(0.001)
        self.up.set()
        await serving

    async def _deliver(self, message: EmailMessage, relay: tuple[str, int] | None) -> None:
        post = relay or ("127.0.0.1", self.smtp_port)
        await done_by(POST, send, message, *post)
