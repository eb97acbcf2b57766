"""From the address to the first form answered: the browser edition beside a JupyterLab on this machine.

    python -m tests.benchmarks.browser_edition [ROUNDS]

Notebook 00, Run all, “Check the tenant”, as a person who does not hesitate. A
cold load is the first in a fresh profile of the browser, a warm one the next.
Editions and loads take turns. The server of JupyterLab runs before its clock
starts; the browser edition has none, and its files come from this machine.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

from ..outside.lite import edition
from ..support.browser import OPTIONS
from ..support.lab_server import LabServer, lab_server

START = "00_start_here"
MINUTE = 60_000
OFTEN = 20  # ms


@dataclass(frozen=True)
class Times:
    """Seconds of several loads."""

    seconds: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        """Of ten, nearly the slowest."""
        return statistics.quantiles(self.seconds, n=20, method="inclusive")[-1]

    def __str__(self) -> str:
        return f"{self.median:.1f} s, p95 {self.p95:.1f} s"


def load(context: BrowserContext, lab: LabServer | edition.LiteServer) -> float:
    """How long one load takes."""
    page = context.new_page()
    began = time.perf_counter()
    page.goto(lab.notebook(START))
    _appears(page, "#jp-main-statusbar span", f"{lab.kernel} | Idle")
    page.wait_for_function("() => document.activeElement.classList.contains('jp-Cell')", polling=OFTEN)
    page.get_by_role("button", name="Run all", exact=True).click()
    _appears(page, "button", "Check the tenant")
    page.get_by_role("button", name="Check the tenant", exact=True).click()
    _appears(page, ".mfa-status", "the sandbox responds")
    took = time.perf_counter() - began
    if isinstance(lab, LabServer):  # its kernel outlives the page
        for session in page.request.get(f"{lab.url}/api/sessions?token={lab.token}").json():
            page.request.delete(f"{lab.url}/api/sessions/{session['id']}?token={lab.token}")
    page.close()
    return took


def _appears(page: Page, css: str, text: str) -> None:
    """Watched in the page itself: a locator that waits asks only every half second, after a while."""
    found = "([css, text]) => [...document.querySelectorAll(css)].some(found => found.textContent.includes(text))"
    page.wait_for_function(found, arg=[css, text], polling=OFTEN, timeout=MINUTE)


def measure(rounds: int = 10) -> tuple[dict[str, Times], tuple[int, float, float]]:
    """`cold here`, `cold`, `warm here`, `warm` (“here” is JupyterLab's); and what a cold load asks for: see `edition.weight`."""
    found: dict[str, list[float]] = defaultdict(list)
    weight = (0, 0.0, 0.0)
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        lab_server(_made(Path(folder) / "lab")) as lab,
        edition.served(_site(Path(folder) / "site")) as page,
    ):
        for turn in range(rounds):
            for what, where in (("", page), (" here", lab)):
                # A profile on the disk: a private window keeps less of what it has compiled.
                context = playwright.chromium.launch_persistent_context(
                    Path(folder) / f"profile{turn}{what}",
                    **OPTIONS,
                    viewport={"width": 1280, "height": 4200},
                )
                page.asked.clear()
                found[f"cold{what}"].append(load(context, where))
                if where is page:
                    weight = edition.weight(Path(folder) / "site", page.asked)
                found[f"warm{what}"].append(load(context, where))
                context.close()
    return {name: Times(seconds) for name, seconds in found.items()}, weight


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _site(folder: Path) -> Path:
    edition.make(folder)
    return folder


def lines(rounds: int) -> Iterator[str]:
    times, (number, megabytes, sent) = measure(rounds)
    for kind in ("cold", "warm"):
        yield f"{kind}, {rounds} loads: {times[kind]}; JupyterLab on this machine: {times[f'{kind} here']}"
    yield f"a cold load asks for {number} files, {megabytes:.1f} MB ({sent:.1f} MB from a host that compresses)"


if __name__ == "__main__":
    for line in lines(int(sys.argv[1]) if len(sys.argv) > 1 else 10):
        print(line)
