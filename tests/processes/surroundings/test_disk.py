"""A disk that is full or read-only: each of the three files gets a sentence, nothing is lost, and the next try works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ...support.places import NOTEBOOKS
from .conftest import Run

HOW = pytest.mark.parametrize(
    ("bad", "good", "reason"),
    [("fill", "empty", "No space left on device"), ("lock", "unlock", "Read-only file system")],
)


@HOW
def test_hand_over(bad: str, good: str, reason: str, on_small_disk: Run) -> None:
    said = on_small_disk(f"""
from mfa_helpers.storage.entries import Address, Note
from mfa_helpers.storage.handover import Handover
handover = Handover()
handover.put("t", Address("a"))
{bad}()
handover.put("t", Note("x" * 5000), key="clinic long")
told(lambda: handover.trouble)
told(lambda: (Handover().get("t", Address).email, Handover().get("t", Note, "clinic long")))
told(lambda: len(handover.get("t", Note, "clinic long").value))
{good}()
handover.put("t", Note(1), key="clinic short")
told(lambda: (handover.trouble, Handover().get("t", Address).email, sorted(p.name for p in handover.path.parent.iterdir())))
told(lambda: [len(str(Handover().get("t", Note, name).value)) for name in ("clinic long", "clinic short")])
""")
    assert said == [
        repr(
            f"The file in which notebooks share state can't be written ({reason}), so notebooks can't share what you did."
        ),
        "('a', None)",
        "5000",
        "(None, 'a', ['mfa-course.json', 'mfa-course.json.lock'])",
        "[5000, 1]",  # what could not be written then is written now
    ]


@HOW
def test_progress(bad: str, good: str, reason: str, on_small_disk: Run) -> None:
    said = on_small_disk(f"""
from mfa_helpers.storage.progress import Progress
progress = Progress()
progress.reached("sign-in")
{bad}()
progress.reached("associate")
told(lambda: progress.trouble)
told(lambda: list(progress.all()[0]))
{good}()
progress.reached("confirm")
told(lambda: (progress.trouble, list(progress.all()[0]), len(list(progress.path.parent.iterdir()))))
""")
    assert said == [
        repr(f"Your progress can't be saved ({reason}). The lessons work without it."),
        "['sign-in']",
        "(None, ['sign-in', 'confirm'], 2)",
    ]


@pytest.mark.parametrize(
    ("bad", "good", "sentence"),
    [
        (
            "fill",
            "empty",
            r"write its file \S+ \((database or disk is full|disk I/O error)\)\. Free some space on the disk, or",
        ),
        ("lock", "unlock", r"keep its file at \S+ \(Read-only file system\)\."),
    ],
)
@pytest.mark.parametrize("before", ["", "Lab(); end_sandbox()"], ids=["fresh", "of yesterday"])
def test_a_tenant_that_cannot_start(before: str, bad: str, good: str, sentence: str, on_small_disk: Run) -> None:
    """Nobody is told to delete what is good."""
    failed, worked = on_small_disk(f"""
from mfa_helpers.lab import Lab
from tests.support.end_sandbox import end_sandbox
{before}
{bad}()
told(Lab)
{good}()
told(Lab)
""")
    place = "[Cc]hoose another place with --state FILE, or with MFA_SANDBOX_STATE in the environment"
    again = "Then run the first cells of this notebook again"
    assert re.fullmatch(rf"SandboxUnusable: The sandbox can't {sentence} {place}\. {again}\.", failed)
    assert worked == "Lab('sandbox')"


def test_a_tenant_whose_disk_fills_up_while_it_runs(on_small_disk: Run) -> None:
    """Nothing is printed over the learner's cell, the answer names the disk, and what was done before is there afterwards."""
    said = on_small_disk("""
from mfa_helpers.lab import Lab
lab = Lab()
lab.catch_up("enrolled", "login")
fill()
for _ in range(40):
    try:
        lab.associate("other@example.com")
    except Exception as error:
        refused = error
        if "disk is full" in str(error):
            break
told(lambda: lab.list_authenticators()[0].active)
def again():
    raise refused
told(again)
empty()
lab.login()
lab.catch_up("challenge")
told(lambda: lab.complete(lab.newest_code()).token_type)
""")
    assert said[0] == "True"
    assert said[1] == (
        "TenantFailed: The tenant couldn't complete the request. Wait a moment, and try again. Read the tenant's error message, too, because "
        "a setting might be missing. [500 server_error, “The sandbox can't write its file, because the disk is full or the location isn't writable.”]"
    )
    assert said[2] == "'Bearer'"


@HOW
def test_a_learners_copy_of_the_notebooks(bad: str, good: str, reason: str, on_small_disk: Run, tmp_path: Path) -> None:
    code = f"""
from mfa_helpers.course.working_copy import CopyError, update
copy = disk / "copy"
def tried():
    sentences = []
    try:
        update(copy, sentences.append)
        return sentences
    except CopyError as error:
        return str(error).replace(str(disk), "DISK")
{bad}()
told(tried)
{good}()
told(tried)
mine = copy / "03_confirm_the_email.ipynb"
mine.write_text("mine")
(copy / "04_list_authenticators.ipynb").unlink()
(copy / ".mfa-course.json").write_text('{{"version": 1, "files": {{}}}}')
{bad}()
told(tried)
told(lambda: mine.read_text())
{good}()
told(tried)
told(lambda: (copy / "03_confirm_the_email (yours).ipynb").read_text())
told(lambda: len(list(copy.glob("*.ipynb"))))
"""
    said = on_small_disk(code, HOME=str(tmp_path))  # of a home without room IPython tells
    refused = repr(
        f"The notebooks can't be written to DISK/copy: {reason}. None of your work is lost. "
        "Fix this and try again, or name another folder: mfa-course FOLDER"
    )
    assert said[:4] == [refused, "[]", refused, "'mine'"]
    assert "(yours).ipynb" in said[4] and said[5:] == ["'mine'", str(len(list(NOTEBOOKS.glob("*.ipynb"))) + 1)]
