"""`Lab`: the learner's place in the flow.

It holds the tenant, the client, the inbox and the hand-over, and it knows what
each step needs and gives. Forms and notebooks ask it; it knows neither.
"""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from typing import Any, TypeVar

from .client import errors
from .client.errors import MfaError, MfaRequired, StepMissing
from .client.mfa import MfaClient
from .client.models import Authenticator, Challenge, Enrollment, Exchange, Tokens
from .client.sandbox_controls import Mail
from .client.secret import Secret
from .client.validation import clean_address, clean_code
from .learner.tenant_setup import TenantSetup
from .lessons.checkpoints import CHECKPOINTS, CheckpointNotReached
from .outline import NEEDS
from .show import sequence
from .show.exchange import WireView
from .show.projector import for_the_room
from .storage.handover import Handover
from .storage.progress import Progress, this_notebook
from .tenants import class_tenant, environment
from .tenants.opening import open_tenant
from .tenants.tenant import CLASS, DEFAULT_SCOPE, SANDBOX, Tenant

#: Seconds that an MFA token and a code live. The tenant never tells, and it has the last word.
MFA_TOKEN_LIFETIME = 600  # community article 123043
CODE_LIFETIME = 300  # documentation, ROPG-with-MFA page

#: Seconds that what is noted of an enrolment is good: a long lesson.
LESSON = 7200

Part = TypeVar("Part")
Result = TypeVar("Result")


@cache
def _settle() -> None:
    """What is loaded by now stays until the kernel ends.

    Not looking through it for garbage again saves a fifth of a second at each
    kernel's end (measured); looking less often saves some on the way, because
    libraries are still to be loaded then.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


class Lab:
    """One learner, one tenant.

    `tenant` is `"sandbox"`, `"class"` or `"live"`. What was chosen in notebook 00
    holds in the others as long as they say `"sandbox"`, their default; so does a
    class that `MFA_CLASS` names. `own` is for notebooks that change their tenant:
    they leave a class's alone and use a sandbox. `hands_free` makes forms fill and
    submit themselves; the environment variable `MFA_HANDS_FREE=1` switches it on
    as well.

    Raises `InvalidInput` if a live tenant is asked for whose settings are missing,
    and what `open_tenant` raises for a class.
    """

    def __init__(
        self,
        tenant: str = SANDBOX,
        *,
        hands_free: bool = False,
        handover: Handover | None = None,
        own: bool = False,
    ) -> None:
        self.hands_free = hands_free or os.environ.get("MFA_HANDS_FREE") == "1"
        self.handover = handover or Handover()
        self.tokens: Tokens | None = None
        #: What the last try of a step has raised, unless a later try went well; the newest is last.
        self.failures: dict[str, MfaError] = {}
        self.exchanges: dict[str, Exchange] = {}
        #: Every call of this kernel, oldest first: (step, exchange).
        self.history: list[tuple[str, Exchange]] = []
        #: The last call of all: its place in the flow, and its exchange.
        self.last: tuple[str, Exchange] | None = None
        self.authenticators: list[Authenticator] = []
        self._parts: dict[Any, Any] = {}
        self._here = this_notebook()
        self._lock = threading.RLock()
        chosen = tenant
        if tenant == SANDBOX and not self.hands_free:
            chosen = self.handover.choice() or (CLASS if environment.environment_line() else SANDBOX)
        if own and chosen == CLASS:
            print(
                "Here a sandbox of your own is used, not the class's tenant: how that is set up is not yours to change."
            )
            chosen = SANDBOX
        if chosen in (tenant, SANDBOX):
            self._open(chosen)
        else:
            self._open_chosen(chosen)
        here = self._here
        if here is not None:
            self.note_progress(lambda progress: progress.begun(here))
        _settle()

    def __repr__(self) -> str:
        return f"Lab({self.tenant.kind!r})"

    def _open(self, kind: str, join_line: str | None = None) -> None:
        self.tenant: Tenant = open_tenant(kind, self.handover, join_line)
        #: Whether the tenant has said who it is and shown its keys.
        self.is_checked: bool = False
        self.client = MfaClient(self.tenant.base_url, self.tenant.client_id, self.tenant.client_secret)
        self.client.session.verify = self.tenant.ca_file or True
        if self.tenant.inbox is not None:
            self.tenant.inbox.use(self.client.session)
            if self.tenant.management is not None:
                self.tenant.management.use(self.client.session)
            environment.past_the_proxy("127.0.0.1", "localhost")

    def _open_chosen(self, kind: str) -> None:
        try:
            self._open(kind)
        except MfaError as error:
            print(f"{error.what} {error.next_step} Until then, this is the sandbox.")
            self._open(SANDBOX)

    # The steps, in the order of the flow

    def choose(self, kind: str, join_line: str | None = None) -> dict[str, Any]:
        """Choose the tenant for this notebook and the next, and ask it who it is.

        Returns its discovery document. Raises `InvalidInput`, a subclass of `NotReached`, and
        `Refused` if a class does not let you in.
        """
        with self._lock:
            self._open(kind, join_line)
            self.handover.choose(kind)
            self.tokens, self.authenticators, self.exchanges, self.history, self.failures = (
                None,
                [],
                {},
                [],
                {},
            )  # of another tenant
            self.last = None
            self._parts.clear()
        return self.check()

    def check(self) -> dict[str, Any]:
        """Ask the tenant who it is and for its keys. Returns the discovery document.

        Raises `UnreadableAnswer` if it names no issuer or publishes no key.
        """
        self.is_checked = False
        described = self.call("discovery", lambda: self.client.discovery())
        if not described.get("issuer"):
            raise errors.UnreadableAnswer("The tenant does not say who it is: its discovery page names no issuer.")
        if not self.call("jwks", lambda: self.client.jwks()).get("keys"):
            raise errors.UnreadableAnswer("The tenant publishes no key, so no signature of it can be checked.")
        self.is_checked = True
        return described

    def login(self, username: str | None = None, password: str | Secret | None = None) -> MfaRequired | Tokens:
        """Sign in. Returns the `MfaRequired` with the MFA token, or tokens if no second factor is wanted.

        Without arguments the sandbox's own user signs in.
        """
        username = (username or self.tenant.username or "").strip()
        password = password or self.tenant.password
        if not username:
            raise errors.InvalidInput("There is no user name.", "Type the e-mail address of your user.")
        if not password:
            raise errors.InvalidInput("There is no password.", "Type the password of your user.")

        def act() -> MfaRequired | Tokens:
            try:
                return self.client.login(
                    username,
                    password,
                    audience=self.tenant.audience,
                    scope=DEFAULT_SCOPE,
                    realm=self.tenant.realm,
                )
            except MfaRequired as required:
                return required

        answer = self.call("login", act)
        if isinstance(answer, MfaRequired):
            # A new login leaves codes of an older one behind: they would not match it.
            self._forget("enrolment", "challenge")
            self._keep("login", {"mfa_token": answer.mfa_token.reveal()}, MFA_TOKEN_LIFETIME)
        return answer

    def associate(self, email: str | None = None) -> Enrollment:
        """Associate an e-mail; a code goes out. Raises what `enroll_authenticator` raises."""
        email = clean_address(email)
        token = self.mfa_token
        enrollment = self.call("associate", lambda: self.client.enroll_authenticator(token, email))
        self._keep("address", {"email": email})  # outlives the code, so that a new one goes to the same place
        self._keep("enrolment", {"oob_code": Secret(enrollment.oob_code or "").reveal()}, CODE_LIFETIME)
        return enrollment

    def confirm(self, code: str | Secret) -> Tokens:
        """Confirm the new e-mail with the code of its mail. The login is complete, and its MFA token spent."""
        tokens = self._verify("confirm", "enrolment", clean_code(code))
        self._keep("enrolled", {})
        self._forget("enrolment")
        return tokens

    def list_authenticators(self) -> list[Authenticator]:
        """All authenticators of the user; those that can be challenged are `active`."""
        token = self.mfa_token
        self.authenticators = self.call("list", lambda: self.client.list_authenticators(token))
        if self.usable():
            self._keep("enrolled", {})
        else:
            self._forget("enrolled", "authenticator")
        return self.authenticators

    def usable(self) -> list[Authenticator]:
        """Of the last list: the active e-mails. An unconfirmed one is never offered."""
        return [one for one in self.authenticators if one.active and one.kind == "email"]

    def pick(self, authenticator_id: str | None = None) -> Authenticator:
        """Choose an authenticator of the last list; without an id, the first usable one."""
        usable = self.usable()
        for one in usable:
            if authenticator_id in (None, one.id):
                self._keep("authenticator", {"id": one.id, "name": one.name})
                return one
        if not usable and self.authenticators:
            dropped = len(self.authenticators)
            raise errors.NoSuchAuthenticator(
                f"None of the {dropped} listed authenticators is a confirmed e-mail.",
                "Associate and confirm one: notebooks 02 and 03.",
            )
        if not usable:
            raise errors.NotEnrolled()
        raise errors.NoSuchAuthenticator()

    def challenge(self) -> Challenge:
        """Ask for a code for the chosen authenticator. A mail goes out."""
        token, chosen = self.mfa_token, self._needed("authenticator")
        answer = self.call(
            "challenge", lambda: self.client.challenge_authenticator(mfa_token=token, authenticator_id=chosen["id"])
        )
        self._keep("challenge", {"oob_code": Secret(answer.oob_code or "").reveal()}, CODE_LIFETIME)
        return answer

    def complete(self, code: str | Secret) -> Tokens:
        """Answer the challenge with the code of its mail. Returns the tokens of the login."""
        tokens = self._verify("complete", "challenge", clean_code(code))
        self._forget("challenge")
        return tokens

    def unenroll(self) -> int:
        """Remove every authenticator of the sandbox's user, the API's own way. Returns how many were removed.

        It signs in for the MFA audience: that access token may list and remove.
        Raises `StepMissing` on a live tenant, where the password is not known here.
        """
        if self.tenant.password is None:
            raise StepMissing("Your own tenant's password is not known here.", "Remove the e-mail in the Dashboard.")
        username, password = self.tenant.username or "", self.tenant.password
        audience = self.call("discovery", lambda: self.client.discovery())["issuer"] + "mfa/"
        try:
            tokens = self.call("login to remove", lambda: self.client.login(username, password, audience=audience))
        except MfaRequired:
            # Another factor than e-mail would have to be proven first. An administrator need not.
            self.part(TenantSetup).take_off_all()
            return 1
        rows = self.call("list to remove", lambda: self.client.list_authenticators(tokens.access_token))
        removed = 0
        for row in rows:
            # The profile's own verified address is listed, and nobody can remove it.
            with suppress(errors.AddressRefused):
                self.call("delete", partial(self.client.delete_authenticator, tokens.access_token, row.id))
                removed += 1
        self._forget("enrolment", "address", "enrolled", "authenticator", "challenge")
        return removed

    def start_afresh(self) -> None:
        """Forget everything: the hand-over and, in the sandbox, what is enrolled and mailed."""
        if self.tenant.inbox is not None:
            inbox = self.tenant.inbox
            self.guarded(inbox.start_afresh)
        self.handover.forget(self.tenant.key)
        self.tokens, self.authenticators, self.exchanges, self.history, self.failures = None, [], {}, [], {}
        self.last = None

    def part(self, kind: Callable[[Lab], Part]) -> Part:
        """This lab's one `kind`: steps beside the flow have classes of their own, which are given the lab."""
        made: Part = self._parts.get(kind) or self._parts.setdefault(kind, kind(self))
        return made

    # The inbox

    def mails(self) -> list[Mail]:
        """The mails to the associated address, newest first; none on a live tenant.

        If the address is not known here (another session associated it), all mails.
        """
        inbox = self.tenant.inbox
        if inbox is None:
            return []
        associated = self._get("address")
        address = None if associated is None else associated["email"] or self.tenant.username
        return self.guarded(lambda: inbox.mails(address))

    def newest_code(self, mails: list[Mail] | None = None) -> Secret:
        """The code of the newest of `mails`, else of all. Raises `StepMissing` if there is none."""
        for mail in self.mails() if mails is None else mails:
            if mail.code:
                return mail.code
        raise StepMissing("There is no mail with a code.", "Ask for a code first.")

    @property
    def failure(self) -> MfaError | None:
        """The newest of `failures`."""
        return next(reversed(self.failures.values()), None)

    # What is there and what is missing

    @property
    def mfa_token(self) -> Secret:
        """The token of the login in progress. Raises `StepMissing`."""
        return Secret(self._needed("login")["mfa_token"])

    def has(self, need: str) -> bool:
        """Whether `need` (a key of `NEEDS`) is there and not expired. Tokens are in this kernel or nowhere."""
        if need == "tokens":
            return self.tokens is not None
        return self._get(need) is not None

    def has_expired(self, need: str) -> bool:
        """Whether `need` was there and its time is over."""
        return self.handover.has_expired(self.tenant.key, need)

    def seconds_left(self, need: str) -> int | None:
        """How long `need` is good by this machine's clock; `None` if it does not expire or is not there."""
        expires_at = (self._get(need) or {}).get("expires_at")
        return None if expires_at is None else max(int(expires_at - time.time()), 0)

    def pending_email(self) -> str | None:
        """The address that was associated last; `None` means the profile's."""
        return (self._get("address") or {}).get("email")

    def chosen(self) -> dict[str, Any] | None:
        """The chosen authenticator: `id` and masked `name`."""
        return self._get("authenticator")

    def missing(self, *needs: str) -> list[str]:
        """Which of `needs` are not there."""
        return [need for need in needs if not self.has(need)]

    def catch_up(self, *needs: str, username: str | None = None, password: str | Secret | None = None) -> None:
        """Redo the shortest way to `needs`.

        In the sandbox it can do everything, also read the mail. On a live tenant
        it signs in with `username` and `password` and goes as far as no code is
        needed. Raises `StepMissing` where only you can go on.
        """
        for need in [*needs, *needs]:  # twice: confirming an e-mail spends the login that another need wants
            if not self.has(need):
                self._obtain(need, username, password)

    def _obtain(self, need: str, username: str | None, password: str | Secret | None) -> None:
        if need == "login":
            if not isinstance(self.login(username, password), MfaRequired):
                raise StepMissing(
                    "The tenant gave tokens at once: it wants no second factor.",
                    "In the Dashboard, set Security, Multi-factor Auth, Policies to Always.",
                )
            return
        self.catch_up("login", username=username, password=password)
        if need == "enrolment":
            self.associate(self.pending_email())
        elif need == "enrolled":
            # A code that is still on its way is the shortest; then an e-mail that is confirmed already.
            if not self.has("enrolment"):
                self.list_authenticators()
                if self.usable():
                    return
                if self.tenant.inbox is None:
                    raise StepMissing("This user has no confirmed e-mail.", "Open notebook 02 and go on from there.")
                if any(one.active and one.kind != "recovery-code" for one in self.authenticators):
                    self.unenroll()  # a notebook left another factor behind, and that closes the way for an e-mail
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
            self.complete(self._code_or_stop("Type it into the form for it."))

    def _code_or_stop(self, else_do: str = "Open notebook 03 and type it there.") -> Secret:
        if self.tenant.inbox is None:
            raise StepMissing("A code is in your own mailbox.", else_do)
        return self.newest_code()

    # What the notebooks print

    def preflight(self) -> None:
        """Print what a lesson needs from this machine and its tenant, and whether it is there."""
        from .lessons import preflight  # notebook 00 alone asks

        for fine, sentence in preflight.findings(self):
            print(f"{'✔' if fine else '✘'} {sentence}")

    def wire(self, step: str | None = None) -> WireView:
        """The last exchange of `step`, or of all, secrets masked, and beside it the flow so far."""
        place, exchange = (step, self.exchanges.get(step)) if step else self.last or ("", None)
        return WireView(exchange, place, self._get("flow") or {}, self.shown)

    def shown(self, value: object) -> str:
        """`value` as text for the screen; where a room looks on, addresses and codes in it are masked."""
        text = str(value)
        masked = for_the_room(text)  # first: to ask the hand-over costs a page of a browser ten milliseconds
        return masked if masked != text and self.handover.is_projecting() else text

    def checkpoint(self, name: str) -> None:
        """Say whether a step is done. Hands-free, raises `CheckpointNotReached` if it is not."""
        point = CHECKPOINTS[name]
        if point.holds(self):
            self.note_progress(lambda progress: progress.reached(point.notebook))
            print(f"✔ Checkpoint reached: {point.reached}")
        elif self.hands_free:
            raise CheckpointNotReached(f"{name}: {point.way}")
        else:
            print(f"✘ Not there yet. {point.way} Then run this cell again.")

    @property
    def progress(self) -> Progress:
        """How far this learner has come, in all notebooks."""
        return Progress()

    def note_progress(self, note: Callable[[Progress], None]) -> None:
        """Write down what a person has done; a notebook that runs hands-free is nobody's progress."""
        if not self.hands_free:
            note(self.progress)

    # What a kernel leaves to the next one of the same notebook, if it is killed

    def note(self, name: str, value: Any, lifetime: float | None = None) -> None:
        """Keep `value` for a later kernel of this notebook; what is secret needs a `lifetime`, in seconds.

        Nothing is kept hands-free, or where Jupyter does not tell which notebook this is.
        """
        if self._here is not None and not self.hands_free:
            self._keep(f"note {self._here} {name}", {"value": value}, lifetime)

    def noted(self, name: str, default: Any = None) -> Any:
        """What was noted under `name` in this notebook, by this kernel or an earlier one."""
        if self._here is None or self.hands_free:
            return default
        return (self._get(f"note {self._here} {name}") or {}).get("value", default)

    def remember(self, step: str, exchange: Exchange) -> None:
        """Put a call into the history; that it was answered is noted."""
        self.history.append((step, exchange))
        answered = self.noted("answered", [])
        if [step, exchange.status] not in answered:
            self.note("answered", [*answered, [step, exchange.status]])

    def was_answered(self, step: str, status: int = 200) -> bool:
        """Whether a call of `step` in this notebook was answered with `status`, in this kernel or an earlier one."""
        here = any(name == step and exchange.status == status for name, exchange in self.history)
        return here or [step, status] in self.noted("answered", [])

    # Inside

    def _verify(self, step: str, need: str, code: str) -> Tokens:
        token = self.mfa_token  # first: without the login no new code helps
        oob_code = Secret(self._needed(need)["oob_code"])
        login = self._needed("login")
        self._forget("login")  # a right code spends it, and a kernel may be killed before it hears so
        try:
            tokens = self.call(step, lambda: self.client.verify(mfa_token=token, oob_code=oob_code, binding_code=code))
        except (errors.LoginExpired, errors.MfaTokenRefused, MfaRequired):
            raise
        except MfaError:
            if self._get("login") is None:  # another notebook may have signed in meanwhile
                self._keep("login", login)  # not spent
            raise
        self.tokens = tokens
        return tokens

    def call(self, step: str, act: Callable[[], Result]) -> Result:
        """Make a call, keep its exchange under the name of `step`, and draw the consequences of a refusal."""
        with self._lock:
            try:
                result = self.guarded(act)
            except MfaError as error:
                self._record(step, error.exchange)
                self.failures.pop(step, None)
                self.failures[step] = error
                if isinstance(error, MfaRequired):  # a chained factor: the new token must not be lost
                    self._keep("login", {"mfa_token": error.mfa_token.reveal()}, MFA_TOKEN_LIFETIME)
                elif isinstance(error, errors.LoginExpired):
                    self.handover.drop(self.tenant.key, "login", expired=True)
                elif isinstance(error, errors.MfaTokenRefused):
                    self._forget("login")
                elif isinstance(error, errors.AlreadyEnrolled):
                    self._keep("enrolled", {})
                elif isinstance(error, errors.NotEnrolled):
                    self._forget("authenticator", "enrolled")
                elif isinstance(error, errors.NoSuchAuthenticator):
                    self._forget("authenticator")
                raise
            self._record(step, self.client.last_exchange)
            self.failures.pop(step, None)
            return result

    def _record(self, step: str, exchange: Exchange | None) -> None:
        if exchange is not None:
            self.exchanges[step] = exchange
            self.remember(step, exchange)
            done = self._get("flow") or {}
            place = sequence.place_of(done, step)
            self.last = place, exchange
            if sequence.is_stage(place):
                self._keep("flow", {**done, place: sequence.outcome(place, exchange)})

    def guarded(self, act: Callable[[], Result]) -> Result:
        """What `act` gives. A sandbox that was stopped is started anew, so that the next try works."""
        try:
            return act()
        except errors.NotReached as error:
            if self.tenant.kind == CLASS:
                raise class_tenant.explained(error, self.tenant.base_url.removeprefix("https://")) from None
            if self.tenant.kind == SANDBOX and isinstance(error, errors.TenantUnreachable):
                self._open(SANDBOX)
            raise

    def _get(self, need: str) -> dict[str, Any] | None:
        return self.handover.get(self.tenant.key, need)

    def _keep(self, need: str, thing: dict[str, Any], lifetime: float | None = None) -> None:
        self.handover.put(self.tenant.key, need, thing, lifetime)

    def _forget(self, *needs: str) -> None:
        for need in needs:
            self.handover.drop(self.tenant.key, need)

    def _needed(self, need: str) -> dict[str, Any]:
        thing = self._get(need)
        if thing is None and self.has_expired(need):
            raise errors.LoginExpired() if need == "login" else errors.CodeExpired()
        if thing is None:
            raise StepMissing(f"What this step needs is missing: {NEEDS[need]}.")
        return thing
