"""The slips of the official page, each sent as printed and sent mended, to a tenant that is thrown away afterwards.

`Errata(lab).show(1)` tells one of them. The calls never touch the learner's own
tenant: some of them spend attempts, move the clock or switch factors.
"""

from __future__ import annotations

from ...client import errors
from ...learner.session import LearnerSession
from .comparison import Comparison
from .slips import NAMES, SECOND, SLIPS, TOKENS, Outcome, Slip, challenge_the_second
from .throwaway_tenant import FORM, JSON, shared_throwaway_tenant

__all__ = ["FORM", "JSON", "NAMES", "SECOND", "SLIPS", "TOKENS", "Errata", "Outcome", "Slip", "Telling"]


class Errata:
    """The slips, by their numbers. `lab.history` keeps the exchanges, as `slip 1 as printed` and `slip 1 mended`."""

    def __init__(self, lab: LearnerSession) -> None:
        self.lab = lab
        self.bench = shared_throwaway_tenant()

    def show(self, number: int) -> Comparison:
        """The page's line, what the wire says to it, the line to write instead, and what the wire says to that."""
        slip = SLIPS[number - 1]
        as_printed = list(slip.as_printed(self.bench))
        mended = list(slip.mended(self.bench))
        for way, outcomes in (("as printed", as_printed), ("mended", mended)):
            for outcome in outcomes:
                self._keep(f"slip {number} {way}", outcome)
        return Comparison(slip, as_printed, mended)

    def challenge(self, path: str, label: str | None, token: str, name: str) -> str:
        """Challenge a user's second e-mail as chosen. Returns where the mail went; its exchange is kept as `your call`.

        `token` and `name` are keys of `TOKENS` and `NAMES`. Raises a subclass of
        `Refused`, also if the tenant says yes and the mail goes elsewhere.
        """
        outcome, mailbox = challenge_the_second(self.bench, path, label, token, name)
        self._keep("your try", outcome)
        if mailbox != SECOND:
            raise errors.Refused(
                f"The tenant answered 200, yet the mail went to {mailbox}.",
                f"Say which authenticator you mean: {SECOND}.",
            )
        self._keep("your call", outcome)
        return mailbox

    def _keep(self, step: str, outcome: Outcome) -> None:
        self.lab.record(step, outcome.exchange, in_flow=False)
