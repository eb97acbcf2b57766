"""The forms of notebooks 10 and 14, used as a person uses them."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from mfa_helpers import forms
from mfa_helpers.client import errors
from mfa_helpers.forms.controls import descendants
from mfa_helpers.forms.prediction import Prediction
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.errata import COMPARED, PREDICTED, Comparison, Errata
from mfa_helpers.lessons.quiz import QUESTIONS, Quiz

from ..support.errata import number_of


def test_corrected_one_thing_at_a_time_each_answer_says_what_is_still_wrong(lab: Lab) -> None:
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
    form.name.value = "authenticator_type"
    form.submit()
    assert form.error is not None and form.is_done  # a wrong try afterwards takes nothing back


def test_the_call_begins_with_an_error_in_each_part(lab: Lab) -> None:
    form = forms.ErrataForm(lab)
    begun = (form.path.value, form.label.value, form.token.value, form.name.value)
    form.hands_free()
    corrected = (form.path.value, form.label.value, form.token.value, form.name.value)
    assert form.error is None and all(one != other for one, other in zip(begun, corrected, strict=True))


def test_a_throw_away_tenant_that_cannot_be_reached_is_told_in_a_sentence(lab: Lab) -> None:
    form, errata = forms.ErrataForm(lab), lab.companion(Errata)
    base_url, errata.practice.base_url = errata.practice.base_url, "https://localhost:1"
    try:
        form.submit()
        assert form.status.startswith("Problem: The practice tenant can't be reached.")
    finally:
        errata.practice.base_url = base_url
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
    assert form.status == f"Not all of your answers are correct yet.\n3. {wrong}"


def prediction(form: forms.ErratumForm) -> Prediction:
    (found,) = [one for one in descendants(form) if isinstance(one, Prediction)]
    return found


@pytest.mark.parametrize("number", range(1, len(PREDICTED) + 1))
@pytest.mark.parametrize("is_right", [True, False], ids=["right", "wrong"])
def test_a_prediction_sends_the_erratum_both_ways_and_says_why_it_was_right_or_wrong(
    number: int, is_right: bool, lab: Lab
) -> None:
    form = forms.ErratumForm(lab, number)
    question, erratum = prediction(form).question, PREDICTED[number - 1]
    assert form.shown.value == "" and lab.history == [] and form.again.layout.display == "none" and not form.is_done
    answer = next(answer for answer, trouble in question.answers if (not trouble) == is_right)
    prediction(form).choose(answer)
    assert form.error is None and form.is_done and isinstance(form.result, Comparison)
    said, shown = unescape(prediction(form)._outcome.value), unescape(form.shown.value)
    assert answer in said and (question.because if is_right else question.trouble(answer)) in said
    lines = [erratum.printed, erratum.corrected, erratum.why]
    lines += (erratum.gives + "\n" + erratum.corrected_gives).splitlines()
    assert [line for line in lines if line not in shown] == []


def test_after_auth0_has_fixed_everything_the_lesson_is_the_same_and_says_so(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixed = tuple(replace(one, gone=COMPARED) for one in PREDICTED)
    for module in ("lessons.errata", "forms.errata"):
        monkeypatch.setattr(f"mfa_helpers.{module}.PREDICTED", fixed)
    for number, erratum in enumerate(fixed, 1):
        form = forms.ErratumForm(lab, number)
        form.submit()
        shown = unescape(form.shown.value)
        assert form.error is None and form.is_done and erratum.title in form.heading
        assert shown.count(erratum.fixed) == 1 and erratum.printed in shown and erratum.corrected in shown
        assert shown.index(erratum.where) < shown.index(erratum.fixed) < shown.index(erratum.printed)
    forms.ErrataForm(lab).hands_free()
    assert "✔ Checkpoint reached" in repr(lab.checkpoint("errata"))


def test_the_form_of_an_erratum_that_stands_says_nothing_of_a_correction_by_auth0(lab: Lab) -> None:
    for number, erratum in enumerate(PREDICTED, 1):
        form = forms.ErratumForm(lab, number)
        form.submit()
        assert ("Auth0 fixed this on" in form.shown.value) == bool(erratum.gone)


def test_an_erratum_that_was_sent_can_be_sent_again(lab: Lab) -> None:
    form = forms.ErratumForm(lab, 1)
    prediction(form).choose("404 Not Found")
    before = len(lab.history)
    assert form.again.layout.display == "" and prediction(form)._answers.layout.display == "none"
    form.again.click()
    assert form.error is None and len(lab.history) == 2 * before


def test_after_a_restart_the_form_is_done_spoils_nothing_and_sends_again(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", "notebooks/10_errata.ipynb")
    number = number_of("Secrets in the log")
    forms.ErratumForm(Lab(), number).submit()
    again = Lab()
    form, other = forms.ErratumForm(again, number), forms.ErratumForm(again, number + 1)
    assert not forms.ErrataForm(again).is_done
    assert form.is_done and form.shown.value == "" and again.history == []
    assert form.status == "You've already sent this request. To see the responses once more, click “Send again”."
    assert not other.is_done and prediction(other)._answers.layout.display == ""
    form.again.click()
    assert form.error is None and "client_secret, mfa_token" in unescape(form.shown.value)


def test_an_erratum_that_could_not_be_sent_can_still_be_predicted(lab: Lab) -> None:
    form, errata = forms.ErratumForm(lab, 1), lab.companion(Errata)
    base_url, errata.practice.base_url = errata.practice.base_url, "https://localhost:1"
    try:
        prediction(form).choose("404 Not Found")
        assert form.status.startswith("Problem: The practice tenant can't be reached.") and form.shown.value == ""
        assert prediction(form)._answers.layout.display == "" and not form.is_done
    finally:
        errata.practice.base_url = base_url
    prediction(form).choose("404 Not Found")
    assert form.is_done


def test_where_a_room_looks_on_no_address_is_shown(lab: Lab) -> None:
    lab.handover.project(True)
    form = forms.ErratumForm(lab, number_of("Wrong parameter for a challenge"))
    form.submit()
    assert form.error is None and "the code went to" in form.shown.value
    assert "ada@example.com" not in form.shown.value and "ada+work" not in form.shown.value


@pytest.mark.parametrize(("name", "of"), [("ErrataForm", ()), ("ErratumForm", (1,)), ("QuizForm", ())])
def test_hands_free_the_form_does_itself(name: str, of: tuple[int, ...], lab: Lab) -> None:
    lab.hands_free = True
    form = getattr(forms, name)(lab, *of)
    assert form.error is None and form.status.startswith("Done: ")
    assert re.fullmatch(rf"<{name}: run the cell to see it>", repr(form))
