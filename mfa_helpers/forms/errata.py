"""The errata of the page: some to be predicted and sent, and a request with an error in each part, to be corrected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from ..lab import Lab
from ..lessons.errata import FORM, JSON, PREDICTED, SECOND, Comparison, Errata
from . import controls
from .base import Form
from .prediction import prediction

_PATHS = ("request/mfa/challenge", "/{yourDomain}/mfa/challenge", "/mfa/challenge")
_LABELS = {"none": "", "application/x-www-form-urlencoded": FORM, "application/json": JSON}
_TOKENS = {"an access token for the MFA API": "access token", "the MFA token of this login": "mfa_token"}
_NAMES = ("authenticator_type", "authenticator_id")


class ErratumForm(Form):
    """Sends one erratum as printed and corrected, once its response is predicted. `result` is the `Comparison`."""

    def __init__(self, lab: Lab, number: int) -> None:
        self.number = number
        self.which = str(number)
        self.heading = f"Error {number}: {PREDICTED[number - 1].title}"
        super().__init__(lab)

    def parts(self) -> Sequence[widgets.Widget]:
        self.shown = widgets.HTML()
        self.again = controls.button("Send again", "Send it as printed, then corrected, once more", self.submit)
        controls.show(self.is_done, self.again)
        return [*prediction(self, f"error {self.number}", self.submit), self.shown, controls.row(self.again)]

    @property
    def is_done(self) -> bool:
        return self.lab.companion(Errata).was_sent(self.number)

    def invitation(self) -> str:
        if self.is_done:
            return "You've already sent this request. To see the responses once more, click “Send again”."
        return "Guess if you aren't sure. The request goes to the throwaway tenant."

    def submit(self) -> bool:
        """Send it both ways, and compare."""
        return self.attempt(
            lambda: self.lab.companion(Errata).send(self.number),
            lambda _: "compare what the printed line does with what the correction does.",
        )

    def after_attempt(self) -> None:
        if isinstance(self.result, Comparison):
            self.shown.value = self.lab.shown(self.result.html())
            controls.show(True, self.again)


class ErrataForm(Form):
    """Sends a challenge as it was put together. `result` is where the mail went: `SECOND`, if all is right."""

    heading = "Correct a request"

    def parts(self) -> Sequence[widgets.Widget]:
        self.path = self.choices("POST", [(path, path) for path in _PATHS], _PATHS[0])
        self.label = self.choices("Content-Type", list(_LABELS.items()), "")
        self.token = self.choices("mfa_token", list(_TOKENS.items()), "access token")
        self.name = self.choices("Parameter", [(name, name) for name in _NAMES], _NAMES[0])
        button = controls.button(
            "Send the request", "Send the challenge to the throwaway tenant", self.submit, main=True
        )
        return [self.path, self.label, self.token, self.name, controls.row(button)]

    @property
    def is_done(self) -> bool:
        return self.lab.was_answered("your call")

    def invitation(self) -> str:
        return f"The user has two emails. Send the code to {SECOND}. Send the request as it is, then correct one part at a time."

    def submit(self) -> None:
        """Send it."""
        self.attempt(self._request, lambda mailbox: f"the code went to {mailbox}. Every part is correct.")

    def hands_free(self) -> None:
        self.path.value, self.label.value = _PATHS[-1], JSON
        self.token.value, self.name.value = "mfa_token", _NAMES[-1]
        self.submit()

    def _request(self) -> Any:
        errata = self.lab.companion(Errata)
        path = "/" + self.path.value.replace("{yourDomain}", errata.throwaway.host).lstrip("/")
        return errata.challenge(path, self.label.value or None, self.token.value, self.name.value)
