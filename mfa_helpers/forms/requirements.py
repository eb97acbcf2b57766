"""Customizable MFA: what the tenant wants of a user, by what the user has; and challenging by type or by id."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from ..client.errors import MfaRequired
from ..client.models import Challenge
from ..learner.tenant_setup import TenantSetup
from ..storage.entries import ChosenAuthenticator, PendingChallenge
from . import controls, labels
from .base import Form
from .prediction import prediction
from .step import StepForm

SECOND = "ada.second@example.com"
_USERS = [
    ("a confirmed email", "email"),
    ("no authenticator", "nothing"),
    ("two emails and an authenticator app", "three"),
]


class RequirementsForm(Form):
    """Signs in as a user who has this or that. `result` is the `MfaRequired`."""

    heading = "Sign in as a user"

    def parts(self) -> Sequence[widgets.Widget]:
        self.user = self.choices("The user has", _USERS, "email")
        return [
            *prediction(
                self,
                "requirements",
                self.submit_without_authenticator,
                lambda: not self.lab.tenant.can_change_settings,  # another user's requirements don't answer it
            ),
            self.user,
            controls.row(controls.button(labels.SIGN_IN, "Set up the user, and then sign in", self.submit, main=True)),
        ]

    def invitation(self) -> str:
        if not self.lab.tenant.can_change_settings:
            return "This form needs the sandbox, because it changes what the user has."
        return "The form gives the user the authenticators that you select, and then signs in."

    def submit(self) -> bool:
        """Give and sign in; whether it was tried and went well."""
        has = str(self.user.value)

        def act() -> Any:
            set_up, address = self.lab.companion(TenantSetup), self.lab.tenant.username or ""
            set_up.take_off_all()
            if has != "nothing":
                set_up.give(type="email", email=address)
            if has == "three":
                set_up.give(type="email", email=SECOND)
                set_up.give(type="totp", totp_secret=base64.b32encode(secrets.token_bytes(20)).decode())
            return self.lab.login()

        return self.attempt(act, self._told)

    def submit_without_authenticator(self) -> bool:
        """Sign in as a user who has none; whether the tenant then told its requirements."""
        self.user.value = "nothing"
        return self.submit() and bool(self.result.mfa_requirements)

    def hands_free(self) -> None:
        if self.lab.tenant.can_change_settings:
            for _, self.user.value in _USERS:
                self.submit()
                if self.error is not None:
                    return

    def _told(self, answer: Any) -> str:
        wanted = answer.mfa_requirements if isinstance(answer, MfaRequired) else None
        if not wanted:
            return "the response is mfa_required without mfa_requirements, so Customizable MFA is turned off."
        parts = [f"{what}: {', '.join(one['type'] for one in types) or 'nothing'}" for what, types in wanted.items()]
        return f"the response is mfa_required, and its mfa_requirements has {'; '.join(parts)}."


class ChallengeByForm(StepForm):
    """Challenges by type, or by id, and looks where the code went. `result` is the `Challenge`."""

    heading = "Challenge by type or by ID"
    needs = ("login",)

    def parts(self) -> Sequence[widgets.Widget]:
        self.by = self.choices("Send", [])
        self._offer()
        return [
            *prediction(self, "challenge-by", self.submit_by_type, lambda: self.lab.was_answered("challenge-by")),
            self.by,
            controls.row(
                controls.button("List authenticators", "Request the list of authenticators", self.look),
                controls.button("Challenge", "POST /mfa/challenge", self.submit, main=True),
            ),
        ]

    def invitation(self) -> str:
        return "Challenge by type first. Then list the authenticators, and challenge by ID."

    def look(self) -> None:
        """List, so that the ids can be picked."""
        self.attempt(self.lab.list_authenticators, lambda rows: f"{len(rows)} listed. Pick an ID or a type.")
        self._offer()

    def submit(self) -> bool:
        """Challenge, and look where the code went; whether it was tried and went well."""
        how, value = self.by.value
        went: list[str] = []

        def act() -> Challenge:
            before = self._newest()
            token = self.lab.mfa_token
            named = {"authenticator_id": value} if how == "id" else {"challenge_type": value}
            client = self.lab.client

            def keep(challenge: Challenge) -> None:
                if challenge.oob_code is None:  # an app shows its code without being asked
                    return
                self.lab.keep(PendingChallenge(challenge.oob_code), self.lab.tenant.code_lifetime)
                row = next((one for one in self.lab.authenticators if how == "id" and one.id == value), None)
                if row is not None:
                    self.lab.keep(ChosenAuthenticator(row.id, row.name))

            challenge: Challenge = self.lab.call(
                "challenge-by", lambda: client.challenge_authenticator(mfa_token=token, **named), keep
            )
            after = self._newest()
            went.append(after[1] if after[0] > before[0] else "")
            return challenge

        def said(challenge: Any) -> str:
            answer = (
                f"the response is 200 with challenge_type {challenge.challenge_type}. It doesn't name an authenticator."
            )
            if went[0]:
                return f"{answer} In the inbox, there's a new email to {went[0]}."
            return f"{answer} " + (
                "Nothing was sent, because the app computes the code."
                if challenge.challenge_type == "otp"
                else "Check your mailboxes."
            )

        return self.attempt(act, said)

    def submit_by_type(self) -> bool:
        """Challenge by the first type, as `submit` does."""
        self.by.value = self.by.options[0][1]
        return self.submit()

    def hands_free(self) -> None:
        if not self.lab.tenant.can_change_settings:
            return
        self.submit()
        self.look()
        if self.error is None:
            emails = [value for label, value in self.by.options if "of the email" in label]
            self.by.value = emails[-1]
            self.submit()

    def _newest(self) -> tuple[int, str]:
        mails = self.lab.guarded(lambda: self.lab.tenant.mails())
        return (mails[0].id, mails[0].to) if mails else (0, "")

    def _offer(self) -> None:
        types = [(f"challenge_type “{name}”", ("type", name)) for name in ("oob", "otp", "oob otp")]
        rows = [row for row in self.lab.authenticators if row.active and row.kind != "recovery-code"]
        ids = [(f"authenticator_id of the {row.kind} {row.name or ''}".rstrip(), ("id", row.id)) for row in rows]
        self.by.options = [*types, *ids]
        self.by.value = types[0][1]
