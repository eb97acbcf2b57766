"""The questions that begin a notebook, and those before an important request."""

from __future__ import annotations

import inspect
import re

import pytest

from mfa_helpers.client.errors import AlreadyEnrolled, MfaRequired
from mfa_helpers.lab import Lab
from mfa_helpers.lessons import warm_ups
from mfa_helpers.lessons.predictions import PREDICTIONS
from mfa_helpers.lessons.warm_ups import WARM_UPS
from mfa_helpers.outline import NOTEBOOKS

from ..field import REPORTS

ALL = [*PREDICTIONS.values(), *(one for pair in WARM_UPS.values() for one in pair)]


def test_each_has_one_right_answer_and_a_sentence_about_each_mistake() -> None:
    for one in ALL:
        assert one.text.endswith("?") and len(one.answers) == 3, one.id
        assert [wrong for _, wrong in one.answers].count("") == 1, one.id
        assert len({answer for answer, _ in one.answers}) == 3, one.id
        assert all(wrong.endswith(".") for _, wrong in one.answers if wrong), one.id
    for group in (list(PREDICTIONS.values()), [one for pair in WARM_UPS.values() for one in pair]):
        places = [[answer for answer, _ in one.answers].index(one.right) for one in group]
        assert all(places.count(place) >= len(group) // 4 for place in range(3))  # the right one is anywhere


def test_every_notebook_but_the_first_and_the_last_begins_with_two() -> None:
    assert list(WARM_UPS) == [one.topic for one in NOTEBOOKS[1:-1]]
    ids = [one.id for pair in WARM_UPS.values() for one in pair]
    assert len(set(ids)) == len(ids) == 2 * len(WARM_UPS)


def test_the_reports_beside_wrong_answers_are_in_the_collection() -> None:
    named = re.findall(r"# (\S+)$", inspect.getsource(warm_ups), re.M)
    assert len(named) >= len(WARM_UPS) and set(named) <= {report.id for report in REPORTS}


def test_what_was_wrong_is_told() -> None:
    question = PREDICTIONS["sign-in"]
    assert question.trouble(question.right) == "" and "403" in question.trouble("401")
    with pytest.raises(KeyError):
        question.trouble("another answer")


def test_what_the_predictions_say_is_what_the_tenant_does(learner: Lab) -> None:
    """The right answers, acted out."""
    right = {step: question.right for step, question in PREDICTIONS.items()}
    assert isinstance(learner.login(), MfaRequired) and right["sign-in"] == "403 mfa_required"
    enrolled = learner.associate()
    assert enrolled.oob_code and right["associate"] == "an oob_code"
    assert learner.confirm(learner.newest_code()).access_token and right["confirm"] == "tokens"
    learner.login()
    with pytest.raises(AlreadyEnrolled):
        learner.associate()
    learner.list_authenticators()
    learner.pick()
    assert {row.active for row in learner.authenticators} == {True} and "active true or false" in right["list"]
    assert learner.challenge().oob_code and right["challenge"] == "an oob_code"
    tokens = learner.complete(learner.newest_code())
    assert tokens.id_token and tokens.access_token and right["complete"] == "an access token and an ID token"
