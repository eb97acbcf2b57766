"""The dev container: its commands, taken out of its file and run in its order, without Docker.

A fresh clone stands for the container's workspace. Of this machine it finds Python and the system's own programs.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ...support.places import FOREIGN, NOT_CLONED, ROOT
from ..binder.test_binder import when_up

CONTAINER = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))


class Workspace:
    """A clone, in which a command runs as the container runs it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "workspace"
        shutil.copytree(ROOT, self.folder, ignore=NOT_CLONED)
        self.cloned = self.names()
        programs = folder / "bin"
        programs.mkdir()
        (programs / "python3").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
        own = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
        self.environment = own | {
            "PATH": f"{programs}:{os.defpath}",
            **{f"JUPYTER_{kind}_DIR": str(folder / kind) for kind in ("CONFIG", "DATA", "RUNTIME")},
        }

    def names(self) -> set[str]:
        return set(os.listdir(self.folder))

    def start(self, command: str) -> subprocess.Popen[str]:
        words = ["sh", "-c", f"exec {command}"]
        out = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        return subprocess.Popen(words, cwd=self.folder, env=self.environment, **out)  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace in which the container has been created."""
    made = Workspace(tmp_path_factory.mktemp("devcontainer"))
    command = ["sh", "-c", CONTAINER["postCreateCommand"]]
    done = subprocess.run(command, cwd=made.folder, env=made.environment, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    return made


@pytest.fixture
def attached(workspace: Workspace) -> Iterator[subprocess.Popen[str]]:
    """What runs in the terminal after an editor has attached."""
    process = workspace.start(CONTAINER["postAttachCommand"])
    yield process
    process.terminate()
    process.communicate(timeout=60)


def test_the_image_has_a_python_that_the_tests_run_on() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (version,) = re.findall(r"/python:\d+-(3\.\d+)-bookworm$", CONTAINER["image"])
    assert f"Programming Language :: Python :: {version}" in project["classifiers"]


def test_creating_it_leaves_an_environment_and_a_copy_of_the_notebooks_and_nothing_else(workspace: Workspace) -> None:
    assert workspace.names() - workspace.cloned == {".venv", "mfa-course"}
    assert (workspace.folder / "mfa-course" / "00_start_here.ipynb").exists()


def test_attaching_to_it_prints_an_address_that_shows_notebook_00(attached: subprocess.Popen[str]) -> None:
    assert attached.stdout is not None
    told = []
    watchdog = threading.Timer(600, attached.kill)  # ends the lines, too
    watchdog.start()
    for line in attached.stdout:
        told.append(line)
        if found := re.search(r"http://(?:localhost|127\.0\.0\.1):\d+/lab/tree/00_start_here\.ipynb\S*", line):
            assert '"treePath": "00_start_here.ipynb"' in when_up(found[0], attached)
            break
    else:
        pytest.fail("".join(told))
    watchdog.cancel()


def test_its_port_is_forwarded_and_labeled() -> None:
    (port,) = CONTAINER["forwardPorts"]
    assert CONTAINER["portsAttributes"][str(port)]["label"].startswith("JupyterLab")
