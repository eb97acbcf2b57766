"""The wheel, which `uvx`, `pipx`, and Binder install: it carries the notebooks, and nothing that lies beside them by chance.

Alone, it's the client and the sandbox, in an environment that is small and has no Jupyter.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from mfa_helpers.course.files import course_files

from ..support.packages import MADE_WITH, WEIGH
from ..support.places import NOT_CLONED, ROOT
from ..support.run_report import tell
from ..support.sandbox_api import Api
from ..support.sandbox_processes import command, environment

DEADLINE = 300  # seconds; pip fetches hatchling first
INSIDE = "mfa_helpers/course/notebooks/"
MOST_MEGABYTES, MOST_PACKAGES = 85, 32
#: The whole flow in the client's words, and what has been loaded by then.
CLIENT = """
import json
import sys

from mfa_helpers import MfaClient, MfaRequired
from mfa_helpers.client.sandbox_controls import SandboxControls
from mfa_helpers.client.secret import Secret

ready = json.loads(sys.argv[1])
client = MfaClient(ready["base_url"], ready["client_id"], ready["client_secret"])
try:
    client.login(ready["username"], ready["password"], audience=ready["audience"], scope="openid")
except MfaRequired as required:
    token = required.mfa_token
enrolled = client.enroll_authenticator(token)
(mail,) = SandboxControls(ready["base_url"], token=Secret(ready["sandbox_token"])).mails()
tokens = client.verify(mfa_token=token, oob_code=enrolled.oob_code, binding_code=mail.code)
assert tokens.access_token
assert not [name for name in sys.modules if name.startswith(("IPython", "jupyter", "ipy", "notebook", "traitlets"))]
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a checkout in which somebody has worked."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in (".gitignore", "pyproject.toml", *(path.name for path in ROOT.glob("*") if path.suffix == ".md")):
        shutil.copy(ROOT / name, source)
    if (ROOT / "LICENSE").exists():
        shutil.copy(ROOT / "LICENSE", source)
    for name in ("mfa_helpers", "notebooks", "binder"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".env", "01_get_the_mfa_token.slides.html", ".ipynb_checkpoints/00_start_here-checkpoint.ipynb"):
        (source / "notebooks" / name).parent.mkdir(exist_ok=True)
        (source / "notebooks" / name).write_text("AUTH0_CLIENT_SECRET=mine")
    pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(source)]
    subprocess.run(pip, check=True, timeout=DEADLINE)
    (built,) = folder.glob("*.whl")
    return built


def test_it_carries_what_a_copy_is_made_of_and_nobodys_secret(wheel: Path) -> None:
    inside = {name.removeprefix(INSIDE) for name in zipfile.ZipFile(wheel).namelist() if name.startswith(INSIDE)}
    assert inside == course_files().keys()


def test_what_is_installed_from_it_makes_the_same_copy(wheel: Path, tmp_path: Path) -> None:
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--target",
        str(tmp_path / "installed"),
        str(wheel),
    ]
    subprocess.run(pip, check=True, timeout=DEADLINE)
    command = [sys.executable, "-m", "mfa_helpers.course", "--copy-only", "copy"]
    own = {**os.environ, "PYTHONPATH": str(tmp_path / "installed")}
    subprocess.run(command, check=True, timeout=DEADLINE, cwd=tmp_path, env=own)
    copy = {
        path.relative_to(tmp_path / "copy").as_posix(): path.read_bytes()
        for path in (tmp_path / "copy").rglob("*")
        if path.is_file()
    }
    assert {name: content for name, content in copy.items() if not name.startswith(".")} == {
        name: file.content for name, file in course_files().items()
    }


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a fresh environment in which nothing but the wheel is asked for."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, timeout=DEADLINE)
    subprocess.run([folder / "bin" / "pip", "install", "-q", str(wheel)], check=True, timeout=DEADLINE)
    return folder / "bin"


def said(*words: object, folder: Path, status: int = 0) -> str:
    """What a command prints, in an environment without the course's own variables."""
    done = subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_alone_it_is_small_and_has_nothing_of_jupyter(bare: Path, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    everything: dict[str, int] = json.loads(said(bare / "python", "-c", WEIGH, folder=tmp_path))
    weights = {name: weight for name, weight in everything.items() if name not in MADE_WITH}
    megabytes = sum(weights.values()) / 1e6
    tell(pytestconfig, "measured", f"the package alone: {len(weights)} packages, {megabytes:.0f} MB")
    of_jupyter = re.compile(r"jupyter|ipy|notebook|nbformat|traitlets|anywidget|pyzmq|tornado|comm$|segno")
    assert [name for name in weights if of_jupyter.search(name)] == []
    assert len(weights) <= MOST_PACKAGES and megabytes <= MOST_MEGABYTES, weights


def test_alone_it_has_the_client_and_the_sandbox(bare: Path, tmp_path: Path) -> None:
    seed = tmp_path / "seed.yaml"
    seed.write_text("users: [{email: grace@example.com, password: throwaway}]")
    with command(tmp_path, "--json", "--seed", str(seed), program=[str(bare / "mfa-sandbox")]) as sandbox:
        ready = sandbox.ready()
        api = Api(ready)
        assert api.call("GET", "/health").status_code == 200
        assert api.login(username="grace@example.com", password="throwaway").json()["error"] == "mfa_required"
        api.http.close()
        assert said(bare / "python", "-c", CLIENT, json.dumps(vars(ready)), folder=tmp_path) == ""
        sandbox.end()


def test_alone_it_says_what_the_course_needs(bare: Path, tmp_path: Path) -> None:
    sentence = "Run: python -m pip install 'mfa-helpers[course]'"
    assert sentence in said(bare / "mfa-course", folder=tmp_path, status=1)
    for name in ("Lab", "forms"):
        assert sentence in said(bare / "python", "-c", f"from mfa_helpers import {name}", folder=tmp_path, status=1)


def test_the_sandboxs_readme_starts_it_in_one_line(tmp_path: Path) -> None:
    text = (ROOT / "mfa_helpers" / "sandbox" / "README.md").read_text("utf-8")
    (line,) = re.findall(r"<!-- command: start -->\n```bash\n(.+)\n```", text)
    clone = tmp_path / "clone"
    shutil.copytree(ROOT, clone, ignore=NOT_CLONED)
    with command(
        tmp_path, program=["bash", "-c", f"cd {clone} && {line.replace('python3', sys.executable)} --json"]
    ) as sandbox:
        api = Api(sandbox.ready())
        assert api.login().json()["error"] == "mfa_required"
        api.http.close()


def test_with_pytest_beside_it_the_readmes_lines_are_a_test(
    bare: Path, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    subprocess.run([bare / "pip", "install", "-q", "pytest"], check=True, timeout=DEADLINE)
    text = (ROOT / "mfa_helpers" / "sandbox" / "README.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, flags=re.S)
    (tmp_path / "test_login.py").write_text(example)
    began = time.perf_counter()
    assert "1 passed" in said(bare / "python", "-m", "pytest", "-W", "error", folder=tmp_path)
    tell(pytestconfig, "measured", f"the first test of somebody's own: {time.perf_counter() - began:.1f} s")
    assert "mfa_tenant -- " in said(bare / "python", "-m", "pytest", "--fixtures", folder=tmp_path)
