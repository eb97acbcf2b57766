"""Sign in: get the MFA token."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets as widgets

from ..client.errors import InvalidInput, MfaRequired
from ..client.lifetimes import MFA_TOKEN_LIFETIME
from ..client.secret import Secret
from ..learner.email_steps import FILLED_BY_A_BROWSER
from ..show.text import duration
from . import controls, labels
from .base import Form
from .prediction import prediction


class SignInForm(Form):
    """Sends user name and password. `result` is the `MfaRequired` with the MFA token."""

    heading = "Sign in"
    gives = ("login",)
    waits_for_class = True

    def parts(self) -> Sequence[widgets.Widget]:
        self.username = self.remembered(self.text(labels.EMAIL, self.lab.tenant.username or "", "name@example.com"))
        self.password = controls.password(labels.PASSWORD)
        buttons = [controls.button(labels.SIGN_IN, "Send user name and password", self.submit, main=True)]
        if self.lab.tenant.can_sign_in:
            buttons.append(
                controls.button(
                    "Sign in as Ada",
                    "The sandbox made this user, so you don't need the password",
                    self.submit_as_sandbox_user,
                )
            )
        self.buttons = buttons
        self.password.observe(lambda _: self.guide(), "value")
        return [
            self.username,
            self.password,
            *prediction(self, "sign-in", self._submit_what_helps),
            controls.row(*buttons),
        ]

    def invitation(self) -> str:
        if self.lab.tenant.can_sign_in:
            return "The tenant has a user ready for you, whom this course calls Ada."
        return f"Type the password of your throwaway user. {self.lab.tenant.gets_the_password}"

    def helpful(self) -> widgets.Button | None:
        # Until somebody types a password, the sandbox's own user is the way.
        return self.buttons[0] if self.password.value else self.buttons[-1]

    def submit(self) -> bool:
        """Sign in with what is typed; whether it was tried and went well."""
        username = self.username.value
        password, self.password.value = Secret(self.password.value), ""
        if not password and isinstance(self.result, MfaRequired):
            told = "Nothing more was sent, because the field for the password is empty."
            self.say(f"{self.single_attempt.sentence}\n{told}", self._below)
            return False
        return self.attempt(lambda: self._login(username, password), self._welcome)

    def submit_as_sandbox_user(self) -> bool:
        """Sign in as the sandbox's own user; the password never enters the form."""
        self.password.value = ""
        return self.attempt(lambda: self.lab.begin_login(), self._welcome)

    def _submit_what_helps(self) -> bool:
        """A typed password is sent; without one, the sandbox's own user signs in."""
        if self.password.value or not self.lab.tenant.can_sign_in:
            return self.submit()
        return self.submit_as_sandbox_user()

    def hands_free(self) -> None:
        self.submit_as_sandbox_user()

    def _login(self, username: str, password: Secret) -> MfaRequired:
        if not password:
            hint = "or click “Sign in as Ada”." if self.lab.tenant.can_sign_in else "then sign in."
            raise InvalidInput("The password is missing.", f"Type it, {hint} {FILLED_BY_A_BROWSER}")
        return self.lab.begin_login(username, password)

    def _welcome(self, _: MfaRequired) -> str:
        return (
            "the password is correct, and the tenant requires a second factor. "
            f"You have an MFA token, which is valid for {duration(MFA_TOKEN_LIFETIME)}."
        )
