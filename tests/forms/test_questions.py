"""A prediction sends its request, and a warm-up judges each answer at once."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from typing import Any

import ipywidgets as widgets
import pytest

from mfa_helpers import forms
from mfa_helpers.forms.controls import descendants
from mfa_helpers.forms.page import live_region
from mfa_helpers.forms.page.group_name import GroupName
from mfa_helpers.forms.prediction import Prediction
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.grant_answers import REQUESTS
from mfa_helpers.lessons.predictions import PREDICTIONS
from mfa_helpers.lessons.quiz import QUESTIONS
from mfa_helpers.lessons.warm_ups import WARM_UPS

from ..support.notebook_files import PATHS, cells, tags

FORMS = {
    "sign-in": (forms.SignInForm, ()),
    "associate": (forms.AssociateForm, ("login",)),
    "list": (forms.AuthenticatorForm, ("enrolled", "login")),
    "challenge": (forms.ChallengeForm, ("authenticator", "login")),
    "confirm": (forms.ConfirmForm, ("enrollment",)),
    "complete": (forms.CompleteForm, ("challenge",)),
    "access": (forms.SecondTokenForm, ("enrolled",)),
    "second-confirm": (forms.ConfirmSecondForm, ("enrolled",)),
    "requirements": (forms.RequirementsForm, ()),
    "challenge-by": (forms.ChallengeByForm, ()),
    "second-delete": (forms.RemoveForm, ("enrolled",)),
    "otp-challenge": (forms.AppForm, ()),
    "phone-challenge": (forms.PhoneForm, ()),
    "push-challenge": (forms.PushForm, ()),
    "recovery": (forms.RecoveryForm, ()),
}


def prepare(step: str, lab: Lab) -> None:
    """What comes before the form of a later notebook, done hands-free."""
    lab.hands_free = True
    if step in ("second-confirm", "second-delete"):
        forms.SecondTokenForm(lab)
        forms.SecondAddressForm(lab)
    elif step in ("requirements", "challenge-by"):
        forms.TenantSetupForm(lab, "otp", customize=True)
        if step == "challenge-by":
            forms.RequirementsForm(lab)
    elif step in ("otp-challenge", "phone-challenge", "push-challenge", "recovery"):
        forms.TenantSetupForm(lab, "otp", "sms", "push-notification", "recovery-code")
    lab.hands_free = False


def fill(step: str, form: Any, lab: Lab) -> None:
    """What a person does in the form before the prediction."""
    if step in ("confirm", "complete"):
        form.code.value = lab.newest_code().reveal()
    elif step == "second-confirm":
        form.look()
    elif step == "second-delete":
        assert of(form)._answers.layout.display == "none"  # nothing to remove yet
        form.submit()
    elif step in ("otp-challenge", "phone-challenge", "push-challenge"):
        form.enroll()
        assert of(form)._answers.layout.display == "none"  # nothing to challenge yet
        if step == "push-challenge":
            form.tap("approve")
        else:
            form.look_at_phone()
        form.submit()
        assert form.error is None
    elif step == "recovery":
        app = forms.AppForm(lab)
        app.enroll()
        app.look_at_phone()
        app.submit()
        form.use()


def of(form: Any) -> Prediction:
    """The prediction of a form."""
    (found,) = [one for one in descendants(form) if isinstance(one, Prediction)]
    return found


def of_the_notebooks(lab: Lab) -> Iterator[Any]:
    """Each form of the course, as its cell shows it."""
    for path in PATHS:
        for cell in cells(path):
            if "form" in tags(cell):
                yield eval(cell["source"].splitlines()[-1], {"forms": forms, "lab": lab})


def test_the_forms_of_the_notebooks_ask_each_prediction_and_no_other(lab: Lab) -> None:
    shown = [one for form in of_the_notebooks(lab) for one in descendants(form) if isinstance(one, Prediction)]
    assert {one.question.id for one in shown} - set(REQUESTS) == set(PREDICTIONS)  # those of 11 are a list of their own


def answers(form: Any) -> dict[str, widgets.Button]:
    return {one.description: one for one in descendants(of(form)) if isinstance(one, widgets.Button)}


@pytest.mark.parametrize("step", FORMS)
@pytest.mark.parametrize("is_right", [True, False], ids=["right", "wrong"])
def test_choosing_a_prediction_sends_the_request_and_says_how_it_was(step: str, is_right: bool, lab: Lab) -> None:
    make, needs = FORMS[step]
    lab.catch_up(*needs)
    prepare(step, lab)
    form = make(lab)
    fill(step, form, lab)
    assert of(form)._answers.layout.display != "none"
    question, before = of(form).question, len(lab.history)
    answer = next(answer for answer, trouble in question.answers if (not trouble) == is_right)
    answers(form)[answer].click()
    assert form.error is None and len(lab.history) > before
    said = unescape(of(form)._outcome.value)
    assert (question.trouble(answer) or "That's right.") in said and answer in said
    assert of(form)._answers.layout.display == "none"


def test_a_second_click_of_a_double_click_sends_nothing_and_changes_no_verdict(lab: Lab) -> None:
    form = forms.SignInForm(lab)
    first, second = list(answers(form).values())[:2]
    first.click()
    before, said = len(lab.history), of(form)._outcome.value
    for one in (first, second):
        one.click()
    assert form.error is None and len(lab.history) == before and said and of(form)._outcome.value == said


def test_once_its_step_is_done_a_late_click_sends_nothing(lab: Lab) -> None:
    form = forms.SignInForm(lab)
    form.hands_free()
    before = len(lab.history)
    next(iter(answers(form).values())).click()
    assert form.is_done and len(lab.history) == before and of(form)._outcome.value == ""


def test_a_request_that_could_not_be_sent_leaves_the_question(lab: Lab) -> None:
    form = forms.ChallengeForm(lab)  # nothing was signed in
    answers(form)["an oob_code"].click()
    assert form.error is not None and of(form)._outcome.value == "" and of(form)._answers.layout.display != "none"
    lab.catch_up("authenticator", "login")
    answers(form)["an oob_code"].click()
    assert form.error is None and "That's right." in unescape(of(form)._outcome.value)


def test_a_click_that_is_turned_away_is_not_judged(lab: Lab) -> None:
    lab.catch_up("enrolled", "login")
    form = forms.AuthenticatorForm(lab)
    form.submit()
    assert form.result and not form.is_done
    with form.single_attempt.turn():
        answers(form)["the confirmed ones"].click()
    assert of(form)._outcome.value == "" and of(form)._answers.layout.display != "none"


@pytest.mark.parametrize("step", ["sign-in", "challenge"])
def test_once_the_request_was_sent_without_a_prediction_there_is_nothing_to_predict(step: str, lab: Lab) -> None:
    make, needs = FORMS[step]
    lab.catch_up(*needs)
    form = make(lab)
    form.hands_free()
    assert form.is_done and of(form)._answers.layout.display == "none" and of(form)._outcome.value == ""
    again = make(lab)
    assert of(again)._answers.layout.display == "none"


def test_a_removal_is_predicted_while_something_is_selected_and_until_something_was_removed(lab: Lab) -> None:
    def is_asked() -> bool:
        return of(form)._answers.layout.display != "none"

    lab.catch_up("enrolled")
    prepare("second-delete", lab)
    form = forms.RemoveForm(lab)
    forms.TokenPowersForm(lab).send("remove")  # lists them, too
    assert not is_asked(), "nothing is selected"
    form.submit()
    assert is_asked()
    lab.tenant.require_controls().advance(601)
    form.remove_button.click()
    assert form.error is not None and form.choice.value is None and not is_asked()
    forms.SecondTokenForm(lab).submit()
    form.submit()
    assert is_asked()
    form.remove_button.click()
    assert form.error is None and not is_asked()
    forms.SecondAddressForm(lab).submit()
    again = form = forms.RemoveForm(lab)
    again.submit()
    assert again.choice.value is not None and not is_asked()


def test_what_happened_and_the_verdict_are_said_in_one(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(live_region.LiveRegion, "send", lambda _, message: said.append(message["said"]))
    lab.catch_up("login")
    form = forms.AssociateForm(lab)
    question = of(form).question
    answers(form)[question.right].click()
    assert said[-1] == f"{form.status} You predicted “{question.right}”. That's right."


def test_a_typed_password_is_sent_by_a_prediction_too(lab: Lab) -> None:
    form = forms.SignInForm(lab)
    form.password.value = "a wrong one"
    answers(form)["401"].click()
    assert form.error is not None and form.password.value == "" and of(form)._outcome.value == ""


def test_hands_free_there_is_no_prediction(lab: Lab) -> None:
    lab.hands_free = True
    form = forms.SignInForm(lab)
    assert form.result is not None and [one for one in descendants(form) if isinstance(one, Prediction)] == []


@pytest.mark.parametrize("make", [lambda lab: forms.WarmUpForm(lab, "sign-in"), forms.QuizForm, forms.SignInForm])
def test_the_answers_to_a_question_are_a_group_with_its_words_as_name(make: Any, lab: Lab) -> None:
    form = make(lab)
    if isinstance(form, forms.SignInForm):
        asked = [of(form).question.text]
    else:
        asked = [
            question.text for question in (WARM_UPS["sign-in"] if isinstance(form, forms.WarmUpForm) else QUESTIONS)
        ]
    names = [one for one in descendants(form) if isinstance(one, GroupName)]
    assert [one.label for one in names] == asked and repr(names[0]) == "<GroupName>"
    boxes = [one for one in descendants(form) if isinstance(one, widgets.Box) and {*names} & {*one.children}]
    for box in boxes:
        assert any(isinstance(one, (widgets.RadioButtons, widgets.HBox)) for one in box.children)
    assert len(boxes) == len(asked)


@pytest.mark.parametrize("topic", WARM_UPS)
def test_each_answer_of_a_warm_up_is_judged_at_once_and_sends_nothing(topic: str, lab: Lab) -> None:
    form = forms.WarmUpForm(lab, topic)
    before = len(lab.history)
    for chosen, said, question in zip(form.answers, form.said, WARM_UPS[topic], strict=True):
        for answer, trouble in question.answers:
            chosen.value = answer
            assert (trouble or "That's right.") in unescape(said.value)
    assert len(lab.history) == before and not form.is_done


def test_an_answer_of_an_earlier_kernel_has_its_verdict_and_none_is_said_aloud(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", "notebooks/02_associate_an_email.ipynb")
    first, _ = WARM_UPS["associate"]
    forms.WarmUpForm(Lab(), "associate").answers[0].value = first.right
    said: list[str] = []
    monkeypatch.setattr(live_region.LiveRegion, "send", lambda _, message: said.append(message["said"]))
    form = forms.WarmUpForm(Lab(), "associate")
    assert form.answers[0].value == first.right and "✔ That's right." in unescape(form.said[0].value)
    assert form.answers[1].value is None and form.said[1].value == "" and said == []


def test_hands_free_a_warm_up_is_answered(lab: Lab) -> None:
    lab.hands_free = True
    form = forms.WarmUpForm(lab, "sign-in")
    assert all("✔" in said.value for said in form.said)
