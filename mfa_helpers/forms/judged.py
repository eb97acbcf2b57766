"""Questions whose answers are judged as soon as they are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import ipywidgets as widgets

from ..lab import Lab
from ..lessons.question import Question
from ..show.html import Html
from . import controls
from .base import Form, announcer

_LINK = Html('<a href="{}" target="_blank" rel="noopener" style="text-decoration: underline">{}</a>')


class JudgedForm(Form):
    """Below each question stands what is said of the answer that is chosen, and where to check it."""

    def __init__(self, lab: Lab, questions: Sequence[Question]) -> None:
        self.questions = questions
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
            words = Html('<div style="line-height: 1.5; margin-top: 8px">{}. {}</div>').format(number, question.text)
            asked = widgets.HTML(words)
            rows += [controls.group(question.text, asked, chosen, heard=not self.lab.hands_free), said]
        return rows

    def chosen(self, question: Question, answer: str) -> None:
        """An answer was chosen. For subclasses."""

    def _chosen(self, question: Question, said: widgets.HTML, change: dict[str, Any]) -> None:
        words = self._judge(question, said, change["new"])
        if change["new"] is not None:
            self.chosen(question, change["new"])
        if not self.lab.hands_free:
            announcer()(words)

    @staticmethod
    def _judge(question: Question, said: widgets.HTML, answer: str | None) -> str:
        """Show the verdict on an answer, and return its words; nothing if none is chosen."""
        if answer is None:
            return ""
        mark, words = question.verdict(answer)
        links = [_LINK.format(source.url, source.title) for source in question.sources]
        checked = Html(" Sources: {}").format(Html(" · ").join(links)) if links else Html()
        said.value = Html('<div style="line-height: 1.5">{} {}{}</div>').format(mark, words, checked)
        return words

    def submit(self) -> None:
        """Nothing is sent: each answer is judged when it is chosen."""

    def hands_free(self) -> None:
        for chosen, question in zip(self.answers, self.questions, strict=True):
            chosen.value = question.right
