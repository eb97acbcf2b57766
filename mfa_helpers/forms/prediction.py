"""A prediction before a request: choosing one sends the request, and then it's said whether it was right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import ipywidgets as widgets

from ..lessons.predictions import PREDICTIONS
from ..lessons.question import Question
from ..show.html import Html
from . import controls
from .base import Form, announcer


def prediction(
    form: Form, step: str, send: Callable[[], bool], is_done: Callable[[], bool] | None = None
) -> list[widgets.Widget]:
    """The question of `step` for `form`, until `is_done` or else the form is; nothing hands-free, because nobody is there to predict."""
    if form.lab.hands_free:
        return []
    return [Prediction(form, PREDICTIONS[step], send, is_done or (lambda: form.is_done))]


class Prediction(widgets.VBox):
    """A question of `form` whose answers are buttons, until `is_done`.

    `send` sends the request, and says whether it was tried and went well.
    """

    def __init__(self, form: Form, question: Question, send: Callable[[], bool], is_done: Callable[[], bool]) -> None:
        self._form, self._send, self._is_done = form, send, is_done
        self.question = question
        words = Html(
            '<div style="line-height: 1.5"><strong>Predict:</strong> {} Choosing an answer sends the request.</div>'
        )
        self._asked = widgets.HTML(words.format(self.question.text))
        self._answers = widgets.HBox(
            [
                controls.button(answer, "Predict this, and send the request", partial(self.choose, answer))
                for answer, _ in self.question.answers
            ],
            layout={"flex_flow": "row wrap"},  # of its own, because it will be hidden
        )
        self._outcome = widgets.HTML()
        group = controls.group(self.question.text, self._asked, self._answers)
        super().__init__([group, self._outcome], layout=controls.PLAIN)
        form.lab.views.register((type(form), form.which, question.id), self._look_again)
        self._look_again()

    def _look_again(self) -> None:
        controls.show(not (self._outcome.value or self._is_done()), self._asked, self._answers)

    def choose(self, answer: str) -> None:
        """Send the request, and compare. If it could not be sent, the question stays."""
        if not self._send():
            return
        mark, words = self.question.verdict(answer)
        said = f"You predicted “{answer}”. {words}"
        self._outcome.value = Html('<div style="line-height: 1.5">{} {}</div>').format(mark, said)
        self._look_again()
        announcer()(f"{self._form.status} {said}")  # both, because the page says only the newest
