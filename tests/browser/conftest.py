"""A browser, and a JupyterLab in light and in dark. Needs Chromium at /usr/bin/chromium (Debian's package)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from ..support.lab_server import LabServer, lab_server

CHROMIUM = Path("/usr/bin/chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # CI sets MFA_BROWSER=required: there a missing browser is a failure, not a skip.
    if not CHROMIUM.exists() and os.environ.get("MFA_BROWSER") != "required":
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed: apt-get install chromium"))


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-background-networking"]
        )
        # So tall that no cell is out of sight: JupyterLab does not draw those.
        page = browser.new_page(viewport={"width": 1280, "height": 4200})
        page.set_default_timeout(30_000)
        yield page
        browser.close()


@pytest.fixture
def light(tmp_path: Path) -> Iterator[LabServer]:
    with lab_server(tmp_path) as lab:
        yield lab


@pytest.fixture
def dark(tmp_path: Path) -> Iterator[LabServer]:
    themes = tmp_path / "config/lab/user-settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings"
    themes.parent.mkdir(parents=True)
    themes.write_text('{"theme": "JupyterLab Dark"}')
    with lab_server(tmp_path) as lab:
        yield lab
