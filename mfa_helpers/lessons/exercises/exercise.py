"""One exercise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ...learner.email_steps import EmailSteps
from .evidence import Seen
from .verdict import Verdict


@dataclass(frozen=True)
class Exercise:
    """`topic` is its notebook's. `task` and `hints` are sentences; `solution` is Python that runs with `lab` alone.

    `stage` sets the tenant up before the try and `settle` leaves lab and tenant
    as the rest of the notebook needs them. An exercise with a stage needs the sandbox.
    """

    id: str
    topic: str
    task: str
    hints: tuple[str, ...]
    solution: str
    grade: Callable[[Seen], Verdict]
    stage: Callable[[EmailSteps], None] | None = None
    settle: Callable[[EmailSteps], None] | None = field(default=None)
