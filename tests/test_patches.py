"""What the page's build changes in wheels: it notices if they are no longer what they were."""

from __future__ import annotations

import runpy
import zipfile
from pathlib import Path
from typing import Any

import pytest

from .support.places import ROOT

LITE = ROOT / "binder" / "lite"


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.syspath_prepend(LITE)
    return runpy.run_path(str(LITE / "build.py"))


def wheel(folder: Path, **files: str) -> Path:
    made = folder / "python_liquid-1.whl"
    with zipfile.ZipFile(made, "w") as file:
        for name, text in files.items():
            file.writestr(f"liquid/{name}.py", text)
    return made


def texts(build: dict[str, Any]) -> dict[str, str]:
    """What each file has to have, so that its patches find something."""
    found: dict[str, str] = {}
    for path, old, _ in build["patches"].IN_WHEELS:
        name = Path(path).stem
        found[name] = found.get(name, "") + old
    return found


def test_each_patch_of_a_wheel_is_used(build: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "to").mkdir()
    made = wheel(tmp_path, **texts(build))
    build["slim_all"]([made], tmp_path / "to")
    with zipfile.ZipFile(tmp_path / "to" / made.name) as file:
        told = "".join(file.read(name).decode() for name in file.namelist())
    assert all(new in told for _, _, new in build["patches"].IN_WHEELS)


@pytest.mark.parametrize("changed", ["is gone", "has another text"])
def test_a_wheel_that_is_not_what_it_was_ends_the_build(build: dict[str, Any], tmp_path: Path, changed: str) -> None:
    (tmp_path / "to").mkdir()
    files = texts(build)
    name, text = files.popitem()
    made = wheel(tmp_path, **files, **({} if changed == "is gone" else {name: text[1:]}))
    with pytest.raises(SystemExit, match="What is pinned is not what it was"):
        build["slim_all"]([made], tmp_path / "to")
