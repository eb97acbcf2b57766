"""One Chromium and one JupyterLab for all tests of this folder; each test has a page of its own and finds a learner's first day."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from ..support.browser import chromium, new_page
from ..support.lab_server import LabServer, lab_server


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = new_page(browser)
    yield page
    page.context.close()


@pytest.fixture(scope="package")
def _lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    with lab_server(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture
def light(_lab: LabServer) -> LabServer:
    _lab.reset()
    return _lab


@pytest.fixture
def dark(light: LabServer) -> LabServer:
    light.prefer("@jupyterlab/apputils-extension/themes", theme="JupyterLab Dark")
    return light
