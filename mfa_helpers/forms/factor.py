"""The factors beside e-mail: enrol, confirm, challenge and prove each of them in one form."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, ClassVar

import ipywidgets as widgets

from ..errors import AuthorizationPending, SlowDown, StepMissing
from ..factors import Factors
from ..masking import Secret
from ..models import Enrollment, Tokens
from . import qr
from .base import Form


class FactorForm(Form):
    """`result` is what the last step gave: an `Enrollment`, a `Challenge` or `Tokens`."""

    enrol_name: ClassVar[str] = "Enrol"

    def parts(self) -> Sequence[widgets.Widget]:
        if self.lab.tenant.password is None:  # the sandbox's user signs in by itself
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
        if self.lab.tenant.management is None:
            return "On your own tenant this works for a user with nothing enrolled and a login in progress."
        if self.factors.waits(self.kind):
            return "It waits to be proven, as when the kernel stopped."
        return "The sandbox's user begins with nothing enrolled."

    @property
    def factors(self) -> Factors:
        return self.lab.part(Factors)

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
        helpers = [self.button(*helper) for helper in self.helpers()] if self.lab.tenant.inbox is not None else []
        return [self.code, self.row(*helpers, self.button("Send the code", "To /oauth/token", self.submit, main=True))]

    def helpers(self) -> Sequence[tuple[str, str, Any]]:
        return []

    def submit(self) -> None:
        """Prove the typed code."""
        code, self.code.value = self.code.value, ""
        if not code and isinstance(self.result, Tokens):
            return  # a double click: the first one has proven the code
        self.finish(lambda: self.factors.prove(self.kind, code))


class AppForm(CodeFactorForm):
    """An authenticator app: a QR code to scan, then its codes."""

    heading = "An authenticator app"
    kind = "otp"
    enrol_name = "Enrol an app"

    def helpers(self) -> Sequence[tuple[str, str, Any]]:
        return [("What would my phone show?", "The sandbox's phone has the app, too", self.look_at_phone)]

    def enrolled(self, enrollment: Any) -> str:
        return "scan the code with an authenticator app, or ask what your phone would show. Then send its six digits."

    def to_be_seen(self, enrollment: Enrollment) -> str:
        uri, secret = enrollment.barcode_uri, enrollment.secret
        picture = qr.image(uri.reveal(), "QR code with the secret of this authenticator") if uri else ""
        groups = self.lab.shown(secret.reveal()) if secret else ""
        spaced = " ".join(groups[i : i + 4] for i in range(0, len(groups), 4))
        typed = f"<details><summary>No camera? Type this secret</summary><code>{escape(spaced)}</code></details>"
        return picture + (typed if secret else "") + super().to_be_seen(enrollment)

    def challenged(self, challenge: Any) -> str:
        return "nothing is sent: the app knows the code already. Send the six digits that it shows now."

    def look_at_phone(self, ago: int = 0) -> None:
        """Put the code of the sandbox's phone into the field."""

        def said(shown: tuple[Secret, int]) -> str:
            return f"your phone shows the code in the field, for {shown[1]} more seconds. Now press “Send the code”."

        before = self.result
        if self.attempt(lambda: self.factors.app_code(ago), said):
            self.code.value = self.result[0].reveal()
        if self.error is None:
            self.step.result = before

    def hands_free(self) -> None:
        # A code works once. So the first glance at the phone was half a minute ago.
        self.enroll()
        for ago in (1, 0):
            if ago == 0:
                self.challenge()
            if self.error is None:
                self.look_at_phone(ago)
                self.submit()
            if self.error is not None:
                return


class PhoneForm(CodeFactorForm):
    """A phone number: a text, or a call that says the code."""

    heading = "A phone number"
    enrol_name = "Enrol this number"

    def before(self) -> Sequence[widgets.Widget]:
        # 555-01xx is reserved for fiction.
        number = "+15550100167" if self.lab.tenant.is_sandbox else ""
        self.number = self.remembered(self.text("Phone number", number, "+15550100167"))
        self.channel = self.choices("By", [("a text (sms)", "sms"), ("a call (voice)", "voice")], "sms")
        return [self.number, self.channel]

    @property
    def kind(self) -> str:
        return str(self.channel.value)

    def ask(self) -> Enrollment:
        return self.factors.enroll(self.kind, self.number.value)

    def helpers(self) -> Sequence[tuple[str, str, Any]]:
        return [("Look at the phone", "The newest text or call", self.look_at_phone)]

    def enrolled(self, enrollment: Any) -> str:
        return f"a {'text' if self.kind == 'sms' else 'call'} with six digits is on its way."

    def challenged(self, challenge: Any) -> str:
        return self.enrolled(challenge)

    def look_at_phone(self) -> None:
        """Show the newest text, and put its code into the field."""

        def newest() -> Any:
            messages = self.factors.messages()
            if not messages:
                raise StepMissing("The phone is silent.", "Enrol it or challenge it first.")
            return messages[0]

        before = self.result
        if self.attempt(newest, lambda _: "this is the newest message, and its code is in the field."):
            # It is foreign text: shown as text, whatever markup it holds.
            self.shown.value = (
                f'<pre style="white-space: pre-wrap; margin: 4px 0">{escape(self.lab.shown(self.result.text))}</pre>'
            )
            self.code.value = (self.result.code or Secret("")).reveal()
            self.step.result = before

    def hands_free(self) -> None:
        for act in (self.enroll, self.look_at_phone, self.submit, self.challenge, self.look_at_phone, self.submit):
            act()
            if self.error is not None:
                return


class PushForm(FactorForm):
    """A push: the person answers on the phone, and the application asks again and again, at the right pace."""

    heading = "A push"
    kind = "push"
    enrol_name = "Enrol the phone"

    def after(self) -> Sequence[widgets.Widget]:
        ask = self.button("Ask the tenant", "One poll of /oauth/token", self.submit, main=True)
        soon = self.button("Ask too soon", "Break the rule on purpose, and see slow_down", self.ask_too_soon)
        if self.lab.tenant.inbox is None:
            return [self.row(ask, soon)]
        phone = widgets.HTML("<strong>Your phone</strong>")
        answers = [
            self.button("Approve", "What the person taps", lambda: self.tap("approve")),
            self.button("Reject", "What the person taps", lambda: self.tap("reject")),
        ]
        return [self.row(ask, soon), phone, self.row(*answers)]

    def enrolled(self, enrollment: Any) -> str:
        if self.lab.tenant.inbox is None:
            return "scan the code with the Guardian app, then ask the tenant."
        return "your phone asks whether it shall be an authenticator. Ask the tenant what became of it."

    def to_be_seen(self, enrollment: Enrollment) -> str:
        uri = enrollment.barcode_uri
        scan = uri is not None and self.lab.tenant.inbox is None  # the sandbox's phone needs no scan
        picture = qr.image(uri.reveal(), "QR code for the Guardian app") if scan and uri else ""
        return picture + super().to_be_seen(enrollment)

    def challenged(self, challenge: Any) -> str:
        return "a push has gone to your phone. Nothing is to be typed: approve or reject it, and ask the tenant."

    def submit(self) -> None:
        """Ask the tenant once."""
        self._ask(too_soon=False)

    def ask_too_soon(self) -> None:
        """Ask once more without waiting."""
        self._ask(too_soon=True)

    def tap(self, answer: str) -> None:
        """Answer on the sandbox's phone."""
        said = "you approved" if answer == "approve" else "you rejected"
        self.attempt(lambda: self.factors.answer_push(answer), lambda _: f"{said} on the phone. Now ask the tenant.")

    def hands_free(self) -> None:
        for act in (self.enroll, self.challenge):
            act()
            if self.error is None:
                self.submit()
                self.tap("approve")
            if self.error is None:
                self.ask_too_soon()  # in order: the answer is there, and a person would have taken longer
            if self.error is not None:
                return

    def _ask(self, too_soon: bool) -> None:
        pending: list[AuthorizationPending] = []

        def act() -> Any:
            try:
                return self.factors.poll(too_soon=too_soon)
            except AuthorizationPending as error:  # no fault: the usual answer until the person has answered
                pending.append(error)
                return None

        purpose = self.factors.waits("push")

        def said(tokens: Any) -> str:
            if pending:
                return (
                    f"the person has not answered yet: {pending[0].status} {pending[0].error}. "
                    f"Ask again in {self.factors.pace.interval} seconds, not sooner."
                )
            return self.proven(purpose, tokens)

        if self.attempt(act, said) and not pending:
            self.put_away()
            self.show(True, self.challenge_button)
        elif isinstance(self.error, SlowDown):
            self.say(f"{self.status}\nThe interval is {self.factors.pace.interval} seconds now.")
