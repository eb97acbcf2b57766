"""Fixtures for notebooks: the list of them, and a surrounding of their own to run in."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ..support.places import ROOT
from .refresh import NOTEBOOKS

#: The lessons. What is for instructors has no number.
PATHS = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))


def cells(path: Path) -> list[dict[str, Any]]:
    """The cells of a notebook file; source as one text."""
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["cells"]
    for cell in found:
        cell["source"] = "".join(cell["source"])
    return found


@pytest.fixture
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Kernels started from here have a tenant, a hand-over and a home of their own, all in this folder.

    They have no network but this machine, and show every warning.
    """
    for name, value in {
        "MFA_SANDBOX_STATE": tmp_path / "state" / "sandbox.sqlite3",
        "JUPYTER_RUNTIME_DIR": tmp_path / "runtime",
        "IPYTHONDIR": tmp_path / "ipython",
        "HOME": tmp_path / "home",
        # this checkout, whatever is installed
        "PYTHONPATH": f"{Path(__file__).with_name('no_network')}{os.pathsep}{ROOT}",
        "MFA_TEST_OUTSIDE": tmp_path / "outside.txt",  # what led elsewhere
        "PYTHONWARNINGS": "default",
    }.items():
        monkeypatch.setenv(name, str(value))
    for name in ("MFA_HANDS_FREE", "AUTH0_DOMAIN", "AUTH0_CLIENT_ID"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path
