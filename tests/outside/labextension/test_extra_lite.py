"""The extra `lite` in a learner's environment: JupyterLab and each JupyterLite that is built there are as they are alone."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from ...support.browser import chromium, new_page
from ...support.deadline import DEADLINE
from ...support.lab_server import installed, lab_server
from ...support.person import NAMES
from ...support.traveler import Traveler
from ..lite import edition
from ..sdk import environments

PYTHON = "@jupyterlite/pyodide-kernel-extension"


@pytest.fixture(scope="module")
def python() -> Path:
    """The interpreter of an environment with the extra."""
    return environments.or_skip(edition.python, "MFA_BROWSER", "JupyterLite")


def test_the_console_of_jupyterlab_has_no_error(python: Path, tmp_path: Path) -> None:
    place = tmp_path / "data" / "labextensions" / PYTHON
    place.parent.mkdir(parents=True)
    place.symlink_to(python.parents[1] / "share" / "jupyter" / "labextensions" / PYTHON)
    errors: list[str] = []
    with chromium() as browser, lab_server(tmp_path) as lab:
        page = new_page(browser)
        page.on("console", lambda message: message.type == "error" and errors.append(message.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        person = Traveler(page, lab)
        person.start(NAMES[0])
        person.run_all()
        person.expect_begun()
        assert errors == []
        there = page.evaluate(
            "JSON.parse(document.getElementById('jupyter-config-data').textContent).federated_extensions"
        )
    assert PYTHON in {one["name"] for one in there}


def test_another_jupyterlite_has_its_python(python: Path, tmp_path: Path) -> None:
    settings = {"FederatedExtensionAddon": {"extra_labextensions_path": [str(installed(tmp_path) / "labextensions")]}}
    (tmp_path / "lite").mkdir()
    (tmp_path / "lite" / "jupyter_lite_config.json").write_text(json.dumps(settings), "utf-8")
    build = [str(python), "-m", "jupyterlite_core", "build", "--output-dir", str(tmp_path / "site"), "--apps", "lab"]
    subprocess.run(build, cwd=tmp_path / "lite", check=True, timeout=DEADLINE, capture_output=True)
    site = json.loads((tmp_path / "site" / "jupyter-lite.json").read_text("utf-8"))["jupyter-config-data"]
    extensions = {one["name"]: one for one in site["federated_extensions"]}
    assert {PYTHON, "mfa-course"} <= extensions.keys()
    assert PYTHON not in {*site.get("disabledExtensions", []), *extensions["mfa-course"].get("disabledExtensions", [])}
