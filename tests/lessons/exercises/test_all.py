"""What holds for every exercise."""

from __future__ import annotations

import pytest

from mfa_helpers import forms
from mfa_helpers.lab import Lab
from mfa_helpers.lessons import exercises
from mfa_helpers.lessons.exercises import IDS, Attempt, find
from mfa_helpers.outline import BY_TOPIC

#: What a notebook has led to before its exercise.
BEFORE = {"two-answers": (), "another-address": ("login",)}
EACH = pytest.mark.parametrize("id", IDS)


@EACH
def test_it_has_a_task_hints_and_a_solution(id: str) -> None:
    exercise = find(id)
    assert exercise.id == id and exercise.topic in BY_TOPIC
    assert (
        exercise.task.endswith(".") and len(exercise.hints) >= 2 and all(hint.endswith(".") for hint in exercise.hints)
    )
    compile(exercise.solution, id, "exec")


@EACH
def test_its_solution_solves_it_also_a_second_time(id: str, learner: Lab) -> None:
    learner.catch_up(*BEFORE.get(id, ("authenticator", "login")))
    learner.hands_free = True
    for _ in range(2):
        form = forms.ExerciseForm(learner, id)
        assert form.result.solved, form.status
        assert form.status.startswith("Done: ")


@EACH
def test_nothing_sent_is_not_solved_and_says_so(id: str, learner: Lab) -> None:
    attempt = Attempt(find(id), learner)
    attempt.begin()
    verdict = attempt.check()
    assert not verdict.solved and "Nothing of yours is in the tenant's log yet" in verdict.sentence


@EACH
def test_the_courses_own_calls_are_not_the_learners(id: str, learner: Lab) -> None:
    attempt = Attempt(find(id), learner)
    attempt.begin()
    learner.catch_up("challenge")
    learner.complete(learner.newest_code())
    assert not attempt.check().solved


def test_a_name_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        exercises.find("nonsense")
