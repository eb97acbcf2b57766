"""The handout fits on one sheet."""

from __future__ import annotations

import re

from mfa_helpers.course.workshop.papers import HANDOUT

from ...support.browser import chromium


def test_it_is_printed_on_one_page() -> None:
    with chromium() as browser:
        page = browser.new_page()
        page.goto(HANDOUT.as_uri())
        assert len(re.findall(rb"/Type /Page\b", page.pdf(prefer_css_page_size=True))) == 1
