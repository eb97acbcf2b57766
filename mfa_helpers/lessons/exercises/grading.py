"""One learner at one exercise: a program is run with a tenant of its own and judged by what that tenant saw."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from ...client.errors import NotReached
from ...learner.session import LearnerSession
from ...storage.progress import Progress
from . import program
from .exercise import Exercise
from .ladder import GAPS, ORDER, WRITE
from .trial import PracticeTenant, Trial, practice_tenant
from .verdict import Verdict

_turn = threading.Lock()  # a click may come while a cell runs, on a thread of its own; there is one practice tenant


class Solved(set[str]):
    """The exercises whose function was written and solved, as the progress has it; hands-free, those of this kernel."""

    def __init__(self, session: LearnerSession) -> None:
        found = {} if session.hands_free else Progress().all()[0]
        super().__init__(id for standing in found.values() for id in standing.exercises)


def judge(exercise: Exercise, rung: str, work: Any = None) -> Verdict:
    """Run and judge what a learner did on a rung of the ladder.

    `work` is an order of the blocks, or what is in the gaps; on the last rung it's the text of a program, or `None` for the
    function that the notebook's cell has defined. Raises what the client raises if the practice tenant can't be reached.
    """
    try:
        function = _function(exercise, rung, work)
        program.check(function, exercise.ladder.name, exercise.ladder.arguments)
    except program.Unusable as error:
        return Verdict(False, str(error))
    with _turn:
        return _tried(exercise, function)


def _function(exercise: Exercise, rung: str, work: Any) -> Callable[..., Any]:
    ladder = exercise.ladder
    if rung == WRITE and work is None:
        return program.from_notebook(ladder.name)
    if rung == GAPS and not all(value.strip() for value in work):
        empty = [number for number, value in enumerate(work, 1) if not value.strip()]
        raise program.Unusable(f"Gap {empty[0]} is still empty.")
    if rung == ORDER and ladder.misplaced(work):
        raise program.Unusable(ladder.misplaced(work))
    source = work if rung == WRITE else ladder.ordered(work) if rung == ORDER else ladder.filled(work)
    return program.from_source(source, ladder.name)


def _tried(exercise: Exercise, function: Callable[..., Any]) -> Verdict:
    tenant = practice_tenant()
    try:
        trial = Trial(tenant, function)
        mistake = next(exercise.mistakes(trial), None)
    except program.Unusable as error:
        mistake = str(error)
    except NotReached:
        _leave(tenant)
        raise
    if any(program.was_stopped(seen.exception) for seen in trial.seen):
        _leave(tenant)  # what goes on all the same would be seen in the next try
    return Verdict(
        solved=mistake is None,
        sentence=trial.masked(mistake or exercise.praise),
        sent=[trial.masked(str(request)) for seen in trial.seen for request in seen.requests],
        printed=trial.masked("".join(seen.printed for seen in trial.seen)),
    )


def _leave(tenant: PracticeTenant) -> None:
    """The next try gets a new one."""
    tenant.close()
    practice_tenant.cache_clear()
