"""Five questions about the whole course."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from ..lessons.quiz import QUESTIONS, Quiz
from ..show.html import Html
from . import controls
from .base import Form


class QuizForm(Form):
    """Asks, and says of each wrong answer what it mistakes. `result` is the list of what is wrong."""

    heading = "Which token, which response?"

    def parts(self) -> Sequence[widgets.Widget]:
        self.answers: dict[str, widgets.RadioButtons] = {}
        rows: list[widgets.Widget] = []
        for number, one in enumerate(QUESTIONS, 1):
            options = [(answer, answer) for answer, _ in one.answers]
            self.answers[one.id] = self.choices(f"Answer {number}", options)
            asked = widgets.HTML(Html("<span>{}. {}</span>").format(number, one.text))
            rows.append(controls.group(one.text, asked, self.answers[one.id], heard=not self.lab.hands_free))
        return [*rows, controls.row(controls.button("Check my answers", "Show what's wrong", self.submit, main=True))]

    def invitation(self) -> str:
        return "Answer from memory first. Wrong answers cost nothing."

    @property
    def is_done(self) -> bool:
        return self.result is not None and not self.result

    def submit(self) -> None:
        """Grade all answers."""
        given = {id: choice.value for id, choice in self.answers.items()}
        self.attempt(lambda: self.lab.companion(Quiz).grade(given), self._words)
        if self.result:
            self.say(
                "Not all of your answers are correct yet.\n"
                + "\n".join(f"{number}. {mistaken}" for number, mistaken in self.result)
            )

    def hands_free(self) -> None:
        for one in QUESTIONS:
            self.answers[one.id].value = one.right
        self.submit()

    @staticmethod
    def _words(wrong: Any) -> str:
        return "all five are correct."
