"""A small file: read, and replaced all or nothing, also for a reader. Only its owner can read it."""

from __future__ import annotations

import errno
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

_TRIES = 3
_LEFT = 60  # seconds after which a half-written file is nobody's: writing one takes milliseconds
_tidied: set[Path] = set()  # what has been looked for already


def read(path: Path) -> bytes:
    """What `path` holds. Raises `FileNotFoundError` if it is not there, another `OSError` if that is not sure.

    A browser's storage that fails to answer says "not there" (JupyterLite's
    drive), so its folder is asked, too: whoever believes it writes anew.
    """
    for _ in range(_TRIES):
        try:
            return _content(path)
        except FileNotFoundError:
            if path.name not in os.listdir(path.parent):
                raise
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def _content(path: Path) -> bytes:
    file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))  # `open` would ask that storage twice
    try:
        return b"".join(iter(lambda: os.read(file, 1 << 20), b""))
    finally:
        os.close(file)


def replace(path: Path, text: str) -> None:
    """Put `text` in the place of what `path` holds. Raises `OSError`, and then `path` is as it was."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
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
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
