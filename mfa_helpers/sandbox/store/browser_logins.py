"""Logins in a browser: those that are going on, the codes they end with, and the sessions that outlive them."""

from __future__ import annotations

import sqlite3
from typing import Any

from .connection import Connection

_MOST_EMPTY = 2_000  # logins that are going on and whose password is missing


class BrowserLogins(Connection):
    """Whatever a browser or an application holds is kept by its fingerprint. Times are in seconds since 1970."""

    # logins that are going on: from `/authorize` to the authorization code

    def add_browser_login(
        self,
        hash: str,
        *,
        browser: str,
        request: str,
        expires_at: float,
        now: float,
        user_id: str = "",
        session: str = "",
    ) -> None:
        """`browser` is the fingerprint of the cookie that the login is bound to, `request` what was asked, as JSON.

        Where only the second factor is missing, `user_id` and `session` say who is signed in already.
        """
        for over in self._forget("browser_logins", "expires_at", now):  # nobody can confirm what was begun there
            self.run("DELETE FROM authenticators WHERE NOT active AND enrolled_by = ?", over)
        # Whoever reaches `/authorize` can begin any number, so the oldest that nobody has signed in to go first.
        empty = "FROM browser_logins WHERE user_id = ''"
        self.run(
            f"DELETE {empty} AND rowid <= (SELECT rowid {empty} ORDER BY rowid DESC LIMIT 1 OFFSET ?)", _MOST_EMPTY - 1
        )
        self.insert(
            "browser_logins",
            hash=hash,
            browser=browser,
            request=request,
            expires_at=expires_at,
            user_id=user_id,
            session=session,
        )

    def browser_login(self, hash: str) -> sqlite3.Row | None:
        """What was asked, and how far it is: `user_id` once the password was right, `proven` once the factor was."""
        return self.one("SELECT * FROM browser_logins WHERE hash = ?", hash)

    def change_browser_login(self, hash: str, **changed: Any) -> None:
        """Set columns of a login."""
        self.update("browser_logins", "hash", hash, changed)

    def remove_browser_login(self, hash: str) -> None:
        """It is over."""
        self.run("DELETE FROM browser_logins WHERE hash = ?", hash)

    # authorization codes

    def add_authorization_code(
        self, hash: str, *, client_id: str, user_id: str, request: str, claims: str, expires_at: float, now: float
    ) -> None:
        """`claims` is what the ID token is to say of the login, as JSON."""
        self._forget("authorization_codes", "expires_at", now)
        self.insert(
            "authorization_codes",
            hash=hash,
            client_id=client_id,
            user_id=user_id,
            request=request,
            claims=claims,
            expires_at=expires_at,
        )

    def authorization_code(self, hash: str) -> sqlite3.Row | None:
        """What it stands for."""
        return self.one("SELECT * FROM authorization_codes WHERE hash = ?", hash)

    def remove_authorization_code(self, hash: str) -> None:
        """It works once."""
        self.run("DELETE FROM authorization_codes WHERE hash = ?", hash)

    # sessions

    def add_session(self, hash: str, *, sid: str, user_id: str, second_factor: bool, now: float, oldest: float) -> None:
        """`second_factor` says whether one was proven. Those that began before `oldest` are forgotten."""
        self._forget("sessions", "signed_in_at", oldest)
        self.insert(
            "sessions",
            hash=hash,
            sid=sid,
            user_id=user_id,
            second_factor=second_factor,
            signed_in_at=now,
            used_at=now,
        )

    def session(self, hash: str) -> sqlite3.Row | None:
        """Whose it is, since when, and when it was last used."""
        return self.one("SELECT * FROM sessions WHERE hash = ?", hash)

    def use_session(self, hash: str, now: float) -> None:
        """It has been used, now."""
        self.run("UPDATE sessions SET used_at = ? WHERE hash = ?", now, hash)

    def prove_session(self, hash: str) -> None:
        """A second factor was proven in it."""
        self.run("UPDATE sessions SET second_factor = 1 WHERE hash = ?", hash)

    def remove_session(self, hash: str) -> None:
        """Nobody is signed in with it any more."""
        self.run("DELETE FROM sessions WHERE hash = ?", hash)

    def _forget(self, table: str, column: str, until: float) -> list[str]:
        """Remove the rows before the first one whose time is after `until`. Their hashes."""
        # As they were made in the order of their times, this looks at no more rows than it removes.
        first = f"SELECT rowid FROM {table} WHERE {column} > ? ORDER BY rowid LIMIT 1"
        over = f"{table} WHERE rowid < coalesce(({first}), 1 << 62)"
        hashes = [row["hash"] for row in self.all(f"SELECT hash FROM {over}", until)]
        if hashes:
            self.run(f"DELETE FROM {over}", until)
        return hashes
