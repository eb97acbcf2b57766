"""What happens at the tenant: facts, buckets, mails, the log, faults asked for."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from typing import Any

from .. import defaults
from ..crypto import signing
from . import schema
from .connection import Connection

_KEPT = 20_000  # events: a day of a busy class; a real tenant keeps them for days, not for ever
#: Of these, so many of one type for each user: whoever is refused again and again crowds out nobody's events but their own.
_KEPT_OF_A_TYPE = 500

MOST_SHOWN = 200  # messages that the inbox returns at once


class Journal(Connection):
    """Times are in seconds since 1970."""

    # facts and settings

    def get(self, name: str) -> str | None:
        """A fact about the tenant, `None` if it is not set."""
        row = self.one("SELECT value FROM facts WHERE name = ?", name)
        return None if row is None else row[0]

    def put(self, name: str, value: str) -> None:
        """Set a fact."""
        self.run("INSERT OR REPLACE INTO facts VALUES (?, ?)", name, value)

    def settings(self) -> defaults.Settings:
        """What an administrator has switched."""
        return defaults.Settings(**json.loads(self.get("settings") or "{}"))

    def change_settings(self, **changed: Any) -> None:
        """Switch these settings; the others stay."""
        with self.change():
            self.put("settings", json.dumps({**asdict(self.settings()), **changed}))

    def reset(self, settings: defaults.Settings) -> None:
        """Start afresh, set up as `settings` say."""
        with self.change():
            schema.first_day(self._db, settings)

    def signing_key(self) -> tuple[str, str]:
        """The tenant's key: (key id, PEM). Made when first asked for, the same for everybody afterwards."""
        with self.change():
            kid, pem = self.get("signing_kid"), self.get("signing_pem")
            if kid is None or pem is None:
                kid, pem = signing.new_key()
                self.put("signing_kid", kid)
                self.put("signing_pem", pem)
            return kid, pem

    # buckets

    def bucket(self, owner: str, name: str) -> sqlite3.Row | None:
        """How full a bucket was when it was last touched."""
        return self.one("SELECT * FROM buckets WHERE owner = ? AND name = ?", owner, name)

    def fill_bucket(self, owner: str, name: str, level: float, now: float) -> None:
        """`level` is in tries."""
        self.run("INSERT OR REPLACE INTO buckets VALUES (?, ?, ?, ?)", owner, name, level, now)

    def refill_buckets(self) -> None:
        """All of them are full, and no password has been wrong."""
        with self.change():
            self.run("DELETE FROM buckets")
            self.run("DELETE FROM failed_logins")

    # mails

    def add_mail(self, recipient: str, *, channel: str, user_id: str, raw: bytes, received_at: float) -> None:
        """`user_id` is whose call has set the message off; empty if it came from elsewhere."""
        self.insert("mails", recipient=recipient, channel=channel, user_id=user_id, raw=raw, received_at=received_at)

    def mails(self, recipient: str | None, user_id: str | None = None) -> list[sqlite3.Row]:
        """Newest first; of one recipient, or of all; those that one user has set off, or all."""
        wanted = {"recipient": recipient, "user_id": user_id}
        named = {column: value for column, value in wanted.items() if value is not None}
        where = f"WHERE {' AND '.join(f'{column} = ?' for column in named)}" if named else ""
        return self.all(
            f"SELECT id, recipient, channel, raw, received_at FROM mails {where} ORDER BY id DESC LIMIT {MOST_SHOWN}",
            *named.values(),
        )

    def remove_mail(self, id: int, user_id: str | None = None) -> bool:
        """Throw a message away, if that user has set it off. Whether it was there."""
        if user_id is None:
            return self.run("DELETE FROM mails WHERE id = ?", id) > 0
        return self.run("DELETE FROM mails WHERE id = ? AND user_id = ?", id, user_id) > 0

    # the log

    def add_log(
        self,
        type: str,
        *,
        date: float,
        description: str,
        client_id: str = "",
        user_id: str = "",
        ip: str = "",
        user_agent: str = "",
    ) -> None:
        """Write an event into the log. `date` is in seconds since 1970."""
        with self.change():
            self.insert(
                "logs",
                type=type,
                date=date,
                description=description,
                client_id=client_id,
                user_id=user_id,
                ip=ip,
                user_agent=user_agent,
            )
            self._trim(date)

    def _trim(self, now: float) -> None:
        self._written += 1
        if self._written % 1000 == 0:
            self._db.execute(
                "DELETE FROM logs WHERE id IN (SELECT id FROM (SELECT id, "
                "row_number() OVER (PARTITION BY user_id, type ORDER BY id DESC) AS place FROM logs) WHERE place > ?)",
                (_KEPT_OF_A_TYPE,),
            )
            self._db.execute(
                "DELETE FROM logs WHERE id <= (SELECT id FROM logs ORDER BY id DESC LIMIT 1 OFFSET ?)", (_KEPT,)
            )
            # Expired ones only: however many logins others begin, nobody's own is lost.
            self._db.execute(
                "DELETE FROM mfa_tokens WHERE rowid < "
                "coalesce((SELECT rowid FROM mfa_tokens WHERE expires_at > ? ORDER BY rowid LIMIT 1), 1 << 62)",
                (now,),
            )

    def log(self, id: int) -> sqlite3.Row | None:
        """One event by its number."""
        return self.one(_LOGS + " WHERE logs.id = ?", id)

    def logs(self, where: dict[str, list[Any]], *, ascending: bool, skip: int, take: int) -> list[sqlite3.Row]:
        """Events of which each column named in `where` has one of the values given for it; `since` is a time in seconds."""
        condition, values = _condition(where)
        order = "ASC" if ascending else "DESC"
        return self.all(f"{_LOGS}{condition} ORDER BY logs.id {order} LIMIT ? OFFSET ?", *values, take, skip)

    def logs_after(self, id: int, take: int) -> list[sqlite3.Row]:
        """Oldest first, beginning with the one after `id`."""
        return self.all(f"{_LOGS} WHERE logs.id > ? ORDER BY logs.id LIMIT ?", id, take)

    def count_logs(self, where: dict[str, list[Any]]) -> int:
        """How many events `logs` would give without its bounds."""
        condition, values = _condition(where)
        total: int = self._db.execute(f"SELECT count(*) FROM logs{condition}", values).fetchone()[0]
        return total

    # faults

    def add_fault(self, path: str, *, kind: str, seconds: float, times: int) -> None:
        """Plan a fault: the next `times` answers on `path` go wrong. `seconds` is how slow, or how long to wait."""
        self.insert("faults", path=path, kind=kind, seconds=seconds, times=times)

    def faults(self) -> list[sqlite3.Row]:
        """Those that are still to come, in the order of their planning."""
        return self.all("SELECT * FROM faults ORDER BY id")

    def take_fault(self, id: int) -> bool:
        """Use it once. Whether there was still one to use."""
        with self.change():
            used = self.run("UPDATE faults SET times = times - 1 WHERE id = ? AND times > 0", id)
            self.run("DELETE FROM faults WHERE id = ? AND times = 0", id)
        return used > 0

    def remove_faults(self) -> None:
        """Call them all off."""
        self.run("DELETE FROM faults")


_LOGS = (
    "SELECT logs.*, clients.name AS client_name, users.email AS user_name FROM logs "
    "LEFT JOIN clients ON clients.client_id = logs.client_id LEFT JOIN users ON users.user_id = logs.user_id"
)


def _condition(where: dict[str, list[Any]]) -> tuple[str, list[Any]]:
    # Names of columns come from our own code; only values come from a request.
    if not where:
        return "", []
    parts = [
        "logs.date >= ?" if column == "since" else f"logs.{column} IN ({', '.join('?' * len(values))})"
        for column, values in where.items()
    ]
    return " WHERE " + " AND ".join(parts), [value for values in where.values() for value in values]
