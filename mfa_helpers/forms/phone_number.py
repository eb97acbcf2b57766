"""A phone number, by text or call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from ..client.errors import StepMissing
from ..client.models import Enrollment
from ..client.secret import Secret
from ..show.html import WRAPPED, Html
from .other_factors import CodeFactorForm


class PhoneForm(CodeFactorForm):
    """A phone number: a text, or a call that says the code."""

    heading = "Enroll a phone number"
    enroll_label = "Enroll this number"
    predicts = "phone-challenge"

    def before(self) -> Sequence[widgets.Widget]:
        # 555-01xx is reserved for fiction.
        number = "+15550100167" if self.lab.tenant.is_sandbox else ""
        self.number = self.remembered(self.text("Phone number", number, "+15550100167"))
        self.channel = self.choices("Send it as", [("a text message (sms)", "sms"), ("a call (voice)", "voice")], "sms")
        return [self.number, self.channel]

    @property
    def kind(self) -> str:
        return str(self.channel.value)

    def associate(self) -> Enrollment:
        return self.factors.enroll(self.kind, self.number.value)

    def helpers(self) -> Sequence[tuple[str, str, Any]]:
        return [("Show the message", "The newest text or call", self.look_at_phone)]

    def enrolled(self, enrollment: Any) -> str:
        return f"a {'text message' if self.kind == 'sms' else 'call'} with six digits is on its way."

    def challenged(self, challenge: Any) -> str:
        return self.enrolled(challenge)

    def look_at_phone(self) -> None:
        """Show the newest text, and put its code into the field."""

        def newest() -> Any:
            messages = self.factors.messages()
            if not messages:
                raise StepMissing("There's no message yet.", "Enroll the number or challenge it first.")
            return messages[0]

        before = self.result
        if self.attempt(newest, lambda _: "this is the newest message, and its code is in the field."):
            # It is foreign text: shown as text, whatever markup it holds.
            self.shown.value = Html('<pre style="{}; margin: 4px 0">{}</pre>').format(
                WRAPPED, self.lab.shown(self.result.text)
            )
            self.code.value = (self.result.code or Secret("")).reveal()
            self.single_attempt.result = before

    def hands_free(self) -> None:
        for act in (self.enroll, self.look_at_phone, self.submit, self.challenge, self.look_at_phone, self.submit):
            act()
            if self.error is not None:
                return
