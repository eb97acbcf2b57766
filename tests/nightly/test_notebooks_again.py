"""Notebooks once more, on a tenant that has been used, and under the other tools: no secret is left."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mfa_helpers.sandbox.hosting import server

from ..support.notebook_files import PATHS
from ..support.places import NOTEBOOKS
from ..support.run_notebooks import A_RUN, with_nbval, with_papermill
from ..support.sandbox_api import Api
from ..support.secrets_search import codes_of, leaks


def twenty_minutes_later(folder: Path) -> None:
    """A tenant sends a user 20 mails, then one a minute, and one run of all notebooks takes most of them."""
    sandbox = server.start(folder / "state" / "sandbox.sqlite3")
    try:
        Api(sandbox).advance(1200)
    finally:
        sandbox.stop()


def test_nbval_papermill_in_report_mode_and_jupyter_execute_on_one_tenant(
    surroundings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MFA_HANDS_FREE", "1")
    chosen = (*PATHS[1:6], PATHS[8])  # 08 has the secrets of the other factors
    done = with_nbval("--nbval", NOTEBOOKS)  # first, because whoever has a confirmed email is further on in the flow
    assert done.returncode == 0, done.stdout[-5000:]
    said = [done.stdout, done.stderr]
    twenty_minutes_later(surroundings)
    for path in chosen:
        with_papermill(path, surroundings / f"report-{path.name}", store_widget_state=True, report_mode=True)
    twenty_minutes_later(surroundings)
    for path in chosen:
        command = [sys.executable, "-m", "jupyter", "execute", str(path), f"--output={surroundings / path.name}"]
        executed = subprocess.run(command, capture_output=True, text=True, timeout=A_RUN)
        assert executed.returncode == 0, executed.stderr[-2000:]
        said += [executed.stdout, executed.stderr]
    assert leaks(surroundings, codes_of(surroundings), *said) == []
