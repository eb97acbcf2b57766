"""A person does 00 to 05 where other versions of Jupyter are installed: the oldest JupyterLab that `pyproject.toml` allows, and Notebook 7."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from ..lowest_versions import environment
from ..support.browser import chromium, new_page
from ..support.deadline import DEADLINE
from ..support.lab_server import LabServer, lab_server
from ..support.person import NAMES
from ..support.traveler import Traveler, to_tokens, way_on


class NotebookServer(LabServer):
    """Notebook 7, whose page has one notebook and nothing else."""

    def notebook(self, name: str) -> str:
        return f"{self.url}/notebooks/notebooks/{name}.ipynb?token={self.token}"


class NotebookTraveler(Traveler):
    """A link opens another page, in which nothing runs by itself."""

    def is_ready(self) -> None:
        deadline = time.monotonic() + DEADLINE
        while not any(one["name"] == f"{self.name}.ipynb" and is_idle(one["kernel"]) for one in self.sessions()):
            assert time.monotonic() < deadline, "no kernel"
            self.page.wait_for_timeout(100)
        expect(self.panel.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')).to_be_visible()

    def sessions(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.page.request.get(
            f"{self.lab.url}/api/sessions?token={self.lab.token}"
        ).json()
        return found

    def go_on(self, heading: str, name: str) -> None:
        with self.page.context.expect_page() as opened:
            self.act(self.form(heading).get_by_role("button", name=way_on(name), exact=True))
        self.page, self.name = opened.value, name
        self.is_ready()
        self.run_all()
        self.expect_begun()


def is_idle(kernel: dict[str, Any]) -> bool:
    """Whether a page is connected to it, and it has nothing to do."""
    return kernel["connections"] > 0 and kernel["execution_state"] == "idle"


def version(python: Path, package: str) -> str:
    program = "import sys; from importlib.metadata import version; print(version(sys.argv[1]))"
    return subprocess.run([python, "-c", program, package], capture_output=True, text=True, check=True).stdout.strip()


def test_in_the_oldest_jupyterlab_a_person_gets_from_00_to_tokens(tmp_path: Path) -> None:
    python = environment(tmp_path / "environment", "course")
    with chromium() as browser, lab_server(tmp_path, python) as lab:
        person = Traveler(new_page(browser), lab)
        assert list(to_tokens(person)) == NAMES[:6]
    print(f"JupyterLab {version(python, 'jupyterlab')}, ipywidgets {version(python, 'ipywidgets')}")


def test_in_notebook_7_a_person_gets_from_00_to_tokens_from_page_to_page(tmp_path: Path) -> None:
    python = environment(tmp_path / "environment", "course", "notebook>=7,<8", resolution="highest")
    with chromium() as browser, lab_server(tmp_path, python, "notebook") as lab:
        person = NotebookTraveler(new_page(browser), NotebookServer(lab.url, lab.token, lab.folder))
        assert list(to_tokens(person)) == NAMES[:6]
    print(f"Notebook {version(python, 'notebook')}")
