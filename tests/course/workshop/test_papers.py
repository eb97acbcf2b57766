"""The answer key and the handout are those of the course as it is now."""

from __future__ import annotations

from html import unescape

from mfa_helpers.course.workshop.papers import ANSWER_KEY, HANDOUT, answer_key, handout
from mfa_helpers.lessons.clinic.faults import FAULTS
from mfa_helpers.lessons.exercises import EXERCISES
from mfa_helpers.lessons.predictions import PREDICTIONS
from mfa_helpers.lessons.quiz import QUESTIONS
from mfa_helpers.lessons.situations import SITUATIONS
from mfa_helpers.lessons.warm_ups import WARM_UPS

WRITE = "Run: python -m mfa_helpers.course.workshop papers"


def test_both_are_current() -> None:
    assert ANSWER_KEY.read_text("utf-8") == answer_key(), WRITE
    assert HANDOUT.read_text("utf-8") == handout(), WRITE


def test_the_key_answers_whatever_the_course_asks_once() -> None:
    key = answer_key()
    questions = [*QUESTIONS, *SITUATIONS, *PREDICTIONS.values(), *(one for pair in WARM_UPS.values() for one in pair)]
    assert len(questions) > 50
    for one in questions:
        assert f"- {one.text} **{one.right.rstrip('.')}**." in key
    for exercise in EXERCISES.values():
        assert (
            key.count(f"### Exercise `{exercise.id}`\n\n{exercise.task}\n") == 1
            and exercise.ladder.solution.strip() in key
        )
    for fault in FAULTS.values():
        assert f"**{fault.title}.** {fault.named[0][0]}" in key


def test_the_handout_has_the_tables_of_the_glossary_without_links() -> None:
    page = unescape(handout())
    assert page.count("<table>") == page.count("</table>") == 3
    assert "<td>400 <code>invalid_request</code></td>" in page
    assert "https://" not in page and "|" not in page and "`" not in page.partition("-->")[2]
