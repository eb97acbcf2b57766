"""What a person does in 11: situations are decided, and grants are predicted and sent."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from mfa_helpers.lessons.grant_answers import ASKED, REQUESTS, TOKENS
from mfa_helpers.lessons.question import Question
from mfa_helpers.lessons.situations import SITUATIONS

from ...support.person import KeyboardPerson, MousePerson, Person
from .errata import ALL_OF_IT, pictures

WHICH = "11_do_i_need_this_api"
FITS, SEND = "Which one fits?", "Predict, then send"


def choice(person: Person, number: int, answer: str) -> Locator:
    return person.form(FITS).locator(".widget-radio-box").nth(number).get_by_label(answer, exact=True)


def prediction(person: Person, question: Question, answer: str, heading: str = SEND) -> Locator:
    asked = person.form(heading).locator(".widget-vbox", has_text=question.text)
    return asked.get_by_role("button", name=answer, exact=True)


def expect_sent(person: Person, id: str) -> None:
    one = REQUESTS[id]
    person.expect_status(SEND, f"Done: for the grant {one.grant}, the tenant returned {one.question.right}.")


def with_the_mouse(person: MousePerson) -> None:
    """One situation is decided wrongly first, and half of the predictions are wrong."""
    person.page.set_viewport_size({"width": 1280, "height": ALL_OF_IT})

    def decide(_: Person) -> None:
        wrong, mistake = next(pair for pair in SITUATIONS[0].answers if pair[1])
        choice(person, 0, wrong).check()
        expect(person.form(FITS)).to_contain_text(f"✘ {mistake}")
        for number, one in enumerate(SITUATIONS):
            choice(person, number, one.right).check()
            expect(person.form(FITS)).to_contain_text(one.because)
        person.expect_status(FITS, "Done: you've decided all of them correctly.")

    def predict(_: Person) -> None:
        for number, (id, request) in enumerate(REQUESTS.items()):
            prediction(person, request.question, (TOKENS, ASKED)[number % 2]).click()
            expect_sent(person, id)

    person.do(WHICH, decide, predict)
    pictures(person, WHICH)


def with_the_keyboard(person: KeyboardPerson) -> None:
    page = person.page
    page.set_viewport_size({"width": 1280, "height": ALL_OF_IT})

    def decide(_: Person) -> None:
        for number, one in reversed([*enumerate(SITUATIONS)]):  # Shift+Tab goes upwards
            radio = choice(person, number, one.right)
            person.reach(FITS, radio)
            page.keyboard.press("Space")
            expect(radio).to_be_checked()
        person.expect_status(FITS, "Done: you've decided all of them correctly.")

    def predict(_: Person) -> None:
        keys = ["Shift+Tab", *["Tab"] * len(REQUESTS)]  # up to the first; then the focus is on the next one
        for key, (id, request) in zip(keys, REQUESTS.items(), strict=False):
            person.reach(SEND, prediction(person, request.question, request.question.right), key)
            page.keyboard.press("Space")
            expect_sent(person, id)

    person.do(WHICH, {"form-situations": decide, "form-grants": predict})
    pictures(person, WHICH)
