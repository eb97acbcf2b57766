"""The instructor's board: how far each learner is, and what holds them up, from the tenant's log alone.

The log is read in steps: the oldest event of the lesson is searched for by its
date, and from there on each refresh reads what is new by checkpoint, 100 events
at a time (documentation, retrieve log events: a search ends at 1,000 events, a
checkpoint does not). So a board of a class costs one request where nothing has
happened, and no event is read twice.

What the log cannot tell is not guessed. Listing authenticators leaves no event,
nor does a challenge that was refused: "04" stands for a login after the email
was confirmed.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ..client.errors import InvalidInput
from ..client.management import PAGE, Management
from ..client.masking import mask_text
from ..client.secret import Secret
from ..client.validation import clean_domain, clean_token
from ..tenants import class_tenant, environment
from ..tenants.environment import read_settings
from ..tenants.opening import open_tenant
from ..tenants.tenant import CLASS, SANDBOX

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
    "limit_mu": "blocked: suspicious address",
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


@dataclass
class Row:
    """One learner. `reached` is an index of `STEPS`; `trouble` is empty if the last thing went well."""

    user_id: str
    name: str
    seen: datetime
    reached: int = _JOINED
    trouble: str = ""
    _failed: Counter[str] = field(default_factory=Counter, repr=False)

    @property
    def tries(self) -> int:
        """How often it went wrong since it last went well. One refusal may leave two events, of two types."""
        return max(self._failed.values(), default=0)

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


class Board:
    """Reads the log of one tenant. `hours` says how long ago the lesson may have begun."""

    def __init__(self, management: Management, hours: float = 12) -> None:
        self._management = management
        self._since = datetime.now(UTC) - timedelta(hours=hours)
        self._clear()

    def _clear(self) -> None:
        self._last = ""
        self._rows: dict[str, Row] = {}
        #: What went wrong before the tenant knew whose login it was: wrong client secrets, unknown user names.
        self.of_nobody: Counter[str] = Counter()

    def refresh(self) -> list[Row]:
        """Read what is new: those in trouble first, then those who are least far.

        What was read before a failure stays read. Raises subclasses of `MfaError`.
        """
        known = self._last
        self._read()
        if self._last == known and self._management.newest_event() != known:
            self._clear()  # the tenant was set up again: its log begins again
            self._read()
        return sorted(self._rows.values(), key=lambda row: (not row.trouble, row.reached, row.name))

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

    def _take(self, events: Iterable[dict[str, Any]]) -> None:
        for event in events:
            self._last = event["log_id"]
            user_id = event.get("user_id") or ""
            known = event["type"] in _WELL or event["type"] in _WRONG
            if known and user_id:
                name = event.get("user_name") or user_id
                row = self._rows.setdefault(user_id, Row(user_id, name.removesuffix("@class.example"), _time(event)))
                row.take(event)
            elif event["type"] in _WRONG:
                self.of_nobody[_words(event)] += 1


def _time(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(event["date"])


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
