"""One exercise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...learner.email_steps import EmailSteps
from .evidence import Seen
from .verdict import Verdict


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """`topic` is its notebook's. `task` and `hints` are sentences; `solution` is Python that runs with `lab` alone.

    `stage` sets the tenant up before the try. An exercise with a stage needs the sandbox.

    Who has solved it must be able to go on: lab and inbox hold what they held before. A login or a code that the next
    notebook needs is not spent, and the newest mail to the learner's address is still the one that belongs to that
    code. `settle` puts right what the solution cannot leave as it was.
    """

    id: str
    topic: str
    task: str
    hints: tuple[str, ...]
    solution: str
    grade: Callable[[Seen], Verdict]
    stage: Callable[[EmailSteps], None] | None = None
    settle: Callable[[EmailSteps], None] | None = None
