"""Whoever has clicked a button goes on from there with the keyboard: the focus stays in the form."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from ..support.lab_server import LabServer
from ..support.person import NAMES
from .test_page import begun

#: Notebook, heading, and what is clicked there in turn: the button, and what the form says then. The last button goes for good.
CLICKS = (
    (
        NAMES[0],
        "Choose your tenant",
        ("Check the tenant", "the sandbox responds"),
        ("Reset sandbox", "Do you want to delete"),
        ("Yes, delete it", "the sandbox is reset"),
        ("Check the tenant", "the sandbox responds"),
    ),
    (NAMES[1], "Sign in", ("Sign in as Ada", "You have an MFA token"), ("Sign in as Ada", "You have an MFA token")),
    (NAMES[2], "What this notebook needs", ("Catch up", "✔ You have an MFA token")),
)


@pytest.mark.parametrize(("name", "heading", "clicks"), [(one[0], one[1], one[2:]) for one in CLICKS])
def test_after_a_click_the_focus_is_on_the_button_or_in_its_form(
    light: LabServer, page: Page, name: str, heading: str, clicks: tuple[tuple[str, str], ...]
) -> None:
    person = begun(page, light, name)
    for button, words in clicks:
        person.press(heading, button)
        expect(person.form(heading)).to_contain_text(words)
        person.settle()
        form = person.form(heading).element_handle()
        active = "document.activeElement"
        page.wait_for_function(f"form => form.contains({active})", arg=form)
        assert not page.evaluate(f"{active}.disabled")


def test_enter_in_a_field_presses_the_main_button_below_it_and_not_one_above(light: LabServer, page: Page) -> None:
    person = begun(page, light, "08_the_other_factors")
    heading = "Enroll an authenticator app"
    person.press("Set up the tenant", "Turn on", "the tenant is set up")
    person.press(heading, "Enroll an app", "scan the code")
    code = person.form(heading).get_by_label("Code", exact=True)
    code.fill("12345")
    code.press("Enter")
    expect(person.form(heading).locator(".mfa-status").first).to_contain_text("A code has six digits, but you typed 5.")
