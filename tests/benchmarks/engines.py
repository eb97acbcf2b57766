"""From the address to the first form answered in Chromium, Firefox, and WebKit, and on slow machines and lines.

    python -m tests.benchmarks.engines [ROUNDS]

What is measured, and the floors, are those of `browser_edition`: each engine's own.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

from ..support.browser import FIREFOX_OPTIONS, UNSET
from ..support.webkit import WebKitTraveler, webkit
from .browser_edition import Way, end_kernels, load, slow, ways, window

Load = Callable[[Way], float]
KINDS = ("cold", "warm")
SLOWER = 4


@contextmanager
def _chromium(playwright: Playwright, profile: Path) -> Iterator[Load]:
    with window(playwright, profile) as context:
        yield lambda way: load(context, way)


@contextmanager
def _firefox(playwright: Playwright, profile: Path) -> Iterator[Load]:
    options = {**FIREFOX_OPTIONS, **UNSET, "viewport": {"width": 1280, "height": 4200}}
    with playwright.firefox.launch_persistent_context(profile, **options) as context:
        yield lambda way: load(context, way)


@contextmanager
def _webkit(playwright: Playwright, profile: Path) -> Iterator[Load]:
    with webkit() as driver:

        def measured(way: Way) -> float:
            person = WebKitTraveler(driver, way.lab)
            began = time.perf_counter()
            person.start(way.notebook)
            person.run_all()
            button = (
                "return [...document.querySelectorAll('button')].find((one) => one.textContent.trim() === arguments[0])"
            )
            person.act(button, way.button)
            answer = "return [...document.querySelectorAll(arguments[0])].some((one) => one.textContent.includes(arguments[1]))"
            person.expect(answer, way.css, way.answer)
            took = time.perf_counter() - began
            end_kernels(way)
            return took

        yield measured


ENGINES: dict[str, Callable[[Playwright, Path], AbstractContextManager[Load]]] = {
    "Chromium": _chromium,
    "Firefox": _firefox,
    "WebKit": _webkit,
}


def lines(rounds: int) -> Iterator[str]:
    """The table, one line after the other."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright, ways(Path(name)) as editions:
        folder = Path(name)
        yield "| engine | page, cold | bare JupyterLite | ratio | page, warm | bare JupyterLite | ratio | JupyterLab, cold | warm |"
        yield f"|{' --- |' * 9}"
        for engine, opened in ENGINES.items():
            seconds: dict[tuple[str, str], list[float]] = defaultdict(list)
            for turn in range(rounds):
                for what, way in editions.items():
                    with opened(playwright, folder / f"{engine}{turn}{what}") as measured:
                        for kind in KINDS:
                            seconds[kind, what].append(measured(way))
            median = {key: statistics.median(each) for key, each in seconds.items()}
            cells = [engine]
            for kind in KINDS:
                ours, floor = median[kind, ""], median[kind, " floor"]
                cells += [f"{ours:.1f} s", f"{floor:.1f} s", f"{ours / floor:.2f}"]
            cells += [f"{median[kind, ' here']:.1f} s" for kind in KINDS]
            yield f"| {' | '.join(cells)} |"
        for cpu in (1, SLOWER):
            for is_slow in (False, True):
                if cpu > 1 or is_slow:
                    ours, floor = (
                        _once(playwright, folder, editions[what], what, cpu, is_slow) for what in ("", " floor")
                    )
                    line = "4 Mbit/s with 100 ms" if is_slow else "as it is"
                    yield f"Chromium, processor {cpu} times slower, line {line}: {ours:.1f} s; bare JupyterLite: {floor:.1f} s, ratio {ours / floor:.2f}"


def _once(playwright: Playwright, folder: Path, way: Way, what: str, cpu: int, is_slow: bool) -> float:
    with window(playwright, folder / f"once{cpu}{is_slow}{what}") as context:
        if not is_slow:
            return load(context, way, cpu)
        with slow(way, folder, what) as slower:
            return load(context, slower, cpu)


if __name__ == "__main__":
    for line in lines(int(sys.argv[1]) if len(sys.argv) > 1 else 3):
        print(line, flush=True)
