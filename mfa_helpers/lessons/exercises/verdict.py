"""How an exercise stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """`over` means that a mistake ended this try: what was sent until now counts no more."""

    solved: bool
    sentence: str
    over: bool = False


def solved(sentence: str) -> Verdict:
    """It is done; `sentence` says what the tenant saw."""
    return Verdict(solved=True, sentence=sentence)


def not_yet(sentence: str) -> Verdict:
    """Something is still missing; what was sent until now counts on."""
    return Verdict(solved=False, sentence=sentence)


def mistake(sentence: str) -> Verdict:
    """This try is over: what was sent until now counts no more."""
    return Verdict(solved=False, sentence=sentence, over=True)
