"""The factors beside email: enroll, confirm, challenge and verify each of them in one form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import ipywidgets as widgets

from ..client.models import Enrollment, Tokens
from ..client.secret import Secret
from ..lessons.next_factor import NextFactor
from ..lessons.other_factors import Factors
from ..show.html import Html
from . import controls, labels
from .prediction import prediction
from .step import StepForm


class FactorForm(StepForm):
    """`result` is what the last step gave: an `Enrollment`, a `Challenge` or `Tokens`."""

    enroll_label: ClassVar[str] = "Enroll"
    #: The key of the prediction of its challenge.
    predicts: ClassVar[str]
    prove_button: widgets.Button
    #: The kind that it has enrolled, until another enrollment removes it.
    _enrolled = ""

    def parts(self) -> Sequence[widgets.Widget]:
        if not self.lab.tenant.can_sign_in:  # the sandbox's user signs in by itself
            self.needs = ("login",)
        self.shown = widgets.HTML()
        self.challenge_button = controls.button("Challenge it", "Sign in again and challenge it", self.challenge)
        before = self.before()
        controls.show(self.lab.was_answered(f"{self.kind}-confirm"), self.challenge_button)
        first = controls.row(
            controls.button(self.enroll_label, "Associate it with the user", self.enroll, main=True),
            self.challenge_button,
        )
        predicted = prediction(self, self.predicts, self.challenge, self._has_no_challenge_to_come)
        return [*before, first, self.shown, *predicted, *self.after()]

    def invitation(self) -> str:
        if not self.lab.tenant.can_change_settings:
            return "On your own tenant, this works for a user without authenticators and with a login in progress."
        if self.factors.waits(self.kind):
            return "It still has to be verified."
        return "In the sandbox, the user starts with no authenticator."

    def look_again(self) -> None:
        is_gone = self._enrolled and self.factors.only not in ("", self._enrolled)
        if is_gone and not self.single_attempt.busy:
            self._enrolled = ""
            self.put_away()
            controls.show(False, self.challenge_button)
            self._write("You enrolled another factor, which removed this one. To use it, enroll it again.")
        super().look_again()

    @property
    def is_done(self) -> bool:
        return self.lab.was_answered(f"{self.kind}-verify")

    def helpful(self) -> widgets.Button | None:
        if self.factors.waits(self.kind):
            return self.prove_button
        return self.challenge_button if self.lab.was_answered(f"{self.kind}-confirm") else super().helpful()

    @property
    def factors(self) -> Factors:
        """The steps of the other factors, of this kernel."""
        return self.lab.companion(Factors)

    @property
    def kind(self) -> str:
        """Which factor: `otp`, `sms`, `voice` or `push`."""
        raise NotImplementedError

    def before(self) -> Sequence[widgets.Widget]:
        """What stands above the first buttons."""
        return []

    def after(self) -> Sequence[widgets.Widget]:
        """What stands below what is shown."""
        return []

    def associate(self) -> Enrollment:
        """Have the tenant associate it. Raises what the call raises."""
        return self.factors.enroll(self.kind)

    def enroll(self) -> None:
        """Associate it."""
        self.put_away()
        controls.show(False, self.challenge_button)
        if self.attempt(self.associate, self.enrolled):
            self._enrolled = self.kind
            self.shown.value = self.secrets_of(self.result)

    def enrolled(self, enrollment: Any) -> str:
        """The sentence after it was associated."""
        raise NotImplementedError

    def secrets_of(self, enrollment: Enrollment) -> Html:
        """What is shown until the enrollment is confirmed."""
        card = Html(
            "<p><strong>Your recovery code</strong>. It's shown only once. Write it down for the last section. {}"
            '<br><code style="user-select: all">{}</code></p>'
        )
        replaced = ""
        if self.lab.tenant.can_change_settings:  # each form begins with a user who has nothing
            replaced = "If you enroll another factor in this notebook, it replaces this one and returns a new code, and only the newest code works."
        return Html().join(card.format(replaced, self.lab.shown(code.reveal())) for code in enrollment.recovery_codes)

    def challenge(self) -> bool:
        """Sign in again and challenge it; whether it was tried and went well."""
        self.put_away()
        return self.attempt(lambda: self.factors.challenge(self.kind), self.challenged)

    def challenged(self, challenge: Any) -> str:
        """The sentence after it was challenged."""
        raise NotImplementedError

    def verified(self, purpose: str | None, tokens: Tokens) -> str:
        """The sentence after it was verified; `purpose` is `confirm` for the first time."""
        if purpose == "confirm":
            return "it's confirmed, so it's active. Now challenge it, as in the next login."
        return "it's verified. You have the tokens of a login with two factors."

    def finish(self, act: Any) -> None:
        """Try to verify it; `act` gives tokens."""
        purpose = self.factors.waits(self.kind)
        if self.attempt(act, lambda tokens: self.verified(purpose, tokens)) or isinstance(self.result, NextFactor):
            self.put_away()
            controls.show(True, self.challenge_button)

    def _has_no_challenge_to_come(self) -> bool:
        """Whether it isn't confirmed, was challenged before, or is gone because another factor was enrolled."""
        is_confirmed = self.lab.was_answered(f"{self.kind}-confirm") and not self.factors.waits(self.kind)
        was_challenged = self.lab.was_answered(f"{self.kind}-challenge")
        return not is_confirmed or was_challenged or self.factors.only not in ("", self.kind)

    def put_away(self) -> None:
        """Clear what is shown: secrets, and whatever a widget holds can be saved with the notebook."""
        self.shown.value = ""


class CodeFactorForm(FactorForm):
    """A factor that is verified by six digits."""

    def after(self) -> Sequence[widgets.Widget]:
        self.code = self.text(labels.CODE, "", "six digits")
        helpers = [controls.button(*helper) for helper in self.helpers()] if self.lab.tenant.has_phone else []
        self.prove_button = controls.button("Send the code", "To /oauth/token", self.submit, main=True)
        return [self.code, controls.row(*helpers, self.prove_button)]

    def helpers(self) -> Sequence[tuple[str, str, Any]]:
        """Buttons that only the sandbox has: label, tooltip, action."""
        return []

    def submit(self) -> None:
        """Verify the typed code."""
        code, self.code.value = Secret(self.code.value), ""
        if not code and isinstance(self.result, (Tokens, NextFactor)):
            return  # a double click: the first one has verified the code
        self.finish(lambda: self.factors.verify(self.kind, code))
