"""`EmailSteps`: the steps of notebooks 01 to 05, and the shortest way to any of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from ..client import errors
from ..client.errors import MfaError, MfaRequired, StepMissing
from ..client.grants import mfa_audience
from ..client.models import Authenticator, Challenge, Enrollment, Tokens
from ..client.sandbox_controls import Mail
from ..client.secret import Secret, secret
from ..client.validation import clean_address, clean_code, clean_user_name
from ..storage.entries import KINDS, Address, ChosenAuthenticator, Enrolled, Login, PendingChallenge, PendingEnrollment
from ..tenants.tenant import DEFAULT_SCOPE, SANDBOX
from .session import LearnerSession
from .tenant_setup import TenantSetup

#: Browsers fill fields in, and tell the page only when somebody has clicked into them.
FILLED_BY_A_BROWSER = (
    "If the field looks filled in, your browser hasn't passed its value to the notebook, so type it by hand."
)

#: A code that is on its way, by the need that it meets.
_PENDING: dict[str, type[PendingEnrollment | PendingChallenge]] = {
    "enrollment": PendingEnrollment,
    "challenge": PendingChallenge,
}


class EmailSteps(LearnerSession):
    """The flow by email: each step keeps what the next one needs."""

    def _clear(self) -> None:
        super()._clear()
        #: The last list.
        self.authenticators: list[Authenticator] = []

    # The steps, in the order of the flow

    def login(self, username: str | None = None, password: str | Secret | None = None) -> MfaRequired | Tokens:
        """Sign in. Returns the `MfaRequired` with the MFA token, or tokens if no second factor is wanted.

        Without arguments the sandbox's own user signs in.
        """
        self.come_back()
        username = clean_user_name(username) or self.tenant.username
        password = secret(password) or self.tenant.password
        if not username:
            raise errors.InvalidInput(
                "The user name is missing.", f"Type your user's email address. {FILLED_BY_A_BROWSER}"
            )
        if not password:
            raise errors.InvalidInput(
                "The password is missing.", f"Type the password of your user. {FILLED_BY_A_BROWSER}"
            )

        try:
            return self.call(
                "login",
                lambda: self.client.login(
                    username,
                    password,
                    audience=self.tenant.audience,
                    scope=DEFAULT_SCOPE,
                    realm=self.tenant.realm,
                ),
            )
        except MfaRequired as required:
            return required

    def begin_login(self, username: str | None = None, password: str | Secret | None = None) -> MfaRequired:
        """Sign in where a second factor must be required. Raises `StepMissing` if the tenant issued tokens at once."""
        answer = self.login(username, password)
        if isinstance(answer, MfaRequired):
            return answer
        raise StepMissing(
            "The tenant issued tokens at once, so it doesn't require a second factor.",
            "Click “Reset sandbox” in notebook 00, which also restores the tenant's settings."
            if self.tenant.kind == SANDBOX
            else "In the Dashboard, under Security > Multi-factor Auth, set the policy to Always.",
        )

    def associate(self, email: str | None = None) -> Enrollment:
        """Associate an email; a code goes out. Raises what `enroll_authenticator` raises."""
        email = clean_address(email)
        token = self.mfa_token

        def keep(enrollment: Enrollment) -> None:
            self.keep(Address(email))  # outlives the code, so that a new one goes to the same place
            self.keep(PendingEnrollment(Secret(enrollment.oob_code or "")), self.tenant.code_lifetime)

        return self.call("associate", lambda: self.client.enroll_authenticator(token, email), keep)

    def confirm(self, code: str | Secret) -> Tokens:
        """Confirm the new email with the code of its mail. The login is complete, and its MFA token spent."""

        def keep() -> None:
            self.keep(Enrolled())
            self.forget("enrollment")

        return self._verify("confirm", PendingEnrollment, Secret(clean_code(code)), keep)

    def list_authenticators(self) -> list[Authenticator]:
        """All authenticators of the user; those that can be challenged are `active`."""
        token = self.mfa_token

        def keep(listed: list[Authenticator]) -> None:
            self.authenticators = listed
            if self.usable():
                self.keep(Enrolled())
            else:
                self.forget("enrolled", "authenticator")

        return self.call("list", lambda: self.client.list_authenticators(token), keep)

    def usable(self) -> list[Authenticator]:
        """Of the last list: the active emails. An unconfirmed one is never offered."""
        return [one for one in self.authenticators if one.active and one.kind == "email"]

    def pick(self, authenticator_id: str | None = None) -> Authenticator:
        """Choose an authenticator of the last list; without an id, the first usable one."""
        usable = self.usable()
        for one in usable:
            if authenticator_id in (None, one.id):
                self.keep(ChosenAuthenticator(one.id, one.name))
                return one
        if not usable and self.authenticators:
            raise errors.NoSuchAuthenticator(
                "No confirmed email is in the list.",
                "Associate and confirm one, as in notebooks 02 and 03.",
            )
        if not usable:
            raise errors.NotEnrolled()
        raise errors.NoSuchAuthenticator()

    def challenge(self) -> Challenge:
        """Ask for a code for the chosen authenticator. A mail goes out."""
        token, chosen = self.mfa_token, self.needed(ChosenAuthenticator)

        def keep(challenge: Challenge) -> None:
            self.keep(PendingChallenge(Secret(challenge.oob_code or "")), self.tenant.code_lifetime)

        return self.call(
            "challenge",
            lambda: self.client.challenge_authenticator(mfa_token=token, authenticator_id=chosen.id),
            keep,
        )

    def complete(self, code: str | Secret) -> Tokens:
        """Answer the challenge with the code of its mail. Returns the tokens of the login."""
        return self._verify("complete", PendingChallenge, Secret(clean_code(code)), lambda: self.forget("challenge"))

    def unenroll(self) -> int:
        """Remove every authenticator of the sandbox's user, the API's own way. Returns how many were removed.

        It signs in for the MFA audience: that access token may list and remove.
        Raises `StepMissing` on a live tenant, where the password isn't known here.
        """
        username, password = self.tenant.username or "", self.tenant.password
        if password is None:
            raise StepMissing(
                "The password of your own tenant's user isn't known here.", "Remove the email in the Dashboard."
            )
        audience = mfa_audience(self.call("discovery", lambda: self.client.discovery())["issuer"])
        try:
            tokens = self.call("login to remove", lambda: self.client.login(username, password, audience=audience))
        except MfaRequired:
            # Another factor than email would have to be verified first. An administrator need not.
            self.companion(TenantSetup).take_off_all()
            self.forget("flow")
            return 1
        rows = self.call("list to remove", lambda: self.client.list_authenticators(tokens.access_token))
        removed = 0
        for row in rows:
            # The profile's own verified address is listed, and nobody can remove it.
            with suppress(errors.AddressRefused):
                self.call("delete", partial(self.client.delete_authenticator, tokens.access_token, row.id))
                removed += 1
        self.forget("enrollment", "address", "enrolled", "authenticator", "challenge", "flow")
        return removed

    def reset(self) -> None:
        """Forget everything: the handover and, in the sandbox, what is enrolled and mailed."""
        if self.tenant.is_sandbox:
            self.guarded(lambda: self.tenant.require_controls().reset())
        self.handover.forget(self.tenant.key)
        self._clear()

    def adopt(self, need: str, response: Mapping[str, Any]) -> None:
        """Let the forms go on with a code that your own call has asked for.

        `need` is `enrollment` or `challenge`, and `response` is the body of the response. Without an `oob_code` in it, nothing changes.
        Raises `InvalidInput` for another word, for what isn't such a body, and for an `oob_code` that isn't text.
        """
        if not isinstance(need, str) or need not in _PENDING:
            raise errors.InvalidInput(
                f"'{need}' isn't a step whose code the forms can use.",
                "As the first argument, write one of these words: enrollment, challenge.",
            )
        if not isinstance(response, Mapping):
            raise errors.InvalidInput(
                "This isn't the body of a response.", "As the second argument, write response.json()."
            )
        oob_code = response.get("oob_code")
        if not isinstance(oob_code, str | Secret | None):
            raise errors.InvalidInput(
                "The oob_code in this response isn't text.",
                "As the second argument, write response.json(), and leave it as the tenant sent it.",
            )
        if oob_code:
            self.keep(_PENDING[need](Secret(oob_code)), self.tenant.code_lifetime)

    # The inbox

    def mails(self, *needs: str) -> list[Mail]:
        """The emails to the associated address, newest first; none on a live tenant.

        Those whose codes your forms wait for come first, wherever they went, because another code may have been sent since.
        Each of `needs` is `enrollment` or `challenge`, and only codes for them count; without any, both.
        If the address is not known here (another session associated it), all emails.
        """
        associated = self.kept(Address)
        address = None if associated is None else associated.email or self.tenant.username
        waiting = [entry.oob_code for need in needs or _PENDING if (entry := self.kept(_PENDING[need]))]
        awaited = []
        if waiting:
            found = self.guarded(lambda: self.tenant.mails())
            awaited = [mail for mail in found if any(mail.belongs_to(oob_code) for oob_code in waiting)]
        return awaited + [mail for mail in self.guarded(lambda: self.tenant.mails(address)) if mail not in awaited]

    def awaits(self, need: str, mail: Mail) -> bool:
        """Whether the code of `mail` is the one for `need`, which is `enrollment` or `challenge`.

        Raises `StepMissing` or `CodeExpired` if no such code is on its way.
        """
        oob_code = self.needed(_PENDING[need]).oob_code
        return not mail.fingerprint or mail.belongs_to(oob_code)  # an older sandbox tells no fingerprints

    def newest_code(self, mails: list[Mail] | None = None) -> Secret:
        """The code of the first of `mails`, else of `mails()`. Raises `StepMissing` if there is none."""
        for mail in self.mails() if mails is None else mails:
            if mail.code:
                return mail.code
            if mail.fingerprint:  # it should have one; that of an older message wouldn't be right
                raise StepMissing(
                    "This email has no code in it.", "Write {{ code }} into its template, and request a new one."
                )
        raise StepMissing("There's no email with a code.", "Request a code first.")

    # What is there and what is missing

    def seconds_left(self, need: str) -> int | None:
        """How long `need` is good by this machine's clock; `None` if it does not expire or is not there."""
        entry = self.kept(KINDS[need]) if need in KINDS else None  # tokens are in this kernel or nowhere
        if entry is None or entry.expires_at is None:
            return None
        return max(int(entry.expires_at - time.time()), 0)

    def pending_email(self) -> str | None:
        """The address that was associated last; `None` means the profile's."""
        address = self.kept(Address)
        return None if address is None else address.email

    def chosen(self) -> dict[str, Any] | None:
        """The chosen authenticator: `id` and masked `name`."""
        chosen = self.kept(ChosenAuthenticator)
        return None if chosen is None else {"id": chosen.id, "name": chosen.label}

    def missing(self, *needs: str) -> list[str]:
        """Which of `needs` are not there."""
        return [need for need in needs if not self.has(need)]

    def catch_up(self, *needs: str, username: str | None = None, password: str | Secret | None = None) -> None:
        """Redo the shortest way to `needs`.

        In the sandbox it can do everything, also read the mail. On a live tenant
        it signs in with `username` and `password` and goes as far as no code is
        needed. Raises `StepMissing` where only you can go on.
        """
        for need in [*needs, *needs]:  # twice: confirming an email spends the login that another need wants
            if not self.has(need):
                self._obtain(need, username, password)

    def _obtain(self, need: str, username: str | None, password: str | Secret | None) -> None:
        if need == "login":
            self.begin_login(username, password)
            return
        self.catch_up("login", username=username, password=password)
        if need == "enrollment":
            try:
                self.associate(self.pending_email())
            except errors.AlreadyEnrolled:
                if not (self.hands_free and self.tenant.is_sandbox):
                    raise
                self.unenroll()  # what an earlier run has confirmed; nobody is there who would mind
                self.catch_up("login")
                self.associate()
        elif need == "enrolled":
            # A code that is still on its way is the shortest; then an email that is confirmed already.
            if not self.has("enrollment"):
                self.list_authenticators()
                if self.usable():
                    return
                if not self.tenant.can_read_mail:
                    raise StepMissing("This user has no confirmed email.", "Open notebook 02 and continue from there.")
                if any(one.active and one.kind != "recovery-code" for one in self.authenticators):
                    self.unenroll()  # a notebook left another factor behind, and that closes the way for an email
                    self.login()
                self.associate()
            self.confirm(self._code_or_stop())
        elif need == "authenticator":
            self.catch_up("enrolled", "login", username=username, password=password)
            self.list_authenticators()
            self.pick()
        elif need == "challenge":
            self.catch_up("authenticator", "login", username=username, password=password)
            self.challenge()
        elif need == "tokens":
            self.catch_up("challenge", username=username, password=password)
            self.complete(self._code_or_stop("Type it into the form that asks for it."))

    def _code_or_stop(self, else_do: str = "Open notebook 03 and type it there.") -> Secret:
        if not self.tenant.can_read_mail:
            raise StepMissing("A code is in your own mailbox.", else_do)
        return self.newest_code()

    def _verify(
        self, step: str, pending: type[PendingEnrollment | PendingChallenge], code: Secret, keep: Callable[[], None]
    ) -> Tokens:
        token = self.mfa_token  # first: without the login no new code helps
        oob_code = self.needed(pending).oob_code
        login = self.needed(Login)
        self.forget("login")  # a right code spends it, and a kernel may be killed before it hears so

        def done(tokens: Tokens) -> None:
            self.tokens = tokens
            keep()

        try:
            return self.call(
                step, lambda: self.client.verify(mfa_token=token, oob_code=oob_code, binding_code=code), done
            )
        except MfaRequired:
            keep()  # this factor is verified, and its oob_code used; the login goes on with another factor
            raise
        except (errors.LoginExpired, errors.MfaTokenRefused):
            raise
        except MfaError:
            with self.handover.transaction():
                if not self.has("login"):  # another notebook may have signed in meanwhile
                    self.keep(login)  # not spent
            raise
