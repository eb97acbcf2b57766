"""How a try at an exercise went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """`sentence` is for the learner. `sent` has a line for each request of the try; `printed` is what the program printed."""

    solved: bool
    sentence: str
    sent: Sequence[str] = ()
    printed: str = ""
