"""The slips of the official page, each sent as printed and sent mended, to a tenant that is thrown away afterwards.

`Errata(lab).show(1)` tells one of them. The calls never touch the learner's own
tenant: some of them spend attempts, move the clock or switch factors.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .. import errors
from .bench import FORM, JSON, shared_bench
from .slips import NAMES, SECOND, SLIPS, TOKENS, Outcome, Slip, challenge_the_second

if TYPE_CHECKING:
    from ..lab import Lab

__all__ = ["FORM", "JSON", "NAMES", "SECOND", "SLIPS", "TOKENS", "Errata", "Outcome", "Slip"]


class Errata:
    """The slips of `SLIPS`, by their numbers. Exchanges are kept in `lab.history` as `slip 1 as printed`, `slip 1 mended`."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.bench = shared_bench()

    def show(self, number: int) -> None:
        """Print the page's line, what the wire says to it, the line to write instead, and what the wire says to that."""
        slip = SLIPS[number - 1]
        print(f"The page, line {slip.where}:\n    {slip.line}\n")
        self._try(f"slip {number} as printed", slip.as_printed(self.bench))
        print(f"\nWrite instead:\n    {slip.instead}\n")
        self._try(f"slip {number} mended", slip.mended(self.bench))
        print(f"\nIts price: {slip.costs}")

    def challenge(self, path: str, label: str | None, token: str, name: str) -> str:
        """Challenge a user's second e-mail as chosen, and return where the mail went; the exchange is kept as `your call`.

        `token` and `name` are keys of `TOKENS` and `NAMES`. Raises a subclass of
        `Refused`, also if the tenant says yes and the mail goes elsewhere.
        """
        outcome, mailbox = challenge_the_second(self.bench, path, label, token, name)
        self._keep("your try", outcome)
        if mailbox != SECOND:
            raise errors.Refused(
                f"The tenant answered 200, yet the mail went to {mailbox}.", f"Say which authenticator you mean: {SECOND}."
            )
        self._keep("your call", outcome)
        return mailbox

    def _try(self, step: str, outcomes: Iterator[Outcome]) -> None:
        for outcome in outcomes:
            print("\n".join([outcome.sent, f"  → {outcome.answer}", *([f"  → {outcome.and_so}"] if outcome.and_so else [])]))
            self._keep(step, outcome)

    def _keep(self, step: str, outcome: Outcome) -> None:
        if outcome.exchange is not None:
            self.lab.exchanges[step] = outcome.exchange
            self.lab.history.append((step, outcome.exchange))
