"""Two tabs of the page that save in the same moment don't lose each other's entry."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from ...support.person import NAMES, MousePerson
from .edition import LiteServer

TIMES = 40
PROGRAM = f"""\
from pathlib import Path
from mfa_helpers.storage import atomic_file

file = Path("/drive/.mfa-course/written-by-both.txt")
for _ in range({TIMES}):
    with atomic_file.lock(file) as problem:
        assert problem is None, problem
        before = atomic_file.read(file).decode() if file.exists() else ""
        atomic_file.replace(file, before + "x")
print("written:", len(atomic_file.read(file)))
"""


def test_two_tabs_that_save_in_the_same_moment_lose_nothing(lite: LiteServer, new_page: Callable[[], Page]) -> None:
    pages = [new_page(), new_page()]
    for page in pages:
        page.bring_to_front()
        MousePerson(page, lite, "page").open(NAMES[1])
        page.keyboard.press("Escape")
        page.keyboard.press("a")
        page.keyboard.press("Enter")
        page.keyboard.insert_text(PROGRAM)
    for page in pages:
        page.keyboard.press("Shift+Enter")
    written = []
    for page in pages:
        output = page.locator(".jp-Notebook .jp-OutputArea-output").first
        expect(output).to_contain_text("written: ")
        written += map(int, re.findall(r"written: (\d+)", output.inner_text()))
    assert max(written) == 2 * TIMES and len(written) == 2, written
