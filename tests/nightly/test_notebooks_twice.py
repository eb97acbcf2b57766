"""K13: all notebooks without hands on one tenant, forward and then backward, as fast as they run."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..support.notebook_files import PATHS
from ..support.run_notebooks import with_papermill
from ..support.run_report import count


def test_k_13_all_notebooks_run_forward_and_backward_on_one_tenant(
    surroundings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MFA_HANDS_FREE", "1")
    for number, path in enumerate((*PATHS, *PATHS, *reversed(PATHS))):
        with_papermill(path, surroundings / f"{number}-{path.name}")
    count("notebooks run again and again on one tenant", 3 * len(PATHS))
