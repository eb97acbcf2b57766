"""What happens at the tenant: facts, buckets, mails, the log, faults asked for."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from .. import defaults
from ..crypto import signing
from . import log_search, schema
from .connection import Connection

_KEPT = 20_000  # events: a day of a busy class; a real tenant keeps them for days, not for ever
#: Of these, so many of one type for each user: whoever is refused again and again crowds out nobody's events but their own.
_KEPT_OF_A_TYPE = 500
_SEARCH_SECONDS = 0.5  # that a search of the log may take; of the 20,000 events, usual ones take a tenth

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
        known = defaults.Settings.__dataclass_fields__  # a later version may have written more of them
        return defaults.Settings(**{name: value for name, value in self._settings().items() if name in known})

    def change_settings(self, **changed: Any) -> None:
        """Switch these settings; the others stay."""
        with self.change():
            self.put("settings", json.dumps({**self._settings(), **changed}))

    def _settings(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.get("settings") or "{}")
        return told

    def reset(self, settings: defaults.Settings) -> None:
        """Start again, set up as `settings` say."""
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
        hostname: str = "",
        audience: str = "",
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Write an event into the log. `date` is in seconds since 1970; `hostname` is the tenant's, as the caller named it."""
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
                hostname=hostname,
                audience=audience,
                details=json.dumps(details or {}),
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
        return self.one(f"{log_search.EVENTS} WHERE logs.id = ?", id)

    def logs(self, wanted: log_search.Condition | None, *, ascending: bool, skip: int, take: int) -> list[sqlite3.Row]:
        """The events that are `wanted`, or all. Raises `log_search.TooSlow`."""
        condition, values = log_search.where(wanted)
        order = "ASC" if ascending else "DESC"
        with self._within(_SEARCH_SECONDS):
            return self.all(
                f"{log_search.EVENTS}{condition} ORDER BY logs.id {order} LIMIT ? OFFSET ?", *values, take, skip
            )

    def logs_after(self, id: int, take: int) -> list[sqlite3.Row]:
        """Oldest first, beginning with the one after `id`."""
        return self.all(f"{log_search.EVENTS} WHERE logs.id > ? ORDER BY logs.id LIMIT ?", id, take)

    def count_logs(self, wanted: log_search.Condition | None) -> int:
        """How many events `logs` would give without its bounds. Raises `log_search.TooSlow`."""
        condition, values = log_search.where(wanted)
        with self._within(_SEARCH_SECONDS):
            row = self.one(f"SELECT count(*) FROM ({log_search.EVENTS}{condition})", *values)
        assert row is not None
        return int(row[0])

    @contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        """End what SQLite does in here when its time is over: a search must not hold up whoever signs in."""
        clock = getattr(time, "thread_time", time.monotonic)  # its own time, so a busy machine changes nothing
        deadline = clock() + seconds
        self._db.set_progress_handler(lambda: clock() > deadline, 1000)
        try:
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise log_search.TooSlow from None
            raise
        finally:
            self._db.set_progress_handler(None, 0)

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
