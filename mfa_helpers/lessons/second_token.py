"""The second token: an access token for the MFA API itself, with which a user enrolls at any moment.

It needs no login in progress, and it does what the MFA token cannot: add an
authenticator beside an active one, and remove one (documentation, manage page).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from ..client import errors
from ..client.errors import LoginExpired, MfaTokenRefused, Refused, StepMissing
from ..client.grants import MFA_SCOPES, mfa_audience
from ..client.lifetimes import MFA_ACCESS_TOKEN_LIFETIME, minutes
from ..client.models import Authenticator, Enrollment, Tokens
from ..client.secret import Secret, secret
from ..client.validation import clean_address, clean_user_name
from ..learner.email_steps import FILLED_BY_A_BROWSER
from ..learner.session import LearnerSession
from ..storage.entries import ChosenAuthenticator, Enrolled

#: The calls that can be tried with either token, and the tokens.
CALLS = {
    "list": "GET /mfa/authenticators",
    "associate": "POST /mfa/associate",
    "challenge": "POST /mfa/challenge",
    "remove": "DELETE /mfa/authenticators/{id}",
}
TOKENS = {"mfa": "MFA token", "access": "access token"}

# Where a token of the wrong sort is refused: there the refusal is what is to be seen.
_WRONG_SORT = {("challenge", "access"), ("remove", "mfa")}


class SecondToken:
    """The steps with the access token. It lives shortly (`lifetimes`), and only in this notebook."""

    def __init__(self, session: LearnerSession) -> None:
        self._session = session
        # Of a kernel that was killed. A code is good with the token only with which it was asked for.
        self._token = secret(session.noted("access"))
        self._address: str | None = session.noted("address")
        self._oob_code = secret(session.noted("oob_code"))
        #: Whether a confirmed address was removed while the first one stayed.
        self.has_removed_second: bool = session.noted("removed second", False)
        #: Whether there's none to remove anymore, although none was removed beside the first one.
        self.second_is_gone = False
        #: As they were listed; empty once that isn't true anymore.
        self.rows: list[Authenticator] = []

    @property
    def token(self) -> Secret:
        """The access token. Raises `StepMissing`."""
        if self._token is None:
            raise StepMissing("There's no access token yet.", "Click “Sign in for the MFA API” above.")
        return self._token

    def sign_in(self, username: str | None = None, password: str | Secret | None = None) -> Tokens:
        """Sign in for the MFA audience. Without arguments the sandbox's own user does.

        Raises `MfaRequired` if the user has an active factor other than email:
        then the tenant wants it verified first.
        """
        session = self._session
        username = clean_user_name(username) or session.tenant.username
        password = secret(password) or session.tenant.password
        if not username or not password:
            raise errors.InvalidInput("The user name or the password is missing.", f"Type both. {FILLED_BY_A_BROWSER}")
        issuer = session.call("discovery", lambda: session.client.discovery())["issuer"]
        tokens: Tokens = session.call(
            "access",
            lambda: session.client.login(
                username, password, audience=mfa_audience(issuer), scope=MFA_SCOPES, realm=session.tenant.realm
            ),
        )
        self._token = tokens.access_token
        session.note("access", tokens.access_token, tokens.expires_in)
        return tokens

    def enroll(self, email: str) -> Enrollment:
        """Associate another email address; a code goes out."""
        address = clean_address(email)
        if address is None:
            raise errors.InvalidInput("The address is missing.", "Type an address other than the one in your profile.")
        client, token = self._session.client, self.token
        enrollment: Enrollment = self._call("second-associate", lambda: client.enroll_authenticator(token, address))
        self._oob_code, self._address, self.second_is_gone = enrollment.oob_code, address, False
        self._session.note("address", address)
        self._session.note("oob_code", enrollment.oob_code, self._session.tenant.code_lifetime)
        return enrollment

    @property
    def address(self) -> str | None:
        """The address that was associated last."""
        return self._address

    def enroll_again(self) -> Enrollment:
        """Send another code to the same address. Raises `StepMissing`."""
        if self._address is None:
            raise StepMissing("There's no second address yet.", "Associate one with the form above.")
        return self.enroll(self._address)

    def confirm(self, code: str | Secret) -> Tokens:
        """Confirm it. The access token stands where the MFA token stood."""
        client, token, oob_code = self._session.client, self.token, self._oob_code
        if oob_code is None:
            raise StepMissing("There's no code to confirm yet.", "Associate a second address with the form above.")
        try:
            tokens: Tokens = self._call(
                "second-confirm", lambda: client.verify(mfa_token=token, oob_code=oob_code, binding_code=code)
            )
        except errors.MfaRequired:
            self._used()  # this address is verified; the tenant wants another factor
            raise
        self._used()
        return tokens

    def _used(self) -> None:
        self._oob_code, self.rows = None, []
        self._session.note("oob_code", None)
        self._session.keep(Enrolled(time.time()))  # what lists the emails lists them again

    def list_authenticators(self) -> list[Authenticator]:
        """All authenticators of the user."""
        client, token = self._session.client, self.token
        self.rows = self._call("second-list", lambda: client.list_authenticators(token))
        return self.rows

    def remove(self, authenticator_id: str) -> None:
        """Remove one."""
        client, token = self._session.client, self.token
        confirmed = [row.id for row in self.rows if row.active and row.kind == "email"]
        self._call("second-delete", lambda: client.delete_authenticator(token, authenticator_id))
        if authenticator_id in confirmed[1:]:
            self.has_removed_second = True
            self._session.note("removed second", True)
        self.rows = [row for row in self.rows if row.id != authenticator_id]
        active = sum(row.active for row in self.rows)
        self.second_is_gone = active < 2 and self._oob_code is None and not self.has_removed_second
        session = self._session
        chosen = session.kept(ChosenAuthenticator)
        if chosen is not None and chosen.id == authenticator_id:
            session.forget("authenticator")
        if any(row.active and row.kind == "email" for row in self.rows):
            session.keep(Enrolled(time.time()))
        else:
            session.forget("enrolled")

    def try_out(self, call: str, token: str) -> str:
        """Send `call` (a key of `CALLS`) with `token` (a key of `TOKENS`), and say in words what the tenant answers.

        Raises `StepMissing` if a token is missing or too old, or if there is nothing to remove.
        """
        bearer = self.token if token == "access" else self._session.mfa_token
        send = self._sender(call, bearer)

        def act() -> str:
            try:
                return send()
            except Refused as refused:
                if isinstance(refused, LoginExpired) or (
                    isinstance(refused, MfaTokenRefused) and (call, token) not in _WRONG_SORT
                ):
                    raise
                words = refused.error_description or "no reason"
                return (
                    f"No. {refused.status} {refused.error}: {words}"
                    if refused.error
                    else f"No. {refused.status}: {words}"
                )

        said: str = (self._call if token == "access" else self._session.call)(f"try-{call}-{token}", act)
        return said

    def _sender(self, call: str, bearer: Secret) -> Callable[[], str]:
        client = self._session.client
        if call == "list":
            return lambda: f"Yes. 200, {len(client.list_authenticators(bearer))} listed"
        if call == "associate":  # the profile's address once more: nobody else gets mail by this
            return lambda: f"Yes. 200, oob_code for {client.enroll_authenticator(bearer).oob_channel}"
        if call == "challenge":  # not by the client, which does not let an access token through
            body: Mapping[str, Any] = {
                "client_id": client.client_id,
                "client_secret": client.client_secret,
                "challenge_type": "oob",
                "mfa_token": bearer,
            }
            return lambda: (
                f"Yes. {client.transport.send('POST', '/mfa/challenge', json_body=body).status}, an email is on its way"
            )
        victim = self._never_confirmed()

        def remove() -> str:
            client.delete_authenticator(bearer, victim)
            return "Yes. 204, removed"

        return remove

    def _never_confirmed(self) -> str:
        rows = [row for row in self.list_authenticators() if not row.active and row.kind == "email"]
        if not rows:
            raise StepMissing(
                "There's nothing to remove.",
                "First try POST /mfa/associate with the access token, because that adds an unconfirmed authenticator.",
            )
        return rows[0].id  # the newest may be the second address, whose code is still awaited

    def _call(self, step: str, act: Callable[[], Any]) -> Any:
        """A recorded call. A refused access token says nothing of the login in progress, so it is said otherwise."""

        def guarded() -> Any:
            try:
                return act()
            except (LoginExpired, MfaTokenRefused) as refused:
                self._token = None
                self._session.note("access", None)
                raise StepMissing(
                    f"The access token has expired. It's valid for {minutes(MFA_ACCESS_TOKEN_LIFETIME)}.",
                    "Click “Sign in for the MFA API” above, and then try again.",
                    exchange=refused.exchange,
                ) from None

        return self._session.call(step, guarded)
