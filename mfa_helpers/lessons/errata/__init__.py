"""The slips of the official page, each sent as printed and sent mended, to a tenant that is thrown away afterwards.

`Errata(lab).show(1)` tells one of them. The calls never touch the learner's own
tenant: some of them spend attempts, move the clock or switch factors.
"""

from __future__ import annotations

from ...client import errors
from ...learner.session import LearnerSession
from .comparison import Comparison
from .outcome import Outcome
from .slips import SLIPS
from .throwaway_tenant import FORM, JSON, shared_throwaway_tenant
from .ways import NAMES, SECOND, TOKENS, challenge_the_second

__all__ = ["FORM", "JSON", "NAMES", "SECOND", "SLIPS", "TOKENS", "Errata"]


class Errata:
    """The slips, by their numbers. The session's `history` keeps the exchanges, as `slip 1 as printed` and `slip 1 mended`."""

    def __init__(self, session: LearnerSession) -> None:
        self.session = session
        self.throwaway = shared_throwaway_tenant()

    def show(self, number: int) -> Comparison:
        """The page's line, what the wire says to it, the line to write instead, and what the wire says to that.

        `number` counts from 1. Raises `TenantUnreachable` if the throwaway tenant is gone.
        """
        slip = SLIPS[number - 1]
        as_printed = list(slip.as_printed(self.throwaway))
        mended = list(slip.mended(self.throwaway))
        with self.session.handover.transaction():
            for way, outcomes in (("as printed", as_printed), ("mended", mended)):
                for outcome in outcomes:
                    self._keep(f"slip {number} {way}", outcome)
        return Comparison(slip=slip, as_printed=as_printed, mended=mended)

    def challenge(self, path: str, label: str | None, token: str, name: str) -> str:
        """Challenge a user's second email as chosen. Returns where the mail went; its exchange is kept as `your call`.

        `token` and `name` are keys of `TOKENS` and `NAMES`. Raises a subclass of
        `Refused`, also if the tenant says yes and the mail goes elsewhere.
        """
        outcome, mailbox = challenge_the_second(self.throwaway, path, label, token, name)
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
