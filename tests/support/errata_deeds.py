"""What a person does in notebook 10, by mouse or by keyboard: the errors are predicted, and a request is corrected."""

from __future__ import annotations

from playwright.sync_api import expect

from mfa_helpers.lessons.errata import PREDICTED
from mfa_helpers.lessons.predictions import PREDICTIONS

from .person import KeyboardPerson, Person

ERRATA = "10_errata"
PRACTICE = "Correct a request"


def heading(number: int) -> str:
    """That of the form of one error."""
    return f"Error {number}: {PREDICTED[number - 1].title}"


def predict(person: Person, number: int, *, wrongly: bool = False) -> None:
    """Choose a prediction of one error, and read what it says."""
    question, form = PREDICTIONS[f"error {number}"], person.form(heading(number))
    answer, trouble = next((one, wrong) for one, wrong in question.answers if bool(wrong) == wrongly)
    person.press(heading(number), answer)  # type: ignore[attr-defined]
    person.expect_status(heading(number), "Done: compare what the printed line does")
    for said in (trouble or question.because, PREDICTED[number - 1].corrected):
        expect(form).to_contain_text(said)


def correct(person: Person) -> None:
    """Correct the request one part at a time."""
    person.press(PRACTICE, "Send the request")  # type: ignore[attr-defined]
    person.expect_status(PRACTICE, "There is nothing at this path.")
    for choice, said in {
        "/mfa/challenge": "Missing required parameter: mfa_token",
        "application/json": "Malformed mfa_token",
        "the MFA token of this login": "the code went to ada@example.com",
        "authenticator_id": "Done: the code went to ada+work@example.com.",
    }.items():
        radio = person.form(PRACTICE).get_by_label(choice, exact=True)
        if isinstance(person, KeyboardPerson):
            person.reach(PRACTICE, radio)  # upwards, and then down again to the button
            person.page.keyboard.press("Space")
            expect(radio).to_be_checked()
            person.reach(PRACTICE, person.form(PRACTICE).get_by_role("button", name="Send the request"), "Tab")
            person.page.keyboard.press("Space")
        else:
            radio.check()
            person.press(PRACTICE, "Send the request")  # type: ignore[attr-defined]
        person.expect_status(PRACTICE, said)
