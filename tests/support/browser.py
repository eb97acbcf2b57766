"""Chromium and Firefox (Debian's packages), as the tests drive them through Playwright. A wait ends with its event, so the limits may be generous."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
#: How it is launched.
OPTIONS: dict[str, Any] = {
    "executable_path": str(CHROMIUM),
    "args": ["--no-sandbox", "--disable-background-networking"],
}
FIREFOX = Path("/usr/bin/firefox-esr")
#: This channel speaks WebDriver BiDi, as every Firefox does. Playwright's own Firefox has another protocol.
FIREFOX_OPTIONS: dict[str, Any] = {"channel": "moz-firefox", "executable_path": str(FIREFOX)}
#: What Playwright sets in its own Firefox, and Debian's can't be told.
UNSET = dict.fromkeys(("color_scheme", "reduced_motion", "forced_colors", "contrast"), "null")
WAIT = 120_000  # milliseconds for anything a page has to do, on a machine that is busy with something else

expect.set_options(timeout=WAIT)


@contextmanager
def chromium(*options: str) -> Iterator[Browser]:
    """One Chromium for all tests of a folder, with `options` of its command line. Without it they are skipped, or fail where `MFA_BROWSER` says `required`.

    Playwright keeps an asyncio loop in this thread while it is open. So it is closed before tests that run a loop themselves begin.
    """
    installed_or_skip(CHROMIUM, "Chromium", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**{**OPTIONS, "args": [*OPTIONS["args"], *options]})
        yield browser
        browser.close()


@contextmanager
def firefox() -> Iterator[Browser]:
    """One Firefox, as `chromium` is."""
    installed_or_skip(FIREFOX, "Firefox", "firefox-esr")
    with sync_playwright() as playwright:
        browser = playwright.firefox.launch(**FIREFOX_OPTIONS)
        yield browser
        browser.close()


def installed_or_skip(program: Path, name: str, package: str) -> None:
    """Without the program the test is skipped, or fails where `MFA_BROWSER` says `required`."""
    if not program.exists():
        why = f"{name} is not installed: apt-get install {package}"
        if os.environ.get("MFA_BROWSER") == "required":
            pytest.fail(why, pytrace=False)
        pytest.skip(why)


def new_page(browser: Browser) -> Page:
    """A page that shares nothing with others, so tall that no cell is out of sight: JupyterLab does not draw those."""
    unset: dict[str, Any] = UNSET if browser.browser_type.name == "firefox" else {}
    context = browser.new_context(viewport={"width": 1280, "height": 4200}, **unset)
    context.set_default_timeout(WAIT)
    return context.new_page()
