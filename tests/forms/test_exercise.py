"""The form of an exercise: Check, Hint, Show a solution, and what hands-free does."""

from __future__ import annotations

from dataclasses import replace

import pytest
import requests

from mfa_helpers import forms
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.exercises import EXERCISES
from mfa_helpers.storage.progress import Progress

from ..support.deadline import DEADLINE
from ..support.end_sandbox import end_sandbox


@pytest.fixture(autouse=True)
def _file(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MFA_PROGRESS", str(tmp_path / "progress.json"))


def sign_in(lab: Lab, password: str) -> None:
    fields = {
        "grant_type": "password",
        "username": lab.tenant.username,
        "password": password,
        "audience": lab.tenant.audience,
    }
    identity = {"client_id": lab.tenant.client_id, "client_secret": lab.tenant.client_secret.reveal()}  # type: ignore[union-attr]
    requests.post(lab.tenant.base_url + "/oauth/token", data={**fields, **identity}, timeout=DEADLINE)


def test_a_person_is_told_what_is_missing_and_then_that_it_is_solved(lab: Lab) -> None:
    form = forms.ExerciseForm(lab, "two-answers")
    form.submit()
    assert (
        form.status.startswith("Not solved yet: Nothing of yours is in the tenant's log yet") and not form.result.solved
    )
    sign_in(lab, "wrong")
    form.submit()
    assert (
        form.status
        == "Not solved yet: The wrong password has arrived. Now sign in with the right one: lab.tenant.password."
    )
    assert Progress().all()[0] == {}
    sign_in(lab, lab.tenant.password.reveal())  # type: ignore[union-attr]
    form.submit()
    assert form.status.startswith("Done: ") and form.result.solved
    assert set(Progress().all()[0]["sign-in"].exercises) == {"two-answers"}


def test_hints_come_one_by_one(lab: Lab) -> None:
    form, hints = forms.ExerciseForm(lab, "two-answers"), EXERCISES["two-answers"].hints
    for number in range(1, len(hints) + 2):
        form.hint()
        assert form.hint_text.value.count("<li>") == min(number, len(hints))


def test_the_solution_is_shown_as_text_and_not_run(lab: Lab) -> None:
    form = forms.ExerciseForm(lab, "two-answers")
    assert "def try_password" not in form.solution_text.value
    form.show_solution()
    assert "def try_password" in form.solution_text.value and "&lt;" not in form.exercise.task
    form.submit()
    assert not form.result.solved


def test_hands_free_runs_the_solution_prints_nothing_and_is_nobodys_progress(
    lab: Lab, capfd: pytest.CaptureFixture[str]
) -> None:
    lab.hands_free = True
    assert forms.ExerciseForm(lab, "two-answers").result.solved
    assert capfd.readouterr().out == "" and Progress().all()[0] == {}


def test_hands_free_a_solution_that_does_not_solve_it_fails_the_run(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EXERCISES, "two-answers", replace(EXERCISES["two-answers"], solution="pass"))
    lab.hands_free = True
    with pytest.raises(AssertionError, match="two-answers: Nothing of yours"):
        forms.ExerciseForm(lab, "two-answers")


@pytest.mark.usefixtures("own_tenant")
def test_a_tenant_that_is_gone_is_a_sentence_and_the_next_check_works(lab: Lab) -> None:
    form = forms.ExerciseForm(lab, "two-answers")
    end_sandbox()
    form.submit()
    assert form.status.startswith("Problem: ")
    form.submit()
    assert form.status.startswith("Not solved yet: ")


def test_on_a_live_tenant_it_says_what_counts(lab: Lab) -> None:
    lab.tenant = replace(lab.tenant, management=None, controls=None)
    assert "only calls through lab count" in forms.ExerciseForm(lab, "two-answers").status
    assert forms.ExerciseForm(lab, "the-right-one").status.startswith("This exercise needs the sandbox")


def test_what_an_exercise_does_aside_is_not_shown_as_the_learners_call(lab: Lab) -> None:
    lab.catch_up("enrolled", "login")
    last = lab.last
    form = forms.ExerciseForm(lab, "the-right-one")
    form.begin()
    assert form.error is None and lab.last is last
