"""A prediction before a request: choosing one sends the request, and then it's said whether it was right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import ipywidgets as widgets

from ..lessons.predictions import PREDICTIONS
from ..show.html import Html
from . import controls
from .base import Form


def aloud(form: Form, sentence: str) -> None:
    """Have a sentence said that stands elsewhere than in the form's status line."""
    from .page.live_region import live_region  # anywidget takes 10 ms (measured); only a person listens

    if not form.lab.hands_free:
        live_region().say(form.lab.shown(sentence))


def prediction(form: Form, step: str, send: Callable[[], None]) -> list[widgets.Widget]:
    """The question of `step` for `form`; nothing hands-free, because nobody is there to predict."""
    return [] if form.lab.hands_free else [Prediction(form, step, send)]


class Prediction(widgets.VBox):
    """A question whose answers are buttons. `send` is what the form's own button does."""

    def __init__(self, form: Form, step: str, send: Callable[[], None]) -> None:
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

    def choose(self, answer: str) -> None:
        """Send the request, and compare. If it could not be sent, the question stays."""
        self._send()
        if self._form.error is not None or self._form.result is None:
            return
        trouble = self.question.trouble(answer)
        said = f"You predicted “{answer}”. {trouble or 'That’s right.'}"
        self._outcome.value = Html('<div style="line-height: 1.5">{} {}</div>').format("✘" if trouble else "✔", said)
        controls.show(False, self._asked, self._answers)
        aloud(self._form, said)
