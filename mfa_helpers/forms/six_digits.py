"""The inbox and the six digits: to confirm an enrollment, or to answer a challenge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from ..client.errors import CodeExpired, CodeNotForThisLogin, OobCodeUnknown, StepMissing
from ..client.models import Tokens
from ..client.sandbox_controls import Mail
from ..client.secret import Secret
from ..lessons.next_factor import NextFactor
from ..show.html import WRAPPED, Html
from . import controls, labels
from .prediction import prediction
from .step import StepForm

#: After these, no try with the same code helps.
_OVER = (CodeExpired, CodeNotForThisLogin, OobCodeUnknown)


class CodeForm(StepForm):
    """Shows the sandbox's inbox and takes the code. `result` are the `Tokens`."""

    action_name = "Confirm"
    #: The key of its prediction, if it has one.
    predicts = ""
    #: The need that its code meets, if the lab keeps that.
    awaits = ""

    def parts(self) -> Sequence[widgets.Widget]:
        self.code = self.text(labels.CODE, "", "six digits")
        self.code.observe(lambda _: self.guide(), "value")
        self.mail = widgets.HTML()
        self.look_button = controls.button(
            "Check the inbox", "Show the newest email, and copy its six digits into the field", self.look
        )
        self.new_button = controls.button("Send a new code", "The old code works until it expires", self.renew)
        inbox = [self.mail, controls.row(self.look_button)] if self.lab.tenant.can_read_mail else []
        self.main_button = controls.button(self.action_name, "Send the code to the tenant", self.submit, main=True)
        predicted = prediction(self, self.predicts, self.submit) if self.predicts else []
        return [*inbox, self.code, *predicted, controls.row(self.main_button, self.new_button)]

    def invitation(self) -> str:
        if self.lab.tenant.can_read_mail:
            return "Check the inbox, and then send the six digits from the email."
        return "Check your own mailbox, and then type the six digits from the newest email."

    @property
    def is_done(self) -> bool:
        return super().is_done if self.gives else isinstance(self.result, Tokens)

    def look_again(self) -> None:
        before = self._sentence
        super().look_again()
        is_over = self.awaits and not self.lab.has(self.awaits) and not self.lab.has_expired(self.awaits)
        if self.mail.value and is_over and not self.single_attempt.busy:  # by a reset, or by another notebook
            self._put_mail_away()
            if self._sentence == before:
                self._write(f"The code in this email is no longer needed.\n{self.invitation()}")

    def helpful(self) -> widgets.Button | None:
        if isinstance(self.error, _OVER) or (self.awaits and self.lab.has_expired(self.awaits)):
            return self.new_button
        if self.code.value or not self.lab.tenant.can_read_mail:
            return super().helpful()
        return self.look_button

    def verify(self, code: Secret) -> Tokens:
        """Send the code to the tenant. Raises what the call raises."""
        raise NotImplementedError

    def send_again(self) -> Any:
        """Have another code sent. Raises what the call raises."""
        raise NotImplementedError

    def mails(self) -> list[Mail]:
        """The messages to look at, the one with the code first."""
        return self.lab.mails(self.awaits)

    def refuse_if_over(self) -> None:
        """Raises `StepMissing` if no code is on its way, because what it was for is done."""

    def mails_to(self, address: str | None) -> list[Mail]:
        """Those to one address or number; none on a live tenant."""
        return [] if address is None else self.lab.guarded(lambda: self.lab.tenant.mails(address))

    def submit(self) -> bool:
        """Verify the typed code; whether it was tried and went well."""
        code, self.code.value = Secret(self.code.value), ""
        if not code and isinstance(self.result, (Tokens, NextFactor)):
            if isinstance(self.result, Tokens):  # it may be a double click
                told = "Nothing more was sent, because the field for the code is empty."
                self.say(f"{self.single_attempt.sentence}\n{told}", self._below)
            return False

        def act() -> Tokens:
            self.refuse_if_over()
            return self.verify(code)

        went_well = self.attempt(act, self.success)
        if went_well or isinstance(self.result, NextFactor):
            self._put_mail_away()
        return went_well

    def success(self, tokens: Tokens) -> str:
        """The sentence after a right code."""
        raise NotImplementedError

    def look(self) -> None:
        """Show the message with the code that this form waits for; its code goes into the field."""
        if self.attempt(self._awaited, self._found) and self.result:
            mail = self.result[0]
            # Mail is foreign text: it is shown as text, whatever markup it holds.
            self.mail.value = self.lab.shown(
                Html(
                    "<div><strong>From</strong> {}<br><strong>To</strong> {}<br><strong>Subject</strong> {}</div>"
                    '<pre style="{}; margin: 4px 0">{}</pre>'
                ).format(mail.sender, mail.to, mail.subject, WRAPPED, mail.text)
            )
            self.code.value = mail.code.reveal() if mail.code else ""

    def renew(self) -> None:
        """Ask for another code; the login is kept."""
        self._put_mail_away()

        def act() -> Any:
            self.refuse_if_over()
            return self.send_again()

        self.attempt(act, lambda _: "a new email is on its way. Use the code from the newest one.")

    def hands_free(self) -> None:
        self.code.value = self.lab.newest_code(self.mails()).reveal()
        self.submit()

    def _put_mail_away(self) -> None:
        # A shown mail holds the code, and whatever a widget holds can be saved with the notebook.
        self.mail.value = self.code.value = ""
        self.guide()

    def _awaited(self) -> list[Mail]:
        """The messages, if the code of the first one is what this form waits for; of any other, no code helps here."""
        self.refuse_if_over()
        mails = self.mails()
        return mails if not (self.awaits and mails) or self.lab.awaits(self.awaits, mails[0]) else []

    def _found(self, mails: list[Mail]) -> str:
        if not mails:
            return "the inbox has no email for this step. Request a code first."
        if mails[0].id == max(mail.id for mail in mails):
            said = "this is the newest email."
        else:
            said = "this is the email with your code. A newer one has arrived, but its code belongs to another request."
        if mails[0].code:
            return f"{said} Its code is in the field. Now click “{self.action_name}”."
        return f"{said} There's no code in it, so write {{{{ code }}}} into its template, and request a new one."


_COMPLETE = (
    "This login is complete, so no code is on its way.",
    "Go on from here. To begin another login, click “Catch up” below.",
)
_PRACTICE_AGAIN = "Go on to the next notebook. To practice again, see below."
_ALREADY = "You already have a confirmed email, so no code is on its way."


class ConfirmForm(CodeForm):
    """Confirms the associated email."""

    heading = "Confirm the address"
    predicts = "confirm"
    awaits = "enrollment"
    gives = ("enrolled",)
    needs = ("login", "enrollment")

    def already(self) -> str:
        if self.lab.has("enrollment"):
            return super().already()
        return f"{_ALREADY} Go on from here."

    def refuse_if_over(self) -> None:
        if self.is_done and not self.lab.has(self.awaits):
            raise StepMissing(_ALREADY, _PRACTICE_AGAIN)

    def verify(self, code: Secret) -> Tokens:
        return self.lab.confirm(code)

    def send_again(self) -> Any:
        return self.lab.associate(self.lab.pending_email())

    def success(self, tokens: Tokens) -> str:
        return "your email is confirmed. This login is complete, so its MFA token can't be used again."


class CompleteForm(CodeForm):
    """Answers the challenge."""

    heading = "Complete the login"
    predicts = "complete"
    awaits = "challenge"
    gives = ("tokens",)
    action_name = "Complete the login"
    needs = ("authenticator", "login", "challenge")

    @property
    def is_done(self) -> bool:
        return super().is_done and self.lab.was_answered("complete")  # confirming an email gives tokens, too

    def refuse_if_over(self) -> None:
        if self.is_done and not self.lab.has(self.awaits):
            raise StepMissing(*_COMPLETE)

    def lost(self) -> Sequence[str]:
        if self.lab.was_answered("complete"):
            return self.lab.missing("tokens")
        return super().lost()

    def verify(self, code: Secret) -> Tokens:
        return self.lab.complete(code)

    def send_again(self) -> Any:
        return self.lab.challenge()

    def success(self, tokens: Tokens) -> str:
        return "both factors are verified. You have an access token and an ID token."
