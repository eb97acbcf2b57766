"""What a program meets: first nothing, then one fault in each run. The user of the program has a part in some of them.

A new fault is one record here, and its rule in `rules`; a row in `tests/processes/test_judge.py` says who falls for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ...client.lifetimes import CODE_LIFETIME
from ..exercises.capstone import ADDRESS, LOST, OLD
from ..exercises.trial import NoMessage, PracticeTenant, Trial
from . import rules
from .keyboard import NothingToType
from .rules import Run

_PHONE = "+12025550100"
_LONGEST_MAIL = 3.0  # seconds until an email that was sent is there
_LOOK_AGAIN = 0.05  # seconds


@dataclass
class Stage:
    """One run, as its fault sees it. `open_tab` starts the program a second time, and returns when that has ended."""

    tenant: PracticeTenant
    trial: Trial
    open_tab: Callable[[], None] = field(default=lambda: None)
    newest: Callable[[], str] = field(init=False)
    wrong: str = field(default="", repr=False)

    def begin(self) -> None:
        """From now on, emails count."""
        self.newest = self.trial.read_code()

    def code(self) -> str:
        """The code of the newest email. Raises `NothingToType` if none comes."""
        end = time.monotonic() + _LONGEST_MAIL
        while True:
            try:
                return self.newest()
            except NoMessage:
                if time.monotonic() > end:
                    raise NothingToType from None
                time.sleep(_LOOK_AGAIN)


def _usual(stage: Stage) -> None:
    """The user has one confirmed email, between two that were never confirmed."""
    stage.trial.begin()
    stage.trial.enroll(OLD, confirm=False)
    stage.trial.enroll(ADDRESS)
    stage.trial.enroll(LOST, confirm=False)


def _two_factors(stage: Stage) -> None:
    stage.trial.begin(ADDRESS, phone=_PHONE, factors=["email", "sms"])
    stage.tenant.controls.go_wrong("", "another_factor")


def _newest_code(stage: Stage, time_asked: int) -> str:
    return stage.code()


def _wrong_first(stage: Stage, time_asked: int) -> str:
    code = stage.code()
    return code if time_asked > 1 else str((int(code) + 1) % 1_000_000).zfill(6)


def _late(stage: Stage, time_asked: int) -> str:
    code = stage.code()
    if time_asked == 1:
        stage.tenant.controls.advance(CODE_LIFETIME + 1)
    return code


def _other_tab_first(stage: Stage, time_asked: int) -> str:
    code = stage.code()
    if time_asked == 1:
        stage.open_tab()
    return code


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One run: `prepare` sets the tenant up, `types` is what the user types when asked for the nth time.

    `mistakes` are sentences about what the program did wrong; if there is none, `praise` says what it did. `tabs` is how
    often the program is started at once.
    """

    id: str
    title: str
    prepare: Callable[[Stage], None] = _usual
    types: Callable[[Stage, int], str] = _newest_code
    mistakes: Callable[[Run], Iterator[str]]
    praise: str
    tabs: int = 1


def _going_wrong(path: str, kind: str, seconds: float = 1) -> Callable[[Stage], None]:
    def prepare(stage: Stage) -> None:
        _usual(stage)
        stage.tenant.controls.go_wrong(path, kind, seconds)

    return prepare


#: The run in which nothing goes wrong. Without it, the others say nothing.
LOGIN = Fault(
    id="login",
    title="The login",
    mistakes=rules.login,
    praise="It sent one login, one challenge, and one code, as the correct application, and its access token works.",
)

#: In the order in which they are tried.
FAULTS: dict[str, Fault] = {
    fault.id: fault
    for fault in (
        Fault(
            id="wrong-code",
            title="A wrong code",
            types=_wrong_first,
            mistakes=rules.wrong_code,
            praise="It asked the user again, and sent the correct code.",
        ),
        Fault(
            id="expired-code",
            title="An expired code",
            types=_late,
            mistakes=rules.expired_code,
            praise="It requested a new code, and asked the user again.",
        ),
        Fault(
            id="rate-limit",
            title="429 with Retry-After",
            prepare=_going_wrong("/mfa/challenge", "rate_limit", rules.WAIT),
            mistakes=rules.rate_limit,
            praise="It waited as long as Retry-After said, and sent the request again.",
        ),
        Fault(
            id="page",
            title="A page of HTML",
            prepare=_going_wrong("/mfa/challenge", "unavailable"),
            mistakes=rules.page,
            praise="It didn't treat the page as JSON, and sent the request again.",
        ),
        Fault(
            id="another-factor",
            title="A chained factor",
            prepare=_two_factors,
            mistakes=rules.another_factor,
            praise="It continued with the new MFA token, and verified one more factor.",
        ),
        Fault(
            id="two-tabs",
            title="Two tabs",
            types=_other_tab_first,
            mistakes=rules.two_tabs,
            praise="When the same user signed in twice at once, each login got its own tokens.",
            tabs=2,
        ),
    )
}
