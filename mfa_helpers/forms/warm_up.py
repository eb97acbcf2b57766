"""Two questions on earlier notebooks, each judged as soon as an answer is chosen."""

from __future__ import annotations

from ..lab import Lab
from ..lessons.warm_ups import WARM_UPS
from .judged import JudgedForm


class WarmUpForm(JudgedForm):
    """The warm-up of the notebook with that topic."""

    heading = "Warm-up"
    is_step = False  # nobody has to

    def __init__(self, lab: Lab, topic: str) -> None:
        super().__init__(lab, WARM_UPS[topic])

    def invitation(self) -> str:
        return "Answer from memory. Your answers aren't graded."
