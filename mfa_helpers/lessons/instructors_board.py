"""The instructor's board: how far each learner is, and what holds them up, from the tenant's log alone.

The log is read in steps: the oldest event of the lesson is searched for by its
date, and from there on each refresh reads what is new by checkpoint, 100 events
at a time (documentation, retrieve log events: a search ends at 1,000 events, a
checkpoint does not). So no event is read twice, unless the log has begun again.
Where nothing has happened, that takes two requests, and four for a class. A class's log begins with its group, so all
of it is read, however many days ago that was.

A class's learners also tell how far they are in notebooks that use a sandbox of
their own, and, if they like, their names (`learner.class_report`). Each of them
has a row, even where the log no longer has their events.

What the log cannot tell is not guessed. Listing authenticators leaves no event,
nor does a challenge that was refused: "04" stands for a login after the email
was confirmed.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ..client.errors import InvalidInput
from ..client.management import PAGE, Management
from ..client.masking import mask_text
from ..client.secret import Secret
from ..client.validation import clean_domain, clean_token
from ..outline import NOTEBOOKS
from ..storage import atomic_file
from ..storage.progress import Standing, standings
from ..tenants import class_tenant, environment
from ..tenants.environment import read_settings
from ..tenants.opening import open_tenant
from ..tenants.tenant import CLASS, SANDBOX
from .path import SPINE

#: How far somebody is: number and words. The last two are of one notebook.
STEPS = (
    "00 joined",
    "01 signed in",
    "02 email associated",
    "03 email confirmed",
    "04 signed in again",
    "05 challenged",
    "05 login complete",
)
_JOINED, _SIGNED_IN, _ASSOCIATED, _CONFIRMED, _AGAIN, _CHALLENGED, _COMPLETE = range(len(STEPS))

#: What an event proves, whatever came before (documentation, log-event-type-codes).
_PROVES = {
    "ss": _JOINED,
    "mfar": _SIGNED_IN,
    "gd_start_enroll": _ASSOCIATED,
    "gd_enrollment_complete": _CONFIRMED,
    "gd_start_auth": _CHALLENGED,
}
#: Going well: whatever went wrong before is over.
_WELL = {*_PROVES, "gd_auth_succeed", "seoobft", "sepft", "seotpft", "sercft"}
#: Going wrong, in words for events without a description.
_WRONG = {
    "fp": "wrong password",
    "fu": "unknown user name",
    "f": "login rejected",
    "fepft": "password login rejected",
    "limit_wc": "blocked after too many wrong passwords",
    "limit_mu": "blocked: suspicious IP address",
    "limit_sul": "too many logins by this user",
    "gd_start_enroll_failed": "email not associated",
    "fn": "email not sent",
    "gd_auth_failed": "wrong code",
    "gd_otp_rate_limit_exceed": "too many wrong codes",
    "feoobft": "code rejected",
    "feotpft": "app's code rejected",
    "gd_recovery_failed": "wrong recovery code",
    "fercft": "recovery code rejected",
    "gd_auth_rejected": "push rejected",
}

#: How the email of a class's learner ends.
_OF_CLASS = "@class.example"


@dataclass
class Row:
    """One learner. `reached` is an index of `STEPS`; `trouble` is empty if the last thing went well.

    `name` is the user's; `person` is the one that a learner of a class has given, or empty. `topics` is what their
    notebooks have noted. `seen` is when something was last heard of them.
    """

    user_id: str
    name: str
    seen: datetime
    reached: int = _JOINED
    trouble: str = ""
    person: str = ""
    topics: dict[str, Standing] = field(default_factory=dict)
    _failed: Counter[str] = field(default_factory=Counter, repr=False)

    @property
    def tries(self) -> int:
        """How often it went wrong since it last went well. One refusal may leave two events, of two types."""
        return max(self._failed.values(), default=0)

    @property
    def later(self) -> tuple[str, ...]:
        """The numbers of the notebooks after the first six whose checkpoint was reached."""
        return tuple(one.number for one in NOTEBOOKS if one not in SPINE and self._when(one.topic))

    @property
    def exercises(self) -> int:
        """How many are solved."""
        return sum(len(standing.exercises) for standing in self.topics.values())

    def _when(self, topic: str) -> datetime | None:
        return self.topics.get(topic, Standing()).checkpoint

    def cells(self) -> list[object]:
        """One line of the export, below `HEADS`."""
        times = [self._when(one.topic) for one in NOTEBOOKS]
        return [
            *(self.name, self.person, STEPS[self.reached], self.trouble, self.tries, _written(self.seen)),
            *(_written(time) if time else "" for time in times),
            self.exercises,
        ]

    def take_report(self, user: dict[str, Any]) -> None:
        """What the learner's own notebooks have told, which is in their user."""
        self.person = "" if user["name"] == self.name else user["name"]
        told = (user.get("app_metadata") or {}).get("course")
        if isinstance(told, dict) and told.keys() == {"topics", "at"}:  # else it's of a script that uses the same name
            self.topics = standings(told["topics"])
            self.seen = max(self.seen, datetime.fromisoformat(told["at"]))

    def take(self, event: dict[str, Any]) -> None:
        """Draw the consequences of one event; they come in the order of the log."""
        kind = event["type"]
        self.seen = max(self.seen, _time(event))
        if kind in _WRONG:
            self._failed[kind] += 1
            self.trouble = _words(event)
        elif kind in _WELL:
            self._failed.clear()
            self.trouble = ""
            step = _PROVES.get(kind, _JOINED)
            if kind == "mfar" and self.reached >= _CONFIRMED:
                step = _AGAIN
            if kind == "seoobft" and self.reached >= _CHALLENGED:
                step = _COMPLETE
            self.reached = max(self.reached, step)


#: The ways to sort the board, and what each compares.
ORDERS: dict[str, Callable[[Row], Any]] = {
    "Stuck first": lambda row: (not row.trouble, row.reached, row.name),
    "Longest idle first": lambda row: row.seen,
    "Least progress first": lambda row: (row.reached, len(row.later), row.exercises, row.name),
    "By name": lambda row: (row.person.casefold() or row.name, row.name),
}
#: The first line of the export.
HEADS = [
    *("Learner", "Name", "Reached", "Stuck on", "Errors", "Last event (UTC)"),
    *(f"{one.number} {one.title}" for one in NOTEBOOKS),
    "Exercises solved",
]


def as_csv(rows: Iterable[Row]) -> str:
    """A line for each learner, for a spreadsheet: the time at which each checkpoint was reached, or nothing."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(HEADS)
    lines.writerows([_harmless(cell) for cell in row.cells()] for row in rows)
    return "\ufeff" + written.getvalue()  # without this mark, Excel doesn't read it as UTF-8


#: How a formula begins: in a cell, or behind a semicolon, at which spreadsheets of many countries begin a cell. Some read
#: the wide signs of East Asia, too.
_FORMULA = re.compile(r"(^|;)(\s*[=+@\-＝＋＠－])")


def _harmless(cell: object) -> object:
    """A spreadsheet would run what begins like a formula; learners type their names themselves."""
    return _FORMULA.sub(r"\1'\2", cell) if isinstance(cell, str) else cell


class Board:
    """Reads the log of one tenant. `hours` says how long ago the lesson may have begun; a class's log is read from its beginning."""

    def __init__(self, management: Management, hours: float = 12) -> None:
        self._management = management
        is_class = isinstance(management, class_tenant.ClassManagement)
        self._since = datetime.fromtimestamp(0, UTC) if is_class else datetime.now(UTC) - timedelta(hours=hours)
        self._clear()

    def _clear(self) -> None:
        self._last = ""
        self._rows: dict[str, Row] = {}
        #: What went wrong before the tenant knew whose login it was: wrong client secrets, unknown user names.
        self.of_nobody: Counter[str] = Counter()
        #: What has failed inside a class's tenant: when, and what.
        self.own_errors: list[tuple[datetime, str]] = []

    def refresh(self) -> list[Row]:
        """Read what is new: those in trouble first, then those who are least far.

        What was read before a failure stays read. Raises subclasses of `MfaError`.
        """
        known = self._last
        self._read()
        if self._last == known and self._management.newest_event() != known:
            self._clear()  # the tenant was set up again: its log begins again
            self._read()
        if isinstance(self._management, class_tenant.ClassManagement):
            users = self._management.users()
            if self._rows.keys() - {user["user_id"] for user in users}:
                self._clear()  # another board has begun a group or removed seats, so it's another log
                self._read()
                for user_id in self._rows.keys() - {user["user_id"] for user in users}:
                    del self._rows[user_id]  # one that was deleted by itself, whose events stay
            for user in users:
                self._take_user(user)
            self.own_errors = self._management.own_errors()
        return self.rows()

    def rows(self) -> list[Row]:
        """What was read so far."""
        return sorted(self._rows.values(), key=ORDERS["Stuck first"])

    def join_line(self) -> Secret:
        """What a class's learners join with now. Raises subclasses of `MfaError`."""
        assert isinstance(self._management, class_tenant.ClassManagement)
        return self._management.join_line()

    def export(self, folder: Path) -> Path:
        """Read what is new, and write all of it into a file in `folder`, for a spreadsheet. Only its owner can read it.

        Raises subclasses of `MfaError`.
        """
        text = as_csv(self.refresh())
        try:
            path = _new_file(folder)
            try:
                atomic_file.replace(path, text)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
            return path
        except OSError as error:
            raise InvalidInput(f"The board can't be saved in {folder} ({error.strerror}).", atomic_file.NEXT) from None

    def begin_group(self, folder: Path) -> Path:
        """Export into `folder`, and only then empty the class's tenant for the next group. Raises subclasses of `MfaError`."""
        assert isinstance(self._management, class_tenant.ClassManagement)
        path = self.export(folder)
        self._management.begin_group()
        self._clear()
        return path

    def remove_empty_seats(self) -> int:
        """Remove those who have joined and never signed in; how many they were. Raises subclasses of `MfaError`."""
        assert isinstance(self._management, class_tenant.ClassManagement)
        removed = self._management.remove_empty_seats()
        self._clear()  # their events are gone, too
        return removed

    def _read(self) -> None:
        if not self._last:
            self._take(self._management.oldest_since(self._since))
        is_more = bool(self._last)
        while is_more:
            events = self._management.events_after(self._last)
            self._take(events)
            is_more = len(events) == PAGE

    def _take_user(self, user: dict[str, Any]) -> None:
        name = user["email"].removesuffix(_OF_CLASS)
        if name != user["email"]:  # not the tenant's own user
            joined = datetime.fromisoformat(user["created_at"])
            self._rows.setdefault(user["user_id"], Row(user["user_id"], name, joined))
        if user["user_id"] in self._rows:
            self._rows[user["user_id"]].take_report(user)

    def _take(self, events: Iterable[dict[str, Any]]) -> None:
        for event in events:
            self._last = event["log_id"]
            user_id = event.get("user_id") or ""
            known = event["type"] in _WELL or event["type"] in _WRONG
            if known and user_id:
                name = event.get("user_name") or user_id
                row = self._rows.setdefault(user_id, Row(user_id, name.removesuffix(_OF_CLASS), _time(event)))
                row.take(event)
            elif event["type"] in _WRONG:
                self.of_nobody[_words(event)] += 1


def _new_file(folder: Path) -> Path:
    """An empty file of this second. It takes no other's place: that may hold a group that is gone from the tenant."""
    name, number = f"class_{datetime.now():%Y-%m-%d_%H-%M-%S}", 1
    path = folder / f"{name}.csv"
    while True:
        try:
            path.touch(0o600, exist_ok=False)
        except FileExistsError:
            number += 1
            path = folder / f"{name}_{number}.csv"
        else:
            return path


def _time(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(event["date"])


def _written(time: datetime) -> str:
    """As spreadsheets read it."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def _words(event: dict[str, Any]) -> str:
    return mask_text(event.get("description") or _WRONG[event["type"]])[:160]


def connect(kind: str, folder: Path, join_line: str | Secret = "", token: str | Secret = "") -> Management:
    """The Management API of the sandbox, of a class or of your own tenant.

    Of a class, `token` is the instructor's (else `MFA_SANDBOX_TOKEN`). Of your own tenant it is a
    Management API token; without one, `AUTH0_MANAGEMENT_CLIENT_ID` and `…_SECRET` get one. `folder` is
    where a class's certificate is kept. Raises subclasses of `MfaError` that say what is missing.
    """
    token = clean_token(token, "token")
    if kind == SANDBOX:
        return open_tenant(SANDBOX).require_management()
    if kind == CLASS:
        line = join_line or environment.environment_line()
        return class_tenant.management(line, token or os.environ.get("MFA_SANDBOX_TOKEN", ""), folder)
    settings = read_settings()
    if not settings.get("AUTH0_DOMAIN"):
        raise InvalidInput("Your own tenant needs AUTH0_DOMAIN.", "Put it into a file called .env, and then try again.")
    base_url = clean_domain(settings["AUTH0_DOMAIN"])
    if token:
        return Management.with_token(base_url, token)
    names = ("AUTH0_MANAGEMENT_CLIENT_ID", "AUTH0_MANAGEMENT_CLIENT_SECRET")
    if not all(settings.get(name) for name in names):
        raise InvalidInput(
            "The log needs a Management API token.",
            f"Type one with the scope read:logs, or put {' and '.join(names)} into .env.",
        )
    client_id, client_secret = (settings[name] for name in names)
    return Management(base_url, client_id, Secret(client_secret), f"{base_url}/api/v2/")
