"""The way on: one button that helps now, the next step when a form is done, and what is shown when something has happened elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from mfa_helpers import forms
from mfa_helpers.forms import controls
from mfa_helpers.forms.base import Form
from mfa_helpers.forms.guidance import Guide
from mfa_helpers.forms.page import notebook_page
from mfa_helpers.lab import Lab
from mfa_helpers.storage.handover import Handover
from mfa_helpers.storage.progress import Progress


def standing_out(form: Form) -> list[str]:
    return [button.description for button in controls.buttons(form) if button.button_style == "primary"]


def offered(form: Form) -> list[str]:
    """The ways on that a form offers."""
    return [button.description for button in controls.buttons(form) if button.description.startswith("Next: ")]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the page was told."""
    notebook_page.notebook_page.cache_clear()
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(notebook_page.NotebookPage, "send", lambda _, message: told.append(message))
    return told


def test_the_button_that_helps_now_stands_out_and_no_other(lab: Lab) -> None:
    sign_in = forms.SignInForm(lab)
    assert standing_out(sign_in) == ["Sign in as Ada"]
    sign_in.password.value = "typed"
    assert standing_out(sign_in) == ["Sign in"]
    sign_in.submit()  # a wrong one
    assert standing_out(sign_in) == ["Sign in as Ada"]
    sign_in.submit_as_sandbox_user()
    assert standing_out(sign_in) == []  # done, and nothing follows yet

    forms.AssociateForm(lab).submit()
    confirm = forms.ConfirmForm(lab)
    assert standing_out(confirm) == ["Check the inbox"]
    confirm.look()
    assert standing_out(confirm) == ["Confirm"]
    confirm.submit()
    assert confirm.error is None and standing_out(confirm) == []


def test_what_is_optional_is_not_the_step_to_take(lab: Lab) -> None:
    lab.login()
    template, associate = forms.TemplateForm(lab), forms.AssociateForm(lab)
    assert standing_out(template) == [] and standing_out(associate) != []


def test_where_something_is_missing_the_button_that_gets_it_stands_out(lab: Lab) -> None:
    form = forms.ChallengeForm(lab)
    assert standing_out(form) == ["Send me a code"]
    form.submit()
    assert form.error is not None and standing_out(form) == ["Catch up"]
    (way_out,) = form._way_out.children
    way_out.submit()
    assert standing_out(form) == ["Send me a code"]


def test_a_form_that_is_done_offers_the_next_form_and_the_next_notebook(lab: Lab, sent: list[dict[str, Any]]) -> None:
    lab.topic = "challenge"
    challenge, complete = forms.ChallengeForm(lab), forms.CompleteForm(lab)
    lab.catch_up("authenticator", "login")
    assert offered(challenge) == []
    challenge.submit()
    assert offered(challenge) == ["Next: Complete the login"] and standing_out(challenge) == []
    assert standing_out(complete) == ["Check the inbox"]  # the step to take
    next(button for button in controls.buttons(challenge) if button.description.startswith("Next")).click()
    assert sent[-1] == {"go": {"file": "", "form": complete.place, "cell": ""}}
    complete.hands_free()
    lab.checkpoint("tokens").now()
    lab.views.happened()
    assert offered(complete) == standing_out(complete) == ["Next: 06 Enroll at any moment"]
    next(button for button in controls.buttons(complete) if button.description.startswith("Next")).click()
    assert sent[-1] == {"go": {"file": "06_enroll_at_any_moment.ipynb", "form": "", "cell": ""}}


def test_what_a_status_line_says_does_not_outlive_its_truth(lab: Lab) -> None:
    sign_in = forms.SignInForm(lab)
    sign_in.submit_as_sandbox_user()
    assert sign_in.is_done and "You have an MFA token" in sign_in.status
    lab.forget("login")
    lab.views.look()
    assert not sign_in.is_done and standing_out(sign_in) == ["Sign in as Ada"]
    assert sign_in.status.startswith(
        "You no longer have an MFA token. What you had was used, replaced, or removed, or has expired."
    )
    lab.login()
    lab.views.look()
    assert sign_in.is_done and sign_in.status.startswith("You already have an MFA token.")


def test_a_problem_and_its_way_out_do_not_outlive_their_truth(lab: Lab) -> None:
    form = forms.ChallengeForm(lab)
    form.submit()
    (way_out,) = form._way_out.children
    assert form.status.startswith("Problem: ") and way_out.status.count("✘ Missing") == 2
    lab.login()  # in another notebook
    lab.views.look()
    assert form._way_out.children == (way_out,) and way_out.status.count("✘ Missing") == 1
    lab.catch_up("authenticator", "login")
    lab.views.look()
    assert form._way_out.children == () and form.status == form.invitation()
    assert standing_out(form) == ["Send me a code"]


def test_what_a_form_shows_no_more_is_closed(lab: Lab) -> None:
    form = forms.ChallengeForm(lab)
    form.submit()
    (first,) = form._way_out.children
    form.submit()
    assert form._way_out.children != (first,) and first.comm is None
    exercise = forms.ExerciseForm(lab, "two-answers")
    made = []
    for rung in exercise.rung.options:
        exercise.rung.value = rung[1]
        made += exercise.step.children
        exercise.rung.value = exercise.rung.options[0][1]
    exercise.rung.value = exercise.rung.options[-1][1]
    assert set(exercise.step.children) < set(made)  # nothing is made twice
    exercise.close_all()
    assert all(one.comm is None for one in made)


def test_a_step_whose_gift_a_later_step_has_used_is_not_to_be_done_again(lab: Lab) -> None:
    lab.catch_up("authenticator", "login")
    challenge, complete = forms.ChallengeForm(lab), forms.CompleteForm(lab)
    challenge.submit()
    complete.hands_free()
    assert complete.is_done and not lab.has("challenge") and not lab.has("login")
    assert challenge.is_done and challenge.status.startswith("Done: an email with six digits")
    assert offered(challenge) == []  # nothing follows that is still to do
    again = forms.ChallengeForm(lab)
    assert again.status == "You've completed the login with the code of your challenge. Go on from here."
    assert standing_out(again) == standing_out(complete) == []


def test_the_next_step_is_the_next_cell_whatever_ran_first(lab: Lab) -> None:
    forms.AssociateForm(lab)
    sign_in, associate = forms.SignInForm(lab), forms.AssociateForm(lab)
    sign_in.submit_as_sandbox_user()
    assert offered(sign_in) == ["Next: Associate the address"] and standing_out(associate) == ["Send me a code"]


def test_a_way_on_leads_to_the_form_that_is_there_now(lab: Lab, sent: list[dict[str, Any]]) -> None:
    lab.catch_up("authenticator", "login")
    challenge, _ = forms.ChallengeForm(lab), forms.CompleteForm(lab)
    challenge.submit()
    again = forms.CompleteForm(lab)  # its cell has run again
    next(button for button in controls.buttons(challenge) if button.description.startswith("Next")).click()
    assert sent[-1] == {"go": {"file": "", "form": again.place, "cell": ""}}


def test_forms_may_be_replaced_while_another_thread_shows_the_way(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    for form in (forms.SignInForm, forms.AssociateForm, forms.ConfirmForm):
        form(lab)
    descendants, guide = controls.descendants, Guide.of(lab)

    def meanwhile(form: Any) -> list[Any]:
        monkeypatch.setattr(controls, "descendants", descendants)
        forms.ChallengeForm(lab)
        return descendants(form)

    monkeypatch.setattr(controls, "descendants", meanwhile)
    assert len(guide.forms()) == 3  # and the dictionary, which changed, is not what is gone through


def test_the_page_tells_the_order_of_the_cells(lab: Lab, sent: list[dict[str, Any]]) -> None:
    associate, sign_in = forms.AssociateForm(lab), forms.SignInForm(lab)
    associate.cell, sign_in.cell = "second", "first"
    assert Guide.of(lab).forms() == [associate, sign_in]
    notebook_page.notebook_page()._asked(None, {"look": True, "cells": ["words", "first", "second"]}, [])
    assert Guide.of(lab).forms() == [sign_in, associate]
    assert standing_out(sign_in) == ["Sign in as Ada"] and standing_out(associate) == []


def test_a_form_that_is_replaced_while_it_tries_ends_its_try(lab: Lab) -> None:
    form = forms.SignInForm(lab)
    form.attempt(lambda: forms.SignInForm(lab), lambda _: "it is over")
    assert form.error is None and form.status == "Done: it is over"


def test_what_was_done_before_is_said_and_the_next_step_offered(lab: Lab) -> None:
    lab.topic = "confirm"
    lab.catch_up("enrolled")
    Progress().reached("confirm")
    form = forms.ConfirmForm(lab)
    assert form.status == "You already have a confirmed email, so no code is on its way. Go on from here."
    assert offered(form) == ["Next: 04 List authenticators"]


def test_what_a_notebook_needs_follows_another_notebook(lab: Lab) -> None:
    needs = forms.CatchUpForm(lab, "login")
    assert "✘ Missing: an MFA token." in needs.status and standing_out(needs) == ["Catch up"]
    Lab(handover=Handover(lab.handover.path)).login()
    lab.views.look()
    assert needs.status == "✔ You have an MFA token (10 minutes left)." and standing_out(needs) == []


def test_what_a_failure_said_stays_until_it_is_no_longer_true(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    needs = forms.CatchUpForm(lab, "login")
    with monkeypatch.context() as patch:
        patch.setattr(lab, "login", lambda *_: (_ for _ in ()).throw(OSError("gone")))
        needs.submit()
    assert needs.status.startswith("Problem: ")
    lab.views.look()
    assert needs.status.startswith("Problem: ")
    lab.login()
    lab.views.look()
    assert needs.status.startswith("✔ You have an MFA token")


def test_the_progress_board_follows(lab: Lab) -> None:
    board = forms.ProgressBoard(lab)
    assert "checkpoint reached" not in board.table.value
    Progress().reached("sign-in")
    lab.views.look()
    assert "✔ checkpoint reached" in board.table.value


def test_an_exercise_that_is_solved_is_news(lab: Lab, sent: list[dict[str, Any]]) -> None:
    board = forms.ProgressBoard(lab)
    lab.note_progress(lambda progress: progress.solved("sign-in", "two-answers"))
    assert "1 exercise solved" in board.table.value and sent[-1]["news"] is True


def test_each_thing_a_form_does_is_news_and_says_when_to_look_again(lab: Lab, sent: list[dict[str, Any]]) -> None:
    form = forms.SignInForm(lab)
    form.submit_as_sandbox_user()
    assert sent[-1]["news"] is True and 0 < sent[-1]["again"] <= 60  # the minutes that are left
    lab.views.look()
    assert sent[-1]["news"] is False


def test_a_page_that_is_loaded_again_is_sent_what_has_changed(lab: Lab, sent: list[dict[str, Any]]) -> None:
    forms.SignInForm(lab)
    page = notebook_page.notebook_page()
    page._asked(None, {"loaded": True}, [])
    page._asked(None, {"look": True}, [])
    assert lab.views.loads == 0 and lab.views.resend is None
    page._asked(None, {"loaded": True}, [])
    assert lab.views.loads == 1 and lab.views.resend is not None


def test_hands_free_nobody_is_guided(lab: Lab, sent: list[dict[str, Any]]) -> None:
    lab.hands_free = lab.views.is_still = True
    form = forms.SignInForm(lab)
    assert form.error is None and offered(form) == [] and sent == []
    assert notebook_page.notebook_page.cache_info().currsize == 0


def test_long_work_shows_that_it_goes_on(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    form = forms.SignInForm(lab)
    shown: list[str] = []
    monkeypatch.setattr(lab, "login", lambda *_: shown.append(form.status_line.value) or lab)
    form.submit_as_sandbox_user()
    assert "Working …" in shown[0] and '<progress class="mfa-working"' in shown[0]
    assert "<progress" not in form.status_line.value
