"""A surrounding of their own for notebooks that run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ..support.places import ROOT


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
