"""Chromium (Debian's package), as the tests drive it through Playwright. A wait ends with its event, so the limits may be generous."""

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
WAIT = 120_000  # milliseconds for anything a page has to do, on a machine that is busy with something else

expect.set_options(timeout=WAIT)


@contextmanager
def chromium(*options: str) -> Iterator[Browser]:
    """One Chromium for all tests of a folder, with `options` of its command line. Without it they are skipped, or fail where `MFA_BROWSER` says `required`.

    Playwright keeps an asyncio loop in this thread while it is open. So it is closed before tests that run a loop themselves begin.
    """
    if not CHROMIUM.exists() and os.environ.get("MFA_BROWSER") != "required":
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**{**OPTIONS, "args": [*OPTIONS["args"], *options]})
        yield browser
        browser.close()


def new_page(browser: Browser) -> Page:
    """A page that shares nothing with others, so tall that no cell is out of sight: JupyterLab does not draw those."""
    context = browser.new_context(viewport={"width": 1280, "height": 4200})
    context.set_default_timeout(WAIT)
    return context.new_page()
