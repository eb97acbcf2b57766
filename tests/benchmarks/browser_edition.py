"""From the address to the first form answered: the browser edition beside a bare JupyterLite and a JupyterLab on this machine.

    python -m tests.benchmarks.browser_edition [ROUNDS]

Notebook 00, Run all, “Check the tenant”, as a person who does not hesitate; in the
bare JupyterLite a notebook of one button (`bare_lite`). A cold load is the first in
a fresh profile of the browser, a warm one the next. Editions and loads take turns.
The server of JupyterLab runs before its clock starts; the others have none, and their
files come from this machine. One more cold load of each comes over a slow line
(`slow_host`). Then the links are followed from 00 to 12 in one window, each notebook is
run, and its memory is read.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import requests
from playwright.sync_api import BrowserContext, CDPSession, Page, Playwright, expect, sync_playwright

from ..outside.lite import edition
from ..support.browser import OPTIONS
from ..support.lab_server import LabServer, lab_server
from ..support.person import NAMES
from . import bare_lite
from .slow_host import SlowFiles

START = "00_start_here"
LONG = 180_000  # ms; over a slow line, a bare JupyterLite takes its time
OFTEN = 20  # ms
REST = 30_000  # ms; Chromium tidies up after some seconds in which little happens
RESTED = "after half a minute's rest"


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
        if len(self.seconds) == 1:
            return self.seconds[0]
        return statistics.quantiles(self.seconds, n=20, method="inclusive")[-1]

    def __str__(self) -> str:
        return f"{self.median:.1f} s, p95 {self.p95:.1f} s"


@dataclass(frozen=True)
class Way:
    """An edition, the notebook that is opened there, the button that is pressed, and where its answer is."""

    lab: LabServer | edition.LiteServer
    notebook: str = START
    button: str = "Check the tenant"
    css: str = ".mfa-status"
    answer: str = "the sandbox responds"


def load(context: BrowserContext, way: Way, cpu: int = 1) -> float:
    """How long one load takes, with a processor that is `cpu` times slower (Chromium alone can do that)."""
    page = context.new_page()
    page.set_default_timeout(LONG)
    if cpu > 1:
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": cpu})
    began = time.perf_counter()
    page.goto(way.lab.notebook(way.notebook))
    _appears(page, "#jp-main-statusbar span", f"{way.lab.kernel} | Idle")
    page.wait_for_function("() => document.activeElement.classList.contains('jp-Cell')", polling=OFTEN)
    page.get_by_role("button", name="Run all", exact=True).click()
    _appears(page, "button", way.button)
    page.get_by_role("button", name=way.button, exact=True).click()
    _appears(page, way.css, way.answer)
    took = time.perf_counter() - began
    end_kernels(way)
    page.close()
    return took


def end_kernels(way: Way) -> None:
    """JupyterLab's outlive the page."""
    if isinstance(way.lab, LabServer):
        with requests.Session() as http:
            http.headers["Authorization"] = f"token {way.lab.token}"
            for session in http.get(f"{way.lab.url}/api/sessions").json():
                http.delete(f"{way.lab.url}/api/sessions/{session['id']}")


def _appears(page: Page, css: str, text: str) -> None:
    """Watched in the page itself: a locator that waits asks only every half second, after a while."""
    found = "([css, text]) => [...document.querySelectorAll(css)].some(found => found.textContent.includes(text))"
    page.wait_for_function(found, arg=[css, text], polling=OFTEN, timeout=LONG)


@dataclass(frozen=True)
class Found:
    """`times` by “cold”, “warm”, and “slow”, alone and with “ floor” and “ here” (JupyterLab's, which is never slow);
    what a cold load asks for (`edition.weight`), ours and the floor's; and the megabytes of the window after each notebook."""

    times: dict[str, Times]
    weight: tuple[int, float, float]
    floor_weight: tuple[int, float, float]
    memory: dict[str, float]


@contextmanager
def ways(folder: Path) -> Iterator[dict[str, Way]]:
    """The editions, by what `Found` calls them. The files of each are in `folder`."""
    with (
        lab_server(_made(folder / "lab")) as lab,
        edition.served(_site(folder / "site")) as ours,
        edition.served(_bare(folder / "floor")) as bare,
    ):
        floor = Way(bare, bare_lite.NAME, "Press", ".jp-OutputArea button", "Pressed")
        yield {"": Way(ours), " floor": floor, " here": Way(lab)}


@contextmanager
def slow(way: Way, folder: Path, what: str) -> Iterator[Way]:
    """The same over a slow line."""
    with edition.served(folder / (what.strip() or "site"), SlowFiles) as lab:
        yield replace(way, lab=lab)


def measure(rounds: int = 10) -> Found:
    """All of it."""
    seconds: dict[str, list[float]] = defaultdict(list)
    weights: dict[str, tuple[int, float, float]] = {}
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright, ways(Path(name)) as editions:
        folder = Path(name)
        for turn in range(rounds):
            for what, way in editions.items():
                context = window(playwright, folder / f"profile{turn}{what}")
                if isinstance(way.lab, edition.LiteServer):
                    way.lab.asked.clear()
                seconds[f"cold{what}"].append(load(context, way))
                if isinstance(way.lab, edition.LiteServer):
                    weights[what] = edition.weight(folder / (what.strip() or "site"), way.lab.asked)
                seconds[f"warm{what}"].append(load(context, way))
                context.close()
        for what in ("", " floor"):
            with slow(editions[what], folder, what) as way:
                context = window(playwright, folder / f"slow{what}")
                seconds[f"slow{what}"].append(load(context, way))
                context.close()
        after = dict(memory(playwright, editions[""].lab))
    times = {kind: Times(each) for kind, each in seconds.items()}
    return Found(times, weights[""], weights[" floor"], after)


def window(playwright: Playwright, profile: Path) -> BrowserContext:
    """A fresh profile, on the disk: a private window keeps less of what it has compiled."""
    return playwright.chromium.launch_persistent_context(profile, **OPTIONS, viewport={"width": 1280, "height": 4200})


def memory(playwright: Playwright, ours: LabServer | edition.LiteServer) -> Iterator[tuple[str, float]]:
    """Megabytes of the window's process, its share of what it shares with others included, after each notebook up to 12.

    The last is what remains when the person has rested: while they go on, Chromium keeps what nobody needs any more.
    What Playwright looks for is near: a search of the whole page leaves the browser hundreds of megabytes of garbage.
    """
    browser = playwright.chromium.launch(**OPTIONS)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(LONG)
    devtools = browser.new_browser_cdp_session()
    page.goto(ours.notebook(START))
    shown = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    for number, name in enumerate(NAMES[:13]):
        if number:
            shown.locator("a", has_text=re.compile(f"^{name[:2]} .* →$")).first.click()
        expect(page.locator(".lm-DockPanel-tabBar .lm-mod-current", has_text=name)).to_be_visible()
        shown.get_by_role("button", name="Run all", exact=True).click()
        expect(shown.locator(".mfa-form").first).to_be_visible()
        _appears(page, "#jp-main-statusbar span", f"{ours.kernel} | Idle")
        yield name[:2], _megabytes(devtools)
    page.wait_for_timeout(REST)
    yield RESTED, _megabytes(devtools)
    browser.close()


def _megabytes(devtools: CDPSession) -> float:
    def of(process: int) -> float:
        (kilobytes,) = re.findall(r"^Pss: +(\d+) kB$", Path(f"/proc/{process}/smaps_rollup").read_text(), re.M)
        return int(kilobytes) / 1000

    processes = devtools.send("SystemInfo.getProcessInfo")["processInfo"]
    return max(of(one["id"]) for one in processes if one["type"] == "renderer")


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _site(folder: Path) -> Path:
    edition.make(folder)
    return folder


def _bare(folder: Path) -> Path:
    bare_lite.make(folder)
    return folder


def lines(rounds: int) -> Iterator[str]:
    """What was found, in words."""
    found = measure(rounds)
    for kind in ("cold", "warm"):
        ours, floor, here = (found.times[f"{kind}{what}"] for what in ("", " floor", " here"))
        ratio = ours.median / floor.median
        yield f"{kind}, {rounds} loads: {ours}; bare JupyterLite: {floor}, ratio {ratio:.2f}; JupyterLab on this machine: {here}"
    slow, floor = found.times["slow"], found.times["slow floor"]
    yield f"cold, over 4 Mbit/s with 100 ms: {slow.median:.1f} s; bare JupyterLite: {floor.median:.1f} s"
    for whose, (number, megabytes, sent) in (("a", found.weight), ("the bare JupyterLite's", found.floor_weight)):
        yield f"{whose} cold load asks for {number} files, {megabytes:.1f} MB ({sent:.1f} MB from a host that compresses)"
    yield "memory: " + ", ".join(f"{name} {megabytes:.0f} MB" for name, megabytes in found.memory.items())


if __name__ == "__main__":
    for line in lines(int(sys.argv[1]) if len(sys.argv) > 1 else 10):
        print(line)
