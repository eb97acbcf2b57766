"""The command `mfa-course`, as far as it needs no JupyterLab; `tests/processes/test_course_command.py` starts one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mfa_helpers.course.__main__ import main

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """`say("--copy-only")`: the exit code, and what the command prints."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mfa-course", *arguments])
        try:
            code = main()
        except SystemExit as end:
            code = int(end.code or 0)
        return (code, *capsys.readouterr())

    return run


def test_it_makes_the_copy_in_this_folder_and_says_where(say: Say, tmp_path: Path) -> None:
    assert say("--copy-only") == (0, f"Your copy of the notebooks: {tmp_path / 'mfa-course'}\n", "")
    assert (tmp_path / "mfa-course" / "00_start_here.ipynb").exists()


def test_another_folder_can_be_named(say: Say, tmp_path: Path) -> None:
    assert say("--copy-only", "my course")[0] == 0
    assert (tmp_path / "my course" / "14_glossary.ipynb").exists()


def test_what_the_update_did_is_said_a_line_for_each_file(say: Say, tmp_path: Path) -> None:
    say("--copy-only")
    (tmp_path / "mfa-course" / "03_confirm_the_email.ipynb").write_text("mine")
    (tmp_path / "mfa-course" / ".mfa-course.json").write_text('{"version": 1, "files": {}}')
    code, out, err = say("--copy-only")
    assert (code, err) == (0, "")
    assert out.splitlines()[:-1] == [
        "03_confirm_the_email.ipynb differs from the course's. "
        "Your own version is kept as “03_confirm_the_email (yours).ipynb”."
    ]


def test_a_copy_that_cannot_be_made_is_a_sentence_and_status_1(say: Say, tmp_path: Path) -> None:
    (tmp_path / "mfa-course").write_text("mine")
    code, out, err = say()
    assert (code, out) == (1, "")
    assert err == (
        f"{tmp_path / 'mfa-course'} isn't a folder, but the notebooks need a folder. Name another one: mfa-course FOLDER\n"
    )


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_that_is_none_is_refused_before_anything_is_copied(port: str, say: Say, tmp_path: Path) -> None:
    code, _, err = say("--port", port)
    assert code == 2 and "--port" in err
    assert list(tmp_path.iterdir()) == []
