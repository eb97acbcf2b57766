"""A fork, as somebody makes one: set the name, run one command, and everything else follows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ..support.places import ROOT

NAME = "ada-l/mfa-course_2"


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600)


@pytest.fixture
def fork(tmp_path: Path) -> Path:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this folder isn't a clone, or git isn't installed")
    folder = tmp_path / "fork"
    cloned = run(tmp_path, "git", "clone", "--quiet", str(ROOT), str(folder))
    assert cloned.returncode == 0, cloned.stderr
    return folder


def stated(fork: Path, repository: str) -> None:
    """Do the one thing that the owner of a fork does."""
    file = fork / "pyproject.toml"
    lines = file.read_text("utf-8").splitlines(keepends=True)
    ours = [number for number, line in enumerate(lines) if line.startswith("Repository = ")]
    assert len(ours) == 1
    lines[ours[0]] = f'Repository = "{repository}"\n'
    file.write_text("".join(lines), "utf-8")


def mentions(fork: Path) -> subprocess.CompletedProcess[str]:
    return run(
        fork,
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--noconftest",
        "tests/texts/test_repository_name.py",
    )


def test_a_fork_sets_its_name_and_runs_one_command(fork: Path) -> None:
    stated(fork, f"https://github.com/{NAME}")
    before = mentions(fork)
    assert before.returncode == 1 and "run: python .ci/write_repository_name.py" in before.stdout

    written = run(fork, sys.executable, ".ci/write_repository_name.py")
    assert (written.returncode, written.stderr) == (0, "")
    assert f"README.md now names {NAME}." in written.stdout

    after = mentions(fork)
    assert after.returncode == 0, after.stdout
    assert f"https://mybinder.org/v2/gh/{NAME}/HEAD" in (fork / "README.md").read_text("utf-8")
    links = ("hub.com/OWNER", "OWNER.github.io", "gh/OWNER")
    left = run(fork, "git", "grep", "-l", *(word for link in links for word in ("-e", link)), "--", ":!tests", ":!.ci")
    assert left.stdout == ""

    changed = run(fork, "git", "diff", "--numstat").stdout.splitlines()
    assert all(added == removed for added, removed, _ in map(str.split, changed))
    again = run(fork, sys.executable, ".ci/write_repository_name.py")
    assert again.stdout == f"Every address names {NAME}.\n"


def test_a_name_that_is_none_changes_nothing(fork: Path) -> None:
    stated(fork, NAME)
    before = run(fork, "git", "diff").stdout
    refused = run(fork, sys.executable, ".ci/write_repository_name.py")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "OWNER/REPOSITORY, with your two names" in refused.stderr
    assert run(fork, "git", "diff").stdout == before
