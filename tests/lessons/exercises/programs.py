"""Programs that a learner might write, judged as the form judges them.

A program is written whole, or as the exercise's own solution with some of its text replaced.
"""

from __future__ import annotations

from mfa_helpers.lessons.exercises import EXERCISES
from mfa_helpers.lessons.exercises.grading import judge
from mfa_helpers.lessons.exercises.ladder import WRITE
from mfa_helpers.lessons.exercises.verdict import Verdict

LEAST_RIGHT, LEAST_WRONG = 5, 8


def edited(id: str, *pairs: tuple[str, str]) -> str:
    """The exercise's solution with the first text of each pair replaced by the second."""
    text = EXERCISES[id].ladder.solution
    for old, new in pairs:
        assert old in text, (id, old)
        text = text.replace(old, new)
    return text


def judged(id: str, program: str) -> Verdict:
    """What the form would say of a function that was written like this."""
    return judge(EXERCISES[id], WRITE, program)


def all_pass(id: str, programs: dict[str, str]) -> None:
    """Each of them is right, however unusual."""
    assert len(programs) >= LEAST_RIGHT
    told = {name: judged(id, program) for name, program in programs.items()}
    missed = {name: verdict.sentence for name, verdict in told.items() if not verdict.solved}
    assert not missed, missed


def each_is_told(id: str, programs: dict[str, tuple[str, str]]) -> None:
    """Each of them is wrong, and its sentence is about that very mistake."""
    assert len(programs) >= LEAST_WRONG
    told = {name: judged(id, program) for name, (program, _) in programs.items()}
    missed = {
        name: verdict.sentence
        for name, verdict in told.items()
        if verdict.solved or programs[name][1] not in verdict.sentence or not verdict.sentence.endswith(".")
    }
    assert not missed, missed
    assert len({verdict.sentence for verdict in told.values()}) >= LEAST_WRONG  # not one sentence for all
