"""The line at the top of a notebook, and what comes next."""

from __future__ import annotations

from mfa_helpers.lab import Lab
from mfa_helpers.lessons import path
from mfa_helpers.outline import BY_TOPIC, NOTEBOOKS
from mfa_helpers.storage.progress import Progress

SPINE_MINUTES = sum(one.minutes for one in NOTEBOOKS[:6])


def test_the_line_says_where_you_are_what_you_hold_and_how_long_it_takes(learner: Lab) -> None:
    learner.topic = "sign-in"
    assert repr(learner.header()) == (
        "01 Get the MFA token · step 2 of 6 · you hold: a tenant · "
        f"about {BY_TOPIC['sign-in'].minutes} minutes left in this notebook, {SPINE_MINUTES} until the end of 05"
    )
    learner.login()
    assert "you hold: an MFA token (10 minutes left)" in repr(learner.header())


def test_what_is_reached_takes_no_more_time(learner: Lab) -> None:
    learner.topic = "sign-in"
    Progress().reached("tenant")
    assert f"{SPINE_MINUTES - BY_TOPIC['tenant'].minutes} until the end of 05" in repr(learner.header())
    Progress().reached("sign-in")
    assert repr(learner.header()).endswith("done here · next: 02 Associate an email")
    assert '<a href="02_associate_an_email.ipynb"' in learner.header().html()


def test_beyond_the_tokens_the_line_counts_notebooks(learner: Lab) -> None:
    learner.topic = "errata"
    assert "notebook 11 of 15 · you hold: a tenant · about 18 minutes left" in repr(learner.header())


def test_where_another_tenant_was_chosen_the_line_says_how_to_use_it(learner: Lab) -> None:
    learner.topic = "sign-in"
    learner.handover.choose("live")  # in notebook 00
    assert repr(learner.header()) == (
        "01 Get the MFA token · step 2 of 6 · "
        "you chose another tenant in notebook 00, and to use it here, click Run all"
    )
    learner.handover.choose("sandbox")
    assert "you hold: a tenant" in repr(learner.header())


def test_a_reader_without_a_kernel_sees_what_is_needed(learner: Lab) -> None:
    learner.topic, learner.hands_free = "confirm", True
    assert repr(learner.header()) == (
        "03 Confirm the email · step 4 of 6 · you need: an MFA token, a code for a new email · "
        f"about {BY_TOPIC['confirm'].minutes} minutes"
    )


def test_the_page_looks_again_when_another_minute_is_over(learner: Lab) -> None:
    assert path.changes_in(learner) is None
    learner.login()
    assert 0 < (path.changes_in(learner) or 0) <= 60


def test_each_notebook_leads_to_the_next_and_the_last_to_none() -> None:
    assert [path.next_notebook(one.topic) for one in NOTEBOOKS] == [*NOTEBOOKS[1:], None]
