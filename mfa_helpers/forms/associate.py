"""Associate an email address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from ..client.errors import AlreadyEnrolled
from ..show.text import duration
from . import controls, labels
from .prediction import prediction
from .step import StepForm


class AssociateForm(StepForm):
    """Asks the tenant to associate an address. `result` is the `Enrollment`."""

    heading = "Associate the address"
    gives = ("enrollment",)
    needs = ("login",)

    def parts(self) -> Sequence[widgets.Widget]:
        address = (self.lab.tenant.username or "") if self.lab.tenant.is_sandbox else ""
        self.email = self.remembered(self.text(labels.EMAIL, address, "Leave empty to use your profile's address."))
        self.again_button = controls.button(
            labels.PRACTICE_AGAIN, "Remove the confirmed email from the sandbox's user", self.practice_again
        )
        controls.show(False, self.again_button)
        return [
            self.email,
            *prediction(self, "associate", self.submit),
            controls.row(
                controls.button(labels.SEND_ME_A_CODE, "Associate this address", self.submit, main=True),
                self.again_button,
            ),
        ]

    def invitation(self) -> str:
        return "An email with six digits goes to this address."

    @property
    def is_done(self) -> bool:
        """Also once the email is confirmed: then no other one can be associated, unless somebody practices again."""
        return super().is_done or (self.error is None and self.lab.has("enrolled"))

    def already(self) -> str:
        if self.lab.has("enrollment"):
            return super().already()
        return "You already have a confirmed email, so there's nothing to associate. Go on from here."

    def helpful(self) -> widgets.Button | None:
        return self.again_button if isinstance(self.error, AlreadyEnrolled) else super().helpful()

    def look_again(self) -> None:
        super().look_again()
        is_used = self.result is not None and not self.lab.has("enrollment")  # its code is no longer on its way
        if is_used and self.is_done and not self.single_attempt.busy and self.status != self.already():
            self._write(self.already())

    def submit(self) -> bool:
        """Associate the typed address; whether it was tried and went well."""
        email = self.email.value
        went_well = self.attempt(lambda: self.lab.associate(email), self._sent)
        enrolled = isinstance(self.error, AlreadyEnrolled) and self.lab.tenant.is_sandbox
        controls.show(enrolled, self.again_button)
        return went_well

    def practice_again(self) -> None:
        """Remove the confirmed email, sign in, and associate again. Sandbox only."""
        email = self.email.value

        def act() -> Any:
            self.lab.unenroll()
            self.lab.login()
            return self.lab.associate(email)

        if self.attempt(act, self._sent):
            controls.show(False, self.again_button)

    def hands_free(self) -> None:
        self.submit()
        if isinstance(self.error, AlreadyEnrolled) and self.lab.tenant.is_sandbox:
            self.practice_again()  # an earlier run has confirmed an email already

    def _sent(self, enrollment: Any) -> str:
        said = f"an email with six digits is on its way. Its code is valid for {duration(self.lab.tenant.code_lifetime)}, so continue with the next notebook."
        if enrollment.recovery_codes:
            said += " Your tenant also returned a recovery code. A throwaway user doesn't need it, and this course doesn't keep it."
        return said
