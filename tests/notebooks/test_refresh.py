"""The command that stores the notebooks' outputs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ..support.places import NOTEBOOKS
from .refresh import refresh


def test_it_leaves_a_notebook_without_outputs_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("MFA_HANDS_FREE", "1"),
        ("MFA_SANDBOX_STATE", f"{tmp_path}/s"),
        ("JUPYTER_RUNTIME_DIR", f"{tmp_path}/r"),
    ):
        monkeypatch.setenv(name, value)
    copy = Path(shutil.copy(NOTEBOOKS / "instructors_board.ipynb", tmp_path))
    refresh(copy)
    assert copy.read_bytes() == (NOTEBOOKS / "instructors_board.ipynb").read_bytes()
