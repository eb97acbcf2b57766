"""The throw-away user of the clinic."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from ...client.errors import MfaRequired, StepMissing
from ...client.mfa import MfaClient
from ...client.secret import Secret
from ...learner.session import LearnerSession
from ...tenants.tenant import DEFAULT_SCOPE
from ..diagnosis.tenant_settings import DIRECTORY

SHORT_TIMEOUT = (2.0, 0.6)  # seconds: a time-out that a learner need not wait for


class Patient:
    """The throw-away user, and what a call needs: each can be made wrong and put right.

    Raises `StepMissing` where the clinic cannot work: on a live tenant.
    """

    def __init__(self, lab: LearnerSession) -> None:
        tenant = lab.tenant
        if not (tenant.can_change_settings and tenant.can_move_clock):
            raise StepMissing(
                "The clinic needs the sandbox: it breaks settings, and moves the tenant's clock.",
                "Choose the sandbox in notebook 00. On your own tenant, use the form “What is at fault?”.",
            )
        self.lab = lab
        self.management = tenant.require_management()
        self.controls = tenant.require_controls()
        self.client = MfaClient(tenant.base_url, tenant.client_id, tenant.client_secret, session=lab.client.session)
        self.audience = tenant.audience
        self.email = f"patient-{secrets.token_hex(4)}@example.com"
        self.password = Secret(secrets.token_urlsafe(16))
        self.mfa_token = self.access_token = self.oob_code = self.mixed_up = Secret("")
        self.authenticator_id = self.code = ""
        self.wait = 0  # seconds that the last refusal asked for

    def admit(self) -> None:
        """The user is there; nothing is enrolled."""
        fields = {"connection": DIRECTORY, "email": self.email, "password": self.password}
        self.user_id = quote(self.management.change("POST", "/users", fields)["user_id"], safe="")

    # Calls. What a fault is about stands in a field, so that the same call can be made again.

    def login(self) -> str:
        """Sign in. Returns what came; the wanted answer is `mfa_required`."""
        try:
            self.client.login(self.email, self.password, audience=self.audience, scope=DEFAULT_SCOPE)
        except MfaRequired as required:
            self.mfa_token = required.mfa_token
            return "403 mfa_required, with an MFA token"
        return "200 with tokens: no second factor was asked for"

    def associate(self) -> str:
        enrollment = self.client.enroll_authenticator(self.access_token or self.mfa_token, self.email)
        self.oob_code = Secret(enrollment.oob_code or "")
        return "200 with an oob_code: a mail is on its way"

    def list(self) -> str:
        rows = self.client.list_authenticators(self.mfa_token)
        self.authenticator_id = next((row.id for row in rows if row.active), "")
        return f"200 with {len(rows)} row{'s' if len(rows) != 1 else ''}"

    def challenge(self) -> str:
        # Past the client's own check: the answer to a wrong kind of token is to be seen.
        body = {
            "client_id": self.client.client_id,
            "client_secret": self.client.client_secret,
            "challenge_type": "oob",
            "authenticator_id": self.authenticator_id,
            "mfa_token": self.mfa_token,
        }
        answer = self.client.transport.send("POST", "/mfa/challenge", json_body=body)
        self.oob_code = Secret(answer.body["oob_code"])
        return "200 with an oob_code: a mail is on its way"

    def prove(self) -> str:
        tokens = self.client.verify(mfa_token=self.mfa_token, oob_code=self.oob_code, binding_code=self.code)
        self.mixed_up = tokens.access_token
        return "200 with tokens"

    # Ways to a state

    def mail(self) -> None:
        """The code of the newest mail is at hand."""
        self.code = (self.controls.mails(self.email)[0].code or Secret("")).reveal()

    def enrol(self) -> None:
        """The user has a confirmed e-mail and a new login."""
        self.login()
        self.associate()
        self.mail()
        self.prove()
        self.login()
        self.list()

    def challenged(self) -> None:
        """A code is on its way to an enrolled user, and at hand."""
        self.enrol()
        self.challenge()
        self.mail()

    def wrong_code(self) -> None:
        right = self.code
        self.code = f"{(int(right) + 1) % 1_000_000:06d}"

    def mfa_audience(self) -> None:
        """An access token for the MFA audience is at hand: it may enrol at any moment."""
        audience = self.lab.client.discovery()["issuer"] + "mfa/"
        # An e-mail alone is never asked for here, so tokens come at once (documentation, manage page).
        self.access_token = self.client.login(self.email, self.password, audience=audience).access_token

    @contextmanager
    def later(self, seconds: float) -> Iterator[None]:
        """The tenant's clock is ahead, and goes back."""
        self.controls.advance(seconds)
        try:
            yield
        finally:
            self.controls.advance(-seconds)
