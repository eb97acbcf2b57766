"""One learner at one exercise: from when on things count, and how it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ...client.transport import USER_AGENT
from ...learner.email_steps import EmailSteps
from ...storage.entries import Flow
from .evidence import Event, Seen, as_event
from .exercise import Exercise
from .putting_back import Found
from .verdict import Verdict

#: Said on a live tenant.
ONLY_RECORDED = (
    "On your own tenant only calls through lab count, lab.login() for example: the tenant's log is not read here."
)

#: Events of whoever sets the tenant up: reading the log makes some of them, too.
_OF_THE_SET_UP = ("sapi", "fapi", "seccft", "feccft")


class Solved(set[str]):
    """The exercises that were solved in this notebook."""

    def __init__(self, session: EmailSteps) -> None:
        super().__init__(session.noted("solved", []))


class Attempt:
    """One learner at one exercise: where it began, and how it stands."""

    def __init__(self, exercise: Exercise, session: EmailSteps) -> None:
        self.exercise = exercise
        self.session = session
        self._note = f"exercise {exercise.id}"
        self._calls = 0
        self._flow = session.kept(Flow)
        self._found = Found.by(session)
        self._settled = 0  # how many of the learner's own events have been put right
        begun: list[Any] | None = session.noted(
            self._note
        )  # by a kernel that was killed: what was sent since then still counts
        self.is_open = begun is not None
        self._log_id, self._mail_id = begun or ["", 0]

    def begin(self) -> None:
        """From here on things count. Raises what the tenant raises."""
        self._found, self._settled = Found.by(self.session), 0
        if self.exercise.stage is not None:
            self._aside(self.exercise.stage)
        self._log_id = self.session.tenant.log.newest_event()
        self._mail_id = max((mail.id for mail in self.session.tenant.mails()), default=0)
        self._calls = len(self.session.history)
        self._flow = self.session.kept(Flow)
        self.session.note(self._note, [self._log_id, self._mail_id])
        self.is_open = True

    def check(self) -> Verdict:
        """Judge what has happened since. Raises what the tenant raises."""
        if not self.is_open:
            self.begin()
        seen = self._seen()
        verdict = self.exercise.grade(seen)
        if not verdict.solved and not self.session.tenant.can_read_log:
            verdict = replace(verdict, sentence=f"{verdict.sentence} {ONLY_RECORDED}")
        if verdict.solved:
            solved = self.session.companion(Solved)
            solved.add(self.exercise.id)
            self.session.note("solved", sorted(solved))
            settle = self.exercise.settle
            if settle is not None and len(seen.mine) != self._settled:  # what came since is not the exercise's
                self._aside(lambda session: settle(session, self._found))
                self._settled = len(seen.mine)
            if self._flow is not None:  # what the notebooks have drawn so far is not the exercise's
                self.session.keep(self._flow)
        if verdict.solved or verdict.over:
            self.session.tenant.remove_mails(self.exercise.mails(seen))
        if verdict.over:
            self.is_open = False
            self.begin()
        return verdict

    def _aside(self, act: Callable[[EmailSteps], None]) -> None:
        """Calls of the exercise's own are not what a learner has sent last."""
        with self.session.aside():
            act(self.session)

    def _seen(self) -> Seen:
        tenant = self.session.tenant
        if not tenant.can_read_log:
            return Seen(
                events=[as_event(*call) for call in self.session.history[self._calls :]],
                mails=(),
                client_id=tenant.client_id,
                is_live=True,
            )
        events = [
            Event(
                type=row["type"],
                description=row["description"],
                client_id=row["client_id"],
                mine=row["user_agent"] != USER_AGENT,
            )
            for row in tenant.log.events_since(self._log_id)
            if row["type"] not in _OF_THE_SET_UP
        ]
        mails = [mail for mail in tenant.mails() if mail.id > self._mail_id][::-1]
        return Seen(events=events, mails=mails, client_id=tenant.client_id)
