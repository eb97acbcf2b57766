"""How many actions it takes from opening notebook 00 to the first response, and to the tokens in 05.

An action presses a button, with the mouse or with a key; to move to it is none.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from ..support.lab_server import LabServer
from ..support.person import NAMES
from ..support.traveler import Traveler, TravelerAtTheKeyboard, to_tokens

TO_FIRST_RESPONSE, TO_TOKENS = 4, 18


@pytest.mark.parametrize("kind", [Traveler, TravelerAtTheKeyboard])
def test_to_the_first_response_in_4_actions_and_to_tokens_in_18_and_no_cell_runs_twice(
    kind: type[Traveler], light: LabServer, page: Page
) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    person = kind(page, light)
    for name in to_tokens(person):
        if name == NAMES[0]:
            expect(person.cell("wire")).to_contain_text("200 OK")
        elif name == NAMES[1]:
            first = person.actions  # to the response that asks for a second factor
    expect(person.cell("checkpoint")).to_contain_text("✔ Checkpoint reached: you have tokens")
    print(f"{kind.__name__}: {first} actions to the first response, {person.actions} to the tokens")
    assert first <= TO_FIRST_RESPONSE and person.actions <= TO_TOKENS
    for name in NAMES[:6]:
        counts = [cell["execution_count"] for cell in person.saved(name) if cell["cell_type"] == "code"]
        assert counts == list(range(1, len(counts) + 1)), name
