"""A person predicts each error of notebook 10 and corrects a request, in a real JupyterLab."""

from __future__ import annotations

from functools import partial

from playwright.sync_api import Page, expect

from mfa_helpers.lessons.errata import PREDICTED

from ..support.errata_deeds import ERRATA, PRACTICE, correct, heading, predict
from ..support.lab_server import LabServer
from ..support.person import KeyboardPerson, MousePerson, Person, codes

NUMBERS = range(1, len(PREDICTED) + 1)


def test_with_the_mouse_alone_each_error_is_predicted_and_a_request_corrected(light: LabServer, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 12_000})  # JupyterLab draws only what is in sight
    person = MousePerson(page, light, "light")
    checkpoint = next(i for i, cell in enumerate(codes(ERRATA)) if cell["id"] == "checkpoint")

    def nothing_is_spoiled(person: Person) -> None:
        expect(person.cell(checkpoint)).to_contain_text("Still missing: error 1, error 2")
        expect(page.get_by_text("Write this instead")).to_have_count(0)

    def repeat(person: MousePerson) -> None:
        person.press(heading(1), "Send again")
        person.expect_status(heading(1), "Done: compare what the printed line does")
        expect(person.cell(checkpoint)).to_contain_text("Still missing: the corrected request.")

    predictions = [partial(predict, number=number, wrongly=number % 2 == 0) for number in NUMBERS]
    person.do(ERRATA, nothing_is_spoiled, *predictions, repeat, correct)  # type: ignore[arg-type]


def test_with_the_keyboard_alone_each_error_is_predicted_and_a_request_corrected(dark: LabServer, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 12_000})
    person = KeyboardPerson(page, dark, "dark")
    person.do(
        ERRATA,
        {**{f"form-error-{number}": partial(predict, number=number) for number in NUMBERS}, "form-practice": correct},
    )
    expect(person.form(PRACTICE).get_by_label("authenticator_id", exact=True)).to_be_checked()
