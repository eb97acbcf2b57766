"""Two questions on earlier notebooks, each judged as soon as an answer is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import ipywidgets as widgets

from ..lab import Lab
from ..lessons.question import Question
from ..lessons.warm_ups import WARM_UPS
from ..show.html import Html
from .base import Form, announcer


class WarmUpForm(Form):
    """The warm-up of the notebook with that topic."""

    heading = "Warm-up"
    is_step = False  # nobody has to

    def __init__(self, lab: Lab, topic: str) -> None:
        self.questions = WARM_UPS[topic]
        super().__init__(lab)

    def parts(self) -> Sequence[widgets.Widget]:
        self.answers: list[widgets.RadioButtons] = []
        self.said: list[widgets.HTML] = []
        rows: list[widgets.Widget] = []
        for number, question in enumerate(self.questions, 1):
            chosen = self.choices(f"Answer {number}", [(answer, answer) for answer, _ in question.answers])
            said = widgets.HTML()
            self._judge(question, said, chosen.value)  # one that is remembered
            chosen.observe(partial(self._chosen, question, said), "value")
            self.answers.append(chosen)
            self.said.append(said)
            rows += [widgets.HTML(Html("<span>{}. {}</span>").format(number, question.text)), chosen, said]
        return rows

    def invitation(self) -> str:
        return "Answer from memory. Your answers aren't graded."

    def _chosen(self, question: Question, said: widgets.HTML, change: dict[str, Any]) -> None:
        words = self._judge(question, said, change["new"])
        if not self.lab.hands_free:
            announcer()(words)

    @staticmethod
    def _judge(question: Question, said: widgets.HTML, answer: str | None) -> str:
        """Show the verdict on an answer, and return its words; nothing if none is chosen."""
        if answer is None:
            return ""
        mark, words = question.verdict(answer)
        said.value = Html('<div style="line-height: 1.5">{} {}</div>').format(mark, words)
        return words

    def submit(self) -> None:
        """Nothing is sent: each answer is judged when it is chosen."""

    def hands_free(self) -> None:
        for chosen, question in zip(self.answers, self.questions, strict=True):
            chosen.value = question.right
