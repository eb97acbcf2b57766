"""A toolchain that is missing is a reason to skip, or a failure where it is required."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from . import conftest, report, toolchains


def test_a_toolchain_that_is_not_there_is_skipped_unless_it_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "REPORT", report.Report())
    monkeypatch.delenv("MFA_LANGUAGES", raising=False)
    with pytest.raises(pytest.skip.Exception, match="Go cannot be run: go is not installed"):
        conftest._absent("go", "go is not installed")
    monkeypatch.setenv("MFA_LANGUAGES", "required")
    with pytest.raises(pytest.fail.Exception, match="Go cannot be run: go is not installed"):
        conftest._absent("go", "go is not installed")
    assert conftest.REPORT.lines() == ["not run:  Go (go is not installed)"]


def test_without_its_tools_a_language_has_a_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    reasons = {name: chain.missing() for name, chain in conftest.TOOLCHAINS.items()}
    assert reasons.pop("python") == ""
    assert all(reason.endswith(" is not installed") for reason in reasons.values())


@pytest.mark.parametrize(("status", "reason"), [(0, ""), (1, "its library is not installed")])
def test_what_is_no_command_is_probed(status: int, reason: str) -> None:
    probe = (sys.executable, "-c", f"raise SystemExit({status})")
    assert toolchains.Toolchain((), probe=probe, lacking="its library is not installed").missing() == reason


def test_the_python_program_is_run_by_this_environments_python() -> None:
    found = toolchains.environment("python")["PATH"].split(":")[0]
    assert Path(found) == Path(sys.executable).parent
    assert subprocess.run(["python", "-c", "import requests"], env={"PATH": found}, timeout=60).returncode == 0
