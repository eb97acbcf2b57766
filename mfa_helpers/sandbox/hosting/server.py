"""HTTP and SMTP up and down together, in a daemon thread, on free ports."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import ssl
import threading
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from .. import defaults
from ..gateway import guard
from ..gateway.token_strength import LEAST, is_weak
from ..store import Store
from . import class_opening, operator_log
from .event_loop_thread import EventLoopThread, ServedClass
from .ready import Note, Ready, described, state_file

_DEADLINE = 20  # seconds until the server must answer; usually it takes a tenth of one
_running: dict[Path, ServedSandbox] = {}
_lock = threading.Lock()


class NotOpen(ValueError):
    """Somebody wanted to serve other machines without saying so, or with a token that could be guessed. The message says what to do."""


@dataclass(kw_only=True)
class ServedSandbox(Ready):
    """A tenant that this process serves."""

    state: Path
    ca_file: str | None = None
    _thread: EventLoopThread = field(repr=False)
    _class: ServedClass | None = field(default=None, repr=False)

    @property
    def is_running(self) -> bool:
        """Whether the server's thread is alive."""
        return self._thread.is_alive()

    @property
    def join_line(self) -> str:
        """What the learners of a class need now; empty if this is no class."""
        return "" if self._class is None else self._class.join_line(int(self.base_url.rpartition(":")[2]))

    @property
    def kernels(self) -> int:
        """How many kernels need it now."""
        return self._thread.presence.count

    def closes(self) -> bool:
        """Whether nobody needs it; then nobody is let in any more."""
        closing = self._thread.presence.close_if_none()
        return asyncio.run_coroutine_threadsafe(closing, self._thread.loop).result()

    def stop(self) -> None:
        """End the server. What it holds stays in its file."""
        with _lock:
            if _running.get(self.state) is self:
                del _running[self.state]
        self._note.remove(self.state)
        self._thread.stop()
        if self.ca_file:
            shutil.rmtree(Path(self.ca_file).parent, ignore_errors=True)

    def tell(self) -> None:
        """Let the kernels of this user find it."""
        with suppress(OSError):  # without a note, each of them starts a server of its own on the same file
            self._note.write(self.state)

    @property
    def _note(self) -> Note:
        return Note(
            self._thread.presence.instance,
            os.getpid(),
            Ready(**{name.name: getattr(self, name.name) for name in fields(Ready)}),
        )

    def ready(self) -> dict[str, str]:
        """What somebody who tries an app of their own needs to know."""
        more = {name: getattr(self, name) for name in ("ca_file", "join_line") if getattr(self, name)}
        return {**asdict(self._note.ready), **more}


@dataclass(frozen=True, kw_only=True)
class Listening:
    """Where a tenant listens, under which name, and who may use it.

    `port` 0 is any free one. `token` opens `/sandbox/…`; the tenant has one of
    its own if it is empty. `public` allows a `host` beyond this machine, `open`
    lets everybody use `/sandbox/…` where no token is given. `issuer` is the
    tenant's address if it is `None`. `name` is the one under which others reach
    this machine, the learners of a class among them. `records` keeps what arrives,
    secrets too: for a tenant that one program alone uses.
    """

    host: str = "127.0.0.1"
    port: int = 0
    tls: bool = False
    token: str = field(default="", repr=False)
    public: bool = False
    open: bool = False
    issuer: str | None = None
    name: str = ""
    is_class: bool = False
    records: bool = False


def start(
    state: str | os.PathLike[str] | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    tls: bool = False,
    token: str = "",
    public: bool = False,
    open: bool = False,
    records: bool = False,
) -> ServedSandbox:
    """The tenant of this process; the first call starts it.

    Every call with the same `state` file gives the same running tenant. Other
    processes may serve the same file at the same time, on ports of their own.
    A `host` beyond this machine must be `public`. `token` opens `/sandbox/…`: without one, the tenant's own does, which
    its `sandbox_token` tells. `open` lets everybody in, unless a token is given.
    `records` keeps what arrives, secrets too, for `GET /sandbox/requests`.

    Raises `NotOpen` for a host or token that isn't safe, `OSError` if the port is taken,
    `StateUnusable` if the file is not a tenant, `RuntimeError` if the server does not come up within 20 seconds.
    """
    issuer = defaults.NOTEBOOK_ISSUER
    listening = Listening(
        host=host, port=port, tls=tls, token=token, public=public, open=open, issuer=issuer, records=records
    )
    return _start(state, listening)


def start_on_own_address(
    state: str | os.PathLike[str] | None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    tls: bool = False,
    token: str = "",
    public: bool = False,
    open: bool = False,
    name: str = "",
    records: bool = False,
) -> ServedSandbox:
    """As `start`, with the address as the issuer: what SDKs expect of a tenant that they reach there.

    `name` is the host of that address, if others reach this machine under it.
    """
    listening = Listening(
        host=host, port=port, tls=tls, token=token, public=public, open=open, name=name, records=records
    )
    return _start(state, listening)


def start_class(
    state: str | os.PathLike[str] | None,
    *,
    name: str,
    token: str = "",
    host: str = "127.0.0.1",
    port: int = 0,
    public: bool = False,
) -> ServedSandbox:
    """One tenant for a class, over TLS. Learners reach this machine as `name`; `join_line` is for them, `token` the instructor's.

    The next port (any free one, if `port` is 0) tells the authority's certificate over plain HTTP.
    Raises what `start` raises.
    """
    listening = Listening(host=host, port=port, tls=True, token=token, public=public, name=name, is_class=True)
    return _start(state, listening)


def _start(state: str | os.PathLike[str] | None, wanted: Listening) -> ServedSandbox:
    if not wanted.public and not guard.is_loopback(wanted.host):
        raise NotOpen(f"{wanted.host} can be reached from other machines. If that's what you want, add --public.")
    if wanted.token and (is_weak(wanted.token) or not (wanted.token.isascii() and wanted.token.isprintable())):
        raise NotOpen(
            f"The token in MFA_SANDBOX_TOKEN is too easy to guess. Unset it so that the sandbox makes one, or use {LEAST} "
            "or more random characters: letters, digits, and ASCII symbols."
        )
    path = state_file(state)
    with _lock:
        if path not in _running or not _running[path].is_running:
            _running[path] = _launch(path, wanted)
        return _running[path]


def _launch(path: Path, wanted: Listening) -> ServedSandbox:
    operator_log.be_silent()
    listener = _bind(wanted.host, wanted.port)
    served_class = None
    if wanted.is_class:
        try:
            next_port = wanted.port + 1 if 0 < wanted.port < 65_535 else 0
            opening, ca_listener = _opening(path, wanted.name), _bind(wanted.host, next_port)
            served_class = ServedClass(opening, ca_listener, ca_listener.getsockname()[1])
        except BaseException:
            listener.close()
            raise
    port = listener.getsockname()[1]
    base_url = f"{'https' if wanted.tls else 'http'}://{_shown_host(wanted)}:{port}"
    issuer = wanted.issuer or base_url + "/"
    context, ca_file = _tls(served_class, wanted.name) if wanted.tls else (None, None)
    thread = EventLoopThread(
        path,
        issuer=issuer,
        listeners=[listener, *_at_localhost_too(wanted.host, port)],
        context=context,
        token=wanted.token,
        is_open=wanted.open,
        any_host=wanted.is_class or not guard.is_loopback(wanted.host),
        served_class=served_class,
        records=wanted.records,
    )
    thread.start()
    if not thread.up.wait(_DEADLINE):
        thread.stop()
        raise RuntimeError(f"The sandbox didn't start within {_DEADLINE} seconds. Restart the kernel, and try again.")
    if thread.error is not None:
        raise thread.error
    told = described(thread.clients, thread.password, base_url, issuer, f"127.0.0.1:{thread.smtp_port}", thread.token)
    sandbox = ServedSandbox(
        **asdict(told),
        state=path,
        ca_file=str(ca_file) if ca_file else None,
        _thread=thread,
        _class=served_class,
    )
    if not wanted.tls and guard.is_loopback(wanted.host):
        sandbox.tell()
    return sandbox


def _shown_host(wanted: Listening) -> str:
    """Plain HTTP uses the number, because `localhost` may try ::1 first and wait."""
    if wanted.name:
        return wanted.name
    host = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(wanted.host, wanted.host)
    if ":" not in host:
        return "localhost" if wanted.tls else host
    return f"[{host}]"


def _tls(served_class: ServedClass | None, name: str) -> tuple[ssl.SSLContext, Path]:
    """The server's context, and the file with the authority that clients must trust, in a folder of its own."""
    import tempfile

    from ..crypto import certificate

    folder = Path(tempfile.mkdtemp(prefix="mfa-sandbox-"))
    if served_class is None:
        return certificate.make(folder, *filter(None, [name]))
    return certificate.install(folder, served_class.opening.ca, served_class.opening.pem)


def _opening(path: Path, name: str) -> class_opening.Opening:
    with closing(Store(path)) as store:
        return class_opening.opening(store, name)


def _at_localhost_too(host: str, port: int) -> list[socket.socket]:
    """The same port of ::1, which `localhost` may mean; nothing if it is taken there, or if there is no IPv6."""
    if host != "127.0.0.1":
        return []
    try:
        return [_bind("::1", port)]
    except OSError:
        return []


def _bind(host: str, port: int) -> socket.socket:
    # asyncio switches Nagle's algorithm off only if the socket says it is TCP;
    # without that a keep-alive request costs 40 ms more.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def load_ahead() -> None:
    """What the first token and the first mail need, before anybody waits for it: 80 ms each (measured)."""
    import liquid  # noqa: F401
