"""Who and what the tenant knows: applications, APIs, users; and objects of the Management API."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from .connection import Connection


def names_in(stored: str) -> tuple[str, ...]:
    """A list of names as it is kept: scopes, grant types."""
    return tuple(json.loads(stored))


def addresses_in(client: sqlite3.Row, kind: str) -> list[str]:
    """What an application has registered: its `callbacks`, `allowed_logout_urls`, `web_origins`, or `allowed_origins`."""
    return list(json.loads(client["more"]).get(kind) or [])


class Directory(Connection):
    """Times are in seconds since 1970; lists of names are kept as JSON.

    So is `more` of an application, an API, or a user: what else a setup has sent.
    """

    def client(self, client_id: str) -> sqlite3.Row | None:
        """An application."""
        return self.one("SELECT * FROM clients WHERE client_id = ?", client_id)

    def clients(self) -> list[sqlite3.Row]:
        """All of them, in the order of their making: the sandbox's own three first."""
        return self.all("SELECT * FROM clients ORDER BY position")

    def add_client(self, client_id: str, **columns: Any) -> None:
        """An application, behind those that are there."""
        position = self.all("SELECT coalesce(max(position), 0) + 1 FROM clients")[0][0]
        self.insert("clients", client_id=client_id, position=position, **columns)

    def remove_client(self, client_id: str) -> None:
        """Its logins that aren't complete and its refresh tokens go with it."""
        with self.change():
            for table in ("clients", "mfa_tokens", "refresh_tokens", "authorization_codes"):
                self.run(f"DELETE FROM {table} WHERE client_id = ?", client_id)

    def change_client(self, client_id: str, **changed: Any) -> None:
        """Set columns of an application."""
        self.update("clients", "client_id", client_id, changed)

    def api(self, identifier: str) -> sqlite3.Row | None:
        """An API by its audience or by its id."""
        return self.one("SELECT * FROM apis WHERE ? IN (identifier, id)", identifier)

    def apis(self) -> list[sqlite3.Row]:
        """All of them."""
        return self.all("SELECT * FROM apis ORDER BY id")

    def add_api(self, id: str, **columns: Any) -> None:
        """`scopes` is a JSON array of names."""
        self.insert("apis", id=id, **columns)

    def change_api(self, id: str, **changed: Any) -> None:
        """Set columns of an API."""
        self.update("apis", "id", id, changed)

    def remove_api(self, id: str) -> None:
        """Remove an API by its id."""
        self.run("DELETE FROM apis WHERE id = ?", id)

    def user(self, user_id: str) -> sqlite3.Row:
        """Raises `KeyError` if there is none."""
        row = self.one("SELECT * FROM users WHERE user_id = ?", user_id)
        if row is None:
            raise KeyError(user_id)
        return row

    def user_by_email(self, email: str) -> sqlite3.Row | None:
        """A user, whatever the spelling of the address."""
        return self.one("SELECT * FROM users WHERE email = ?", email)

    def users(self) -> list[sqlite3.Row]:
        """All of them, by the time of their making."""
        return self.all("SELECT * FROM users ORDER BY created_at, user_id")

    def add_user(
        self,
        user_id: str,
        *,
        email: str,
        name: str,
        password_hash: str,
        email_verified: bool,
        now: float,
        blocked: bool = False,
        more: str = "{}",
    ) -> None:
        """A user with a hashed password."""
        self.insert(
            "users",
            user_id=user_id,
            email=email,
            name=name,
            password_hash=password_hash,
            email_verified=email_verified,
            changed_at=now,
            created_at=now,
            blocked=blocked,
            more=more,
        )

    def remove_user(self, user_id: str) -> None:
        """The user, and the seat in a class. What the user has enrolled and got is forgotten by `forget_user`."""
        with self.change():
            for table in ("users", "learners", "mfa_tokens"):
                self.run(f"DELETE FROM {table} WHERE user_id = ?", user_id)

    def change_user(self, user_id: str, **changed: Any) -> None:
        """Set columns of a user."""
        self.update("users", "user_id", user_id, changed)

    # objects of the Management API, by path

    def kept(self, path: str) -> Any:
        """What was kept there; `None` if nothing was."""
        row = self.one("SELECT value FROM objects WHERE path = ?", path)
        return None if row is None else json.loads(row[0])

    def keep(self, path: str, value: Any) -> None:
        """Keep it in place of what was there."""
        self.run("INSERT OR REPLACE INTO objects VALUES (?, ?)", path, json.dumps(value))

    # wrong passwords: a user and the address they come from (documentation, brute-force-protection)

    def blocked_until(self, user_id: str, address: str) -> float:
        """Until when a user may not log in from there; 0 if nothing is against it."""
        row = self.one("SELECT blocked_until FROM failed_logins WHERE user_id = ? AND address = ?", user_id, address)
        return 0 if row is None else float(row[0])

    def count_failed_login(self, user_id: str, address: str, blocked_until: float, limit: int) -> None:
        """One more wrong password from there; the `limit`-th in a row blocks until `blocked_until`."""
        with self.change():
            self.run("INSERT OR IGNORE INTO failed_logins (user_id, address) VALUES (?, ?)", user_id, address)
            self.run(
                "UPDATE failed_logins SET number = (number + 1) % ?, "
                "blocked_until = CASE WHEN number + 1 >= ? THEN ? ELSE blocked_until END "
                "WHERE user_id = ? AND address = ?",
                limit,
                limit,
                blocked_until,
                user_id,
                address,
            )

    def forget_failed_logins(self, user_id: str, address: str | None = None) -> None:
        """Nothing is against a login from there, or from anywhere."""
        self.run("DELETE FROM failed_logins WHERE user_id = ? AND address = coalesce(?, address)", user_id, address)
