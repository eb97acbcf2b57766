"""One process for all notebooks of a learner: found if it is up, started if not; it ends soon after its last user.

A server in each kernel would load its libraries there: a third of a second and
25 MB a notebook (measured), and would end with that kernel.
"""

from __future__ import annotations

import atexit
import http.client
import os
import secrets
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from ..proof import KERNEL, NONCE, PROOF, TENANT, is_proven, proof
from .ready import Ready, read_line, read_note, state_file

_HERE = Path(__file__).resolve().parents[3]
_DEADLINE = 5  # seconds: a server of this machine answers within a thousandth of one
_joined: dict[Path, tuple[Ready, http.client.HTTPConnection]] = {}
_ended: set[str] = set()  # addresses at which a tenant was, and where anybody may answer now


def join(state: str | os.PathLike[str] | None = None) -> Ready:
    """The tenant that lives in the file `state`; it stays up as long as this process does.

    Raises `RuntimeError` with a sentence if it cannot be had.
    """
    path = state_file(state)
    if path in _joined:
        if not has_ended(_joined[path][0].base_url):
            return _joined[path][0]
        _joined.pop(path)[1].close()
    found = _find(path)
    if found is None:
        ready = _start(path)
        connection = _stay(ready)
        if connection is None:
            raise RuntimeError("The sandbox stopped as soon as it had started. Run the cell again.")
        found = ready, connection
    _joined[path] = found
    _ended.discard(found[0].base_url)
    return found[0]


def has_ended(base_url: str) -> bool:
    """Whether the tenant that this process had joined at that address is over: nothing may be sent there any more."""
    if any(ready.base_url == base_url and not _is_open(connection) for ready, connection in _joined.values()):
        _ended.add(base_url)
    return base_url in _ended


def _find(state: Path) -> tuple[Ready, http.client.HTTPConnection] | None:
    """Who serves that file, if somebody does."""
    note = read_note(state)
    connection = _stay(note.ready) if note is not None else None
    return None if note is None or connection is None else (note.ready, connection)


@atexit.register
def leave() -> None:
    """Let go of every tenant that this process has joined."""
    while _joined:
        _joined.popitem()[1][1].close()


def _stay(ready: Ready) -> http.client.HTTPConnection | None:
    """An open request that says "I need you"; `None` if nobody is there, or somebody who can't prove to be that tenant."""
    parts = urlsplit(ready.base_url)
    port, nonce, token = parts.port or 80, secrets.token_urlsafe(24), ready.sandbox_token
    connection = http.client.HTTPConnection(str(parts.hostname), port, timeout=_DEADLINE)
    end = threading.Timer(_DEADLINE, _cut, [connection])  # an answer that comes byte by byte never lets one wait long
    end.start()
    try:
        connection.request("GET", "/sandbox/stay", headers={NONCE: nonce, PROOF: proof(token, KERNEL, port, nonce)})
        answer = connection.getresponse()
        if answer.status == 200 and is_proven(answer.headers[PROOF], token, TENANT, port, nonce):
            return connection
    except (OSError, http.client.HTTPException):
        pass  # the note is older than the server's end
    finally:
        end.cancel()
    connection.close()
    return None


def _cut(connection: http.client.HTTPConnection) -> None:
    with suppress(OSError, AttributeError):  # there is no connection (any more)
        connection.sock.shutdown(socket.SHUT_RDWR)


def _is_open(connection: http.client.HTTPConnection) -> bool:
    """Nothing comes on an open request; its end comes when the server has ended."""
    wire = connection.sock
    wire.setblocking(False)
    try:
        wire.recv(64)
        return False
    except BlockingIOError:
        return True
    except OSError:
        return False


def _start(state: Path) -> Ready:
    command = [sys.executable, "-m", "mfa_helpers.sandbox", "--json", "--while-used", "--state", str(state)]
    if os.name == "posix":
        # A kernel that ends takes its children along. So the process is nobody's child: the shell that starts it goes.
        command = ["/bin/sh", "-c", '"$@" &', "sh", *command]
    flags = 0 if os.name == "posix" else subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP  # type: ignore[attr-defined]
    starting = subprocess.Popen(
        command,
        cwd=_HERE,  # the very package that is running here
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
        creationflags=flags,
    )
    assert starting.stdout is not None and starting.stderr is not None
    with starting.stdout, starting.stderr:
        line = starting.stdout.readline()
        try:
            return read_line(line)
        except ValueError:
            told = starting.stderr.read().strip().splitlines()
        finally:
            if os.name == "posix":
                starting.wait()  # for the shell
            else:  # the sandbox itself, which may outlive this kernel: Python need not warn of that
                starting.returncode = 0
    raise RuntimeError(told[-1] if told else "The sandbox's process stopped before it was ready.")
