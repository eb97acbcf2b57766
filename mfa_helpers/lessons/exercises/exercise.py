"""One exercise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...client.sandbox_controls import Mail
from ...learner.email_steps import EmailSteps
from ...storage.progress import EXERCISE_ID
from .evidence import Seen
from .putting_back import Found
from .verdict import Verdict


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """`topic` is its notebook's. `task` and `hints` are sentences; `solution` is Python that runs with `lab` alone.

    `stage` sets the tenant up before the try. An exercise with a stage needs the sandbox.

    It leaves lab and inbox as it has found them, because later cells and notebooks use them. Once it is solved, `mails`
    are removed, by default those that the learner's own requests have set off, and `settle` puts back the rest. What it
    changes by `TenantSetup` is put back by the last form of its notebook.

    Raises `ValueError` for an id that the file with the learner's progress could not hold.
    """

    id: str
    topic: str
    task: str
    hints: tuple[str, ...]
    solution: str
    grade: Callable[[Seen], Verdict]
    stage: Callable[[EmailSteps], None] | None = None
    mails: Callable[[Seen], Sequence[Mail]] = lambda seen: seen.own_mails
    settle: Callable[[EmailSteps, Found], None] | None = None

    def __post_init__(self) -> None:
        if not EXERCISE_ID.fullmatch(self.id):
            raise ValueError(
                f"{self.id!r} is no id of an exercise: use lower-case letters, digits, and hyphens, at most 60."
            )
