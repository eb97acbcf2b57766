"""A person does the first six notebooks in a real JupyterLab with the mouse alone.

With the keyboard: `tests/browser/test_keyboard.py`. Screenshots of each notebook at its end go to tests/shots/, to be looked at.
"""

from __future__ import annotations

from pathlib import Path

from ..support.browser import chromium, new_page
from ..support.lab_server import lab_server
from ..support.person import DEEDS, NAMES, MousePerson, diagrams, step, to_a_picked_authenticator


def test_with_the_mouse_alone_a_person_gets_from_00_to_tokens(tmp_path: Path) -> None:
    with chromium() as browser, lab_server(tmp_path) as lab:
        person = MousePerson(new_page(browser), lab, "light")
        to_a_picked_authenticator(person)
        person.do(NAMES[5], *(step(*deed) for deed in DEEDS[5]))
    assert all(map(diagrams, NAMES[:6]))  # which were drawn: a person's notebook does not end without
