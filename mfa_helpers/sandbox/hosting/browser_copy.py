"""A tenant that is kept in a file of text, because its place can only be read and written as a whole.

A browser's storage is such a place, and several notebooks and tabs share it. So
each call to the tenant begins with what is kept now, and ends with keeping what
it has changed. If somebody else has kept something meanwhile, the call is done
again, on that. The file is replaced in one step, so it is always whole. A lock
keeps others from doing so between the last look and that step.
"""

from __future__ import annotations

import base64
import errno
import os
import secrets
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import TypeVar

from ..store import StateUnusable, Store

T = TypeVar("T")
_TRIES = 20


class CannotKeep(OSError):
    """Nothing more can be kept; the tenant is as it was before."""


class BrowserCopy:
    """`file` holds the tenant, packed. It is unpacked to `path`, where SQLite works on it. Raises `StateUnusable`, `CannotKeep`.

    `lock` is held while the file is replaced.
    """

    def __init__(
        self, file: Path, path: Path, lock: Callable[[], AbstractContextManager[object]] = nullcontext
    ) -> None:
        self._file, self._lock = file, lock
        self._text = self._read()  # what was last read or written there
        self._content = self._unpacked(self._text) if self._text else b""  # and the tenant that this is
        if self._text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(0o600)  # the store refuses a file that others could have changed
            path.write_bytes(self._content)

    def around(self, store: Store, work: Callable[[], T]) -> T:
        """What `work` gives, done on what is kept now; what it changes is kept. Raises `CannotKeep`, `StateUnusable`."""
        for _ in range(_TRIES):
            if (text := self._read()) != self._text and text:
                self._take(store, text)
            done = work()
            if self._keep(store):
                return done
        raise StateUnusable("Other tabs of this course keep changing the tenant. Close them, and try again.")

    def _take(self, store: Store, text: bytes) -> None:
        content, key = self._unpacked(text), store.get("signing_kid")
        is_ours = _version(content) == _version(store.content())
        if is_ours:
            try:
                store.become(content)
            except sqlite3.DatabaseError:
                raise self._damaged() from None
            is_ours = not self._content or store.get("signing_kid") == key
        if not is_ours:
            if self._content:
                store.become(self._content)
            raise StateUnusable("The course was started over in another tab. Reload this page.")
        self._text, self._content = text, store.content()

    def _keep(self, store: Store) -> bool:
        """Whether that could be done; not if it is no longer what `work` was done on."""
        content = store.content()
        if content == self._content:
            return True
        text = base64.b64encode(zlib.compress(content))
        part = self._file.with_name(f"{self._file.name}.{secrets.token_hex(4)}.part")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(text)
            with self._lock() as problem:
                if isinstance(problem, OSError):
                    raise problem
                now = self._read()
                is_free = now in (self._text, b"")  # a browser whose storage was full may have lost it
                if is_free:
                    os.replace(part, self._file)
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            if self._content:
                store.become(self._content)
                self._content = store.content()  # the same tenant, but not byte by byte
            raise CannotKeep(*error.args) from None
        if not is_free:
            with suppress(OSError):
                part.unlink()
            self._take(store, now)
            return False
        self._text, self._content = text, content
        return True

    def _read(self) -> bytes:
        try:
            for _ in range(_TRIES):
                with suppress(FileNotFoundError):
                    return _content(self._file)
                # JupyterLite's drive says so, too, if it fails to answer. That is no reason to begin again.
                if self._file.name not in os.listdir(self._file.parent):
                    return b""
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        except FileNotFoundError:  # not even the folder
            return b""
        except OSError as error:
            raise CannotKeep(*error.args) from None

    def _unpacked(self, text: bytes) -> bytes:
        try:
            content = zlib.decompress(base64.b64decode(text))
        except (ValueError, zlib.error):
            raise self._damaged() from None
        if not content.startswith(b"SQLite format 3\0"):
            raise self._damaged()
        return content

    def _damaged(self) -> StateUnusable:
        return StateUnusable(
            f"The stored tenant ({self._file}) is damaged. Clear this site's data in the browser, and then reload the page."
        )


def _content(path: Path) -> bytes:
    file = os.open(path, os.O_RDONLY)  # `open` would ask the storage twice
    try:
        return b"".join(iter(lambda: os.read(file, 1 << 20), b""))
    finally:
        os.close(file)


def _version(content: bytes) -> bytes:
    """`user_version`: SQLite's file format, section 1.3."""
    return content[60:64]
