"""The command that checks a version of the official page, as somebody runs it in a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mfa_helpers.lessons.errata import ERRATA

from ..support.deadline import DEADLINE
from ..support.official_page import markdown
from ..support.places import ROOT

FIXED = {one.title for one in ERRATA if one.gone}


def run(file: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mfa_helpers.lessons.errata", str(file)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **environment}
    return subprocess.run(
        command, cwd=file.parent, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=DEADLINE
    )


@pytest.mark.parametrize(
    ("without", "code", "said"),
    [(FIXED, 0, "The notebook matches this page."), (set(), 1, "The notebook doesn't match this page.")],
)
def test_its_exit_code_says_whether_the_notebook_is_true(
    without: set[str], code: int, said: str, tmp_path: Path
) -> None:
    (tmp_path / "page.md").write_text(markdown(without), "utf-8")
    ended = run(tmp_path / "page.md")
    assert (ended.returncode, ended.stderr) == (code, "") and said in ended.stdout


def test_a_file_that_is_not_there_is_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    ended = run(tmp_path / "none.md")
    assert ended.returncode == 2 and ended.stdout == "" and ended.stderr.startswith("There is no file ")


def test_a_terminal_that_lacks_a_character_shows_the_rest(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(markdown(FIXED) + "```\nx = 'é'\n```\n", "utf-8")
    ended = run(tmp_path / "page.md", PYTHONIOENCODING="ascii")
    assert (ended.returncode, ended.stderr) == (0, "") and "x = '?'" in ended.stdout
