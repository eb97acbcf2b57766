"""A person does 11 and 12 in a real JupyterLab with the keyboard alone, in dark.

In the browser edition: `tests/outside/lite/test_persons.py`, with the mouse as well.
"""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from ..outside.lite import sdks, which_api
from ..support.lab_server import LabServer
from ..support.person import KeyboardPerson


def test_with_the_keyboard_alone_situations_are_decided_and_grants_predicted(dark: LabServer, page: Page) -> None:
    which_api.with_the_keyboard(KeyboardPerson(page, dark, "dark"))


def test_with_the_keyboard_alone_the_steps_of_an_sdk_are_run_and_a_trap_is_avoided(dark: LabServer, page: Page) -> None:
    person = KeyboardPerson(page, dark, "dark")
    sdks.with_the_keyboard(person)
    for id in sdks.STEPS:  # whether the SDK is installed here or not
        sent = re.compile(f"sent just now|{re.escape(sdks.RECORDED)}")
        expect(person.cell(sdks.place(id))).to_contain_text(sent)
