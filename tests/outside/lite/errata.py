"""What a person does in 10 and 14: the errors are predicted, a call is corrected, five questions are answered."""

from __future__ import annotations

from functools import partial

from playwright.sync_api import expect

from mfa_helpers.lessons.errata import PREDICTED
from mfa_helpers.lessons.quiz import QUESTIONS

from ...support.errata_deeds import ERRATA, correct, predict
from ...support.person import SHOTS, KeyboardPerson, MousePerson, Person

GLOSSARY = "14_glossary"
TERMS = "Which token, which response?"
ALL_OF_IT = 14_000  # pixels: JupyterLab draws only what is in sight


def pictures(person: Person, name: str) -> None:
    """As wide as a desk and as a tablet, to be looked at."""
    for width in (800, 1280):  # the desk last: the next notebook opens there
        person.page.set_viewport_size({"width": width, "height": ALL_OF_IT})
        person.page.screenshot(path=SHOTS / f"{name}-{person.theme}-{width}.png")


def a_call_is_corrected_and_the_answers_are_known(person: MousePerson) -> None:
    """What a person does with the mouse."""
    person.page.set_viewport_size({"width": 1280, "height": ALL_OF_IT})

    predictions = [partial(predict, number=number) for number in range(1, len(PREDICTED) + 1)]
    person.do(ERRATA, *predictions, correct)
    pictures(person, ERRATA)

    def answer(_: Person) -> None:
        person.press(TERMS, "Check my answers")
        person.expect_status(TERMS, "Not answered yet: 1, 2, 3, 4, 5.")
        wrong, mistake = QUESTIONS[1].answers[2]
        for one in QUESTIONS:
            person.form(TERMS).get_by_label(wrong if one is QUESTIONS[1] else one.right, exact=True).check()
        person.press(TERMS, "Check my answers")
        person.expect_status(TERMS, f"2. {mistake}")
        person.form(TERMS).get_by_label(QUESTIONS[1].right, exact=True).check()
        person.press(TERMS, "Check my answers")
        person.expect_status(TERMS, "Done: all five are correct.")

    person.do(GLOSSARY, answer)
    pictures(person, GLOSSARY)


def the_five_questions_are_answered(person: KeyboardPerson) -> None:
    """What a person does with the keyboard."""
    page = person.page
    page.set_viewport_size({"width": 1280, "height": ALL_OF_IT})

    def answer(_: Person) -> None:
        for one in reversed(QUESTIONS):  # Shift+Tab goes upwards
            radio = person.form(TERMS).get_by_label(one.right, exact=True)
            person.reach(TERMS, radio)
            page.keyboard.press("Space")
            expect(radio).to_be_checked()
        person.reach(TERMS, person.form(TERMS).get_by_role("button", name="Check my answers"), "Tab")
        page.keyboard.press("Space")
        person.expect_status(TERMS, "Done: all five are correct.")

    person.do(GLOSSARY, {"form-terms": answer})
    pictures(person, GLOSSARY)
