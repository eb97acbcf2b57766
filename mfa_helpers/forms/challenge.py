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

    heading = "Challenge your authenticator"
    gives = "challenge"
    needs = ("authenticator", "login")

    def parts(self) -> Sequence[widgets.Widget]:
        send = controls.button(
            labels.SEND_ME_A_CODE, "The tenant mails a code to the picked address", self.submit, main=True
        )
        return [*prediction(self, "challenge", self.submit), controls.row(send)]

    def invitation(self) -> str:
        return "A mail goes to the authenticator that you picked."

    def submit(self) -> bool:
        """Ask for the code; whether it was tried and went well."""
        return self.attempt(self.lab.challenge, self._sent)

    def _sent(self, challenge: Any) -> str:
        return f"a mail with six digits is on its way. It is good for {duration(self.lab.tenant.code_lifetime)}."
