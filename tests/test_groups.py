"""The rule of the fast tests: whoever starts a process fails, also where the error is caught."""

from __future__ import annotations

import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from .support.groups import STARTS, Groups, group


@pytest.fixture
def groups() -> Groups:
    """The plugin, while a fast test runs."""
    groups = Groups()
    groups.fast = "tests/test_any.py::test_it"
    return groups


def test_a_fast_test_starts_no_process_and_fails_though_the_error_is_caught(groups: Groups) -> None:
    with pytest.raises(RuntimeError, match="tests/test_any.py::test_it is among the fast tests"):
        groups._only_if_not_fast(lambda: None)()
    report: Any = SimpleNamespace(when="teardown", outcome="passed")
    made = groups.pytest_runtest_makereport(SimpleNamespace(nodeid="tests/test_any.py::test_it"))  # type: ignore[arg-type]
    next(made)
    with pytest.raises(StopIteration):
        made.send(report)
    assert report.outcome == "failed" and "move it to tests/processes" in report.longrepr


def test_others_may_start_one(groups: Groups) -> None:
    groups.fast = None
    assert groups._only_if_not_fast(lambda: "started")() == "started"


def test_the_rule_holds_in_this_very_run() -> None:
    assert all(hasattr(getattr(owner, name), "__wrapped__") for owner, name in STARTS if hasattr(owner, name))
    assert subprocess.Popen.__init__.__wrapped__  # type: ignore[attr-defined]


def test_the_folder_of_a_test_says_its_group() -> None:
    folders = {path.name for path in Path(__file__).parent.iterdir() if (path / "__init__.py").is_file()}
    assert {name for name in folders if group(f"tests/{name}/test_any.py") != "fast"} == {
        *("notebooks", "processes", "browser", "outside", "nightly"),
    }
    assert group("tests/client/test_mfa.py::test_it") == "fast" and group("tests/processes/test_any.py") == "process"
