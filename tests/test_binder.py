"""Binder's image: what its files promise, and its build rehearsed without Docker."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
BINDER = ROOT / "binder"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LESSON = "notebooks/01_get_the_mfa_token.ipynb"

# What a clone does not have. A learner's own .env must not be copied anywhere.
NOT_CLONED = shutil.ignore_patterns(
    ".git", ".venv", ".env", "__pycache__", ".*_cache", ".ipynb_checkpoints", "build", "dist", "shots"
)

# Of the environment of the tests, what would lead the rehearsal back to it.
FOREIGN = ("JUPYTER", "IPYTHON", "PYTHON", "MFA_", "AUTH0_", "XDG_DATA", "VIRTUAL_ENV", "COVERAGE", "COV_CORE")

RUN_LESSON = """
import sys
import papermill

papermill.execute_notebook(
    *sys.argv[1:], cwd="notebooks", kernel_name="python3", progress_bar=False, store_widget_state=False
)
"""

SHOW_FROM_THREAD = """
import nbclient
import nbformat

code = "import threading\\nthread = threading.Thread(target=display, args=[6 * 7])\\nthread.start()\\nthread.join()"
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
print(nbclient.execute(notebook).cells[0].outputs)
"""


def lines(name: str) -> list[str]:
    """The lines of one of Binder's files that are neither empty nor comments."""
    text = (BINDER / name).read_text()
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def pins(name: str) -> dict[str, str]:
    return dict(line.split("==") for line in lines(name))


def replaced() -> dict[str, str]:
    """What requirements.txt pins to another version than the base's."""
    base = pins("base.txt")
    return {name: version for name, version in pins("requirements.txt").items() if base.get(name, version) != version}


# The files.


@pytest.mark.parametrize("name", ["requirements.txt", "base.txt"])
def test_only_exact_versions_are_listed(name):
    """No range, no option, no address, and no local line, which would slow every build."""
    pin = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*==[0-9]+(\.[a-z0-9]+)*")
    assert [line for line in lines(name) if not pin.fullmatch(line)] == []


@pytest.mark.parametrize("name", ["requirements.txt", "base.txt"])
def test_no_comment_names_an_index_or_a_folder_of_a_machine(name):
    text = (BINDER / name).read_text()
    assert re.findall(r"\S*(?:://|index|find-links)\S*|(?<!\S)(?:~|/\w+)/\S*", text) == []


@pytest.mark.parametrize("dependency", PROJECT["dependencies"])
def test_each_dependency_is_pinned_within_its_range(dependency):
    wanted = Requirement(dependency)
    assert wanted.specifier.contains(pins("requirements.txt")[canonicalize_name(wanted.name)])


def test_only_the_kernel_is_asked_for_in_another_version_than_the_base_has():
    assert replaced().keys() == {"ipykernel"}


def test_jupyterlab_and_notebook_are_pinned_together():
    """A notebook 7.x goes with one minor version of JupyterLab, and the base has both."""
    assert {"jupyterlab", "notebook"} <= pins("requirements.txt").keys()


def test_python_is_named_in_the_only_form_binder_reads():
    assert (BINDER / "runtime.txt").read_text() == "python-3.11\n"


def test_postbuild_stops_at_the_first_failure():
    """Binder itself looks only at how the script ends."""
    assert os.access(BINDER / "postBuild", os.X_OK)
    assert (BINDER / "postBuild").read_text().startswith("#!/bin/bash\n")
    assert lines("postBuild")[0] == "set -euo pipefail"


# The rehearsal: the same steps as in a build, with a virtual environment in the place of Binder's.


class Image:
    """A Python environment, and a home that is the repository, as in Binder's images."""

    base: dict[str, str]  # versions before requirements.txt
    left: set[Path]  # what postBuild left in the home

    def __init__(self, folder: Path):
        self.home = folder / "home"
        self.bin = folder / "env" / "bin"
        own = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
        # Packages are fetched as the person who runs the tests, with their cache.
        self.fetching = own | {"PATH": f"{self.bin}:{os.defpath}"}
        self.building = self.fetching | {"HOME": str(self.home)}
        self.learning = self.building | {
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "MFA_SANDBOX_STATE": str(folder / "sandbox.sqlite3"),
            "MFA_HANDS_FREE": "1",
        }

    def run(self, *command: str, env: dict[str, str]) -> str:
        """What a command said, run in the repository; if it fails, the end of that is the message."""
        start = time.monotonic()
        done = subprocess.run(
            command, cwd=self.home, env=env, text=True, timeout=600, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        print(f"{time.monotonic() - start:5.1f} s  {' '.join(command)[:80]!r}")
        if done.returncode:
            end = "\n".join(done.stdout.splitlines()[-40:])
            pytest.fail(f"{command} ended with {done.returncode}:\n{end}", pytrace=False)
        return done.stdout

    def pip(self, *words: str) -> str:
        return self.run("python", "-m", "pip", *words, env=self.fetching)

    def versions(self) -> dict[str, str]:
        # Only the last line is the list: pip puts its warnings before it.
        listed = json.loads(self.pip("list", "--format=json").splitlines()[-1])
        return {canonicalize_name(one["name"]): one["version"] for one in listed}

    def files(self) -> set[Path]:
        return set(self.home.rglob("*"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Half a gigabyte in the end, of which pytest would keep that of the last three runs."""
    folder = tmp_path_factory.mktemp("binder")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def image(folder):
    """The base, requirements.txt and postBuild, in the order of a build."""
    if sys.version_info[:2] != (3, 11) or sys.platform != "linux":
        pytest.skip("Binder's base is for Python 3.11 on Linux")
    image = Image(folder)
    shutil.copytree(ROOT, image.home, ignore=NOT_CLONED)

    image.run(sys.executable, "-m", "venv", str(folder / "env"), env=image.fetching)
    image.pip("install", "--quiet", "--constraint", "binder/base.txt", "pip")
    image.pip("install", "--quiet", "--no-deps", "-r", "binder/base.txt")
    image.base = image.versions()
    image.pip("install", "--quiet", "-r", "binder/requirements.txt")

    cloned = image.files()
    image.run("binder/postBuild", env=image.building)
    image.left = image.files() - cloned
    return image


def test_rehearsal_replaces_only_the_kernel(image):
    now = image.versions()
    assert {name: now.get(name) for name, version in image.base.items() if now.get(name) != version} == replaced()


def test_rehearsal_installs_what_is_listed_and_the_package(image):
    new = image.versions().keys() - image.base.keys()
    assert new == pins("requirements.txt").keys() - image.base.keys() | {PROJECT["name"]}


def test_rehearsal_leaves_nothing_in_the_home(image):
    """Each session begins with a tenant of its own, not with that of the build."""
    assert image.left == set()


def test_rehearsal_displays_from_a_thread(image):
    """The base's own kernel, ipykernel 7.0.1, raises a LookupError here."""
    assert "'text/plain': '42'" in image.run("python", "-c", SHOW_FROM_THREAD, env=image.learning)


def test_rehearsal_ends_with_the_first_lesson(image):
    image.pip("install", "--quiet", "--constraint", "binder/requirements.txt", "papermill")
    image.pip("check")
    image.run("python", "-c", RUN_LESSON, LESSON, "done.ipynb", env=image.learning)

    cells = json.loads((image.home / "done.ipynb").read_text())["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    assert outputs
    assert [output for output in outputs if output["output_type"] == "error"] == []
