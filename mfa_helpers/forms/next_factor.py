"""The factor that a tenant wants after another one was verified."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from ..client.models import Tokens
from ..client.secret import Secret
from ..lab import Lab
from ..lessons.next_factor import NextFactor
from . import controls, labels
from .base import Form
from .next_code import NextCode


class NextFactorForm(Form):
    """Has a code or a push sent if it needs one, and verifies it. `result` are the `Tokens` at the end of the chain."""

    heading = "The next factor"

    def __init__(self, lab: Lab, factor: NextFactor) -> None:
        self.factor = factor
        super().__init__(lab)

    def parts(self) -> Sequence[widgets.Widget]:
        self.send_button = controls.button("Send it to me", "Request a code or a push", self.send)
        self.code = self.text(labels.CODE, "", "six digits, or a recovery code")
        self.verify_button = controls.button("Verify it", "Send what you have to the tenant", self.submit, main=True)
        self.next_code = NextCode(self.lab)
        self._arrange()
        return [controls.row(self.send_button), self.code, controls.row(self.verify_button), self.next_code]

    def invitation(self) -> str:
        if self.factor.kind is None:
            return "Enroll a factor that the tenant lists. Notebook 08 has the forms."
        if self.factor.is_sent:
            return "Request the code or the push. Then type the code, or respond on your phone."
        return "Nothing is sent. Type the code that you have."

    def send(self) -> None:
        """Have the code or the push sent."""
        self.attempt(self.factor.send, lambda _: "it's on its way. Now verify it.")

    def submit(self) -> None:
        """Verify this factor."""
        code, self.code.value = Secret(self.code.value), ""
        if not code and isinstance(self.result, Tokens):
            return  # a double click: the first one has verified it
        self.attempt(lambda: self.factor.verify(code), self._said)
        if isinstance(self.result, NextFactor):
            self._arrange()
        elif isinstance(self.result, Tokens) and self.result.recovery_code:
            self.next_code.show(self.result.recovery_code)

    def _said(self, result: Any) -> str:
        if isinstance(result, NextFactor):
            return result.words
        return "all factors are verified. You have the tokens of this login."

    def _arrange(self) -> None:
        controls.show(self.factor.is_sent, self.send_button)
        controls.show(self.factor.kind not in (None, "push"), self.code)
        controls.show(self.factor.kind is not None, self.verify_button)
