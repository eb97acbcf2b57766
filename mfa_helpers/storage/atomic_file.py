"""A small file that several kernels share: read, replaced all or nothing, and locked while it is changed.

Only its owner can read it. Reading needs no lock, because a file is replaced in one step.
"""

from __future__ import annotations

import errno
import os
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TypeVar

from . import browser

_T = TypeVar("_T")
#: What a person does about a folder of theirs in which nothing can be written.
NEXT = "Make sure that you can write there and that there's free space, and then try again."
#: Seconds to wait for the lock. A change takes milliseconds: who holds it longer is stuck.
WAIT = 5.0
_POLL = 0.001  # seconds between two tries; at 0.05 a waiting process starves beside one that writes without a pause
_TRIES = 3
_REFUSALS = 50 if os.name == "nt" else 0  # how often Windows may refuse what is possible a moment later
_LEFT = 60  # seconds after which a half-written file is nobody's: writing one takes milliseconds
_tidied: set[Path] = set()  # what has been looked for already


def read(path: Path) -> bytes:
    """What `path` holds. Raises `FileNotFoundError` if it is not there, another `OSError` if that is not sure.

    A browser's storage that fails to answer says "not there" (JupyterLite's
    drive), so its folder is asked, too: whoever believes it writes again.
    """
    for _ in range(_TRIES):
        try:
            return _content(path)
        except FileNotFoundError:
            if path.name not in os.listdir(path.parent):
                raise
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def _content(path: Path) -> bytes:
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0)
    file = patiently(lambda: os.open(path, flags))  # `open` would ask that storage twice
    try:
        return b"".join(iter(lambda: os.read(file, 1 << 20), b""))
    finally:
        os.close(file)


def stamp(path: Path) -> tuple[int, int] | None:
    """What changes when the file is replaced; `None` if it isn't there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino


def patiently(act: Callable[[], _T]) -> _T:
    """What `act` gives. Windows refuses to replace a file while another kernel reads it, and to open it meanwhile."""
    for _ in range(_REFUSALS):
        with suppress(PermissionError):
            return act()
        time.sleep(_POLL)
    return act()


def replace(path: Path, text: str) -> None:
    """Put `text` in the place of what `path` holds. Raises `OSError`, and then `path` is as it was."""
    _make_folder(path)
    if path not in _tidied:
        _tidied.add(path)
        for left in path.parent.glob(path.name + ".*.part"):  # by a kernel that was killed while it wrote
            with suppress(OSError):
                if time.time() - left.stat().st_mtime > _LEFT:
                    left.unlink()
    handle, name = tempfile.mkstemp(prefix=path.name + ".", suffix=".part", dir=path.parent)  # 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        patiently(lambda: os.replace(name, path))
    except BaseException:
        os.unlink(name)
        raise


@contextmanager
def lock(path: Path, wait: float = WAIT) -> Iterator[OSError | None]:
    """Keep all other threads and processes from changing `path`. Waits at most `wait` seconds.

    Gives `None` where the lock is held. Else it gives the `OSError` that stands in the
    way (the folder is read-only or knows no locks, or somebody else holds it all the
    time): then `path` may be read and must not be replaced. The lock is the operating
    system's, on a file beside `path`: who is killed holds it no more. In a page of a
    browser, it's the browser's.
    """
    problem: OSError | None
    if browser.IS_HERE:
        with ExitStack() as stack:
            try:
                problem = None if stack.enter_context(browser.lock(path.name, wait)) else _timeout()
            except OSError as error:
                problem = error
            yield problem
        return
    import filelock  # takes 15 ms (3.32): at the first change, not at the start

    _hush()
    held = filelock.FileLock(f"{path}.lock", wait, mode=0o600)
    problem = None
    try:
        _make_folder(path)
        held.acquire(poll_interval=_POLL)
    except filelock.Timeout:
        problem = _timeout()
    except OSError as error:
        problem = error
    except RuntimeError:  # this thread holds it already
        problem = OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))
    try:
        yield problem
    finally:
        held.release()


def _timeout() -> OSError:
    return TimeoutError(errno.ETIMEDOUT, "another program is using it")


@cache
def _hush() -> None:
    """Where a folder knows no `flock`, filelock locks in another way. A learner need not know."""
    warnings.filterwarnings("ignore", "flock not supported")


def _make_folder(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
