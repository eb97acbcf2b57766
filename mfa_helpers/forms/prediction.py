"""A prediction before a request: choosing one sends the request, and then it's said whether it was right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import ipywidgets as widgets

from ..lessons.predictions import PREDICTIONS
from ..show.html import Html
from . import controls
from .base import Form, announcer


def prediction(form: Form, step: str, send: Callable[[], bool]) -> list[widgets.Widget]:
    """The question of `step` for `form`; nothing hands-free, because nobody is there to predict."""
    return [] if form.lab.hands_free else [Prediction(form, step, send)]


class Prediction(widgets.VBox):
    """A question whose answers are buttons, as long as the form isn't done.

    `send` is what the form's own button does, and says whether it was tried and went well.
    """

    def __init__(self, form: Form, step: str, send: Callable[[], bool]) -> None:
        self._form, self._send = form, send
        self.question = PREDICTIONS[step]
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
        super().__init__([self._asked, self._answers, self._outcome], layout=controls.PLAIN)
        form.lab.views.register((type(form), form.which, step), self._look_again)
        self._look_again()

    def _look_again(self) -> None:
        controls.show(not (self._outcome.value or self._form.is_done), self._asked, self._answers)

    def choose(self, answer: str) -> None:
        """Send the request, and compare. If it could not be sent, the question stays."""
        if not self._send():
            return
        mark, words = self.question.verdict(answer)
        said = f"You predicted “{answer}”. {words}"
        self._outcome.value = Html('<div style="line-height: 1.5">{} {}</div>').format(mark, said)
        self._look_again()
        announcer()(f"{self._form.status} {said}")  # both, because the page says only the newest
