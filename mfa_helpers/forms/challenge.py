"""Challenge the picked authenticator: ask for a code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from ..show.text import duration
from . import controls, labels
from .prediction import prediction
from .step import StepForm


class ChallengeForm(StepForm):
    """Asks the tenant to mail a code. `result` is the `Challenge`."""

    heading = "Send a challenge"
    gives = ("challenge",)
    needs = ("authenticator", "login")

    def parts(self) -> Sequence[widgets.Widget]:
        send = controls.button(
            labels.SEND_ME_A_CODE, "Send a code to the address that you picked", self.submit, main=True
        )
        return [*prediction(self, "challenge", self.submit), controls.row(send)]

    def invitation(self) -> str:
        return "The code goes to the authenticator that you picked."

    @property
    def is_done(self) -> bool:
        return super().is_done or self._is_used

    @property
    def _is_used(self) -> bool:
        """Whether the login is complete that its code was for."""
        return self.lab.has("tokens") and self.lab.was_answered("complete")

    def already(self) -> str:
        if self.lab.has("challenge"):
            return super().already()
        return "You've completed the login with the code of your challenge. Go on from here."

    def submit(self) -> bool:
        """Ask for the code; whether it was tried and went well."""
        return self.attempt(self.lab.challenge, self._sent)

    def _sent(self, challenge: Any) -> str:
        return (
            f"an email with six digits is on its way. The code is valid for {duration(self.lab.tenant.code_lifetime)}."
        )
