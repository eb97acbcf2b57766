"""What holds for every exercise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mfa_helpers import forms
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.exercises import EXERCISES
from mfa_helpers.lessons.exercises.grading import Attempt
from mfa_helpers.outline import BY_TOPIC
from mfa_helpers.storage.progress import Progress

#: What a notebook has led to before its exercise.
BEFORE = {"two-answers": (), "another-address": ("login",)}
EACH = pytest.mark.parametrize("id", EXERCISES)


@EACH
def test_it_has_a_task_hints_and_a_solution(id: str) -> None:
    exercise = EXERCISES[id]
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
    attempt = Attempt(EXERCISES[id], learner)
    attempt.begin()
    verdict = attempt.check()
    assert not verdict.solved and "Nothing of yours is in the tenant's log yet" in verdict.sentence


@EACH
def test_the_courses_own_calls_are_not_the_learners(id: str, learner: Lab) -> None:
    attempt = Attempt(EXERCISES[id], learner)
    attempt.begin()
    learner.catch_up("challenge")
    learner.complete(learner.newest_code())
    assert not attempt.check().solved


@pytest.mark.parametrize("id", ["Two", "two_answers", "zwölf", "", "a" * 61])
def test_an_id_that_the_file_with_the_progress_cannot_hold_is_refused_when_it_is_written(id: str) -> None:
    with pytest.raises(ValueError, match="is no id of an exercise"):
        replace(EXERCISES["two-answers"], id=id)


def test_an_id_may_have_a_digit_and_what_was_solved_stays(tmp_path: Path) -> None:
    exercise = replace(EXERCISES["two-answers"], id="step-2-of-2")
    progress = Progress(tmp_path / "progress.json")
    progress.solved("sign-in", "two-answers")
    progress.solved("sign-in", exercise.id)
    found, trouble = Progress(progress.path).all()
    assert set(found["sign-in"].exercises) == {"two-answers", exercise.id} and trouble is None
    assert exercise.id in progress.as_text()


def test_a_name_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        EXERCISES["nonsense"]
