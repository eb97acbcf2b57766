"""The forms of notebooks 10 and 14, used as a person uses them."""

from __future__ import annotations

import re

import pytest

from mfa_helpers import forms
from mfa_helpers.client import errors
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.quiz import QUESTIONS, Quiz


def test_mended_one_thing_at_a_time_each_answer_says_what_is_still_wrong(lab: Lab) -> None:
    form = forms.ErrataForm(lab)
    form.submit()
    assert "There is nothing at this path." in form.status
    form.path.value = "/{yourDomain}/mfa/challenge"
    form.submit()
    assert "There is nothing at this path." in form.status
    form.path.value = "/mfa/challenge"
    form.submit()
    assert "Missing required parameter: mfa_token" in form.status
    form.label.value = "application/x-www-form-urlencoded"
    form.submit()
    assert "Missing required parameter: mfa_token" in form.status
    form.label.value = "application/json"
    form.submit()
    assert "Malformed mfa_token" in form.status
    form.token.value = "mfa_token"
    form.submit()
    assert form.status.startswith("Problem: The tenant returned 200, but the code went to ada@example.com.")
    assert isinstance(form.error, errors.Refused) and "your call" not in lab.exchanges
    form.name.value = "authenticator_id"
    form.submit()
    assert form.status == "Done: the code went to ada+work@example.com. Every part is correct."
    assert form.result == "ada+work@example.com" and form.error is None
    assert lab.exchanges["your call"].status == 200


def test_the_call_begins_with_a_slip_in_each_part(lab: Lab) -> None:
    form = forms.ErrataForm(lab)
    begun = (form.path.value, form.label.value, form.token.value, form.name.value)
    form.hands_free()
    mended = (form.path.value, form.label.value, form.token.value, form.name.value)
    assert form.error is None and all(one != other for one, other in zip(begun, mended, strict=True))


def test_a_throw_away_tenant_that_cannot_be_reached_is_told_in_a_sentence(lab: Lab) -> None:
    from mfa_helpers.lessons.errata import Errata

    form, errata = forms.ErrataForm(lab), lab.companion(Errata)
    base_url, errata.throwaway.base_url = errata.throwaway.base_url, "https://localhost:1"
    try:
        form.submit()
        assert form.status.startswith("Problem: The throwaway tenant can't be reached.")
    finally:
        errata.throwaway.base_url = base_url
    form.hands_free()
    assert form.error is None


def test_the_questions_are_graded_and_each_mistake_gets_a_sentence(lab: Lab) -> None:
    form = forms.QuizForm(lab)
    form.submit()
    assert form.status.startswith("Problem: Not answered yet: 1, 2, 3, 4, 5.")
    form.hands_free()
    assert form.status == "Done: all five are correct." and lab.companion(Quiz).passed
    one = QUESTIONS[2]
    form.answers[one.id].value, wrong = next(pair for pair in one.answers if pair[1])
    form.submit()
    assert form.status == f"Not all correct yet.\n3. {wrong}"


@pytest.mark.parametrize("name", ["ErrataForm", "QuizForm"])
def test_hands_free_the_form_does_itself(name: str, lab: Lab) -> None:
    lab.hands_free = True
    form = getattr(forms, name)(lab)
    assert form.error is None and form.status.startswith("Done: ")
    assert re.fullmatch(rf"<{name}: run the cell to see it>", repr(form))
