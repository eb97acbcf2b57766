"""The five questions and their grading."""

from __future__ import annotations

import pytest

from mfa_helpers.client.errors import InvalidInput
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.quiz import QUESTIONS, Quiz

RIGHT = {one.id: one.right for one in QUESTIONS}


@pytest.fixture
def recall(learner: Lab) -> Quiz:
    return Quiz(learner)


def test_each_question_has_one_right_answer_and_a_sentence_about_each_mistake() -> None:
    assert len({one.id for one in QUESTIONS}) == len(QUESTIONS) == 5
    for one in QUESTIONS:
        assert [wrong for _, wrong in one.answers].count("") == 1
        assert len({answer for answer, _ in one.answers}) == 3
        assert all(wrong.endswith(".") for _, wrong in one.answers if wrong)
    places = [[answer for answer, _ in one.answers].index(one.right) for one in QUESTIONS]
    assert len(set(places)) == 3  # the right one is not always at the same place


def test_all_right_passes_and_stays_passed(recall: Quiz) -> None:
    assert not recall.passed
    assert recall.grade(RIGHT) == [] and recall.passed
    assert recall.grade({**RIGHT, "challenge": "the oob_code"}) != [] and recall.passed


@pytest.mark.parametrize(
    ("number", "id", "answer", "wrong"),
    [
        (number, one.id, answer, wrong)
        for number, one in enumerate(QUESTIONS, 1)
        for answer, wrong in one.answers
        if wrong
    ],
)
def test_a_wrong_answer_is_named_with_what_it_mistakes(
    number: int, id: str, answer: str, wrong: str, recall: Quiz
) -> None:
    assert recall.grade({**RIGHT, id: answer}) == [(number, wrong)]
    assert not recall.passed


def test_an_answer_that_is_missing_is_asked_for_and_nothing_is_graded(recall: Quiz) -> None:
    with pytest.raises(InvalidInput, match=r"Not answered yet: 2, 5\."):
        recall.grade({**RIGHT, "challenge": None, "second": None})
    assert not recall.passed


def test_what_the_answers_say_is_what_the_tenant_does(learner: Lab) -> None:
    """The right answers, acted out."""
    from mfa_helpers.client import errors

    assert isinstance(learner.login(), errors.MfaRequired)  # sign-in
    learner.associate()
    right = learner.newest_code()
    with pytest.raises(errors.WrongCode):
        learner.confirm("000000" if right.reveal() != "000000" else "000001")
    learner.confirm(right)  # wrong-code: login and oob_code were still good
    learner.login()
    with pytest.raises(errors.AlreadyEnrolled):  # second
        learner.associate("ada+work@example.com")
