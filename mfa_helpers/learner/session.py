"""`LearnerSession`: one learner, one tenant, one kernel.

What every step needs is here: the tenant and its client, the record of all
calls, and what earlier steps and earlier kernels left behind.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, Self, TypeVar

from ..client import errors
from ..client.errors import MfaError, MfaRequired, StepMissing
from ..client.lifetimes import MFA_TOKEN_LIFETIME
from ..client.models import Exchange, Tokens
from ..client.secret import Secret
from ..outline import NEEDS
from ..show import sequence, text
from ..show.live import LiveViews
from ..storage import atomic_file
from ..storage.entries import KINDS, Enrolled, Entry, Flow, Kind, Login, Note
from ..storage.handover import Handover
from ..storage.progress import Progress, default_path, this_notebook
from ..tenants.environment import ENVIRONMENT, names_a_class, told_by
from ..tenants.tenant import CLASS, SANDBOX
from .class_report import ClassReport
from .startup import freeze_after_load
from .tenant_in_use import TenantInUse

Companion = TypeVar("Companion")
Result = TypeVar("Result")
_is_aside = ContextVar("is_aside", default=False)  # of one thread: a click on another is a step


def is_hands_free(asked: bool = False) -> bool:
    """Whether nobody sits in front of this kernel: it was `asked` to be so, or the environment says so."""
    return asked or os.environ.get("MFA_HANDS_FREE") == "1"


def chose_another(session: LearnerSession) -> bool:
    """Whether another kind of tenant was chosen in notebook 00 meanwhile, and would be opened now in place of this one."""
    tenant, own = session.asked
    if session.hands_free or tenant != SANDBOX:
        return False
    chosen = session.handover.choice()
    return chosen not in (None, session.tenant.kind) and not (own and chosen == CLASS)


class LearnerSession(TenantInUse):
    """Calls are recorded here, and what earlier steps left is found here.

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
        self.hands_free = is_hands_free(hands_free)
        #: The kind of tenant, and whether it's to be the learner's own.
        self.asked = tenant, own
        super().__init__(handover or Handover())
        self.handover.sweep()
        self._lock = threading.RLock()
        self._here = this_notebook()
        #: What is shown in this kernel's notebook and follows what happens.
        self.views = LiveViews(self._stamp, still=self.hands_free)
        self._clear()
        chosen = tenant
        if tenant == SANDBOX and not self.hands_free:
            chosen = self.handover.choice() or ""
            if not chosen and names_a_class():
                chosen = CLASS
                file = told_by("MFA_CLASS")
                if file != ENVIRONMENT:
                    print(
                        text.printable(f"This notebook uses the class's tenant, because {file} contains its join line.")
                    )
            chosen = chosen or SANDBOX
        self._report = ClassReport(self.handover) if chosen == CLASS else None
        if own and chosen == CLASS:
            print(
                "This notebook uses your own sandbox, not the class's tenant, because only your instructor can change that tenant's settings."
            )
            chosen = SANDBOX
        try:
            self._open(chosen)
        except MfaError as error:
            if chosen in (tenant, SANDBOX):
                raise
            if (
                chosen == CLASS
            ):  # in a sandbox, the learner would be somebody else, and the instructor wouldn't see them
                self._wait_for_class(error)
            else:
                print(text.printable(f"{error.what} {error.next_step} Until then, this notebook uses the sandbox."))
                self._open(SANDBOX)
        if self.hands_free and self.tenant.kind == SANDBOX:
            # Nobody is there to wait until the tenant sends mail again after an earlier run of minutes ago.
            with suppress(MfaError):
                self.tenant.require_controls().refill_limits()
        here = self._here
        if here is not None:
            self.note_progress(lambda progress: progress.begun(here))
        freeze_after_load()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.tenant.kind!r})"

    def _clear(self) -> None:
        """Nothing has been called, and nothing stands beside the flow."""
        self.tokens: Tokens | None = None
        #: What the last try of a step has raised, unless a later try went well; the newest is last.
        self.failures: dict[str, MfaError] = {}
        self.exchanges: dict[str, Exchange] = {}
        #: Where in the flow the last call of each step belongs.
        self.places: dict[str, str] = {}
        #: The step of the newest call, and what it has raised; to ask who the tenant is doesn't count.
        self.newest: tuple[str, MfaError | None] = ("", None)
        #: Every call of this kernel, oldest first: (step, exchange).
        self.history: list[tuple[str, Exchange]] = []
        #: The last call of the learner's own: its place in the flow, and its exchange.
        self.last: tuple[str, Exchange] | None = None
        self._companions: dict[Any, Any] = {}

    def _stamp(self) -> object:
        """A value that differs once something has happened, here or in another notebook."""
        files = [atomic_file.stamp(path) for path in (self.handover.path, default_path())]
        return self.tenant.key, len(self.history), id(self.tokens), files

    def choose(self, kind: str, join_line: str | Secret | None = None) -> dict[str, Any]:
        """Choose the tenant for this notebook and the next, and ask it who it is.

        Returns its discovery document. Raises `InvalidInput`, a subclass of `NotReached`, and
        `Refused` if a class does not let you in.
        """
        with self._lock:
            self._open(kind, join_line)
            self._report = ClassReport(self.handover) if kind == CLASS else None
            self.handover.choose(kind)
            self._clear()  # all of it was of another tenant
        return self.check()

    def check(self) -> dict[str, Any]:
        """Request the tenant's discovery document and its keys. Returns the discovery document.

        Raises `UnreadableAnswer` if it names no issuer or publishes no key.
        """
        self.is_checked = False
        described = self.call("discovery", lambda: self.client.discovery())
        if not described.get("issuer"):
            raise errors.UnreadableAnswer("The tenant's discovery document has no issuer.")
        if not self.call("jwks", lambda: self.client.jwks()).get("keys"):
            raise errors.UnreadableAnswer("The tenant doesn't publish a key, so its signatures can't be checked.")
        self.is_checked = True
        return described

    def companion(self, kind: Callable[[Self], Companion]) -> Companion:
        """This session's one `kind`: steps beside the flow have classes of their own, which are given the session."""
        made: Companion = self._companions.get(kind) or self._companions.setdefault(kind, kind(self))
        return made

    # The record of all calls

    def call(self, step: str, act: Callable[[], Result], then: Callable[[Result], None] | None = None) -> Result:
        """Make a call, record it under the name of `step`, and draw the consequences of a refusal.

        `then` keeps what the answer brought: it is written in one go with the record.
        """
        with self._lock:
            if _is_aside.get():
                return self.guarded(act)
            try:
                result = self.guarded(act)
            except MfaError as error:
                with self.handover.transaction():
                    # With a password alone, the wanted answer of a login is this refusal.
                    is_wanted = step == "login" and isinstance(error, MfaRequired)
                    self.record(step, error.exchange, None if is_wanted else error)
                    self._learn_from(error, step)
                raise
            with self.handover.transaction():
                self.record(step, self.client.last_exchange)
                if then is not None:
                    then(result)
            return result

    def record(
        self, step: str, exchange: Exchange | None, error: MfaError | None = None, *, in_flow: bool = True
    ) -> None:
        """Put a call into `history`, `exchanges` and `failures`; nothing else writes them.

        `in_flow` is `False` for calls to another tenant, or for another user than the learner's.
        """
        self.failures.pop(step, None)
        if error is not None:
            self.failures[step] = error
        if step not in ("discovery", "jwks"):
            self.newest = step, error
        if exchange is None:
            return
        self.exchanges[step] = exchange
        self.history.append((step, exchange))
        with self.handover.transaction():  # both entries grow: what another kernel adds meanwhile stays
            answered = self.noted("answered", [])
            if [step, exchange.status] not in answered:
                self.note("answered", [*answered, [step, exchange.status]])
            if in_flow:
                flow = self.kept(Flow)
                done = flow.outcomes if flow is not None else {}
                place = self.places[step] = sequence.place_of(done, step, self.has("enrolled"))
                self.last = place, exchange
                if sequence.is_stage(place):
                    self.keep(Flow(sequence.with_outcome(done, place, sequence.outcome(place, exchange))))

    def _learn_from(self, error: MfaError, step: str) -> None:
        """What a refusal says of the things that are kept. A new MFA token is kept here and nowhere else."""
        if isinstance(error, MfaRequired):
            if step == "login":  # it leaves codes of an older login behind: they would not match it
                self.forget("enrollment", "challenge")
                self.tokens = None  # they were another login's: this one has still to be completed
            self.keep(Login(error.mfa_token), MFA_TOKEN_LIFETIME)
        elif isinstance(error, errors.LoginExpired):
            self.handover.drop(self.tenant.key, "login", expired=True)
        elif isinstance(error, errors.MfaTokenRefused):
            self.forget("login")
        elif isinstance(error, errors.AlreadyEnrolled):
            self.keep(Enrolled())
        elif isinstance(error, errors.NotEnrolled):
            self.forget("authenticator", "enrolled")
        elif isinstance(error, errors.NoSuchAuthenticator):
            self.forget("authenticator")

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Calls made within are no step of the learner's: nothing is recorded, kept, or forgotten because of them.

        Steps on other threads wait: a call that is made past `call`, with `client`, would be taken for theirs.
        """
        token = _is_aside.set(True)
        try:
            with self._lock:
                yield
        finally:
            _is_aside.reset(token)

    def was_answered(self, step: str, status: int = 200) -> bool:
        """Whether a call of `step` in this notebook was answered with `status`, in this kernel or an earlier one."""
        here = any(name == step and exchange.status == status for name, exchange in self.history)
        return here or [step, status] in self.noted("answered", [])

    # What earlier steps left, for this tenant

    @property
    def mfa_token(self) -> Secret:
        """The token of the login in progress. Raises `StepMissing`."""
        return self.needed(Login).mfa_token

    def has(self, need: str) -> bool:
        """Whether `need` (a key of `NEEDS`) is there and not expired."""
        return self.value_of(need) is not None

    def value_of(self, need: str) -> Tokens | Entry | None:
        """What is there of `need`; `None` if it's missing or expired. Tokens are in this kernel or nowhere."""
        return self.tokens if need == "tokens" else self.kept(KINDS[need])

    def has_expired(self, need: str) -> bool:
        """Whether `need` was there and its time is over."""
        return self.handover.has_expired(self.tenant.key, need)

    def needed(self, kind: type[Kind]) -> Kind:
        """What is kept of `kind`. Raises `StepMissing`; `LoginExpired` or `CodeExpired` if its time is over."""
        entry = self.kept(kind)
        if entry is None and self.has_expired(kind.name):
            raise errors.LoginExpired() if kind is Login else errors.CodeExpired()
        if entry is None:
            raise StepMissing(f"This step needs {NEEDS[kind.name]}, which you don't have yet.")
        return entry

    def kept(self, kind: type[Kind], key: str = "") -> Kind | None:
        """What is kept of `kind`; `None` if it is not there or has expired."""
        return self.handover.get(self.tenant.key, kind, key)

    def keep(self, entry: Entry, lifetime: float | None = None, *, key: str = "") -> None:
        """Keep `entry` for the next notebooks; `lifetime` is in seconds."""
        if _is_aside.get():
            return
        self.handover.put(self.tenant.key, entry, lifetime, key=key)

    def forget(self, *needs: str) -> None:
        """Each of `needs`, names of entries, is not there any more."""
        if _is_aside.get():
            return
        with self.handover.transaction():
            for need in needs:
                self.handover.drop(self.tenant.key, need)

    # What a kernel leaves to the next one of the same notebook, if it is killed

    def note(self, name: str, value: Any, lifetime: float | None = None) -> None:
        """Keep `value` for a later kernel of this notebook; what is secret in it is a `Secret`, and needs a `lifetime`, in seconds.

        Nothing is kept hands-free, or where Jupyter does not tell which notebook this is.
        """
        if self._here is not None and not self.hands_free:
            self.keep(Note(value), lifetime, key=f"{self._here} {name}")

    def noted(self, name: str, default: Any = None) -> Any:
        """What was noted under `name` in this notebook, by this kernel or an earlier one."""
        if self._here is None or self.hands_free:
            return default
        note = self.kept(Note, f"{self._here} {name}")
        return default if note is None else note.value

    def note_progress(self, note: Callable[[Progress], None]) -> None:
        """Write down what a person has done; a notebook that runs hands-free is nobody's progress."""
        if not self.hands_free:
            note(Progress())
            if self._report is not None:
                self._report.send()
            self.views.happened()
