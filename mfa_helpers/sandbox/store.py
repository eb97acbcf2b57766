"""The tenant's memory: one SQLite file, all of its SQL, one way to change things.

The file is the tenant. Several kernels serve it at once, each with a connection
of its own; a change takes the write lock at its start (`BEGIN IMMEDIATE`),
because a reader that turns writer would get "database is locked" at once.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sqlite3
import time
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Iterator

from . import passwords, profile, signing

SCHEMA_VERSION = 1

_SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE clients (client_id TEXT PRIMARY KEY, client_secret TEXT, name TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE users (
    user_id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE COLLATE NOCASE, name TEXT NOT NULL,
    password_hash TEXT NOT NULL, failed_logins INTEGER NOT NULL DEFAULT 0, blocked_until REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE mfa_tokens (
    hash TEXT PRIMARY KEY, client_id TEXT NOT NULL, user_id TEXT NOT NULL, audience TEXT, scope TEXT NOT NULL,
    expires_at REAL NOT NULL, spent INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE opaque_tokens (
    hash TEXT PRIMARY KEY, user_id TEXT NOT NULL, scope TEXT NOT NULL, expires_at REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE authenticators (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, address TEXT NOT NULL, active INTEGER NOT NULL DEFAULT 0,
    created_at REAL NOT NULL
);
CREATE INDEX authenticators_of_user ON authenticators (user_id);
CREATE TABLE oob_codes (
    hash TEXT PRIMARY KEY, token_hash TEXT NOT NULL, user_id TEXT NOT NULL, authenticator_id TEXT NOT NULL,
    code_hash TEXT NOT NULL, expires_at REAL NOT NULL, used INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE buckets (
    user_id TEXT NOT NULL, name TEXT NOT NULL, level REAL NOT NULL, updated_at REAL NOT NULL,
    PRIMARY KEY (user_id, name)
) WITHOUT ROWID;
CREATE TABLE mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT, recipient TEXT NOT NULL COLLATE NOCASE, raw BLOB NOT NULL,
    received_at REAL NOT NULL
);
CREATE INDEX mails_of_recipient ON mails (recipient, id);
"""

# What `reset` empties. Clients, users, the key and their secrets stay, so that
# whoever was told the credentials can go on using them.
_EPHEMERAL = ("mfa_tokens", "opaque_tokens", "authenticators", "oob_codes", "buckets", "mails")


class StateUnusable(RuntimeError):
    """The state file is not a tenant of this version. The message says what to do."""


def _is_busy(fault: sqlite3.Error) -> bool:
    return getattr(fault, "sqlite_errorcode", None) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class Store:
    """One connection to the tenant. Used from one thread: the server's."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # The file holds throw-away secrets: nobody else may read it. SQLite gives
            # its side files the mode of the main one.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as fault:
            raise StateUnusable(
                f"The sandbox cannot keep its file at {self.path} ({fault.strerror}). "
                "Name another place: --state FILE, or MFA_SANDBOX_STATE in the environment."
            ) from None
        self._db = sqlite3.connect(self.path, timeout=5, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._inside = False
        try:
            self._open()
        except sqlite3.DatabaseError as fault:
            self._db.close()
            if _is_busy(fault):
                raise StateUnusable(
                    f"The sandbox's file {self.path} is in use by another program. Wait a moment and try again."
                ) from None
            raise StateUnusable(
                f"The sandbox's file {self.path} cannot be used ({fault}). Delete it, and a fresh tenant is made."
            ) from None

    def _open(self) -> None:
        # WAL: readers do not wait for a writer. NORMAL: a change survives the
        # death of the process; only a power cut could take the last ones.
        self._switch_to_wal()
        self._db.execute("PRAGMA synchronous = NORMAL")
        with self.change():
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                for statement in _SCHEMA.split(";\n"):
                    self._db.execute(statement)
                self._seed()
                self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        if version > SCHEMA_VERSION:
            self._db.close()
            raise StateUnusable(
                f"The sandbox's file {self.path} was made by a newer version of this course. "
                "Update the course, or delete the file for a fresh tenant."
            )

        # Nothing below would find out early that a table is missing or damaged.
        self.course_clients()
        self.settings()

    def _switch_to_wal(self) -> None:
        # SQLite's own time-out does not cover this switch, and fresh kernels may start together.
        deadline = time.monotonic() + 5
        while True:
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as fault:
                if not _is_busy(fault) or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def _seed(self) -> None:
        # The demo user's password is kept readable beside its hash: the ready line
        # of the command line and the lab tell it to whoever owns this 0600 file.
        password = os.environ.get("MFA_SANDBOX_PASSWORD") or secrets.token_urlsafe(12)
        self.put("password", password)
        self.put("settings", json.dumps(asdict(profile.Settings())))
        self._db.execute(
            "INSERT INTO clients VALUES (?, ?, ?)",
            (
                profile.CLIENT_ID,
                os.environ.get("MFA_SANDBOX_CLIENT_SECRET") or "sandbox_" + secrets.token_urlsafe(42),
                "Course application",
            ),
        )
        self._db.execute(
            "INSERT INTO clients VALUES (?, NULL, ?)", (profile.PUBLIC_CLIENT_ID, "Course application, public")
        )
        self._db.execute(
            "INSERT INTO users (user_id, email, name, password_hash) VALUES (?, ?, ?, ?)",
            # The id follows from the address, so that stored lessons look alike on every machine.
            (
                "auth0|" + hashlib.sha256(profile.USERNAME.encode()).hexdigest()[:24],
                profile.USERNAME,
                "Ada",
                passwords.hash_password(password),
            ),
        )

    def close(self) -> None:
        self._db.close()

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
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        else:
            self._db.execute("COMMIT")
        finally:
            self._inside = False

    def _one(self, sql: str, *values: Any) -> sqlite3.Row | None:
        return self._db.execute(sql, values).fetchone()

    # facts and settings

    def get(self, name: str) -> str | None:
        row = self._one("SELECT value FROM facts WHERE name = ?", name)
        return row["value"] if row else None

    def put(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def settings(self) -> profile.Settings:
        return profile.Settings(**json.loads(self.get("settings") or "{}"))

    def reset(self, settings: profile.Settings) -> None:
        """Start afresh: nothing enrolled, no mail, the clock right, `settings` as given."""
        with self.change():
            for table in _EPHEMERAL:
                self._db.execute(f"DELETE FROM {table}")
            self._db.execute("UPDATE users SET failed_logins = 0, blocked_until = 0")
            self.put("clock_offset", "0")
            self.put("settings", json.dumps(asdict(settings)))

    def signing_key(self) -> tuple[str, str]:
        """The tenant's key: (key id, PEM). Made when first asked for, the same for everybody afterwards."""
        with self.change():
            kid, pem = self.get("signing_kid"), self.get("signing_pem")
            if kid is None or pem is None:
                kid, pem = signing.new_key()
                self.put("signing_kid", kid)
                self.put("signing_pem", pem)
            return kid, pem

    # clients and users

    def client(self, client_id: str) -> sqlite3.Row | None:
        return self._one("SELECT * FROM clients WHERE client_id = ?", client_id)

    def course_clients(self) -> tuple[sqlite3.Row, sqlite3.Row]:
        """The confidential client and the public one."""
        rows = self._db.execute("SELECT * FROM clients ORDER BY client_secret IS NULL").fetchall()
        return rows[0], rows[1]

    def user(self, user_id: str) -> sqlite3.Row:
        row = self._one("SELECT * FROM users WHERE user_id = ?", user_id)
        assert row is not None  # users are never removed, and every id comes from our own tables
        return row

    def user_by_email(self, email: str) -> sqlite3.Row | None:
        return self._one("SELECT * FROM users WHERE email = ?", email)

    def count_failed_login(self, user_id: str, blocked_until: float, limit: int) -> None:
        """One more wrong password; the `limit`-th in a row blocks until `blocked_until`."""
        with self.change():
            self._db.execute("UPDATE users SET failed_logins = failed_logins + 1 WHERE user_id = ?", (user_id,))
            self._db.execute(
                "UPDATE users SET failed_logins = 0, blocked_until = ? WHERE user_id = ? AND failed_logins >= ?",
                (blocked_until, user_id, limit),
            )

    def forget_failed_logins(self, user_id: str) -> None:
        self._db.execute("UPDATE users SET failed_logins = 0 WHERE user_id = ? AND failed_logins > 0", (user_id,))

    # tokens, known by their hash only

    def add_mfa_token(
        self, hash: str, client_id: str, user_id: str, audience: str | None, scope: str, expires_at: float
    ) -> None:
        self._db.execute(
            "INSERT INTO mfa_tokens (hash, client_id, user_id, audience, scope, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
            (hash, client_id, user_id, audience, scope, expires_at),
        )

    def mfa_token(self, hash: str) -> sqlite3.Row | None:
        return self._one("SELECT * FROM mfa_tokens WHERE hash = ?", hash)

    def add_opaque_token(self, hash: str, user_id: str, scope: str, expires_at: float) -> None:
        self._db.execute("INSERT INTO opaque_tokens VALUES (?, ?, ?, ?)", (hash, user_id, scope, expires_at))

    def opaque_token(self, hash: str) -> sqlite3.Row | None:
        return self._one("SELECT * FROM opaque_tokens WHERE hash = ?", hash)

    # authenticators and codes

    def authenticators(self, user_id: str) -> list[sqlite3.Row]:
        """In the order of their making."""
        return self._db.execute("SELECT * FROM authenticators WHERE user_id = ? ORDER BY rowid", (user_id,)).fetchall()

    def add_authenticator(self, id: str, user_id: str, address: str, created_at: float) -> None:
        self._db.execute(
            "INSERT INTO authenticators (id, user_id, address, created_at) VALUES (?, ?, ?, ?)",
            (id, user_id, address, created_at),
        )

    def remove_authenticator(self, id: str) -> None:
        with self.change():
            self._db.execute("DELETE FROM oob_codes WHERE authenticator_id = ?", (id,))
            self._db.execute("DELETE FROM authenticators WHERE id = ?", (id,))

    def add_oob_code(
        self, hash: str, token_hash: str, user_id: str, authenticator_id: str, code_hash: str, expires_at: float
    ) -> None:
        self._db.execute(
            "INSERT INTO oob_codes (hash, token_hash, user_id, authenticator_id, code_hash, expires_at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (hash, token_hash, user_id, authenticator_id, code_hash, expires_at),
        )

    def remove_oob_code(self, hash: str) -> None:
        self._db.execute("DELETE FROM oob_codes WHERE hash = ?", (hash,))

    def oob_code(self, hash: str) -> sqlite3.Row | None:
        return self._one("SELECT * FROM oob_codes WHERE hash = ?", hash)

    def complete(self, oob_hash: str, authenticator_id: str, token_hash: str) -> None:
        """The code is proven: it is used, its authenticator active, its login spent."""
        with self.change():
            self._db.execute("UPDATE oob_codes SET used = 1 WHERE hash = ?", (oob_hash,))
            self._db.execute("UPDATE authenticators SET active = 1 WHERE id = ?", (authenticator_id,))
            self._db.execute("UPDATE mfa_tokens SET spent = 1 WHERE hash = ?", (token_hash,))

    # buckets

    def bucket(self, user_id: str, name: str) -> sqlite3.Row | None:
        return self._one("SELECT * FROM buckets WHERE user_id = ? AND name = ?", user_id, name)

    def fill_bucket(self, user_id: str, name: str, level: float, now: float) -> None:
        self._db.execute("INSERT OR REPLACE INTO buckets VALUES (?, ?, ?, ?)", (user_id, name, level, now))

    # mails

    def add_mail(self, recipient: str, raw: bytes, received_at: float) -> None:
        self._db.execute(
            "INSERT INTO mails (recipient, raw, received_at) VALUES (?, ?, ?)", (recipient, raw, received_at)
        )

    def mails(self, recipient: str | None) -> list[sqlite3.Row]:
        """Newest first; of one recipient, or of all."""
        return self._db.execute(
            "SELECT id, recipient, raw, received_at FROM mails WHERE ?1 IS NULL OR recipient = ?1 ORDER BY id DESC LIMIT 200", (recipient,)
        ).fetchall()
