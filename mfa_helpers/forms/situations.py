"""Which of three ways fits each of twelve situations."""

from __future__ import annotations

from ..lab import Lab
from ..lessons.question import Question
from ..lessons.situations import SITUATIONS, Situations
from .judged import JudgedForm


class SituationsForm(JudgedForm):
    """Each decision is judged at once, with its sources."""

    heading = "Which one fits?"

    def __init__(self, lab: Lab) -> None:
        super().__init__(lab, SITUATIONS)

    def invitation(self) -> str:
        return f"For each situation, choose what fits. A wrong answer costs nothing. {self._progress()}"

    @property
    def is_done(self) -> bool:
        return self.lab.companion(Situations).passed

    def chosen(self, question: Question, answer: str) -> None:
        self.lab.companion(Situations).decide(question.id, answer)
        self._write(self._progress())  # not said aloud: the verdict is
        self.lab.views.happened()

    def _progress(self) -> str:
        right = len(self.lab.companion(Situations).right)
        if self.is_done:
            return "Done: you've decided all of them correctly."
        return f"You've decided {right} of {len(SITUATIONS)} correctly."
