"""Binder's image: what its files promise, and its build rehearsed without Docker."""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from mfa_helpers.course.files import course_files

from ...support.dockerfile import LOCK, OF_THE_BASE, OF_THE_MACHINE, Container, write
from ...support.places import FOREIGN, NOT_CLONED, ROOT

BINDER = ROOT / "binder"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
#: Packages that conda calls otherwise than PyPI.
OTHER_NAMES = {
    "brotli": "brotli-python",
    "fastjsonschema": "python-fastjsonschema",
    "jupyterhub": "jupyterhub-base",
    "nbconvert": "nbconvert-core",
}

OUTSIDE = "pip install -e '.[outside]'"
LESSON = "mfa-course/01_get_the_mfa_token.ipynb"

RUN_LESSON = """
import sys
import papermill

papermill.execute_notebook(
    *sys.argv[1:], cwd="mfa-course", kernel_name="python3", progress_bar=False, store_widget_state=False
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


@pytest.mark.parametrize("dependency", [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["course"]])
def test_each_dependency_is_pinned_within_its_range(dependency):
    wanted = Requirement(dependency)
    assert wanted.specifier.contains(pins("requirements.txt")[canonicalize_name(wanted.name)])


#: What the base has, and with it a vulnerability that is known, or a kernel that cannot display from threads.
REPLACED = {"ipykernel", "jupyterlab", "jupyterlab-server", "jupyter-server", "notebook", "requests", "pyjwt"}


def test_only_what_must_be_is_asked_for_in_another_version_than_the_base_has():
    assert replaced().keys() == REPLACED


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


# The rehearsal: the Dockerfile that repo2docker writes, done step by step, with a virtual environment in the place of conda's.


class Image(Container):
    """A Python environment, and a home that is the repository, as in Binder's images."""

    bare: dict[str, str]  # versions before requirements.txt
    cloned: set[Path]  # what the home holds before postBuild
    left: set[Path]  # and what more of it after it

    def __init__(self, root: Path, clone: Path):
        # Nothing of the tests' own environment; packages come over the way that pip is set up for.
        own = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
        super().__init__(root, clone, own | {"PATH": os.defpath}, self.have_base)

    def have_base(self, prefix: Path) -> None:
        subprocess.run([sys.executable, "-m", "venv", prefix], check=True)
        self.pip("install", "--quiet", "--constraint", str(BINDER / "base.txt"), "pip")
        self.pip("install", "--quiet", "--no-deps", "-r", str(BINDER / "base.txt"))
        self.bare = self.versions()

    def do_copy(self, rest: str) -> None:
        super().do_copy(rest)
        if " src/ " in rest:
            self.cloned = self.files()

    def pip(self, *words: str) -> str:
        # As the person who runs the tests, with their cache.
        return self.run("python", "-m", "pip", *words, HOME=os.path.expanduser("~"))

    def learn(self, *command: str) -> str:
        """What a command says in a session that runs hands-free."""
        return self.run(*command, MFA_HANDS_FREE="1")

    def versions(self) -> dict[str, str]:
        # Only the last line is the list: pip puts its warnings before it.
        listed = json.loads(self.pip("list", "--format=json").splitlines()[-1])
        return {canonicalize_name(one["name"]): one["version"] for one in listed}

    def files(self) -> set[Path]:
        return set(self.folder.rglob("*"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Half a gigabyte in the end, of which pytest would keep that of the last three runs."""
    folder = tmp_path_factory.mktemp("binder")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def image(folder):
    """All that the Dockerfile says."""
    pytest.importorskip("repo2docker", reason=OUTSIDE)
    if sys.version_info[:2] != (3, 11) or sys.platform != "linux":
        pytest.skip("Binder's base is for Python 3.11 on Linux")
    clone = folder / "clone"
    shutil.copytree(ROOT, clone, ignore=NOT_CLONED)
    image = Image(folder / "image", clone)
    (folder / "image").mkdir()
    image.build(write(clone))
    image.left = image.files() - image.cloned
    return image


def test_the_base_is_the_one_that_repo2docker_freezes():
    """Else it is to be renewed: what the rehearsal starts from must be what Binder has."""
    pytest.importorskip("repo2docker", reason=OUTSIDE)
    frozen = dict(re.findall(r"/([^/]+)-([^-/]+)-[^-/]+\.(?:conda|tar\.bz2)#", LOCK.read_text()))
    base = pins("base.txt")
    spellings = {name: OTHER_NAMES.get(name, name) for name in base}
    found = {name: frozen.get(there, frozen.get(there.replace("-", "_"))) for name, there in spellings.items()}
    assert found == base


def test_rehearsal_does_what_the_dockerfile_says_in_its_order(image):
    """Packages come before the repository, so that a change of a notebook installs nothing again; and nothing of ours runs as root."""
    ours = [(user, step) for user, step in image.done if "binder/" in step]
    assert ours == [
        ("${NB_USER}", '${KERNEL_PYTHON_PREFIX}/bin/pip install --no-cache-dir -r "binder/requirements.txt"'),
        ("${NB_USER}", "chmod +x binder/postBuild"),
        ("${NB_USER}", "./binder/postBuild"),
    ]


def test_rehearsal_leaves_out_what_is_the_machines_own(image):
    """Debian's packages twice, the locale, the group, the user, and conda."""
    assert [next(word for word in (*OF_THE_MACHINE, OF_THE_BASE) if word in step) for step in image.left_out] == [
        "apt-get ",
        "locale-gen",
        "groupadd ",
        "useradd ",
        "apt-get ",
        OF_THE_BASE,
    ]


def test_rehearsal_ends_in_a_container_that_shows_notebook_00(image):
    """By repo2docker's own entry point and command."""
    assert image.start[-4:] == ["jupyter", "notebook", "--ip", "0.0.0.0"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    # Here it is no container: nobody else may reach it.
    command = [*image.start[:-1], "127.0.0.1", "--port", str(port), "--no-browser", "--allow-root"]
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=image.folder, env=image.env | {"JUPYTER_TOKEN": token}, **silent)
    try:
        address = f"http://127.0.0.1:{port}/lab/tree/mfa-course/00_start_here.ipynb?token={token}"
        page = when_up(address, process)
        assert '"treePath": "mfa-course/00_start_here.ipynb"' in page
    finally:
        process.terminate()
        process.wait(120)


def when_up(address, process):
    """The page, as soon as somebody serves it."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + 180
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with opener.open(address, timeout=30) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the container does not serve the notebook; it has ended with {process.poll()}")


def test_rehearsal_replaces_nothing_else(image):
    now = image.versions()
    assert {name: now.get(name) for name, version in image.bare.items() if now.get(name) != version} == replaced()


def test_rehearsal_installs_what_is_listed_and_the_package(image):
    new = image.versions().keys() - image.bare.keys()
    assert new == pins("requirements.txt").keys() - image.bare.keys() | {PROJECT["name"]}


def test_rehearsal_leaves_only_the_learners_copy_in_the_home(image):
    """Each session begins with a tenant of its own, not with that of the build."""
    copy = image.folder / "mfa-course"
    assert {path for path in image.left if path != copy and copy not in path.parents} == set()
    assert {path.relative_to(copy).as_posix() for path in image.left if path.suffix} == course_files().keys() | {
        ".mfa-course.json",
        ".mfa-course.json.lock",
    }
    assert '"outputs": []' in (copy / "00_start_here.ipynb").read_text()


def test_rehearsal_has_compiled_what_a_session_imports(image):
    """Else each session would compile it again in its first minute."""
    said = image.run(
        "python", "-P", "-B", "-v", "-c", "from mfa_helpers import Lab, forms; forms.TenantForm(Lab('sandbox'))"
    )
    loaded = re.findall(r"^# code object from '(.*site-packages.*)'$", said, re.MULTILINE)
    assert len(loaded) > 100
    assert [file for file in loaded if not file.endswith(".pyc")] == []


def test_rehearsal_displays_from_a_thread(image):
    """The base's own kernel, ipykernel 7.0.1, raises a LookupError here."""
    assert "'text/plain': '42'" in image.learn("python", "-c", SHOW_FROM_THREAD)


def test_rehearsal_ends_with_the_first_lesson(image):
    image.pip("install", "--quiet", "--constraint", "binder/requirements.txt", "papermill")
    image.pip("check")
    image.learn("python", "-c", RUN_LESSON, LESSON, "done.ipynb")

    cells = json.loads((image.folder / "done.ipynb").read_text())["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    assert outputs
    assert [output for output in outputs if output["output_type"] == "error"] == []
