"""Who is connected, and how long somebody may keep the others waiting.

A connection *owes* a request until a whole one has come: from its beginning, TLS included, and again from the first
byte of each later one. One that doesn't read what it has asked for owes, too. Only such connections are counted by
address and have a deadline, so whoever sends requests, as everybody behind one address of a school does, meets no
limit. Of too many that owe, the oldest is cut, so one that has just come has its turn. A connection that rests between
two requests is cut only where there are too many in all, or the system has no descriptors left.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import sys
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from ..gateway.response_headers import NO_GUESS

WHOLE_REQUEST = 20  # seconds, from its first byte; for the first one, from the connection's beginning
MOST_OWING = 512  # connections of one address
MOST = 4096  # connections in all
LONGEST_HEAD = 64 * 1024  # bytes of a request's first line and headers
_WANTED_DESCRIPTORS = 8192
_OTHER_DESCRIPTORS = 64  # of the store, the post, and whoever shares the process
_BACKLOG = 1024
_NO_ROOM = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_FAREWELL = 1  # seconds for connections that had just come when the door is closed


def raise_descriptor_limit() -> None:
    """Let this process hold as many connections as the system lets it; many systems begin with 256 or 1,024."""
    if sys.platform == "win32":  # which has no such limit
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _WANTED_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):  # it goes on with what it has
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _most_connections() -> int:
    if sys.platform == "win32":
        return MOST
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if soft == resource.RLIM_INFINITY else max(min(MOST, soft - _OTHER_DESCRIPTORS), 16)


async def turns(number: int) -> None:
    """Let the event loop do what it has to do at once, so many times."""
    for _ in range(number):
        await asyncio.sleep(0)


class Visit:
    """One connection."""

    def __init__(self, door: Door, connection: socket.socket, address: str) -> None:
        self._door, self._connection = door, connection
        self.address = address
        self.transport: asyncio.Transport | None = None
        self.deadline: asyncio.TimerHandle | None = None
        self.has_asked = False

    def owes(self) -> None:
        """A request is to come, or has begun."""
        self._door.owes(self)

    def works(self) -> None:
        """A whole request is there."""
        self.has_asked = True
        self._door.leave(self)

    def rests(self) -> None:
        """It has been answered, and nothing else has begun."""
        if self.has_asked:
            self._door.rests(self)

    def ends(self) -> None:
        """It is gone."""
        self._door.ends(self)

    def cut(self) -> None:
        """End it at once."""
        self.ends()
        if self.transport is not None:
            self.transport.abort()
            return
        with suppress(OSError):  # still shaking hands: the transport, which nobody has been given yet, sees the end
            self._connection.shutdown(socket.SHUT_RDWR)


class Door:
    """Lets connections in and keeps count of them."""

    def __init__(self) -> None:
        self._most = _most_connections()
        self._most_owing = min(MOST_OWING, self._most // 2)
        self._owing: dict[str, dict[Visit, None]] = defaultdict(dict)  # by address; the oldest first
        self._resting: dict[Visit, None] = {}  # the longest first
        self._all: set[Visit] = set()
        self._accepting: dict[socket.socket, asyncio.Task[None]] = {}
        self._connecting: set[asyncio.Task[None]] = set()
        self._is_shut = False

    def open(
        self, listener: socket.socket, protocol: Callable[[Visit], asyncio.Protocol], context: ssl.SSLContext | None
    ) -> None:
        """From now on, `protocol` answers whoever connects, until the door is shut; then the socket is closed."""
        listener.setblocking(False)
        listener.listen(_BACKLOG)
        self._accepting[listener] = asyncio.ensure_future(self._accept(listener, protocol, context))

    async def shut(self) -> None:
        """Let nobody else in. Whoever was accepted just before becomes a connection first, else it would stay open."""
        self._is_shut = True
        with suppress(NotImplementedError):  # Windows' event loop accepts in another way
            for listener in self._accepting:
                asyncio.get_running_loop().remove_reader(listener.fileno())
        await turns(3)
        for accepting in self._accepting.values():
            accepting.cancel()
        await turns(1)
        for listener in self._accepting:
            listener.close()

    async def _accept(self, listener: socket.socket, protocol: Any, context: ssl.SSLContext | None) -> None:
        loop = asyncio.get_running_loop()
        while not self._is_shut:
            try:
                connection, address = await loop.sock_accept(listener)
            except OSError as error:  # gone already, or the system has no descriptor left: then others make room
                if error.errno in _NO_ROOM:
                    self._make_room()
                await asyncio.sleep(0.01)
                continue
            if len(self._all) >= self._most:
                self._make_room()
            visit = Visit(self, connection, str(address[0]))
            self._all.add(visit)
            visit.owes()
            task = loop.create_task(self._connect(visit, connection, protocol, context))
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)

    async def _connect(self, visit: Visit, connection: socket.socket, protocol: Any, context: Any) -> None:
        try:
            transport, _ = await asyncio.get_running_loop().connect_accepted_socket(
                lambda: protocol(visit),
                connection,
                ssl=context,
                ssl_handshake_timeout=WHOLE_REQUEST if context is not None else None,
            )
        except OSError:  # no TLS, or gone: that's the other side's affair
            visit.ends()
            return
        if transport.is_closing():
            visit.ends()
        else:
            visit.transport = transport

    async def close(self) -> None:
        """End whatever is not answered by now."""
        for visit in list(self._all):
            visit.cut()
        if self._connecting:
            await asyncio.wait(self._connecting, timeout=_FAREWELL)

    def owes(self, visit: Visit) -> None:
        if visit.deadline is not None or visit not in self._all:
            return
        self.leave(visit)
        visit.deadline = asyncio.get_running_loop().call_later(WHOLE_REQUEST, visit.cut)
        owing = self._owing[visit.address]
        owing[visit] = None
        if len(owing) > self._most_owing:
            next(iter(owing)).cut()

    def rests(self, visit: Visit) -> None:
        self.leave(visit)
        if visit in self._all:
            self._resting[visit] = None

    def leave(self, visit: Visit) -> None:
        """It neither owes nor rests."""
        self._resting.pop(visit, None)
        if visit.deadline is not None:
            visit.deadline.cancel()
            visit.deadline = None
        owing = self._owing.get(visit.address)
        if owing is not None:
            owing.pop(visit, None)
            if not owing:
                del self._owing[visit.address]

    def ends(self, visit: Visit) -> None:
        self._all.discard(visit)
        self.leave(visit)

    def _make_room(self) -> None:
        """By the oldest that owes at the address with most of them; else by the one that has rested longest."""
        most = max(self._owing.values(), key=len, default=self._resting)
        if most:
            next(iter(most)).cut()


class HttpConnection(H11Protocol):
    """uvicorn's, which tells its visit what it owes."""

    def __init__(self, visit: Visit, **of_uvicorn: Any) -> None:
        super().__init__(**of_uvicorn)
        self._visit = visit
        self.app = _with_a_short_head(self.app)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._visit.transport = transport
        super().connection_made(transport)

    def handle_events(self) -> None:
        super().handle_events()
        self._tell()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._tell()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._tell()

    def _tell(self) -> None:
        theirs = self.conn.their_state
        if self.flow.write_paused or theirs is h11.SEND_BODY or (theirs is h11.IDLE and self.conn.trailing_data[0]):
            self._visit.owes()
        elif theirs is h11.IDLE:
            self._visit.rests()
        elif theirs is not h11.ERROR:  # what cannot be read is answered, and still owes a request
            self._visit.works()

    def connection_lost(self, exc: Exception | None) -> None:
        self._visit.ends()
        super().connection_lost(exc)


def _with_a_short_head(app: Any) -> Any:
    """The server itself looks at the length of a head only while it is not whole."""

    async def checked(scope: Any, receive: Any, send: Any) -> None:
        head = len(scope["raw_path"]) + len(scope["query_string"])
        head += sum(len(name) + len(value) + 4 for name, value in scope["headers"])
        if head <= LONGEST_HEAD:
            await app(scope, receive, send)
            return
        headers = [(b"connection", b"close"), (b"content-length", b"0"), NO_GUESS]
        await send({"type": "http.response.start", "status": 431, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    return checked
