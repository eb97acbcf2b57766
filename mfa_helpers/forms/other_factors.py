"""The factors beside e-mail: enrol, confirm, challenge and prove each of them in one form."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, ClassVar

import ipywidgets as widgets

from ..client.models import Enrollment, Tokens
from ..lessons.other_factors import Factors
from .base import Form


class FactorForm(Form):
    """`result` is what the last step gave: an `Enrollment`, a `Challenge` or `Tokens`."""

    enrol_name: ClassVar[str] = "Enrol"

    def parts(self) -> Sequence[widgets.Widget]:
        if not self.lab.tenant.can_sign_in:  # the sandbox's user signs in by itself
            self.needs = ("login",)
        self.shown = widgets.HTML()
        self.challenge_button = self.button("Challenge it", "Sign in again and challenge it", self.challenge)
        before = self.before()
        self.show(self.lab.was_answered(f"{self.kind}-confirm"), self.challenge_button)
        first = self.row(
            self.button(self.enrol_name, "Associate it with the user", self.enroll, main=True), self.challenge_button
        )
        return [*before, first, self.shown, *self.after()]

    def invitation(self) -> str:
        if not self.lab.tenant.can_change_settings:
            return "On your own tenant this works for a user with nothing enrolled and a login in progress."
        if self.factors.waits(self.kind):
            return "It waits to be proven, as when the kernel stopped."
        return "The sandbox's user begins with nothing enrolled."

    @property
    def factors(self) -> Factors:
        return self.lab.companion(Factors)

    @property
    def kind(self) -> str:
        raise NotImplementedError

    def before(self) -> Sequence[widgets.Widget]:
        """What stands above the first buttons."""
        return []

    def after(self) -> Sequence[widgets.Widget]:
        """What stands below what is shown."""
        return []

    def ask(self) -> Enrollment:
        return self.factors.enroll(self.kind)

    def enroll(self) -> None:
        """Associate it."""
        self.put_away()
        self.show(False, self.challenge_button)
        if self.attempt(self.ask, self.enrolled):
            self.shown.value = self.to_be_seen(self.result)

    def enrolled(self, enrollment: Any) -> str:
        raise NotImplementedError

    def to_be_seen(self, enrollment: Enrollment) -> str:
        """HTML that is shown until the enrolment is confirmed."""
        return "".join(
            "<p><strong>Your recovery code</strong>, shown this once. Write it down; the last section needs it."
            f'<br><code style="user-select: all">{escape(self.lab.shown(code.reveal()))}</code></p>'
            for code in enrollment.recovery_codes
        )

    def challenge(self) -> None:
        """Sign in again and challenge it."""
        self.put_away()
        self.attempt(lambda: self.factors.challenge(self.kind), self.challenged)

    def challenged(self, challenge: Any) -> str:
        raise NotImplementedError

    def proven(self, purpose: str | None, tokens: Tokens) -> str:
        if purpose == "confirm":
            return "confirmed: it is active. Now challenge it, as at the next login."
        return "proven: you hold tokens of a login with two factors."

    def finish(self, act: Any) -> None:
        """Try to prove it; `act` gives tokens."""
        purpose = self.factors.waits(self.kind)
        if self.attempt(act, lambda tokens: self.proven(purpose, tokens)):
            self.put_away()
            self.show(True, self.challenge_button)

    def put_away(self) -> None:
        # What is shown here are secrets, and whatever a widget holds can be saved with the notebook.
        self.shown.value = ""


class CodeFactorForm(FactorForm):
    """A factor that is proven by six digits."""

    def after(self) -> Sequence[widgets.Widget]:
        self.code = self.text("Code", "", "six digits")
        helpers = [self.button(*helper) for helper in self.helpers()] if self.lab.tenant.has_phone else []
        return [self.code, self.row(*helpers, self.button("Send the code", "To /oauth/token", self.submit, main=True))]

    def helpers(self) -> Sequence[tuple[str, str, Any]]:
        return []

    def submit(self) -> None:
        """Prove the typed code."""
        code, self.code.value = self.code.value, ""
        if not code and isinstance(self.result, Tokens):
            return  # a double click: the first one has proven the code
        self.finish(lambda: self.factors.prove(self.kind, code))
