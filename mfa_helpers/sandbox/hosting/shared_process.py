"""One process for all notebooks of a learner: found if it is up, started if not; it ends soon after its last user.

A server in each kernel would load its libraries there: a third of a second and
25 MB a notebook (measured), and would end with that kernel.
"""

from __future__ import annotations

import atexit
import http.client
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from ..tenant.presence import INSTANCE
from .ready import Ready, read_line, read_note, state_file

_HERE = Path(__file__).resolve().parents[3]
_DEADLINE = 5  # seconds: a server of this machine answers within a thousandth of one
_joined: dict[Path, tuple[Ready, http.client.HTTPConnection]] = {}


def join(state: str | os.PathLike[str] | None = None) -> Ready:
    """The tenant that lives in the file `state`; it stays up as long as this process does.

    Raises `RuntimeError` with a sentence if it cannot be had.
    """
    path = state_file(state)
    if path in _joined:
        if _is_open(_joined[path][1]):
            return _joined[path][0]
        _joined.pop(path)[1].close()
    found = _find(path)
    if found is None:
        ready = _start(path)
        connection = _stay(ready)
        if connection is None:
            raise RuntimeError("The sandbox ended as soon as it was up. Run the cell again.")
        found = ready, connection
    _joined[path] = found
    return found[0]


def _find(state: Path) -> tuple[Ready, http.client.HTTPConnection] | None:
    """Who serves that file, if somebody does."""
    note = read_note(state)
    connection = _stay(note.ready, note.instance) if note is not None else None
    return None if note is None or connection is None else (note.ready, connection)


@atexit.register
def leave() -> None:
    """Let go of every tenant that this process has joined."""
    while _joined:
        _joined.popitem()[1][1].close()


def _stay(ready: Ready, instance: str | None = None) -> http.client.HTTPConnection | None:
    """An open request that says "I need you"; `None` if nobody is there, or another than `instance`."""
    parts = urlsplit(ready.base_url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port or 80, timeout=_DEADLINE)
    try:
        connection.request("GET", "/sandbox/stay")
        answer = connection.getresponse()
        if answer.status == 200 and instance in (None, answer.headers[INSTANCE]):
            return connection
    except (OSError, http.client.HTTPException):
        pass  # the note is older than the server's end
    connection.close()
    return None


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
    raise RuntimeError(told[-1] if told else "The sandbox's process ended before it was up.")
