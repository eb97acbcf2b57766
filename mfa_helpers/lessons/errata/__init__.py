"""The errata of the official page, each sent as printed and sent corrected, to a tenant that is thrown away afterwards.

The calls never touch the learner's own tenant: some of them use up attempts, move the
clock or switch factors.
"""

from __future__ import annotations

from functools import cached_property

from ...client import errors
from ...learner.session import LearnerSession
from .outcome import Outcome
from .page import COMPARED, ERRATA, OTHERS, PAGE, PREDICTED
from .tenant import FORM, JSON, ErrataTenant, shared_errata_tenant
from .view import Comparison, table
from .ways import SECOND, challenge_the_second

__all__ = [
    "COMPARED",
    "ERRATA",
    "FORM",
    "JSON",
    "OTHERS",
    "PAGE",
    "PREDICTED",
    "SECOND",
    "Comparison",
    "Errata",
    "table",
]


class Errata:
    """Sends them. The session's `history` keeps the exchanges, as `error 1 as printed` and `error 1 corrected`."""

    def __init__(self, session: LearnerSession) -> None:
        self.session = session
        self._sent: set[int] = set(session.noted("sent", []))

    @cached_property
    def practice(self) -> ErrataTenant:
        """The tenant that they are sent to; it begins with the first request."""
        return shared_errata_tenant()

    def was_sent(self, number: int) -> bool:
        """Whether the erratum with this number has been sent both ways, by this kernel of the notebook or an earlier one."""
        return number in self._sent

    def send(self, number: int) -> Comparison:
        """Send one of `PREDICTED` as printed, then corrected; `number` counts from 1.

        Raises `TenantUnreachable` if the practice tenant is gone.
        """
        erratum = PREDICTED[number - 1]
        as_printed = list(erratum.as_printed(self.practice))
        as_corrected = list(erratum.as_corrected(self.practice))
        with self.session.handover.transaction():
            for way, outcomes in (("as printed", as_printed), ("corrected", as_corrected)):
                for outcome in outcomes:
                    self._keep(f"error {number} {way}", outcome)
            self._sent.add(number)
            self.session.note("sent", sorted(self._sent))
        return Comparison(erratum, as_printed, as_corrected)

    def challenge(self, path: str, label: str | None, token: str, name: str) -> str:
        """Challenge a user's second email as chosen. Returns where the mail went; its exchange is kept as `your call`.

        `token` and `name` are keys of `TOKENS` and `NAMES`. Raises a subclass of
        `Refused`, also if the tenant says yes and the mail goes elsewhere.
        """
        outcome, mailbox = challenge_the_second(self.practice, path, label, token, name)
        with self.session.handover.transaction():
            self._keep("your try", outcome)
            if mailbox == SECOND:
                self._keep("your call", outcome)
                return mailbox
        raise errors.Refused(
            f"The tenant returned 200, but the code went to {mailbox}.",
            f"Say which authenticator you mean: {SECOND}.",
        )

    def _keep(self, step: str, outcome: Outcome) -> None:
        self.session.record(step, outcome.exchange, in_flow=False)
