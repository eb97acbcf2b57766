"""Leaving everything as an exercise has found it: messages, authenticators, and what the hand-over holds."""

from __future__ import annotations

from dataclasses import dataclass

from ...client.errors import LoginExpired, MfaRequired, MfaTokenRefused, StepMissing
from ...client.grants import MFA_SCOPES, mfa_audience
from ...client.secret import Secret
from ...learner.email_steps import EmailSteps
from ...storage.entries import ChosenAuthenticator, Login, PendingChallenge


@dataclass(frozen=True)
class Found:
    """What the hand-over held when the exercise began."""

    login: Login | None
    challenge: PendingChallenge | None
    choice: ChosenAuthenticator | None

    @classmethod
    def by(cls, session: EmailSteps) -> Found:
        return cls(session.kept(Login), session.kept(PendingChallenge), session.kept(ChosenAuthenticator))

    def put_back_login(self, session: EmailSteps) -> None:
        """The login that was found is there again, with its code, as long as the tenant takes it; else there is none."""
        session.forget("login", "challenge")
        if self.login is None:
            return
        try:
            session.client.list_authenticators(self.login.mfa_token)
        except (LoginExpired, MfaTokenRefused):
            return  # used up meanwhile
        session.keep(self.login)
        if self.challenge is not None:
            session.keep(self.challenge)

    def put_back_choice(self, session: EmailSteps) -> None:
        """Of the last list, the authenticator of the same name is chosen again."""
        for row in session.usable():
            if self.choice is not None and row.name == self.choice.label:
                session.pick(row.id)


def access_token(session: EmailSteps) -> Secret:
    """The second token, of notebook 07: it may add and remove. Not by the Management API: in a class nobody has that."""
    client, tenant = session.client, session.tenant
    audience = mfa_audience(client.discovery()["issuer"])
    try:
        return client.login(
            tenant.username or "", tenant.password or "", audience=audience, scope=MFA_SCOPES
        ).access_token
    except MfaRequired:
        raise StepMissing("Your user has another factor, too.", "Press “Start afresh” in notebook 00.") from None


def remove_address(session: EmailSteps, shown: str) -> None:
    """Remove the emails that the list shows as `shown`. On a live tenant it does nothing: its password is not known here."""
    if not session.tenant.can_sign_in:
        return
    token = access_token(session)
    for row in session.client.list_authenticators(token):
        if row.kind == "email" and row.name == shown:
            session.client.delete_authenticator(token, row.id)
