"""Requests that a learner predicts and sends, one below the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar

import ipywidgets as widgets

from ..lessons.question import Question
from ..show.html import Html
from .prediction import Prediction
from .step import StepForm


class PredictedRequestsForm(StepForm):
    """A row for each of `questions`, with its prediction. `result` is what the last one brought."""

    #: By the name under which what came is kept.
    questions: ClassVar[Mapping[str, Question]]

    def parts(self) -> Sequence[widgets.Widget]:
        self.seen: dict[str, str] = dict(self.kept("seen") or {})
        self.rows: dict[str, widgets.HTML] = {}
        self.predictions: dict[str, Prediction] = {}
        parts: list[widgets.Widget] = []
        for name, question in self.questions.items():
            self.rows[name] = widgets.HTML()
            self._fill(name)
            parts.append(self.rows[name])
            if not self.lab.hands_free:  # nobody is there to predict
                self.predictions[name] = Prediction(
                    self, question, partial(self.send, name), partial(self.seen.__contains__, name)
                )
                parts.append(self.predictions[name])
        return parts

    def title(self, name: str) -> str:
        """What the row is called."""
        raise NotImplementedError

    def response(self, name: str) -> str:
        """Send the request of `name`, and say in a line or more what came. Raises what the call raises."""
        raise NotImplementedError

    def said(self, name: str) -> str:
        """The sentence after the request of `name` was sent. Its response is in `seen`."""
        raise NotImplementedError

    @property
    def is_done(self) -> bool:
        return len(self.seen) == len(self.questions)

    def send(self, name: str) -> bool:
        """Send a request; whether it was tried and went well."""

        def act() -> str:
            self.seen[name] = self.response(name)
            return self.seen[name]

        if not self.attempt(act, lambda _: self.said(name)):
            return False
        self.keep("seen", self.seen)
        self._fill(name)
        return True

    def submit(self) -> None:
        """Send all of them."""
        for name in self.questions:
            if not self.send(name):
                return

    def _fill(self, name: str) -> None:
        """Before it's sent, the prediction has the question; afterwards, the row has it, with the response."""
        told = Html()
        if name in self.seen:
            lines = self.seen[name].splitlines()
            came = Html().join(Html("<br>→ <strong>{}</strong>").format(line) for line in lines)
            told = Html(" {}{}").format(self.questions[name].text, came)
        row = Html('<div style="line-height: 1.5; margin-top: 8px; overflow-wrap: anywhere"><code>{}</code>{}</div>')
        self.rows[name].value = row.format(self.title(name), told)
