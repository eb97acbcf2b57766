"""Which grants the tenant answers with `mfa_required`: predicted, then sent."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import ipywidgets as widgets

from ..lessons.grant_answers import REQUESTS, GrantAnswers
from ..show.html import Html
from .base import Form
from .prediction import Prediction


class GrantAnswersForm(Form):
    """A row for each request, with its prediction. `result` is what the last one brought."""

    heading = "Predict, then send"

    def parts(self) -> Sequence[widgets.Widget]:
        self.seen: dict[str, str] = dict(self.kept("seen") or {})
        self.rows: dict[str, widgets.HTML] = {}
        self.predictions: dict[str, Prediction] = {}
        parts: list[widgets.Widget] = []
        for id, request in REQUESTS.items():
            self.rows[id] = widgets.HTML()
            self._fill(id)
            parts.append(self.rows[id])
            if not self.lab.hands_free:  # nobody is there to predict
                self.predictions[id] = Prediction(
                    self, request.question, partial(self.send, id), partial(self.seen.__contains__, id)
                )
                parts.append(self.predictions[id])
        return parts

    def invitation(self) -> str:
        return "Choose an answer to each question. That sends the request to a practice tenant, whose MFA policy is Always."

    @property
    def is_done(self) -> bool:
        return len(self.seen) == len(REQUESTS)

    def send(self, id: str) -> bool:
        """Send a request; whether it was tried and went well."""

        def act() -> str:
            self.seen[id] = self.lab.companion(GrantAnswers).send(id)
            return self.seen[id]

        if not self.attempt(act, lambda answer: f"{REQUESTS[id].grant}: {answer}"):
            return False
        self.keep("seen", self.seen)
        self._fill(id)
        return True

    def submit(self) -> None:
        """Send all of them."""
        for id in REQUESTS:
            if not self.send(id):
                return

    def _fill(self, id: str) -> None:
        """Before it's sent, the prediction has the question; afterwards, the row has it, with the response."""
        request, told = REQUESTS[id], Html()
        if id in self.seen:
            told = Html(" {}<br>→ <strong>{}</strong>").format(request.question.text, self.seen[id])
        row = Html('<div style="line-height: 1.5; margin-top: 8px"><code>{}</code>{}</div>')
        self.rows[id].value = row.format(request.grant, told)
