"""A tenant of its own for each try: the learner's function runs there, and nothing of the course's own tenant changes."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from tempfile import TemporaryDirectory
from typing import Any

from ...client.errors import MfaRequired, SandboxUnusable, UnreadableAnswer
from ...client.grants import MFA_SCOPES, mfa_audience
from ...client.mfa import MfaClient
from ...client.sandbox_controls import Mail
from ...client.secret import Secret, plain
from ...client.transport import new_session
from ...tenants.environment import past_the_proxy
from ...tenants.opening import open_recording
from ...tenants.tenant import DEFAULT_SCOPE
from . import program
from .evidence import Request, Seen, secrets_in
from .hiding import hidden

_LONGEST_TEXT = 2000  # letters
_MOST_REQUESTS = 200  # the tenant forgets the oldest of more; see its recorder
_TOO_MUCH = "Your function sent too much to be checked. Send each request of the task once."
_NOTHING_YET = program.Outcome()


@dataclass(frozen=True)
class TenantDetails:
    """What an exercise's function is told about the tenant, as plain text. `client_secret` is `None` for a public application."""

    base_url: str
    client_id: str
    client_secret: str | None = field(repr=False)
    audience: str
    issuer: str


class NoMessage(Exception):
    """A code was asked for before one had been sent."""


class PracticeTenant:
    """A sandbox that tells what has arrived; every exercise begins there again.

    For `is_own_issuer` and `tls`, see `open_recording`. `ca_file` is the authority to trust, if it serves HTTPS.
    """

    def __init__(self, *, is_own_issuer: bool = False, tls: bool = False) -> None:
        try:
            self._folder = TemporaryDirectory(prefix="mfa-practice-", ignore_cleanup_errors=True)
        except OSError as error:
            raise SandboxUnusable(
                f"The practice tenant can't be started ({error.strerror or error}). Fix that problem."
            ) from None
        tenant, self._stop = open_recording(self._folder.name, is_own_issuer=is_own_issuer, tls=tls)
        past_the_proxy("127.0.0.1", "localhost")
        self.controls, self.management = tenant.require_controls(), tenant.require_management()
        self.ca_file = tenant.ca_file
        session = new_session(tenant.ca_file)
        self.client = MfaClient(tenant.base_url, tenant.client_id, tenant.client_secret, session=session)
        tenant.use(self.client.session)
        self.username, self._password = tenant.username or "", tenant.password or Secret("")
        try:
            issuer = self.client.discovery()["issuer"]
        except BaseException:  # nobody else could stop it
            self.close()
            raise
        self.details = TenantDetails(
            base_url=tenant.base_url,
            client_id=tenant.client_id,
            client_secret=tenant.client_secret.reveal() if tenant.client_secret else None,
            audience=tenant.audience or "",
            issuer=issuer,
        )

    def close(self) -> None:
        """Stop it, and remove its files."""
        self._stop()
        self._folder.cleanup()

    @property
    def password(self) -> str:
        """The user's password, as plain text."""
        return self._password.reveal()


@cache
def practice_tenant() -> PracticeTenant:
    """The one of this process; it goes when the process ends."""
    made = PracticeTenant()
    atexit.register(made.close)
    return made


class Trial:
    """One try of one function, or of a program that `watch` is told to run. `seen` has what was seen of each run."""

    def __init__(self, tenant: PracticeTenant, function: Callable[..., Any] | None = None) -> None:
        self._tenant = tenant
        self._function = function
        self.tenant = tenant.details
        self.username, self.password = tenant.username, tenant.password
        self.seen: list[Seen] = []
        self._secrets: list[str | Secret | None] = [self.password, self.tenant.client_secret]
        self._access_token: Secret | None = None

    # Setting the tenant up

    def begin(self, *addresses: str, phone: str = "", **settings: Any) -> None:
        """Start from the tenant's first day, set up as `settings` say, with these email addresses confirmed, the oldest first.

        `phone` is a number that is enrolled, too.
        """
        factors = [{"type": "email", "email": address} for address in addresses]
        factors += [{"type": "phone", "phone_number": phone}] if phone else []
        user = {"email": self.username, "factors": factors}
        self._tenant.controls.reset({"settings": settings, "users": [user]})
        self._access_token = None

    def enroll(self, address: str, *, confirm: bool = True) -> None:
        """Enroll an email address for the user."""
        client, token = self._tenant.client, self.access_token()
        enrollment = client.enroll_authenticator(token, address)
        if confirm:
            client.verify(mfa_token=token, oob_code=enrollment.oob_code, binding_code=Secret(self.newest_code()))

    def access_token(self) -> Secret:
        """An access token for the MFA API; a password is enough where nothing but email is enrolled."""
        if self._access_token is None:  # one is enough for a try: signing in takes its time
            audience = mfa_audience(self.tenant.issuer)
            login = self._tenant.client.login(self.username, self.password, audience=audience, scope=MFA_SCOPES)
            self._access_token = login.access_token
        return self._access_token

    def mfa_token(self) -> str:
        """The MFA token of a new login."""
        try:
            self._tenant.client.login(self.username, self.password, audience=self.tenant.audience, scope=DEFAULT_SCOPE)
        except MfaRequired as required:
            return required.mfa_token.reveal()
        raise AssertionError("the practice tenant asks for a second factor")

    def associate(self, mfa_token: str) -> str:
        """Enroll the profile's own address with an MFA token; returns the `oob_code`."""
        enrollment = self._tenant.client.enroll_authenticator(Secret(mfa_token), None)
        return enrollment.oob_code.reveal() if enrollment.oob_code else ""

    def rows(self, token: str | Secret | None = None) -> list[Any]:
        """The user's authenticators, as the client reads them, the oldest first."""
        return self._tenant.client.list_authenticators(token or self.access_token())

    def mails(self) -> list[Mail]:
        """The emails, newest first."""
        return self._tenant.controls.mails()

    def newest_code(self, after: int = 0) -> str:
        """The code of the newest email, if its id is above `after`. Raises `NoMessage` if there is none."""
        for mail in self.mails():
            if mail.id > after and mail.code:
                return mail.code.reveal()
        raise NoMessage

    def _newest(self) -> int:
        return max((mail.id for mail in self.mails()), default=0)

    # Running the learner's function

    def call(self, *arguments: Any, secrets: tuple[str, ...] = ()) -> Seen:
        """Call the function, and return what was seen. `secrets` are those of its arguments that no text may show.

        Raises `program.Unusable` if it sent more than can be looked through.
        """
        function = self._function
        assert function is not None
        seen = self.watch(lambda: program.run(function, arguments), *secrets)
        if not seen.is_whole:
            raise program.Unusable(f"{_TOO_MUCH} {seen.trouble}".rstrip())
        return seen

    def watch(self, act: Callable[[], program.Outcome], *secrets: str) -> Seen:
        """Let `act` run a program, and return what was seen. `secrets` are those that it's told."""
        newest = self._newest()
        self._tenant.controls.forget_requests()
        self._secrets += secrets
        seen = self.arrived(act(), newest)
        self.seen.append(seen)
        return seen

    def arrived(self, outcome: program.Outcome = _NOTHING_YET, newest: int = 0) -> Seen:
        """What the tenant has seen since the run began. Emails with an id above `newest` count."""
        try:
            rows, is_readable = self._tenant.controls.requests(), True
        except UnreadableAnswer:  # too large; so nobody knows which secrets were sent, and nothing is shown
            rows, is_readable, outcome = [], False, program.Outcome(exception=outcome.exception)
        mails = self.mails()
        new = [mail for mail in reversed(mails) if mail.id > newest]
        issued = secrets_in([row["response"] for row in rows])
        known = [*self._secrets, *issued, *(mail.code for mail in mails)]
        self._secrets = [*{plain(secret): secret for secret in known if secret}.values()]
        sent = [*secrets_in(rows)]  # also what the function made up: "wrong" as a password, for example
        return Seen(
            requests=[Request.from_row(row) for row in rows],
            mails_to=[mail.to for mail in new],
            codes=[mail.code.reveal() for mail in new if mail.code],
            returned=outcome.returned,
            trouble=hidden(outcome.trouble, sent),
            exception=outcome.exception,
            printed=hidden(outcome.printed, sent),
            is_whole=is_readable and len(rows) < _MOST_REQUESTS,
        )

    def masked(self, text: str, *, end: bool = False) -> str:
        """`text` fit to be shown: without the secrets of this try, and not too long, of which `end` keeps the end."""
        masked = hidden(text, self._secrets)  # cut last, or half a secret could be left
        return masked[-_LONGEST_TEXT:] if end else masked[:_LONGEST_TEXT]

    def masked_lines(self, lines: Sequence[str]) -> list[str]:
        """The same for each of them. They're masked together, because to spell all secrets takes its time."""
        return [one[:_LONGEST_TEXT] for one in hidden("\0".join(lines), self._secrets).split("\0") if one]

    def read_code(self) -> Callable[[], str]:
        """What a function is given to ask the person for the six digits: they are those of the newest email of this try."""
        before = self._newest()

        def read_code() -> str:  # its name is seen on the wire if it's sent without being called
            return self.newest_code(before)

        return read_code
