"""One connection to the tenant's file: opening it, changing it, asking it."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from .. import addresses, own_file
from . import schema

WAIT = 5.0  # seconds that a call waits for another program to let go of the file
_ELSEWHERE = "Choose another place with --state FILE, or with MFA_SANDBOX_STATE in the environment."


class StateUnusable(RuntimeError):
    """The state file is not a tenant of this version. The message says what to do."""


def is_busy(error: BaseException) -> bool:
    """Whether another program held the file for longer than a call waits."""
    return getattr(error, "sqlite_errorcode", None) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def cannot_write(error: BaseException) -> bool:
    """Whether the disk is to blame: it is full, or nothing may be written there."""
    code = getattr(error, "sqlite_errorcode", None)
    blamed = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)
    return code is not None and code & 0xFF in blamed  # the low byte is the kind


class Connection:
    """Used from one thread: the server's."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            for suffix in ("", "-wal", "-shm", "-journal"):
                trouble = own_file.why_not(Path(f"{self.path}{suffix}"))
                if trouble:
                    raise StateUnusable(
                        f"The sandbox doesn't use {self.path}{suffix}, because it {trouble}. {_ELSEWHERE}"
                    )
            # The file holds throwaway secrets: nobody else may read it. SQLite gives
            # its side files the mode of the main one.
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
            try:
                if os.name != "nt":
                    os.fchmod(descriptor, 0o600)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise StateUnusable(
                f"The sandbox can't keep its file at {self.path} ({error.strerror}). {_ELSEWHERE}"
            ) from None
        self._db = sqlite3.connect(self.path, timeout=WAIT, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        # SQLite's own knows ASCII only; here it compares mailboxes, and is used for nothing else.
        self._db.create_collation("NOCASE", addresses.compare)
        self._inside = False
        self._written = 0
        try:
            self._open()
        except sqlite3.DatabaseError as error:
            self._db.close()
            if is_busy(error):
                raise StateUnusable(
                    f"The sandbox's file {self.path} is in use by another program. Wait a moment, and try again."
                ) from None
            if cannot_write(error):
                raise StateUnusable(
                    f"The sandbox can't write its file {self.path} ({error}). Free some space on the disk, "
                    "or choose another place with --state FILE, or with MFA_SANDBOX_STATE in the environment."
                ) from None
            raise StateUnusable(
                f"The sandbox's file {self.path} can't be used ({error}). If you delete it, the sandbox makes a new tenant."
            ) from None

    def _open(self) -> None:
        # WAL: readers do not wait for a writer. OFF: a change survives the death of the process; a power cut
        # could take the file, which is throwaway. 1.3 times the rate of logins (measured).
        self._switch_to_wal()
        self._db.execute("PRAGMA synchronous = OFF")
        with self.change():
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                schema.make(self._db)
            elif 3 <= version < schema.VERSION:
                schema.upgrade(self._db, version)
            elif version < schema.VERSION:
                # Tenants are throwaway: who updates the course keeps the credentials and enrolls again.
                schema.rebuild(self._db)
            if version < schema.VERSION:
                self._db.execute(f"PRAGMA user_version = {schema.VERSION}")
        if version > schema.VERSION:
            self._db.close()
            raise StateUnusable(
                f"The sandbox's file {self.path} was made by a newer version of this course. "
                "Update the course, or delete the file to get a new tenant."
            )
        # Nothing else would find out early that a table is missing, or damaged by a power cut.
        for table in ("clients", "facts", "users"):
            self._db.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()
        if self._db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("database disk image is malformed")

    def _switch_to_wal(self) -> None:
        # SQLite's own timeout does not cover this switch, and fresh kernels may start together.
        deadline = time.monotonic() + 5
        while True:
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if not is_busy(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def content(self) -> bytes:
        """The whole file, as one that is not in WAL mode: a copy in memory cannot be. And as one that was never opened."""
        content = bytearray(self._db.serialize())
        # SQLite's file format, section 1.3: two versions, the count of changes, and the count that the size is valid for.
        content[18:20], content[24:28], content[92:96] = b"\1\1", bytes(4), bytes(4)
        return bytes(content)

    def become(self, content: bytes) -> None:
        """Hold what another tenant's file of this version holds."""
        with closing(sqlite3.connect(":memory:")) as other:
            other.deserialize(content)
            other.backup(self._db)

    @contextmanager
    def change(self) -> Iterator[None]:
        """One transaction: all of it or nothing. A change inside a change belongs to the outer one."""
        if self._inside:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        self._inside = True
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:  # where the disk is full, SQLite has rolled back itself
                self._db.execute("ROLLBACK")
            raise
        finally:
            self._inside = False

    def one(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """The first row of an answer, `None` if it has none."""
        row: sqlite3.Row | None = self._db.execute(sql, values).fetchone()
        return row

    def all(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """All rows of an answer."""
        return self._db.execute(sql, values).fetchall()

    def insert(self, table: str, **row: Any) -> None:
        """Write one row. Names of tables and columns come from our own code, never from a request."""
        self.run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", *row.values())

    def update(self, table: str, key: str, value: str, changed: dict[str, Any]) -> None:
        """Set columns of the row whose `key` is `value`. All names come from our own code, never from a request."""
        if changed:
            columns = ", ".join(f"{name} = ?" for name in changed)
            self.run(f"UPDATE {table} SET {columns} WHERE {key} = ?", *changed.values(), value)

    def run(self, sql: str, *values: Any) -> int:
        """Write. How many rows it changed."""
        return self._db.execute(sql, values).rowcount
