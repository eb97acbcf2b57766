"""Who and what the tenant knows: applications, APIs, users."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from .connection import Connection


def names_in(stored: str) -> tuple[str, ...]:
    """A list of names as it is kept: scopes, grant types."""
    return tuple(json.loads(stored))


class Directory(Connection):
    """Times are in seconds since 1970; lists of names are kept as JSON."""

    def client(self, client_id: str) -> sqlite3.Row | None:
        """An application."""
        return self.one("SELECT * FROM clients WHERE client_id = ?", client_id)

    def clients(self) -> list[sqlite3.Row]:
        """The course's own first, the public one second, the set-up application third."""
        return self.all("SELECT * FROM clients ORDER BY position")

    def change_client(self, client_id: str, **changed: Any) -> None:
        """Set columns of an application."""
        self._update("clients", "client_id", client_id, changed)

    def api(self, identifier: str) -> sqlite3.Row | None:
        """An API by its audience or by its id."""
        return self.one("SELECT * FROM apis WHERE ? IN (identifier, id)", identifier)

    def apis(self) -> list[sqlite3.Row]:
        """All of them."""
        return self.all("SELECT * FROM apis ORDER BY id")

    def add_api(self, id: str, *, identifier: str, name: str, scopes: str, allow_offline_access: bool) -> None:
        """`scopes` is a JSON array of names."""
        self.insert(
            "apis",
            id=id,
            identifier=identifier,
            name=name,
            scopes=scopes,
            allow_offline_access=allow_offline_access,
        )

    def change_api(self, id: str, **changed: Any) -> None:
        """Set columns of an API."""
        self._update("apis", "id", id, changed)

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

    def add_user(
        self, user_id: str, *, email: str, name: str, password_hash: str, email_verified: bool, now: float
    ) -> None:
        """A user with a hashed password, not blocked."""
        self.insert(
            "users",
            user_id=user_id,
            email=email,
            name=name,
            password_hash=password_hash,
            email_verified=email_verified,
            changed_at=now,
        )

    def change_user(self, user_id: str, **changed: Any) -> None:
        """Set columns of a user."""
        self._update("users", "user_id", user_id, changed)

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

    def _update(self, table: str, key: str, value: str, changed: dict[str, Any]) -> None:
        # Names come from our own code, never from a request.
        if changed:
            columns = ", ".join(f"{name} = ?" for name in changed)
            self.run(f"UPDATE {table} SET {columns} WHERE {key} = ?", *changed.values(), value)
