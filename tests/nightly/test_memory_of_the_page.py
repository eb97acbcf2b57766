"""Somebody follows the links from 00 to 12 in one window of the browser edition: once it rests, its memory is within bounds."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from ..benchmarks.browser_edition import RESTED, memory
from ..outside.lite import edition
from ..outside.sdk import environments
from ..support.run_report import tell

MOST = 900  # MB; if every notebook kept its Python, there would be 2,100


def test_a_window_in_which_all_notebooks_were_run_has_the_memory_of_two(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    def build() -> Path:
        edition.make(tmp_path / "site")
        return tmp_path / "site"

    site = environments.or_skip(build, "MFA_BROWSER", "JupyterLite")
    with sync_playwright() as playwright, edition.served(site) as lite:
        megabytes = dict(memory(playwright, lite))
    what = (
        f"{max(megabytes.values()):.0f} MB at most on the way; {megabytes[RESTED]:.0f} MB {RESTED}, of at most {MOST}"
    )
    tell(request.config, "memory of the browser edition", what)
    assert megabytes[RESTED] < MOST, megabytes
