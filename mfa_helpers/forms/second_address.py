"""A second email address: associate it, confirm it, list and remove what is there, all with the access token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from ..client.models import Authenticator, Tokens
from ..client.sandbox_controls import Mail
from ..client.secret import Secret
from ..lessons.second_token import SecondToken
from . import controls, labels
from .base import Form
from .prediction import prediction
from .six_digits import CodeForm


class SecondAddressForm(Form):
    """Associates another address. `result` is the `Enrollment`."""

    heading = "Associate a second address"

    def parts(self) -> Sequence[widgets.Widget]:
        address = "ada.second@example.com" if self.lab.tenant.is_sandbox else ""
        self.email = self.remembered(self.text(labels.EMAIL, address, "your second address"))
        return [
            self.email,
            controls.row(controls.button("Send a code", "Associate this address", self.submit, main=True)),
        ]

    @property
    def is_done(self) -> bool:
        return super().is_done and not self.lab.companion(SecondToken).second_is_gone

    def submit(self) -> None:
        """Associate the typed address."""
        email = self.email.value
        self.attempt(lambda: self.lab.companion(SecondToken).enroll(email), self._sent)

    def _sent(self, _: Any) -> str:
        return f"an email with six digits is on its way to {self.lab.companion(SecondToken).address}."


class ConfirmSecondForm(CodeForm):
    """Confirms the second address."""

    heading = "Confirm the second address"
    predicts = "second-confirm"

    @property
    def is_done(self) -> bool:
        return super().is_done and not self.lab.companion(SecondToken).second_is_gone

    def verify(self, code: Secret) -> Tokens:
        return self.lab.companion(SecondToken).confirm(code)

    def send_again(self) -> Any:
        return self.lab.companion(SecondToken).enroll_again()

    def success(self, tokens: Tokens) -> str:
        still = " Your login in progress is still valid." if self.lab.has("login") else ""
        return f"the second address is confirmed.{still}"

    def mails(self) -> list[Mail]:
        return self.mails_to(self.lab.companion(SecondToken).address)


class RemoveForm(Form):
    """Lists all authenticators and removes the picked one. `result` is what is left."""

    heading = "List and remove"

    def parts(self) -> Sequence[widgets.Widget]:
        self.choice = self.choices(labels.PICK_ONE, [])
        self.remove_button = controls.button("Remove it", "DELETE /mfa/authenticators/{id}", self.remove)
        controls.show(False, self.choice, self.remove_button)
        self.choice.observe(self._picked, "value")
        return [
            self.choice,
            *prediction(self, "second-delete", self.remove, self._has_nothing_to_predict),
            controls.row(controls.button("List all", "Request the list", self.submit, main=True), self.remove_button),
        ]

    def helpful(self) -> widgets.Button | None:
        return self.remove_button if self.choice.value is not None else super().helpful()

    @property
    def is_done(self) -> bool:
        return self.error is None and self.lab.companion(SecondToken).has_removed_second

    def submit(self) -> None:
        """Ask for the list."""
        self.attempt(self.lab.companion(SecondToken).list_authenticators, self._listed)

    def remove(self) -> bool:
        """Remove the picked one; whether it was tried and went well. Nothing can bring it back but another enrollment."""
        picked = self.choice.value
        if picked is None:
            return False  # a double click: the first one has removed the last that isn't to be kept

        def act() -> list[Authenticator]:
            second_token = self.lab.companion(SecondToken)
            second_token.remove(picked)
            return second_token.rows

        return self.attempt(act, self._removed)

    def after_attempt(self) -> None:
        self._offer()

    def hands_free(self) -> None:
        self.submit()
        first = next((row.id for row in self.result or () if row.active), None)
        for row in self.result or ():
            if row.id != first and self.error is None:
                self.choice.value = row.id
                self.remove()

    def look_again(self) -> None:
        super().look_again()
        if self.choice.options and not self.lab.companion(SecondToken).rows and not self.single_attempt.busy:
            self._offer()

    def _has_nothing_to_predict(self) -> bool:
        """Whether none is to be removed, or none is selected, or one was removed before."""
        is_none = self._newest_but_the_first() is None or self.choice.value is None
        return is_none or self.lab.was_answered("second-delete", 204)

    def _offer(self) -> None:
        rows = self.lab.companion(SecondToken).rows if self.error is None else []
        self.choice.options = [(_described(row), row.id) for row in rows]
        self.choice.value = self._newest_but_the_first() if rows else None
        controls.show(bool(rows), self.choice)
        self.guide()

    def _newest_but_the_first(self) -> str | None:
        """The ID of the newest one, if it isn't the first active email: only a person picks that."""
        rows = self.lab.companion(SecondToken).rows
        kept = next((row for row in rows if row.active and row.kind == "email"), None)
        return next((row.id for row in reversed(rows) if row is not kept), None)

    def _picked(self, change: dict[str, Any]) -> None:
        controls.show(change["new"] is not None, self.remove_button)
        self.guide()

    def _removed(self, rows: list[Authenticator]) -> str:
        said = f"removed. {len(rows)} authenticator{'s' if len(rows) != 1 else ''} left."
        has_removed_second = self.lab.companion(SecondToken).has_removed_second
        if not any(row.active for row in rows):
            then = ", then add and confirm a second address with the forms above, and remove that one"
            return (
                f"{said} No active one is left. "
                f"Click “Catch up” at the top of this notebook{'' if has_removed_second else then}."
            )
        if has_removed_second:
            return said
        if sum(row.active for row in rows) > 1:
            return f"{said} The confirmed second address is still there, so remove it, too."
        return f"{said} That wasn't the second address. Add and confirm another one with the forms above, and then remove it."

    def _listed(self, rows: list[Authenticator]) -> str:
        if not rows:
            return "the list is empty."
        return f"{len(rows)} listed. Keep the first active email, which the other notebooks use, and remove the others."


def _described(row: Authenticator) -> str:
    return f"{row.kind} {row.name or ''} ({'active' if row.active else 'never confirmed'})"
