"""The access token for the MFA API: getting it, and trying what each of the two tokens may do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from ..client.errors import MfaRequired, StepMissing
from ..client.secret import Secret
from ..lessons.second_token import SecondToken
from . import controls, labels
from .base import Form
from .prediction import prediction


class SecondTokenForm(Form):
    """Signs in for the MFA audience. `result` are the `Tokens`."""

    heading = "Sign in for the MFA API"

    def parts(self) -> Sequence[widgets.Widget]:
        self.username = self.remembered(self.text(labels.EMAIL, self.lab.tenant.username or "", "name@example.com"))
        self.password = controls.password(labels.PASSWORD)
        known = self.lab.tenant.can_sign_in
        button = controls.button("Sign in for the MFA API", "Request an access token", self.submit, main=True)
        fields = () if known else (self.username, self.password)
        return [*fields, *prediction(self, "access", self.submit), controls.row(button)]

    def invitation(self) -> str:
        told = "You don't need a login in progress. This request gets a token that manages the user's authenticators."
        return told if self.lab.tenant.can_sign_in else f"{told} Type the password. {self.lab.tenant.gets_the_password}"

    def submit(self) -> bool:
        """Sign in for the MFA audience; whether it was tried and went well."""
        password, self.password.value = Secret(self.password.value), ""
        return self.attempt(lambda: self._sign_in(password), self._welcome)

    def _sign_in(self, password: Secret) -> Any:
        try:
            return self.lab.companion(SecondToken).sign_in(self.username.value, password)
        except MfaRequired:
            raise StepMissing(
                "The tenant requires a second factor for this audience, because the user has a factor other than email.",
                "Remove that factor in the Dashboard, or in the sandbox with the last form of notebook 08.",
            ) from None

    def _welcome(self, tokens: Any) -> str:
        return f"you have an access token, valid for {tokens.expires_in // 60} minutes, with the scopes {tokens.scope}."
