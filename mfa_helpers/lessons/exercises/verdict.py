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
    return Verdict(solved=True, sentence=sentence)


def not_yet(sentence: str) -> Verdict:
    return Verdict(solved=False, sentence=sentence)


def mistake(sentence: str) -> Verdict:
    return Verdict(solved=False, sentence=sentence, over=True)
