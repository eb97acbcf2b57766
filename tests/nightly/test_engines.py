"""A person does 00 to 05 with the mouse in Firefox and in WebKit, in JupyterLab and in the browser edition.

Once from link to link in one window, and once by addresses, of which each loads the page again. In Chromium a person
does the first in `tests/browser/test_action_counts.py` and `tests/outside/lite/test_natural_window.py`, and the second in
`tests/notebooks/test_first_six.py` and `tests/outside/lite/test_in_a_page.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from ..outside.lite.conftest import site
from ..outside.lite.edition import LiteServer, served
from ..support.browser import firefox, new_page
from ..support.lab_server import LabServer, lab_server
from ..support.person import NAMES
from ..support.run_report import tell
from ..support.traveler import ByAddress, Goer, Traveler, to_tokens
from ..support.webkit import WebKitTraveler, webkit

__all__ = ["site"]

Server = LabServer | LiteServer
Engine = Callable[[Server, bool], AbstractContextManager[Goer]]


class TravelerByAddress(ByAddress, Traveler):
    """In Firefox."""


class WebKitTravelerByAddress(ByAddress, WebKitTraveler):
    """In WebKit."""


@contextmanager
def in_firefox(server: Server, by_links: bool) -> Iterator[Goer]:
    with firefox() as browser:
        page = new_page(browser)
        page.set_viewport_size({"width": 1280, "height": 1024})
        yield (Traveler if by_links else TravelerByAddress)(page, server)


@contextmanager
def in_webkit(server: Server, by_links: bool) -> Iterator[Goer]:
    with webkit() as driver:
        yield (WebKitTraveler if by_links else WebKitTravelerByAddress)(driver, server)


@pytest.mark.parametrize("by_links", [True, False], ids=["by links in one window", "by addresses"])
@pytest.mark.parametrize("engine", [in_firefox, in_webkit])
class TestEachEngine:
    def walk(self, engine: Engine, server: Server, by_links: bool, request: pytest.FixtureRequest) -> None:
        with engine(server, by_links) as person:
            began = time.monotonic()
            done = list(to_tokens(person))
            took = time.monotonic() - began
            if by_links:
                person.go_on("Complete the login", NAMES[6])
        assert done == NAMES[:6]
        tell(request.config, "00 to 05 in other browsers", f"{request.node.name}: {took:.0f} s")

    def test_from_00_to_tokens_in_jupyterlab(
        self, engine: Engine, by_links: bool, tmp_path: Path, request: pytest.FixtureRequest
    ) -> None:
        with lab_server(tmp_path) as lab:
            self.walk(engine, lab, by_links, request)

    def test_from_00_to_tokens_in_the_browser_edition(
        self, engine: Engine, by_links: bool, site: Path, request: pytest.FixtureRequest
    ) -> None:
        with served(site) as lite:
            self.walk(engine, lite, by_links, request)
