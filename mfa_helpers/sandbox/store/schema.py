"""The tables, and what a fresh tenant holds."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sqlite3
import time
from dataclasses import asdict

from .. import defaults
from ..crypto import passwords

VERSION = 6

TABLES = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE clients (
    client_id TEXT PRIMARY KEY, client_secret TEXT, name TEXT NOT NULL, auth_method TEXT NOT NULL,
    grant_types TEXT NOT NULL, keys TEXT NOT NULL DEFAULT '[]', position INTEGER NOT NULL,
    more TEXT NOT NULL DEFAULT '{}'
) WITHOUT ROWID;
CREATE TABLE apis (
    id TEXT PRIMARY KEY, identifier TEXT NOT NULL UNIQUE, name TEXT NOT NULL, scopes TEXT NOT NULL,
    allow_offline_access INTEGER NOT NULL, more TEXT NOT NULL DEFAULT '{}'
) WITHOUT ROWID;
CREATE TABLE objects (path TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE users (
    user_id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE COLLATE NOCASE, name TEXT NOT NULL,
    password_hash TEXT NOT NULL, email_verified INTEGER NOT NULL DEFAULT 0, blocked INTEGER NOT NULL DEFAULT 0,
    changed_at REAL NOT NULL DEFAULT 0, created_at REAL NOT NULL DEFAULT 0, more TEXT NOT NULL DEFAULT '{}'
) WITHOUT ROWID;
CREATE TABLE failed_logins (
    user_id TEXT NOT NULL, address TEXT NOT NULL, number INTEGER NOT NULL DEFAULT 0,
    blocked_until REAL NOT NULL DEFAULT 0, PRIMARY KEY (user_id, address)
) WITHOUT ROWID;
CREATE TABLE mfa_tokens (
    hash TEXT PRIMARY KEY, client_id TEXT NOT NULL, user_id TEXT NOT NULL, audience TEXT, scope TEXT NOT NULL,
    expires_at REAL NOT NULL, spent INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE opaque_tokens (
    hash TEXT PRIMARY KEY, user_id TEXT NOT NULL, scope TEXT NOT NULL, expires_at REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE refresh_tokens (
    hash TEXT PRIMARY KEY, client_id TEXT NOT NULL, user_id TEXT NOT NULL, audience TEXT, scope TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE browser_logins (
    hash TEXT PRIMARY KEY, browser TEXT NOT NULL, request TEXT NOT NULL, expires_at REAL NOT NULL,
    user_id TEXT NOT NULL DEFAULT '', authenticator_id TEXT NOT NULL DEFAULT '', message TEXT NOT NULL DEFAULT '',
    session TEXT NOT NULL DEFAULT '', proven INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE authorization_codes (
    hash TEXT PRIMARY KEY, client_id TEXT NOT NULL, user_id TEXT NOT NULL, request TEXT NOT NULL, claims TEXT NOT NULL,
    expires_at REAL NOT NULL
);
CREATE TABLE sessions (
    hash TEXT PRIMARY KEY, sid TEXT NOT NULL, user_id TEXT NOT NULL, second_factor INTEGER NOT NULL,
    signed_in_at REAL NOT NULL, used_at REAL NOT NULL
);
CREATE TABLE authenticators (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, kind TEXT NOT NULL, address TEXT NOT NULL, secret TEXT NOT NULL,
    name TEXT NOT NULL,
    enrolled_by TEXT NOT NULL, active INTEGER NOT NULL DEFAULT 0, created_at REAL NOT NULL,
    used_at REAL NOT NULL DEFAULT 0
);
CREATE INDEX authenticators_of_user ON authenticators (user_id);
CREATE TABLE used_otps (
    authenticator_id TEXT NOT NULL, step INTEGER NOT NULL, PRIMARY KEY (authenticator_id, step)
) WITHOUT ROWID;
CREATE TABLE oob_codes (
    hash TEXT PRIMARY KEY, token_hash TEXT NOT NULL, user_id TEXT NOT NULL, authenticator_id TEXT NOT NULL,
    code_hash TEXT, answer TEXT NOT NULL DEFAULT '', expires_at REAL NOT NULL, used INTEGER NOT NULL DEFAULT 0,
    polled_at REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE buckets (
    owner TEXT NOT NULL, name TEXT NOT NULL, level REAL NOT NULL, updated_at REAL NOT NULL,
    PRIMARY KEY (owner, name)
) WITHOUT ROWID;
CREATE TABLE mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT, recipient TEXT NOT NULL COLLATE NOCASE, channel TEXT NOT NULL,
    user_id TEXT NOT NULL, raw BLOB NOT NULL, received_at REAL NOT NULL
);
CREATE INDEX mails_of_recipient ON mails (recipient, id);
CREATE INDEX mails_of_user ON mails (user_id, id);
CREATE TABLE learners (
    secret_hash TEXT PRIMARY KEY, user_id TEXT NOT NULL UNIQUE, password TEXT NOT NULL, number INTEGER NOT NULL,
    address TEXT NOT NULL, port INTEGER NOT NULL, signed_in INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE logs (
    id INTEGER PRIMARY KEY, type TEXT NOT NULL, date REAL NOT NULL, description TEXT NOT NULL,
    client_id TEXT NOT NULL, user_id TEXT NOT NULL, ip TEXT NOT NULL, user_agent TEXT NOT NULL,
    hostname TEXT NOT NULL DEFAULT '', audience TEXT NOT NULL DEFAULT '', details TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE faults (
    id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL, kind TEXT NOT NULL, seconds REAL NOT NULL,
    times INTEGER NOT NULL
)
"""

# What `reset` empties. The course's clients and user, the users of a class, the key and the
# secrets stay, so that whoever was told the credentials can go on using them.
EPHEMERAL = (
    "mfa_tokens",
    "opaque_tokens",
    "refresh_tokens",
    "browser_logins",
    "authorization_codes",
    "sessions",
    "authenticators",
    "used_otps",
    "failed_logins",
    "oob_codes",
    "buckets",
    "mails",
    "logs",
    "faults",
)
_FACTS_OF_A_DAY = ("clock_offset", "email_provider", "email_templates")

_KEPT = (
    "password",
    "client_secret",
    "management_secret",
    "signing_kid",
    "signing_pem",
    "join_token",
    "former_join_tokens",
    "class_authority",
    "class_identity",
    "sandbox_token",
)


def make(db: sqlite3.Connection) -> None:
    """Fill an empty file with a tenant, on its first day. Inside a change."""
    _make(db, {})


def rebuild(db: sqlite3.Connection) -> None:
    """Replace the tables of an older version, keeping credentials and the signing key. Inside a change."""
    kept = dict(db.execute("SELECT name, value FROM facts").fetchall())
    old = db.execute("SELECT client_secret FROM clients WHERE client_id = ?", (defaults.CLIENT_ID,)).fetchone()
    if old is not None:
        kept["client_secret"] = old[0]
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    for (name,) in db.execute(tables).fetchall():  # all of them first: a table that is being read is locked
        db.execute(f'DROP TABLE "{name}"')
    _make(db, {name: kept[name] for name in _KEPT if name in kept})


def upgrade(db: sqlite3.Connection, version: int) -> None:
    """Bring a file of version 3, 4, or 5 up to this one. Inside a change.

    Version 3 had no rows of MFA tokens; those that it issued count as expired. Wrong passwords were counted in the
    users' own rows before version 5; the count begins again. It was not known which learners had signed in; all of
    them count as if they had. Before version 6, an application listed no addresses, an event of the log had no
    host, audience, or details, nobody signed in with a browser, and nobody kept since when a user exists; that counts
    as since the last change. All else stays.
    """
    if version == 3:
        _make_table(db, "mfa_tokens")
        db.execute("DROP TABLE spent_mfa_tokens")
        db.execute("DELETE FROM facts WHERE name = 'seal_key'")
    # Before version 5, capitals beyond ASCII made two users of one mailbox; the first one stays.
    kept = "user_id, email, name, password_hash, email_verified, blocked, changed_at"
    _move(db, "users", kept, ", changed_at", ", created_at")
    if version < 5:
        _make_table(db, "failed_logins")
        db.execute("REINDEX NOCASE")  # its order was that of ASCII
        number, new = "row_number() OVER (ORDER BY user_id)", ", number, address, port, signed_in"
        _move(db, "learners", "secret_hash, user_id, password", f", {number}, '', 0, 1", new)
    _move(db, "clients", "client_id, client_secret, name, auth_method, grant_types, keys, position")
    _move(db, "apis", "id, identifier, name, scopes, allow_offline_access")
    _move(db, "logs", "id, type, date, description, client_id, user_id, ip, user_agent")
    for name in ("objects", "browser_logins", "authorization_codes", "sessions"):
        _make_table(db, name)


def _move(db: sqlite3.Connection, name: str, kept: str, values: str = "", columns: str = "") -> None:
    """Make a table again, with the columns that are kept and, if given, `values` in the new `columns`."""
    db.execute(f"ALTER TABLE {name} RENAME TO {name}_before")
    _make_table(db, name)
    db.execute(f"INSERT OR IGNORE INTO {name} ({kept}{columns}) SELECT {kept}{values} FROM {name}_before")
    db.execute(f"DROP TABLE {name}_before")


def _make_table(db: sqlite3.Connection, name: str) -> None:
    db.execute(next(table for table in TABLES.split(";\n") if f"CREATE TABLE {name} " in table))


def _make(db: sqlite3.Connection, kept: dict[str, str]) -> None:
    for statement in TABLES.split(";\n"):
        db.execute(statement)
    # Credentials are kept readable: the ready line of the command line and the lab
    # tell them to whoever owns this 0600 file.
    facts = {
        "password": os.environ.get("MFA_SANDBOX_PASSWORD") or secrets.token_urlsafe(12),
        "client_secret": os.environ.get("MFA_SANDBOX_CLIENT_SECRET") or "sandbox_" + secrets.token_urlsafe(42),
        "management_secret": "sandbox_" + secrets.token_urlsafe(42),
        **kept,
    }
    db.executemany("INSERT INTO facts VALUES (?, ?)", facts.items())
    first_day(db, defaults.Settings())


def first_day(db: sqlite3.Connection, settings: defaults.Settings) -> None:
    """Nothing enrolled, nothing sent, the clock right, everything set up as `settings` say. Inside a change."""
    for table in (*EPHEMERAL, "clients", "apis", "objects"):
        db.execute(f"DELETE FROM {table}")
    db.executemany("DELETE FROM facts WHERE name = ?", [(name,) for name in _FACTS_OF_A_DAY])
    db.execute("INSERT OR REPLACE INTO facts VALUES ('settings', ?)", (json.dumps(asdict(settings)),))
    known = dict(db.execute("SELECT name, value FROM facts").fetchall())
    db.execute("DELETE FROM users WHERE user_id NOT IN (SELECT user_id FROM learners)")
    # The id follows from the address, so that stored lessons look alike on every machine.
    ada = "auth0|" + hashlib.sha256(defaults.USERNAME.encode()).hexdigest()[:24]
    db.execute(
        "INSERT OR IGNORE INTO users (user_id, email, name, password_hash) VALUES (?, ?, 'Ada', ?)",
        (ada, defaults.USERNAME, passwords.hash_password(known["password"])),
    )
    db.execute(
        "UPDATE users SET blocked = 0, created_at = :now, changed_at = :now, more = '{}', email_verified = :verified",
        {"now": time.time(), "verified": settings.email_verified},
    )
    grants, machine = json.dumps(settings.grant_types), json.dumps([defaults.CLIENT_CREDENTIALS])
    listed = {name: getattr(settings, name) for name in ("allowed_origins", "callbacks", "allowed_logout_urls")}
    more = {name: addresses for name, addresses in listed.items() if addresses}
    application = "Course application"
    applications = [
        (
            defaults.CLIENT_ID,
            known["client_secret"],
            application,
            "client_secret_post",
            grants,
            {"app_type": "regular_web", **more},
        ),
        (defaults.PUBLIC_CLIENT_ID, None, f"{application}, public", "none", grants, {"app_type": "native", **more}),
        (
            defaults.MANAGEMENT_CLIENT_ID,
            known["management_secret"],
            "Course setup",
            "client_secret_post",
            machine,
            {"app_type": "non_interactive"},
        ),
    ]
    db.executemany(
        "INSERT INTO clients (client_id, client_secret, name, auth_method, grant_types, position, more) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (id, secret, name, method, names, position, json.dumps(more))
            for position, (id, secret, name, method, names, more) in enumerate(applications, start=1)
        ],
    )
    db.execute(
        "INSERT INTO apis (id, identifier, name, scopes, allow_offline_access) VALUES (?, ?, ?, ?, 1)",
        ("5f0000000000000000000001", defaults.API_AUDIENCE, "Course API", json.dumps(defaults.API_SCOPES)),
    )
