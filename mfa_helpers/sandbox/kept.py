"""A tenant that is kept in a file of text, because its place can only be read and written as a whole.

A browser's storage is such a place, and several notebooks and tabs share it. So
each call to the tenant begins with what is kept now, and ends with keeping what
it has changed. If somebody else has kept something meanwhile, the call is done
again, on that. The file is replaced in one step, so it is always whole.
"""

from __future__ import annotations

import base64
import os
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from .store import StateUnusable, Store

T = TypeVar("T")
_TRIES = 20


class CannotKeep(OSError):
    """Nothing more can be kept; the tenant is as it was before."""


class Kept:
    """`file` holds the tenant, packed. It is unpacked to `path`, where SQLite works on it. Raises `StateUnusable`."""

    def __init__(self, file: Path, path: Path) -> None:
        self._file = file
        self._text = ""  # what was last read or written there
        self._content = b""  # and the tenant that this is
        if text := self._read():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self._unpacked(text))

    def around(self, store: Store, work: Callable[[], T]) -> T:
        """What `work` gives, done on what is kept now; what it changes is kept. Raises `CannotKeep`, `StateUnusable`."""
        for _ in range(_TRIES):
            if (text := self._read()) != self._text and text:
                self._take(store, text)
            done = work()
            if self._keep(store):
                return done
        raise StateUnusable("Other tabs of this course change the tenant all the time. Close them, and try again.")

    def _take(self, store: Store, text: str) -> None:
        try:
            store.become(self._unpacked(text))
        except sqlite3.DatabaseError:
            raise self._damaged() from None
        self._text, self._content = text, store.content()

    def _keep(self, store: Store) -> bool:
        """Whether that could be done; not if it is no longer what `work` was done on."""
        content = store.content()
        if content == self._content:
            return True
        if (now := self._read()) != self._text and now:  # a browser whose storage was full may have lost it
            self._take(store, now)
            return False
        text = base64.b64encode(zlib.compress(content)).decode()
        part = self._file.with_name(self._file.name + ".part")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(text)
            os.replace(part, self._file)
        except OSError as fault:
            with suppress(OSError):
                part.unlink()
            if self._content:
                store.become(self._content)
                self._content = store.content()  # the same tenant, but not byte by byte
            raise CannotKeep(*fault.args) from None
        self._text, self._content = text, content
        return True

    def _read(self) -> str:
        try:
            return self._file.read_text()
        except FileNotFoundError:
            return ""
        except OSError as fault:
            raise CannotKeep(*fault.args) from None

    def _unpacked(self, text: str) -> bytes:
        try:
            return zlib.decompress(base64.b64decode(text))
        except (ValueError, zlib.error):
            raise self._damaged() from None

    def _damaged(self) -> StateUnusable:
        return StateUnusable(f"The kept tenant is damaged. Delete {self._file}, and a fresh one is made.")
