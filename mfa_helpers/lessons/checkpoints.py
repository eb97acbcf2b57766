"""The checkpoints: what a notebook has led to, judged by what really happened.

A new notebook adds one entry to `CHECKPOINTS`. Its function looks at the
handover (`lab.has`), at the recorded exchanges (`answered`), or at the
tenant's log (`logged`), never at what a cell looks like.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..learner.email_steps import EmailSteps
from .predictions import PREDICTIONS
from .quiz import Quiz
from .situations import Situations

#: How many faults of the clinic are enough.
FAULTS_WANTED = 5


Holds = Callable[[EmailSteps], bool]
Parts = tuple[tuple[str, Holds], ...]


class CheckpointNotReached(AssertionError):
    """Raised only when a notebook runs hands-free, so that a test notices."""


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """`topic` is its notebook's, `reached` what is said when `holds`, `way` what to do when not.

    `parts`, where there are several, are all that must hold, each with its words.
    """

    topic: str
    reached: str
    way: str
    holds: Holds
    parts: Parts = ()

    def missing(self, session: EmailSteps) -> str:
        """What is still to be done, for a session in which it does not hold."""
        left = [words for words, holds in self.parts if not holds(session)]
        return f"{self.way} Still missing: {', '.join(left)}." if left else self.way


def every(parts: Parts) -> Holds:
    """Whether all of them hold."""
    return lambda session: all(holds(session) for _, holds in parts)


def has(need: str) -> Holds:
    """Whether the handover holds `need`, not expired."""
    return lambda session: session.has(need)


def answered(step: str, status: int = 200) -> Holds:
    """Whether a call of `step` in this notebook was answered with `status`, also before its kernel was killed."""
    return lambda session: session.was_answered(step, status)


def logged(*types: str) -> Holds:
    """Whether the sandbox's log holds an event of each of `types`, since it was set up; on a live tenant never."""

    def holds(session: EmailSteps) -> bool:
        return {event["type"] for event in session.tenant.log.events_since()} >= set(types)

    return holds


def _cured(session: EmailSteps) -> bool:
    from .clinic.clinic import cured_faults  # notebook 09 alone asks

    return len(cured_faults(session)) >= FAULTS_WANTED


def _sent(number: int) -> Holds:
    """Whether that erratum was sent both ways, which a prediction does."""

    def holds(session: EmailSteps) -> bool:
        from .errata import Errata  # notebook 10 alone asks

        return session.companion(Errata).was_sent(number)

    return holds


def _solved(exercise: str) -> Holds:
    """Whether that exercise was solved in this notebook."""

    def holds(session: EmailSteps) -> bool:
        from .exercises.grading import Solved

        return exercise in session.companion(Solved)

    return holds


def _removed_second(session: EmailSteps) -> bool:
    from .second_token import SecondToken  # notebook 06 alone asks

    return session.companion(SecondToken).has_removed_second


_PUT_BACK: Parts = (("the restored settings", lambda session: not session.has("set_up")),)
_CHOICE: Parts = (
    ("a challenge by ID", answered("challenge-by")),
    ("the code of that challenge", answered("complete")),
    *_PUT_BACK,
)
_ERRATA: Parts = (
    *((step, _sent(int(step.removeprefix("error ")))) for step in PREDICTIONS if step.startswith("error ")),
    ("the corrected request", answered("your call")),
)
_WHICH_API: Parts = (
    ("a correct decision for each situation", lambda session: session.companion(Situations).passed),
    ("a refresh token that gets 403", answered("grant refresh_token", 403)),
)
_SECOND_ADDRESS: Parts = (
    ("a confirmed second address", answered("second-confirm")),
    ("the removal of that address", _removed_second),
)
_FACTORS: Parts = (
    ("an app's code", answered("otp-verify")),
    (
        "a text message or a call",
        lambda session: answered("sms-verify")(session) or answered("voice-verify")(session),
    ),
    ("an approved push", answered("push-verify")),
    ("a recovery code", answered("recovery")),
    *_PUT_BACK,
)

CHECKPOINTS: dict[str, Checkpoint] = {
    "tenant": Checkpoint(
        topic="tenant",
        reached="your tenant responds, and its keys are available.",
        way="Click “Check the tenant” in the form above.",
        holds=lambda session: session.is_checked,
    ),
    "login": Checkpoint(
        topic="sign-in", reached="you have an MFA token.", way="Sign in with the form above.", holds=has("login")
    ),
    "enrollment": Checkpoint(
        topic="associate",
        reached="you have an unconfirmed email and its oob_code.",
        way="Click “Send me a code” in the form above.",
        holds=has("enrollment"),
    ),
    "enrolled": Checkpoint(
        topic="confirm",
        reached="your email is confirmed.",
        way="Type the code into the form above.",
        holds=has("enrolled"),
    ),
    "authenticator": Checkpoint(
        topic="authenticators",
        reached="you've picked a confirmed email.",
        way="List the authenticators in the form above, and pick a confirmed email.",
        holds=has("authenticator"),
    ),
    "tokens": Checkpoint(
        topic="challenge",
        reached="you have tokens, because both factors are verified.",
        way="Send a challenge, and then type the code from its email into the form above.",
        holds=lambda session: session.tokens is not None,
    ),
    "clinic": Checkpoint(
        topic="clinic",
        reached="you've repaired five faults or more.",
        way="Diagnose and repair five of the faults above. That needs the sandbox.",
        holds=_cured,
    ),
    "sdk": Checkpoint(
        topic="sdk",
        reached="your function finds the email on both kinds of tenants.",
        way="Solve the exercise “Trap: the list is empty” above.",
        holds=_solved("list-without-type"),
    ),
    "capstone": Checkpoint(
        topic="capstone",
        reached="your function signs in with both factors.",
        way="Solve the exercise above.",
        holds=_solved("capstone"),
    ),
    "errata": Checkpoint(
        topic="errata",
        reached="you predicted the response to each error, and you corrected a request.",
        way="Predict the response to each error above, and then correct the request under “Practice”.",
        holds=every(_ERRATA),
        parts=_ERRATA,
    ),
    "which-api": Checkpoint(
        topic="which-api",
        reached="you know which of the three fits, and you've seen which grants get 403 mfa_required.",
        way="Decide which of the three fits each situation, and then predict and send the requests.",
        holds=every(_WHICH_API),
        parts=_WHICH_API,
    ),
    "glossary": Checkpoint(
        topic="glossary",
        reached="you know which token and which response belong to each step.",
        way="Answer the five questions in the form above.",
        holds=lambda session: session.companion(Quiz).passed,
    ),
    "choice": Checkpoint(
        topic="choosing",
        reached="you've challenged an authenticator by ID and completed the login, and the tenant's settings are restored.",
        way="Challenge by ID, complete the login, and then click “Restore settings”.",
        holds=every(_CHOICE),
        parts=_CHOICE,
    ),
    "second-address": Checkpoint(
        topic="second-token",
        reached="you added a second email with the access token, confirmed it, and removed it again.",
        way="Enroll a second address, confirm it, and then list and remove it.",
        holds=every(_SECOND_ADDRESS),
        parts=_SECOND_ADDRESS,
    ),
    "factors": Checkpoint(
        topic="other-factors",
        reached="you've verified an app, a phone number, a push, and a recovery code, and the tenant's settings are restored.",
        way="Complete each of the forms above, and then click “Restore settings”.",
        holds=every(_FACTORS),
        parts=_FACTORS,
    ),
}
