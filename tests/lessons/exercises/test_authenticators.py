"""04: each way to get it wrong has its sentence."""

from __future__ import annotations

import pytest

from mfa_helpers import forms
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.exercises import EXERCISES

ID = "the-right-one"
LIST = (
    "token = lab.mfa_token.reveal()\nfound = rows(token)\nwork = next(r for r in found if 'work' in r['name'])['id']\n"
)
OTHER = "other = next(r for r in found if 'work' not in r['name'])['id']\n"


@pytest.fixture(autouse=True)
def _enrolled(learner: Lab) -> None:
    learner.catch_up("enrolled", "login")


def test_a_challenge_of_the_right_one_solves_it_and_the_stage_is_cleared(attempt, learner: Lab) -> None:
    run = attempt(ID)
    assert len(learner.list_authenticators()) == 2
    assert run(LIST + "challenge(token, work)").solved
    assert len(learner.list_authenticators()) == 1


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            LIST + OTHER + "challenge(token, other)",
            "You challenged the wrong authenticator: the code went to ada@example.com.",
        ),
        (LIST + "challenge(token, None)", "Without authenticator_id the tenant chooses, and it takes the oldest."),
        (
            LIST + OTHER + "challenge(token, work); challenge(token, other)",
            "Codes went to 2 addresses. Do not try them all",
        ),
        (LIST + "challenge(token, work + 'x')", "a wrong path or a refused token leaves no line there"),
        (LIST, "Nothing of yours is in the tenant's log yet: no challenge."),
        ("sign_in()", "You have signed in. Now list, and challenge the e-mail at work."),
    ],
)
def test_a_mistake_gets_its_own_sentence(code: str, said: str, attempt) -> None:
    verdict = attempt(ID)(code)
    assert not verdict.solved and said in verdict.sentence


def test_setting_the_stage_twice_makes_one_second_address(attempt, learner: Lab) -> None:
    attempt(ID)
    attempt(ID)
    assert len(learner.list_authenticators()) == 2


def test_the_form_wants_the_stage_first(learner: Lab) -> None:
    form = forms.ExerciseForm(learner, ID)
    assert len(learner.list_authenticators()) == 1  # showing the form changes nothing
    form.submit()
    assert form.status == "Press “Set the stage” first, then run your cell."
    form.begin()
    assert form.status == "Done: the stage is set. What you send from now on counts."
    assert len(learner.list_authenticators()) == 2
    form.submit()
    assert form.status.startswith("Not solved yet: ")


def test_its_solution_can_be_read() -> None:
    assert "at_work" in EXERCISES[ID].solution
