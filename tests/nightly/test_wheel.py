"""The wheel, which `uvx`, `pipx`, and Binder install: it carries the notebooks, and nothing that lies beside them by chance."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from mfa_helpers.course.files import course_files

from ..support.places import ROOT

DEADLINE = 300  # seconds; pip fetches hatchling first
INSIDE = "mfa_helpers/course/notebooks/"


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
