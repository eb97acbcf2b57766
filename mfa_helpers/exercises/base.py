"""What all exercises share: the evidence, the verdict, and the attempt that collects and judges.

The learner's own requests do not pass through the course's client, and nothing
of `requests` is bent to overhear them. The sandbox's log says what arrived: by
its user agent an event is the learner's own or the course's. A live tenant's
log is not read here; there only the recorded exchanges count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..client import MFA_OOB, PASSWORD, PASSWORD_REALM
from ..inbox import Mail
from ..models import Exchange
from ..wire import USER_AGENT

if TYPE_CHECKING:
    from ..lab import Lab

#: Said on a live tenant.
ONLY_RECORDED = (
    "On your own tenant only calls through lab count, lab.login() for example: the tenant's log is not read here."
)

#: Events of whoever sets the tenant up: reading the log makes some of them, too.
_OF_THE_SET_UP = ("sapi", "fapi", "seccft", "feccft")


@dataclass(frozen=True)
class Verdict:
    """`over` means that a mistake ended this try: what was sent until now counts no more."""

    solved: bool
    sentence: str
    over: bool = False


def solved(sentence: str) -> Verdict:
    return Verdict(True, sentence)


def not_yet(sentence: str) -> Verdict:
    return Verdict(False, sentence)


def mistake(sentence: str) -> Verdict:
    return Verdict(False, sentence, over=True)


@dataclass(frozen=True)
class Event:
    """One line of the tenant's log, as far as it matters here. `mine` means: not sent by the course's client."""

    type: str
    description: str = ""
    client_id: str = ""
    mine: bool = True


@dataclass(frozen=True)
class Seen:
    """What has happened since the exercise began, oldest first."""

    events: Sequence[Event]
    mails: Sequence[Mail] = ()
    client_id: str = ""
    #: On a live tenant mails are not seen, and events are made of the recorded exchanges.
    is_live: bool = False

    @property
    def mine(self) -> list[Event]:
        """What the learner's own requests have led to."""
        return [event for event in self.events if event.mine]

    def has(self, *types: str) -> bool:
        """Whether the learner's own requests have led to events of all `types`."""
        return {event.type for event in self.mine} >= set(types)

    def count(self, type: str) -> int:
        return sum(event.type == type for event in self.mine)

    def since_last(self, type: str) -> Seen:
        """The same, from the last event of `type` on."""
        starts = [index for index, event in enumerate(self.events) if event.type == type]
        return Seen(self.events[starts[-1] :] if starts else [], self.mails, self.client_id, self.is_live)


@dataclass(frozen=True)
class Exercise:
    """`notebook` is its number. `task` and `hints` are sentences; `solution` is Python that runs with `lab` alone.

    `stage` sets the tenant up before the try and `settle` leaves lab and tenant
    as the rest of the notebook needs them. An exercise with a stage needs the sandbox.
    """

    id: str
    notebook: str
    task: str
    hints: tuple[str, ...]
    solution: str
    grade: Callable[[Seen], Verdict]
    stage: Callable[[Lab], None] | None = None
    settle: Callable[[Lab], None] | None = field(default=None)


#: What the log's words mean for somebody who has written the request. Read from the newest event back.
_MEANINGS: tuple[tuple[str, str], ...] = (
    ("Grant type", "The application may not use the grant type that you sent. Compare grant_type with the call above."),
    ("Service not enabled", "The tenant has no API with the audience that you sent. Send lab.tenant.audience."),
    ("unknown connection", "The tenant has no connection of the name that you sent as realm."),
    ("Unauthorized", "Client id and secret did not fit. Send lab.tenant.client_id and lab.tenant.client_secret."),
    (
        "Wrong email or password",
        "The user name or the password was wrong. The right ones are lab.tenant.username and lab.tenant.password.",
    ),
    (
        "Invalid binding_code",
        "The code was wrong: the tenant said “Invalid binding_code”. Each mail has its own code and each answer its own oob_code; the two must belong together, and a code works once.",
    ),
    ("Malformed oob_code", "What you sent as oob_code is none. Take it from the answer that sent the mail, whole."),
    (
        "doesn't match the mfa_token",
        "The oob_code came from an older login than the mfa_token. Use the two of the same login.",
    ),
    ("oob_code is expired", "The code was older than 5 minutes. Ask for a new one."),
    (
        "Too many failed codes",
        "Too many wrong codes: even the right one is refused now. Wait 6 minutes, or press “Start afresh” in notebook 00.",
    ),
    ("mfa_token is expired", "The mfa_token was older than 10 minutes. Sign in again."),
    (
        "Malformed mfa_token",
        "The mfa_token was not accepted. It is spent once its login is complete, an access token is none, and a shown token is stars: send lab.mfa_token.reveal() of a new login.",
    ),
    ("polling faster", "You asked too fast: wait a few seconds between two requests."),
    ("MFA Authorization rejected", "The person pressed “reject” on the phone."),
    (
        "already enrolled",
        "This user has a confirmed authenticator already, and an MFA token cannot enrol another one. Take it off first: lab.unenroll(), then lab.login().",
    ),
    (
        "factor is not enabled",
        'The tenant has not the factor that you asked for. Here it is e-mail: authenticator_types is ["oob"] and oob_channels is ["email"].',
    ),
    (
        "Unsupported",
        'The tenant does not know that type or channel. Here it is e-mail: authenticator_types is ["oob"] and oob_channels is ["email"].',
    ),
    ("Invalid email", "What you sent as email is no address."),
)
_MISSING, _NOT_TEXT = "Missing required parameter: ", " must be a string"


def explained(events: Iterable[Event]) -> Verdict | None:
    """What the newest refusal among `events` means; `None` if nothing was refused."""
    for event in reversed(list(events)):
        words = event.description
        if words.startswith(_MISSING):
            name = words.removeprefix(_MISSING)
            return mistake(
                f"Your request had no {name}. Compare its fields with the call above: names, and data= or json=."
            )
        if words.endswith(_NOT_TEXT):
            return mistake(
                f"You sent {words.removesuffix(_NOT_TEXT)} as something that is no text. Write it in quotes."
            )
        for part, meaning in _MEANINGS:
            if part in words:
                return mistake(meaning)
    return None


def nothing_arrived(seen: Seen, what: str) -> Verdict:
    """The verdict when no own request led to anything; `what` is the request that is wanted, as an object of a sentence."""
    if seen.events:
        return not_yet(
            f"What arrived at the tenant came from the course's own forms and calls. Send {what} with requests, in your cell."
        )
    return not_yet(
        f"Nothing of yours is in the tenant's log yet: no {what.split(' ', 1)[1]}. Run your cell, then check again. If you have run it: "
        "a wrong path or a refused token leaves no line there, so print the answer's status_code and text."
    )


class Solved(set[str]):
    """The exercises that were solved in this notebook."""

    def __init__(self, lab: Lab) -> None:
        super().__init__(lab.noted("solved", []))


class Attempt:
    """One learner at one exercise: where it began, and how it stands."""

    def __init__(self, exercise: Exercise, lab: Lab) -> None:
        self.exercise = exercise
        self.lab = lab
        self._note = f"exercise {exercise.id}"
        self._calls = 0
        self._flow = lab.handover.get(lab.tenant.key, "flow")
        begun: list[Any] | None = lab.noted(
            self._note
        )  # by a kernel that was killed: what was sent since then still counts
        self.is_open = begun is not None
        self._log_id, self._mail_id = begun or ["", 0]

    def begin(self) -> None:
        """From here on things count. Raises what the tenant raises."""
        if self.exercise.stage is not None:
            self._aside(self.exercise.stage)
        log, inbox = self.lab.tenant.log, self.lab.tenant.inbox
        self._log_id = log.newest_event() if log else ""
        self._mail_id = max((mail.id for mail in inbox.mails()), default=0) if inbox else 0
        self._calls = len(self.lab.history)
        self._flow = self.lab.handover.get(self.lab.tenant.key, "flow")
        self.lab.note(self._note, [self._log_id, self._mail_id])
        self.is_open = True

    def check(self) -> Verdict:
        """Judge what has happened since. Raises what the tenant raises."""
        if not self.is_open:
            self.begin()
        verdict = self.exercise.grade(self._seen())
        if not verdict.solved and self.lab.tenant.log is None:
            verdict = replace(verdict, sentence=f"{verdict.sentence} {ONLY_RECORDED}")
        if verdict.solved:
            solved = self.lab.part(Solved)
            solved.add(self.exercise.id)
            self.lab.note("solved", sorted(solved))
            if self.exercise.settle is not None:
                self._aside(self.exercise.settle)
            if self._flow is not None:  # what the notebooks have drawn so far is not the exercise's
                self.lab.handover.put(self.lab.tenant.key, "flow", self._flow)
        if verdict.over:
            self.is_open = False
            self.begin()
        return verdict

    def _aside(self, act: Callable[[Lab], None]) -> None:
        """Calls of the exercise's own are not what a learner has sent last."""
        last = self.lab.last
        act(self.lab)
        self.lab.last = last

    def _seen(self) -> Seen:
        tenant = self.lab.tenant
        if tenant.log is None:
            return Seen(
                [_as_event(*call) for call in self.lab.history[self._calls :]], (), tenant.client_id, is_live=True
            )
        events = [
            Event(row["type"], row["description"], row["client_id"], row["user_agent"] != USER_AGENT)
            for row in tenant.log.events_since(self._log_id)
            if row["type"] not in _OF_THE_SET_UP
        ]
        mails = [mail for mail in tenant.inbox.mails() if mail.id > self._mail_id][::-1] if tenant.inbox else []
        return Seen(events, mails, tenant.client_id)


def _as_event(step: str, exchange: Exchange) -> Event:
    """What a tenant's log would call a recorded exchange."""
    sent = exchange.request_body if isinstance(exchange.request_body, dict) else {}
    said = exchange.response_body if isinstance(exchange.response_body, dict) else {}
    words, is_yes = str(said.get("error_description", "")), exchange.status == 200
    types = {
        ("/oauth/token", PASSWORD): ("sepft", "fepft"),
        ("/oauth/token", PASSWORD_REALM): ("sepft", "fepft"),
        ("/oauth/token", MFA_OOB): ("seoobft", "feoobft"),
        ("/mfa/associate", None): ("gd_start_enroll", "gd_start_enroll_failed"),
        ("/mfa/challenge", None): ("gd_start_auth", ""),
    }
    yes, no = types.get((exchange.path, sent.get("grant_type")), ("", ""))
    if said.get("error") == "mfa_required":
        yes, is_yes = "mfar", True
    elif "Wrong email or password" in words:
        no = "fp"
    return Event(yes if is_yes else no, "" if is_yes else words, str(sent.get("client_id", "")))
