"""The patient of the clinic: a throwaway user, and what a program holds on its behalf."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import quote

from ...client.errors import MfaError, MfaRequired, StepMissing
from ...client.grants import mfa_audience
from ...client.mfa import MfaClient
from ...client.secret import Secret
from ...learner.session import LearnerSession
from ...tenants.tenant import DEFAULT_SCOPE
from ..diagnosis.tenant_settings import DIRECTORY

SHORT_TIMEOUT = (2.0, 0.6)  # seconds: a timeout that a learner need not wait for
PAGE = "https://clinic.example"  # the origin of a web page that no application lists


class Patient:
    """The throwaway user, and what a call needs: each can be made wrong and put right.

    Raises `StepMissing` where the clinic cannot work: on a live tenant.
    """

    def __init__(self, session: LearnerSession) -> None:
        tenant = session.tenant
        if not (tenant.can_change_settings and tenant.can_move_clock):
            raise StepMissing(
                "These faults need the sandbox, because they change settings and move the tenant's clock.",
                "Choose the sandbox in notebook 00. On your own tenant, use the form “Find the cause”.",
            )
        self.session = session
        self.management = tenant.require_management()
        self.controls = tenant.require_controls()
        self.client = MfaClient(tenant.base_url, tenant.client_id, tenant.client_secret, session=session.client.session)
        self.audience = tenant.audience
        self.email = f"patient-{secrets.token_hex(4)}@example.com"
        self.password = Secret(secrets.token_urlsafe(16))
        self.mfa_token = self.access_token = self.oob_code = self.proven_token = Secret("")
        self.authenticator_id = self.code = ""
        self.wait = 0  # seconds that the last refusal asked for

    def admit(self) -> None:
        """The user is there; nothing is enrolled."""
        fields = {"connection": DIRECTORY, "email": self.email, "password": self.password}
        self.user_id = quote(self.management.change("POST", "/users", fields)["user_id"], safe="")

    # Calls; each raises what the client raises. What a fault is about stands in a field, so that the same call can be made again.

    def login(self) -> str:
        """Sign in. Returns what came; the wanted answer is `mfa_required`."""
        try:
            self.client.login(self.email, self.password, audience=self.audience, scope=DEFAULT_SCOPE)
        except MfaRequired as required:
            self.mfa_token = required.mfa_token
            return "403 mfa_required, with an MFA token"
        return "200 with tokens, without a second factor"

    def associate(self) -> str:
        """Associate the address, with the access token if there is one. Returns the answer in words."""
        enrollment = self.client.enroll_authenticator(self.access_token or self.mfa_token, self.email)
        self.oob_code = Secret(enrollment.oob_code or "")
        return "200 with an oob_code, and an email is on its way"

    def list(self) -> str:
        """List the authenticators, and keep the id of an active one. Returns the answer in words."""
        rows = self.client.list_authenticators(self.mfa_token)
        self.authenticator_id = next((row.id for row in rows if row.active), "")
        return f"200 with {len(rows)} row{'s' if len(rows) != 1 else ''}"

    def challenge(self) -> str:
        """Ask for a code for that authenticator. Returns the answer in words."""
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
        return "200 with an oob_code, and an email is on its way"

    def verify(self) -> str:
        """Send the code at hand. Returns the answer in words."""
        tokens = self.client.verify(mfa_token=self.mfa_token, oob_code=self.oob_code, binding_code=self.code)
        self.proven_token = tokens.access_token
        return "200 with tokens"

    # Acts: ways to a state, ways to spoil it, and ways out of it

    def use(self, **fields: Any) -> None:
        """From now on calls are made with these: `audience`, `mfa_token`."""
        for name, value in fields.items():
            setattr(self, name, value)

    def read_mail(self) -> None:
        """The code of the newest mail is at hand."""
        self.code = (self.controls.mails(self.email)[0].code or Secret("")).reveal()

    def enroll(self) -> None:
        """The user has a confirmed email and a new login."""
        self.login()
        self.associate()
        self.read_mail()
        self.verify()
        self.login()
        self.list()

    def login_for_the_mfa_audience(self) -> None:
        """An access token for the MFA audience is at hand: it may enroll at any moment."""
        audience = mfa_audience(self.session.client.discovery()["issuer"])
        # An email alone is never asked for here, so tokens come at once (documentation, manage page).
        self.access_token = self.client.login(self.email, self.password, audience=audience).access_token

    def mistype(self) -> None:
        """The code at hand is one beside the right one."""
        self.code = f"{(int(self.code) + 1) % 1_000_000:06d}"

    def fail(self, call: Callable[[], Any], times: int) -> None:
        """Make a call that is refused, again and again."""
        for _ in range(times):
            with suppress(MfaError):
                call()

    def be_impatient(self) -> None:
        """From now on the client gives up soon."""
        self.client.transport.timeout = SHORT_TIMEOUT

    def open_page(self) -> None:
        """From now on calls come from a web page: by the application without a secret, as a page cannot keep one."""
        clients = self.management.get("/clients")
        id = next(row["client_id"] for row in clients if row.get("token_endpoint_auth_method") == "none")
        self.client = MfaClient(self.client.base_url, id, session=self.client.session)
        self.client.transport.page = PAGE
        self._list_page(False)

    def list_page(self) -> None:
        """The page's origin is listed."""
        self._list_page(True)

    def leave(self) -> None:
        """Nothing of the page stays with its application."""
        if self.client.transport.page:
            self._list_page(False)

    def _list_page(self, listed: bool) -> None:
        path = "/clients/" + quote(self.client.client_id, safe="")
        others = [origin for origin in self.management.get(path).get("web_origins", []) if origin != PAGE]
        self.management.change("PATCH", path, {"web_origins": [*others, PAGE] if listed else others})

    def disallow(self, grant: str) -> None:
        """The application may not use `grant` any more."""
        path = "/clients/" + quote(self.client.client_id, safe="")
        allowed = self.management.get(path)["grant_types"]
        self.management.change("PATCH", path, {"grant_types": [name for name in allowed if name != grant]})

    @contextmanager
    def later(self, seconds: int) -> Iterator[None]:
        """The tenant's clock is ahead by `seconds`, and goes back. With 0 nobody touches it."""
        if not seconds:
            yield
            return
        self.controls.advance(seconds)
        try:
            yield
        finally:
            self.controls.advance(-seconds)
