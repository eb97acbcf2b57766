"""The page where there is little room, or no mouse: a phone, a tablet, and a page at 200 %."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from ...support.narrow import WINDOWS, gets_to_a_code
from .edition import LiteServer


@pytest.mark.parametrize("window", WINDOWS)
def test_a_person_gets_from_00_to_a_code_with_little_room(lite: LiteServer, browser: Browser, window: str) -> None:
    gets_to_a_code(browser, lite, window, "page")
