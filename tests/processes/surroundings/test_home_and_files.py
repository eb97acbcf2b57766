"""No home, damaged files, two kernels at once: in a process of its own each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import HEAD, Run

FLOW = """
from mfa_helpers.lab import Lab
from mfa_helpers.storage.progress import Progress
lab = Lab()
lab.catch_up("challenge")
told(lambda: lab.complete(lab.newest_code()).token_type)
told(lambda: (lab.handover.trouble, Progress().all()[1]))
"""


def test_without_home_in_the_environment_the_whole_flow_works(child: Run) -> None:
    assert child(FLOW, HOME=None) == ["'Bearer'", "(None, None)"]


def test_a_home_that_cannot_be_is_told_with_the_way_out_and_that_way_works(child: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    nowhere = {"HOME": str(tmp_path / "file" / "home"), "JUPYTER_RUNTIME_DIR": None, "MFA_PROGRESS": None}
    nowhere |= dict.fromkeys(("XDG_DATA_HOME", "XDG_RUNTIME_DIR", "JUPYTER_DATA_DIR"))
    (said,) = child("from mfa_helpers.lab import Lab\ntold(Lab)", MFA_SANDBOX_STATE=None, **nowhere)
    assert said.startswith("SandboxUnusable: The sandbox can't keep its file at ") and "(Not a directory)" in said
    assert "Choose another place with --state FILE, or with MFA_SANDBOX_STATE in the environment." in said
    tokens, troubles = child(FLOW, **nowhere)
    assert tokens == "'Bearer'"
    assert (
        "The file in which notebooks share state can't be" in troubles
        and "Your progress can't be read (Not a directory)" in troubles
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"not a database at all " * 100, "can't be used (file is not a database). If you delete it, the sandbox makes a new tenant."),
        (None, "was made by a newer version of this course. Update the course, or delete the file to get a new tenant."),
    ],
    ids=["damaged", "newer"],
)  # fmt: skip
def test_a_tenants_file_that_cannot_be_read_is_a_sentence_in_the_notebook(
    content: bytes | None, sentence: str, child: Run
) -> None:
    """It stays as it is, and after what the sentence says the next try works."""
    spoil = f"path.write_bytes({content!r})" if content else "make_newer(path)"
    failed, same, worked = child(f"""
import sqlite3
from contextlib import closing
from mfa_helpers.lab import Lab
from tests.support.end_sandbox import end_sandbox
def make_newer(path):
    Lab()
    end_sandbox()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 9999")
path = Path(os.environ["MFA_SANDBOX_STATE"])
path.parent.mkdir()
{spoil}
before = path.read_bytes()
told(Lab)
told(lambda: path.read_bytes() == before)
for one in path.parent.iterdir():
    one.unlink()
told(Lab)
""")
    assert failed.startswith("SandboxUnusable: The sandbox's file ")
    assert failed.endswith(f"{sentence} Then run the first cells of this notebook again.")
    assert (same, worked) == ("True", "Lab('sandbox')")


@pytest.mark.parametrize(
    "content", [b"\x00\xff", b'{"version": 3, "tenants": {"sandbox": {"login": {}}}, "notebooks": {}}']
)
def test_a_hand_over_and_a_progress_file_that_are_damaged_or_newer_stop_nobody(content: bytes, child: Run) -> None:
    said = child(f"""
from mfa_helpers.storage.handover import default_path
from mfa_helpers.storage.progress import Progress
for path in (default_path(), Progress().path):
    path.parent.mkdir()
    path.write_bytes({content!r})
{FLOW}
Progress().reached("challenge")
told(lambda: (list(Progress().all()[0]), len(list(Progress().path.parent.iterdir()))))
""")
    assert said[0] == "'Bearer'"
    assert said[1].startswith(
        '(None, "The file with your progress was damaged, so the board starts empty. The lessons aren\'t affected.")'
    )
    assert said[2] == "(['challenge'], 3)"  # the old one is put aside; the third is the lock


TWO = """
from mfa_helpers.lab import Lab
lab, refused = Lab(), set()
sys.stdin.readline()
for _ in range(3):
    for step in (lab.login, lab.list_authenticators, lab.pick, lab.challenge, lambda: lab.complete(lab.newest_code())):
        try:
            step()
        except Exception as error:
            refused.add((type(error).__name__, hasattr(error, "_render_traceback_"), lab.handover.trouble))
print(json.dumps([sorted(map(list, refused)), lab.handover.trouble]), flush=True)
sys.stdin.readline()
lab.catch_up("authenticator")
lab.login()  # the login and the challenge that are there may be of one kernel each
lab.challenge()
told(lambda: lab.complete(lab.newest_code()).token_type)
print(json.dumps(said))
"""


def test_two_kernels_on_one_notebook_at_once_get_sentences_only_and_each_can_go_on(tmp_path: Path) -> None:
    """They share a tenant and a handover, so each may spend what the other needs; then a sentence says so."""
    environment = {
        **os.environ,
        "MFA_SANDBOX_STATE": str(tmp_path / "sandbox.sqlite3"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
        "MFA_PROGRESS": str(tmp_path / "progress.json"),
    }
    first = "from mfa_helpers.lab import Lab; Lab().catch_up('enrolled')"
    subprocess.run([sys.executable, "-c", first], env=environment, check=True, timeout=120)
    kernels = [
        subprocess.Popen([sys.executable, "-c", HEAD + TWO], env=environment, text=True, stdin=-1, stdout=-1, stderr=-1)
        for _ in range(2)
    ]
    for kernel in kernels:
        assert kernel.stdin is not None
        kernel.stdin.write("go\n")
        kernel.stdin.flush()
    for kernel in kernels:
        assert kernel.stdout is not None
        refused, trouble = json.loads(kernel.stdout.readline())
        assert all(has_sentence for _, has_sentence, _ in refused), refused
        assert trouble is None
    for kernel in kernels:  # one after the other: each finishes a whole login
        out, err = kernel.communicate("on\n", timeout=120)
        assert (json.loads(out), err) == (["'Bearer'"], "")
    assert {path.name for path in (tmp_path / "runtime").iterdir()} == {"mfa-course.json", "mfa-course.json.lock"}
