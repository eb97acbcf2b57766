"""The checkpoints: what a notebook has led to, judged by what really happened.

A new notebook adds one entry to `CHECKPOINTS`. Its function looks at the
hand-over (`lab.has`), at the recorded exchanges (`answered`), or at the
tenant's log (`logged`), never at what a cell looks like.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..learner.email_steps import EmailSteps
from .quiz import Quiz


class CheckpointNotReached(AssertionError):
    """Raised only when a notebook runs hands-free, so that a test notices."""


@dataclass(frozen=True)
class Checkpoint:
    """`notebook` is its number, `reached` what is said when `holds`, `way` what to do when not."""

    notebook: str
    reached: str
    way: str
    holds: Callable[[EmailSteps], bool]


def has(need: str) -> Callable[[EmailSteps], bool]:
    """Whether the hand-over holds `need`, not expired."""
    return lambda lab: lab.has(need)


def answered(step: str, status: int = 200) -> Callable[[EmailSteps], bool]:
    """Whether a call of `step` in this notebook was answered with `status`, also before its kernel was killed."""
    return lambda lab: lab.was_answered(step, status)


def logged(*types: str) -> Callable[[EmailSteps], bool]:
    """Whether the sandbox's log holds an event of each of `types`, since it was set up; on a live tenant never."""

    def holds(lab: EmailSteps) -> bool:
        log = lab.tenant.log
        return log is not None and {event["type"] for event in log.events_since()} >= set(types)

    return holds


def _cured(lab: EmailSteps) -> bool:
    from .clinic.clinic import cured_faults  # notebook 09 alone asks

    return len(cured_faults(lab)) >= 5


def _solved(exercise: str) -> Callable[[EmailSteps], bool]:
    """Whether that exercise was solved in this notebook."""

    def holds(lab: EmailSteps) -> bool:
        from .exercises.grading import Solved

        return exercise in lab.companion(Solved)

    return holds


CHECKPOINTS: dict[str, Checkpoint] = {
    "tenant": Checkpoint(
        "00",
        "your tenant answers and its keys are there.",
        "Press “Check the tenant” in the form above.",
        lambda lab: lab.is_checked,
    ),
    "login": Checkpoint("01", "you hold an MFA token.", "Sign in with the form above.", has("login")),
    "enrolment": Checkpoint(
        "02",
        "an unconfirmed e-mail and its oob_code are there.",
        "Press “Send me a code” in the form above.",
        has("enrolment"),
    ),
    "enrolled": Checkpoint("03", "your e-mail is confirmed.", "Type the code into the form above.", has("enrolled")),
    "authenticator": Checkpoint(
        "04",
        "you have chosen an active e-mail authenticator.",
        "List and pick one in the form above.",
        has("authenticator"),
    ),
    "tokens": Checkpoint(
        "05",
        "you hold tokens: both factors are proven.",
        "Type the code into the form above.",
        lambda lab: lab.tokens is not None,
    ),
    "clinic": Checkpoint(
        "09",
        "you have met five faults or more, and cured them.",
        "Break five things above, say what each is, and repair it. That needs the sandbox.",
        _cured,
    ),
    "capstone": Checkpoint(
        "11",
        "your function signs in with both factors.",
        "Solve the task above: the form under your cell checks it.",
        _solved("capstone"),
    ),
    "errata": Checkpoint(
        "10",
        "you mended a call, and its mail went where it should.",
        "In the form above, choose other parts of the call until the mail arrives.",
        answered("your call"),
    ),
    "glossary": Checkpoint(
        "12",
        "you know which token and which answer fit.",
        "Answer the five questions in the form above.",
        lambda lab: lab.companion(Quiz).passed,
    ),
    "choice": Checkpoint(
        "06",
        "you have challenged an authenticator of your choice with a mail of your own words, and the tenant is as it was.",
        "Challenge by id, keep a template, complete the login, then press “Put it back”.",
        lambda lab: all(answered(step)(lab) for step in ("challenge-by", "complete")) and not lab.has("set_up"),
    ),
    "second-address": Checkpoint(
        "07",
        "a second e-mail was added and confirmed with the access token, and is gone again.",
        "Associate a second address, confirm it, then list and remove it.",
        lambda lab: answered("second-confirm")(lab) and answered("second-delete", 204)(lab),
    ),
    "factors": Checkpoint(
        "08",
        "an app, a number, a push and a recovery code are proven, and the tenant is as it was.",
        "Do each of the forms above to its end, then press “Put it back”.",
        lambda lab: (
            all(answered(step)(lab) for step in ("otp-prove", "push-prove", "recovery"))
            and (answered("sms-prove")(lab) or answered("voice-prove")(lab))
            and not lab.has("set_up")
        ),
    ),
}
