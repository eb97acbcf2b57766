"""What holds for every exercise."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from mfa_helpers import forms
from mfa_helpers.lab import Lab
from mfa_helpers.learner.tenant_setup import TenantSetup
from mfa_helpers.lessons.exercises import EXERCISES
from mfa_helpers.lessons.exercises.grading import Attempt
from mfa_helpers.outline import BY_TOPIC

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
def test_it_leaves_lab_and_inbox_as_the_rest_of_the_course_needs_them(id: str, learner: Lab) -> None:
    gives = BY_TOPIC[EXERCISES[id].topic].gives
    learner.catch_up(*(gives[-1:] or ("enrolled", "login")))
    here = [need for need in gives if learner.has(need)]
    rows = enrolled_addresses(learner)
    learner.hands_free = True
    assert forms.ExerciseForm(learner, id).result.solved
    learner.companion(TenantSetup).put_back()  # as the last form of its notebook does
    assert learner.missing(*here) == []
    # What comes next is done as the notebooks do it: with the login, the code and the choice that are there.
    if "enrolment" in here:
        learner.confirm(learner.newest_code())
    elif here == ["login"]:
        learner.associate()
        learner.confirm(learner.newest_code())
    if "authenticator" in here:
        chosen = learner.chosen()
        learner.challenge()
        learner.complete(learner.newest_code())
        assert learner.chosen() == chosen
    learner.catch_up("tokens")
    assert rows <= enrolled_addresses(learner) <= rows | {learner.tenant.username}


def enrolled_addresses(lab: Lab) -> set[str]:
    """The user's confirmed e-mails, as the tenant has them."""
    management = lab.tenant.management
    assert management is not None and lab.tenant.username
    (user,) = management.get("/users-by-email", email=lab.tenant.username)
    listed = management.get(f"/users/{quote(user['user_id'], safe='')}/authentication-methods")
    return {row["email"] for row in listed if row["type"] == "email" and row["confirmed"]}


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


def test_a_name_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        EXERCISES["nonsense"]
