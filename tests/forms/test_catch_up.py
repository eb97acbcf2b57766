"""The way out of a form catches up to each need, and says so."""

from __future__ import annotations

import pytest

from mfa_helpers.client.errors import StepMissing
from mfa_helpers.forms import AssociateForm, CatchUpForm, ConfirmForm
from mfa_helpers.forms.controls import descendants
from mfa_helpers.lab import Lab
from mfa_helpers.outline import NEEDS

from .test_steps_of_the_course import click

TOO_LATE = (
    "This user's first email is confirmed, and an MFA token can't enroll another one. "
    "Go on to the next notebook. Or click “Remove it and practice again”."
)


def visible(form: CatchUpForm) -> set[str]:
    buttons = [one for one in descendants(form) if hasattr(one, "icon") and one.layout.display != "none"]
    rows = [row for row in form.children if row.layout.display == "none" and hasattr(row, "children")]
    shown = {one.description for one in buttons if not any(one in row.children for row in rows)}
    return {name for name in shown if not name.startswith("Next: ")}


@pytest.mark.parametrize("need", NEEDS)
def test_each_need_can_be_caught_up_with_and_the_form_says_what_is_there(learner: Lab, need: str) -> None:
    said: list[str] = []
    form = CatchUpForm(learner, need, then=lambda: said.append("caught up"))
    form.submit()
    assert form.error is None and form.status.startswith("Done: nothing is missing anymore.\n✔ You have ")
    assert said == ["caught up"] and learner.missing(need) == []


def test_notebook_03_opened_again_says_that_it_is_done_and_offers_to_practice_again(learner: Lab) -> None:
    learner.catch_up("enrolled")
    learner.topic = "confirm"
    form = CatchUpForm(learner, "login", "enrollment")
    assert form.is_done and form.status == (
        f"✔ Already done: you have {NEEDS['enrolled']}, so nothing is missing here.\n{TOO_LATE}"
    )
    assert visible(form) == {"Remove it and practice again"}
    confirm = ConfirmForm(learner)
    assert confirm.is_done and "no code is on its way" in confirm.status and "do it again" not in confirm.status
    click(form, "Remove it and practice again")
    assert form.error is None and form.status.startswith(
        "Done: your confirmed email was removed, and nothing is missing anymore.\n✔ You have "
    )
    assert visible(form) == set()
    assert not confirm.is_done and confirm.status.startswith("You no longer have a confirmed email.")
    confirm.look()
    confirm.submit()
    assert confirm.error is None and learner.has("enrolled")
    assert form.status.startswith("✔ Already done: ")


def test_after_a_confirmation_another_click_on_confirm_is_no_dead_end(learner: Lab) -> None:
    learner.catch_up("login", "enrollment")
    confirm = ConfirmForm(learner)
    confirm.look()
    confirm.submit()
    confirm.code.value = "123456"
    confirm.submit()
    assert isinstance(confirm.error, StepMissing)
    (way_out,) = confirm._way_out.children
    assert way_out.status == TOO_LATE and visible(way_out) == {"Remove it and practice again"}
    click(way_out, "Remove it and practice again")
    assert confirm.status.startswith("Done: you have caught up.") and confirm._way_out.children == ()
    confirm.look()
    confirm.submit()
    assert confirm.error is None and learner.has("enrolled")


@pytest.mark.parametrize("needs", [(), ("login",)])
def test_notebook_02_opened_again_says_that_it_is_done_and_offers_to_practice_again(
    learner: Lab, needs: tuple[str, ...]
) -> None:
    learner.catch_up("enrolled", *needs)
    learner.topic = "associate"
    form, associate = CatchUpForm(learner, "login"), AssociateForm(learner)
    assert form.is_done and form.status == (
        f"✔ Already done: you have {NEEDS['enrolled']}, so nothing is missing here.\n{TOO_LATE}"
    )
    assert visible(form) == {"Remove it and practice again"}
    assert associate.is_done and associate.status == (
        "You already have a confirmed email, so there's nothing to associate. Go on from here."
    )
    assert not [one for one in descendants(form) if getattr(one, "description", "").startswith("Next: Associate")]
    click(form, "Remove it and practice again")
    assert form.error is None and "✔ You have an MFA token" in form.status and not associate.is_done
    associate.submit()
    assert associate.error is None and learner.has("enrollment")


def test_after_notebook_05_nothing_of_it_is_missing(learner: Lab) -> None:
    learner.catch_up("tokens")
    learner.topic = "challenge"
    form = CatchUpForm(learner, "authenticator", "login")
    assert form.is_done and form.status.startswith("✔ Already done: ") and visible(form) == set()


def test_catching_up_with_a_login_is_not_taken_for_a_login_that_is_complete(learner: Lab) -> None:
    CatchUpForm(learner, "authenticator", "login").submit()  # it confirms an email, and that gives tokens, too
    assert not learner.has("tokens") and "✘" in repr(learner.checkpoint("tokens"))
