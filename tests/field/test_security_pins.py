"""Security findings about versions: S11. What became known later is for the audit of `.ci/nightly`."""

from __future__ import annotations

import os
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from mfa_helpers.doctor import jupyter

from . import ROOT

#: The first versions in which what was known on 29 November 2026 is mended.
MENDED = {
    "jupyterlab": "4.6.2",  # CVE-2026-40171, -42266, -42557, -73415, -73417, -73627
    "jupyter-server": "2.21",  # CVE-2026-35397, -40110, -40934, -44727, -86049
    "notebook": "7.6",  # goes with JupyterLab 4.6; CVE-2026-40171
    "pyjwt": "2.13",  # CVE-2026-32597, PYSEC-2026-175 to -179
    "requests": "2.33",  # CVE-2026-25645
    "starlette": "1.3.1",  # CVE-2026-48817, -48818, -54282, -54283
    "python-dotenv": "1.2.2",  # CVE-2026-28684
    "filelock": "3.20.3",  # CVE-2026-22701
    "pytest": "9.0.3",  # CVE-2025-71176
    "jupyterhub": "5.4.5",  # CVE-2026-40864
}
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
REQUIRED = [*PROJECT["dependencies"], *(one for extra in PROJECT["optional-dependencies"].values() for one in extra)]
PINNED = ("binder/requirements.txt", "binder/hub/requirements.txt", "binder/lite/wheels.txt")


def lowest() -> Iterator[tuple[str, str]]:
    """The lowest versions that are allowed of what has been mended, and all that are pinned."""
    for text in REQUIRED:
        wanted = Requirement(text)
        for one in wanted.specifier:
            if one.operator in (">=", "=="):
                yield canonicalize_name(wanted.name), one.version
    for path in PINNED:
        for line in (ROOT / path).read_text("utf-8").splitlines():
            name, _, version = line.partition("#")[0].strip().partition("==")
            if version:
                yield canonicalize_name(name), version


def test_s_11_no_version_that_is_allowed_or_pinned_has_what_is_known() -> None:
    found = list(lowest())
    assert {name for name, _ in found} >= MENDED.keys()
    assert [(name, version) for name, version in found if Version(version) < Version(MENDED.get(name, "0"))] == []


@pytest.mark.parametrize("user", [0, 1000])
def test_s_23_only_root_starts_jupyterlab_as_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, user: int) -> None:
    started: list[list[str]] = []

    def start(command: list[str], **_: Any) -> Any:
        started.append(command)
        raise OSError

    monkeypatch.setattr(subprocess, "Popen", start)
    monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
    with pytest.raises(OSError), jupyter._lab_server(tmp_path, "token"):
        pass
    assert ("--allow-root" in started[0]) == (user == 0)
