"""HTTP and SMTP up and down together, in a daemon thread, on free ports."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import socket
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from .. import defaults
from ..gateway import guard
from ..store import Store
from . import class_opening
from .event_loop_thread import _Opened, _Thread
from .ready import Note, Ready, default_state, described

_DEADLINE = 20  # seconds until the server must answer; usually it takes a tenth of one
_running: dict[Path, ServedSandbox] = {}
_lock = threading.Lock()


class NotOpen(ValueError):
    """Somebody wanted to serve other machines without a token. The message says what to do."""


@dataclass(kw_only=True)
class ServedSandbox(Ready):
    """A tenant that this process serves."""

    state: Path
    ca_file: str | None = None
    join_line: str = field(default="", repr=False)
    _thread: Any = field(default=None, repr=False)

    @property
    def is_running(self) -> bool:
        """Whether the server's thread is alive."""
        return bool(self._thread.is_alive())

    @property
    def guests(self) -> int:
        """How many kernels need it now."""
        return int(self._thread.guests.count)

    def closes(self) -> bool:
        """Whether nobody needs it; then nobody is let in any more."""
        thread = self._thread
        return bool(asyncio.run_coroutine_threadsafe(thread.guests.close_if_none(), thread.loop).result())

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
            self._thread.guests.instance,
            os.getpid(),
            Ready(**{name.name: getattr(self, name.name) for name in fields(Ready)}),
        )

    def ready(self) -> dict[str, str]:
        """What somebody who tries an app of their own needs to know."""
        more = {name: getattr(self, name) for name in ("ca_file", "join_line") if getattr(self, name)}
        return {**asdict(self._note.ready), **more}


def start(
    state: str | os.PathLike[str] | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    tls: bool = False,
    token: str = "",
) -> ServedSandbox:
    """The tenant of this process; the first call starts it.

    Every call with the same `state` file gives the same running tenant. Other
    processes may serve the same file at the same time, on ports of their own.
    A `host` beyond this machine needs a `token`, which then opens `/sandbox/…`.

    Raises `NotOpen` without such a token, `OSError` if the port is taken,
    `StateUnusable` if the file is not a tenant, `RuntimeError` if the server does not come up within 20 seconds.
    """
    return _start(state, host, port, tls, defaults.NOTEBOOK_ISSUER, token)


def start_on_own_address(
    state: str | os.PathLike[str] | None, host: str, port: int, tls: bool, token: str = ""
) -> ServedSandbox:
    """As `start`, with the address as the issuer: what SDKs expect of a tenant that they reach there."""
    return _start(state, host, port, tls, None, token)


def start_class(state: str | os.PathLike[str] | None, host: str, port: int, name: str, token: str) -> ServedSandbox:
    """One tenant for a class, over TLS. Learners reach this machine as `name`; `join_line` is for them, `token` the instructor's.

    The next port (any free one, if `port` is 0) tells the authority's certificate over plain HTTP.
    """
    return _start(state, host, port, True, None, token, name)


def _start(
    state: str | os.PathLike[str] | None,
    host: str,
    port: int,
    tls: bool,
    issuer: str | None,
    token: str,
    class_name: str = "",
) -> ServedSandbox:
    if guard.is_loopback(host) and not class_name:
        token = ""
    elif len(token) < guard.LEAST_TOKEN or not (token.isascii() and token.isprintable()):
        raise NotOpen(
            f"{'A class' if class_name else host} can be reached from other machines. That needs a token of {guard.LEAST_TOKEN} characters or more, "
            "without which nobody may use what only the sandbox has."
        )
    path = Path(state).resolve() if state is not None else default_state().resolve()
    with _lock:
        if path not in _running or not _running[path].is_running:
            _running[path] = _launch(path, host, port, tls, issuer, token, class_name)
        return _running[path]


def _launch(
    path: Path, host: str, port: int, tls: bool, issuer: str | None, token: str, class_name: str
) -> ServedSandbox:
    _be_silent()
    listener = _bind(host, port)
    opened = None
    if class_name:
        try:
            opened = _Opened(_opening(path, class_name), _bind(host, port + 1 if 0 < port < 65_535 else 0))
        except BaseException:
            listener.close()
            raise
    port = listener.getsockname()[1]
    # Certificates are made for localhost; plain HTTP uses the number, because
    # `localhost` may try ::1 first and wait.
    shown_host = class_name or "localhost" if tls else "127.0.0.1" if host in ("0.0.0.0", "") else host
    base_url = f"{'https' if tls else 'http'}://{shown_host}:{port}"
    issuer = issuer or base_url + "/"
    context, ca_file = (None, None)
    if tls:
        import tempfile

        from ..crypto import certificate

        folder = Path(tempfile.mkdtemp(prefix="mfa-sandbox-"))
        if opened is None:
            context, ca_file = certificate.make(folder)
        else:
            context, ca_file = certificate.install(folder, opened.by.ca, opened.by.pem)

    thread = _Thread(path, issuer, listener, context, token, opened)
    thread.start()
    if not thread.up.wait(_DEADLINE):
        thread.stop()
        raise RuntimeError(f"The sandbox did not come up within {_DEADLINE} seconds. Restart the kernel and try again.")
    if thread.fault is not None:
        raise thread.fault
    told = described(thread.clients, thread.password, base_url, issuer, f"127.0.0.1:{thread.smtp_port}")
    sandbox = ServedSandbox(
        **asdict(told),
        state=path,
        ca_file=str(ca_file) if ca_file else None,
        join_line=opened.by.join_line(port, opened.ca_port) if opened else "",
        _thread=thread,
    )
    if not tls and guard.is_loopback(host):
        sandbox.tell()
    return sandbox


def _opening(path: Path, name: str) -> class_opening.Opening:
    store = Store(path)
    try:
        return class_opening.opening(store, name)
    finally:
        store.close()


def _bind(host: str, port: int) -> socket.socket:
    # asyncio switches Nagle's algorithm off only if the socket says it is TCP;
    # without that a keep-alive request costs 40 ms more.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
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


def _be_silent() -> None:
    """Whatever is logged from the server's thread would show in whatever cell is running."""
    for name in ("uvicorn", "mail"):  # the parents of all that uvicorn and aiosmtpd log
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
