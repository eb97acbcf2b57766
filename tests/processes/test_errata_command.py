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


COMMAND = [sys.executable, "-m", "mfa_helpers.lessons.errata"]


def run(file: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, str(file)]
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


#: What a pattern begins with, again and again; and a number that Python doesn't read.
BEGINNINGS = {
    "a challenge": "/mfa/challenge' \\ ",
    "a client": "var client = new RestClient(",
    "a payload": '/oauth/token" payload := x("',
    "an entity": f"&#{'9' * 5000};",
}


@pytest.mark.parametrize("beginning", BEGINNINGS.values(), ids=BEGINNINGS)
def test_a_large_page_that_begins_something_again_and_again_is_soon_checked(beginning: str, tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(markdown(FIXED) + beginning * (1_000_000 // len(beginning)), "utf-8")
    ended = run(tmp_path / "page.md")
    assert (ended.returncode, ended.stderr) == (0, "")


needs_devices = pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no such devices")


@needs_devices
def test_a_device_and_an_endless_pipe_are_refused_in_a_sentence(tmp_path: Path) -> None:
    for device in ("/dev/zero", "/dev/full"):
        ended = run(Path(device))
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr == f"{device} is a device, not a file. Name the file with the page's text.\n"
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(["sh", "-c", f"yes > '{tmp_path}/pipe'"], stderr=subprocess.DEVNULL):
        ended = run(tmp_path / "pipe")
    assert ended.returncode == 2 and ended.stderr.endswith(
        "is too large to be the page. Name the file with the page's text.\n"
    )


@needs_devices
def test_a_page_comes_through_a_pipe_too_and_with_the_ends_of_lines_of_windows(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_bytes(markdown(FIXED).replace("\n", "\r\n").encode())
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(["sh", "-c", f"cat '{tmp_path}/page.md' > '{tmp_path}/pipe'"]):
        ended = run(tmp_path / "pipe")
    assert (ended.returncode, ended.stderr) == (0, "") and ended.stdout == run(tmp_path / "page.md").stdout


@needs_devices
def test_a_report_that_nobody_reads_or_that_finds_no_space_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(markdown(FIXED), "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    nobody, writing = os.pipe()
    os.close(nobody)
    full = os.open("/dev/full", os.O_WRONLY)
    for to, code, said in (
        (writing, 0, ""),
        (full, 2, "The report can't be written: No space left on device.\n"),
    ):
        ended = subprocess.run(
            [*COMMAND, str(tmp_path / "page.md")],
            env=environment, stdout=to, stderr=subprocess.PIPE, text=True, timeout=DEADLINE,
        )  # fmt: skip
        os.close(to)
        assert (ended.returncode, ended.stderr) == (code, said)
