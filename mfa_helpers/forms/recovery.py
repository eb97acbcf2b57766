"""The recovery code: used once, and replaced when it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from ..client.errors import StepMissing
from ..client.models import Tokens
from ..client.secret import Secret
from ..lessons.next_factor import NextFactor
from ..lessons.other_factors import Factors
from . import controls
from .next_code import NextCode
from .prediction import prediction
from .step import StepForm


class RecoveryForm(StepForm):
    """Signs in with a recovery code. `result` are the `Tokens`, with the next code in them."""

    heading = "Use a recovery code"

    @property
    def kind(self) -> str:
        return "recovery-code"

    def parts(self) -> Sequence[widgets.Widget]:
        if not self.lab.tenant.can_sign_in:  # the sandbox's user signs in by itself
            self.needs = ("login",)
        self.code = self.text("Recovery code", "", "24 letters and digits")
        self.code.observe(lambda _: self.guide(), "value")
        self.use_button = controls.button("Use my newest code", "Copy the newest code into the field", self.use)
        self.next_code = NextCode(self.lab)
        return [
            self.code,
            *prediction(self, "recovery", self.submit),
            controls.row(
                self.use_button,
                controls.button(
                    "Sign in with it", "Start a new login and verify it with this code", self.submit, main=True
                ),
            ),
            self.next_code,
        ]

    @property
    def is_done(self) -> bool:
        return isinstance(self.result, Tokens)

    def helpful(self) -> widgets.Button | None:
        return super().helpful() if self.code.value else self.use_button

    def invitation(self) -> str:
        return "The last enrollment returned the code. Type the newest one that you wrote down."

    def use(self) -> None:
        """Put the newest recovery code into the field."""

        def known() -> Any:
            code = self.lab.companion(Factors).recovery_code
            if code is None:
                raise StepMissing("There's no recovery code in this notebook yet.", "Enroll a factor above first.")
            return code

        if self.attempt(known, lambda _: "it's in the field. Now click “Sign in with it”."):
            self.code.value = self.result.reveal()

    def submit(self) -> bool:
        """Sign in and verify the recovery code; whether it was tried and went well."""
        code, self.code.value = Secret(self.code.value), ""
        if not code and isinstance(self.result, (Tokens, NextFactor)):
            return False  # a double click: the first one has used it
        self.next_code.put_away()
        went_well = self.attempt(lambda: self.lab.companion(Factors).recover(code), self._said)
        if went_well and self.result.recovery_code:
            self.next_code.show(self.result.recovery_code)
        return went_well

    def hands_free(self) -> None:
        self.use()
        if self.error is None:
            self.submit()
            self.next_code.put_away()

    def _said(self, tokens: Any) -> str:
        return "you're signed in, and that code no longer works. The new one replaces it. Try the old one again to see the response."
