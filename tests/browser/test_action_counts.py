"""How many actions it takes from opening notebook 00 to the first response, and to the tokens in 05.

An action presses a button, with the mouse or with a key; to move to it is none.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from ..support.lab_server import LabServer
from ..support.person import NAMES
from ..support.traveler import Traveler, TravelerAtTheKeyboard

TO_FIRST_RESPONSE, TO_TOKENS = 4, 18


@pytest.mark.parametrize("kind", [Traveler, TravelerAtTheKeyboard])
def test_to_the_first_response_in_4_actions_and_to_tokens_in_18_and_no_cell_runs_twice(
    kind: type[Traveler], light: LabServer, page: Page
) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    person = kind(page, light)
    person.start()
    person.run_all()
    person.expect_begun()
    person.press("Choose your tenant", "Check the tenant", "the sandbox responds")
    expect(person.cell("wire")).to_contain_text("200 OK")
    person.go_on("Choose your tenant", NAMES[1])
    person.press("Sign in", "Sign in as Ada", "You have an MFA token")
    first = person.actions  # to the response that asks for a second factor
    person.go_on("Sign in", NAMES[2])
    person.press("Associate the address", "Send me a code", "an email with six digits")
    person.go_on("Associate the address", NAMES[3])
    person.press("Confirm the address", "Check the inbox", "this is the newest email")
    person.press("Confirm the address", "Confirm", "your email is confirmed")
    person.go_on("Confirm the address", NAMES[4])
    person.press("Sign in", "Sign in as Ada", "You have an MFA token")
    person.press("List the authenticators", "List my authenticators", "1 of them a confirmed email")
    person.press("List the authenticators", "Use this one", "you picked the email")
    person.go_on("List the authenticators", NAMES[5])
    person.press("Send a challenge", "Send me a code", "an email with six digits")
    person.press("Complete the login", "Check the inbox", "this is the newest email")
    person.press("Complete the login", "Complete the login", "both factors are verified")
    expect(person.cell("checkpoint")).to_contain_text("✔ Checkpoint reached: you have tokens")
    person.expect_no_fault()
    print(f"{kind.__name__}: {first} actions to the first response, {person.actions} to the tokens")
    assert first <= TO_FIRST_RESPONSE and person.actions <= TO_TOKENS
    for name in NAMES[:6]:
        counts = [cell["execution_count"] for cell in person.saved(name) if cell["cell_type"] == "code"]
        assert counts == list(range(1, len(counts) + 1)), name
