"""A learner's first minute against its floor: what the course adds to JupyterLab with ipywidgets, in megabytes and seconds.

    python -m tests.benchmarks.first_minute [ROUNDS]

The floor is a bare JupyterLab with ipywidgets: its packages; a kernel that imports
ipywidgets and shows one button; a page with such a notebook. Floor and course run in
turns, so that whatever else the machine does hits both. What Binder itself takes to
find a machine and to pull the image is not here: the image's size stands for it.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
from jupyter_client import BlockingKernelClient, KernelManager
from playwright.sync_api import Locator, Page, expect, sync_playwright

from ..support.browser import OPTIONS
from ..support.lab_server import NOTEBOOKS, LabServer, lab_server
from ..support.packages import WEIGH
from ..support.person import Person

ROOT = NOTEBOOKS.parent
START = "00_start_here"
BUTTON = """\
import ipywidgets

button = ipywidgets.Button(description="Press")
button.on_click(lambda _: setattr(button, "description", "Pressed"))
button"""


@dataclass(frozen=True)
class Pair:
    """One figure of the course beside the same figure of the floor, in `unit`."""

    course: float
    floor: float
    unit: str = "s"

    @property
    def ratio(self) -> float:
        return self.course / self.floor

    def __str__(self) -> str:
        return f"{self.course:.2f} {self.unit} against {self.floor:.2f} {self.unit}, ratio {self.ratio:.2f}"


def packages() -> tuple[Pair, Pair, dict[str, float]]:
    """Megabytes, number of packages, and the megabytes of each package that the course adds, in a fresh environment."""
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)

        def install(*what: str) -> dict[str, int]:
            subprocess.run([python, "-m", "pip", "install", "--quiet", *what], check=True, stderr=subprocess.DEVNULL)
            weights: dict[str, int] = json.loads(
                subprocess.run([python, "-c", WEIGH], check=True, capture_output=True).stdout
            )
            return weights

        floor = install("jupyterlab", "ipywidgets")
        course = install(f"{ROOT}[course]")
    added = {name: weight / 1e6 for name, weight in course.items() if name not in floor}
    megabytes = Pair(sum(course.values()) / 1e6, sum(floor.values()) / 1e6, "MB")
    return megabytes, Pair(len(course), len(floor), "packages"), dict(sorted(added.items(), key=lambda row: -row[1]))


def seconds(act: Callable[[], object]) -> float:
    """How long `act` takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def side_by_side(rounds: int, course: Callable[[], float], floor: Callable[[], float]) -> Pair:
    """The median of each, in turns; the first turn, which reads from the disk, does not count."""
    turns = [(floor(), course()) for _ in range(rounds + 1)][1:]
    floors, courses = zip(*turns, strict=True)
    return Pair(statistics.median(courses), statistics.median(floors))


def imports(rounds: int) -> Pair:
    """A fresh Python that imports what notebook 00 uses, and one that imports ipywidgets."""

    def fresh(code: str) -> Callable[[], float]:
        return lambda: seconds(lambda: subprocess.run([sys.executable, "-c", code], check=True))

    course = "from mfa_helpers import Lab, forms\nforms.TenantForm"
    return side_by_side(rounds, fresh(course), fresh("import ipywidgets"))


def kernels(rounds: int, folder: Path) -> Pair:
    """From the start of a kernel to the first form, as a client sees it: notebook 00 up to its form, and a button."""
    start = nbformat.read(NOTEBOOKS / f"{START}.ipynb", as_version=4)
    code = [cell for cell in start.cells if cell.cell_type == "code"]
    # Neither the tenant nor the handover of whoever measures.
    own = {**os.environ, "MFA_SANDBOX_STATE": f"{folder}/sandbox.sqlite3", "JUPYTER_RUNTIME_DIR": f"{folder}/runtime"}
    until = next(number for number, cell in enumerate(code) if cell.id == "form-tenant")

    def shown(*cells: str) -> Callable[[], float]:
        def act() -> None:
            manager = KernelManager(kernel_name="python3")
            manager.start_kernel(cwd=str(folder), env=own, stderr=subprocess.DEVNULL)
            client = manager.client()
            client.start_channels()
            try:
                client.wait_for_ready(timeout=60)
                _show(client, cells)
            finally:
                client.stop_channels()
                ended.append(manager)

        ended: list[KernelManager] = []

        def run() -> float:
            took = seconds(act)
            ended.pop().shutdown_kernel(now=True)
            return took

        return run

    return side_by_side(rounds, shown(*(cell.source for cell in code[: until + 1])), shown(BUTTON))


def _show(client: BlockingKernelClient, cells: tuple[str, ...]) -> None:
    views = []

    def keep(message: dict[str, dict[str, dict[str, object]]]) -> None:
        if "application/vnd.jupyter.widget-view+json" in message["content"].get("data", {}):
            views.append(message)

    for cell in cells:
        reply = client.execute_interactive(cell, timeout=60, output_hook=keep)
        assert reply["content"]["status"] == "ok", reply["content"]
    assert views, "no form was shown"


def pages(rounds: int, folder: Path) -> tuple[Pair, Pair]:
    """In Chromium: from the address to the first form; and from there to its first answer."""
    shown: dict[str, list[float]] = {"floor": [], START: []}
    answered: dict[str, list[float]] = {"floor": [], START: []}
    with lab_server(folder) as lab, _browser() as new_page:
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(BUTTON)])
        book.metadata = nbformat.read(NOTEBOOKS / f"{START}.ipynb", as_version=4).metadata
        nbformat.write(book, lab.folder / "notebooks" / "floor.ipynb")
        for turn in range(rounds + 1):
            for name, press, said in (
                ("floor", "Press", "Pressed"),
                (START, "Check the tenant", "the sandbox responds"),
            ):
                page = new_page()
                began = time.perf_counter()
                button = _first_form(page, lab, name, press)
                there = time.perf_counter()
                button.click()
                expect(page.locator(".jp-OutputArea").get_by_text(said).first).to_be_visible(timeout=60_000)
                if turn:
                    shown[name].append(there - began)
                    answered[name].append(time.perf_counter() - there)
                page.request.delete(f"{lab.url}/api/sessions/{_session(page, lab, name)}?token={lab.token}")
                page.close()
    first, answer = (
        Pair(statistics.median(each[START]), statistics.median(each["floor"])) for each in (shown, answered)
    )
    return first, answer


def _first_form(page: Page, lab: LabServer, name: str, press: str) -> Locator:
    """Open the notebook, press “Run all” once there is a kernel, and wait for the form's button."""
    Person(page, lab, "light").open(name)
    page.get_by_role("button", name="Run all", exact=True).click()
    button = page.locator(".jp-OutputArea").get_by_role("button", name=press, exact=True)
    expect(button).to_be_visible(timeout=60_000)
    return button


def _session(page: Page, lab: LabServer, name: str) -> str:
    sessions = page.request.get(f"{lab.url}/api/sessions?token={lab.token}").json()
    return next(str(one["id"]) for one in sessions if one["name"] == f"{name}.ipynb")


@contextmanager
def _browser() -> Iterator[Callable[[], Page]]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**OPTIONS)
        yield lambda: browser.new_page(viewport={"width": 1280, "height": 4200})
        browser.close()


def times(rounds: int = 5) -> dict[str, Pair]:
    """Each time by its name. Needs Chromium."""
    with tempfile.TemporaryDirectory() as folder:
        first, answer = pages(rounds, Path(folder))
        return {
            "import": imports(rounds),
            "kernel started to form shown": kernels(rounds, Path(folder)),
            "page opened to form shown": first,
            "form pressed to its answer": answer,
        }


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    megabytes, number, added = packages()
    print(f"site-packages {megabytes}, {number.course - number.floor:.0f} packages more:")
    print(", ".join(f"{name} {weight:.1f} MB" for name, weight in added.items()))
    for name, pair in times(rounds).items():
        print(f"{name}: {pair}")


if __name__ == "__main__":
    main()
