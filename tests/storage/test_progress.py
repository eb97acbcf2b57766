"""What is kept of a learner's way, where, and what happens when the file is not as it should be."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mfa_helpers.lab import Lab
from mfa_helpers.outline import BY_NUMBER
from mfa_helpers.storage.progress import Progress, Standing, default_path, this_notebook

from ..conftest import Doubtful
from ..support.places import NOTEBOOKS

VERSION_1 = Path(__file__).parent / "version_1"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "folder" / "progress.json"
    monkeypatch.setenv("MFA_PROGRESS", str(path))
    return path


def test_it_lies_in_the_users_data_folder_which_outlives_kernels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MFA_PROGRESS", raising=False)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    assert default_path() == tmp_path / "data" / "mfa-course-progress.json"


def test_another_kernel_reads_what_one_has_written(file: Path) -> None:
    Progress().begun("sign-in")
    Progress().reached("sign-in")
    Progress().solved("sign-in", "two-answers")
    entries, trouble = Progress().all()
    assert trouble is None and set(entries) == {"sign-in"}
    standing = entries["sign-in"]
    assert standing.begun and standing.checkpoint and set(standing.exercises) == {"two-answers"}


def test_the_first_time_counts(file: Path) -> None:
    file.parent.mkdir()
    long_ago = {"begun": "2020-01-01T00:00:00+00:00", "checkpoint": "2020-01-02T00:00:00+00:00", "exercises": {}}
    file.write_text(json.dumps({"version": 2, "topics": {"associate": long_ago}}))
    Progress().begun("associate")
    Progress().reached("associate")
    Progress().solved("associate", "another-address")
    standing = Progress().all()[0]["associate"]
    assert standing.begun == datetime(2020, 1, 1, tzinfo=UTC) and standing.checkpoint == datetime(
        2020, 1, 2, tzinfo=UTC
    )


def test_what_was_reached_was_begun(file: Path) -> None:
    Progress().solved("confirm", "confirm-by-hand")
    assert Progress().all()[0]["confirm"].begun is not None


def test_it_can_be_reset(file: Path) -> None:
    Progress().reached("sign-in")
    Progress().reset()
    assert Progress().all() == ({}, None)


def test_what_cannot_be_read_for_once_is_not_written_over(file: Path, doubtful: Doubtful) -> None:
    Progress().reached("sign-in")
    back = doubtful(file)
    progress = Progress()
    progress.reached("associate")
    assert progress.all() == ({}, "Your progress can't be read (Input/output error). The lessons work without it.")
    back()
    assert set(progress.all()[0]) == {"sign-in"}


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"\xff\xfe", b'{"version": 3, "topics": {}}', b'{"version": 2, "notebooks": {}}', b'{"topics": {}}',
        b'{"version": 1}', b'{"version": 2}', b'{"version": 1, "notebooks": []}', b'{"version": 2, "topics": []}', b'{"version": [], "topics": {}}',
        b"[" * 100_000,
    ],
)  # fmt: skip
def test_a_damaged_file_is_a_sentence_and_the_board_goes_on(content: bytes, file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    entries, trouble = Progress().all()
    assert (
        entries == {}
        and trouble
        == "The file with your progress was damaged, so the board starts empty. The lessons aren't affected."
    )
    Progress().reached("sign-in")
    entries, trouble = Progress().all()
    assert set(entries) == {"sign-in"} and trouble is None
    assert (
        file.with_name(file.name + ".damaged").read_bytes() == content
    )  # it may be of a newer version: it is not lost


def test_what_is_not_known_is_neither_shown_nor_exported_and_stays_in_the_file(file: Path) -> None:
    file.parent.mkdir()
    time = "2026-01-01T00:00:00+00:00"
    odd = {
        "begun": "yesterday",
        "checkpoint": time,
        "password": "hunter22",
        "exercises": {
            "step-2": time,
            "<b>": time,
            "x" * 61: time,
            "no-time": "hunter22",
            "last-day": "9999-12-31T23:59:59-14:00",
        },
    }
    file.write_text(json.dumps({"version": 2, "topics": {"sign-in": odd, "of-tomorrow": {"begun": time}, "clinic": 5}}))
    entries, trouble = Progress().all()
    assert trouble is None and set(entries) == {"sign-in"}
    assert entries["sign-in"] == Standing(
        None, datetime(2026, 1, 1, tzinfo=UTC), {"step-2": datetime(2026, 1, 1, tzinfo=UTC)}
    )
    assert not re.search("hunter22|yesterday|<b>|x{61}|tomorrow", Progress().as_text())
    Progress().solved("sign-in", "Ödd 1 <b>")  # an id that nobody should have chosen
    Progress().reached("clinic")
    assert Progress().all()[1] is None
    topics = json.loads(file.read_text())["topics"]
    assert topics["of-tomorrow"] == {"begun": time} and topics["sign-in"]["password"] == "hunter22"
    assert topics["sign-in"]["exercises"].items() > odd["exercises"].items()  # type: ignore[attr-defined]
    assert set(Progress().all()[0]) == {"sign-in", "clinic"}


def test_a_damaged_file_can_be_reset(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("{")
    Progress().reset()
    assert Progress().all() == ({}, None)


def test_todays_file_is_read_by_its_topics_and_rewritten_with_the_next_change_only(file: Path) -> None:
    """The file was written by the last version that knew notebooks by their numbers."""
    file.parent.mkdir()
    shutil.copy(VERSION_1 / "progress.json", file)
    before = file.read_bytes()
    entries, trouble = Progress().all()
    assert trouble is None
    assert set(entries) == {"tenant", "sign-in", "second-token", "clinic", "glossary"}
    when = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert entries["sign-in"] == Standing(when, when, {"two-answers": when})
    assert entries["second-token"] == Standing(when) and set(entries["clinic"].exercises) == {"grant-off"}
    Progress().reached("sign-in")  # was reached before
    assert file.read_bytes() == before
    Progress().reached("clinic")
    assert json.loads(file.read_text())["version"] == 2
    entries, trouble = Progress().all()
    assert trouble is None and entries["clinic"].checkpoint and entries["sign-in"].checkpoint == when


def test_what_was_done_before_is_not_written_again(file: Path) -> None:
    Progress().solved("sign-in", "two-answers")
    before = file.stat().st_ino, file.stat().st_mtime_ns
    Progress().solved("sign-in", "two-answers")
    Progress().begun("sign-in")
    Progress().all()
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == before


def test_a_file_that_cannot_be_there_is_a_sentence(file: Path) -> None:
    file.parent.write_text("a file where the folder should be")
    progress = Progress()
    progress.reached("sign-in")
    assert progress.trouble == "Your progress can't be read (Not a directory). The lessons work without it."


def test_two_notebooks_lose_nothing_of_each_other(file: Path) -> None:
    one, other = Progress(), Progress()
    one.reached("sign-in")
    other.reached("associate")
    assert set(one.all()[0]) == {"sign-in", "associate"}


def test_beside_it_lies_its_lock_and_nothing_else(file: Path) -> None:
    Progress().reached("sign-in")
    assert {path.name for path in file.parent.iterdir()} == {file.name, f"{file.name}.lock"}


def test_the_export_is_the_file(file: Path) -> None:
    Progress().reached("sign-in")
    assert json.loads(Progress().as_text()) == json.loads(file.read_text())


def test_jupyter_tells_which_notebook_a_kernel_belongs_to(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, topic in {
        "notebooks/03_confirm_the_email.ipynb": "confirm",
        "my.ipynb": None,
        "03_x.py": None,
        "": None,
    }.items():
        monkeypatch.setenv("JPY_SESSION_NAME", name)
        assert this_notebook() == topic
    monkeypatch.delenv("JPY_SESSION_NAME")
    assert this_notebook() is None


def test_a_checkpoint_that_a_person_reaches_is_kept(file: Path, learner: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    print(learner.checkpoint("login"))
    assert Progress().all()[0] == {}
    learner.login()
    print(learner.checkpoint("login"))
    assert Progress().all()[0]["sign-in"].checkpoint is not None


def test_a_run_without_a_person_is_nobodys_progress(file: Path, learner: Lab) -> None:
    learner.hands_free = True
    learner.login()
    print(learner.checkpoint("login"))
    assert not file.exists()


def test_opening_a_notebook_in_jupyter_begins_it(file: Path, learner: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", "notebooks/04_list_authenticators.ipynb")
    Lab()
    assert set(Progress().all()[0]) == {"authenticators"}


@pytest.mark.parametrize(
    ("file", "topic"),
    {
        "06_choose_a_factor (yours).ipynb": "choosing",
        "07_enrol_at_any_moment (yours 2).ipynb": "second-token",
        "07_choose_a_factor.ipynb": "choosing",
        "11_capstone.ipynb": "capstone",
        "12_glossary.ipynb": "glossary",
        "04 my own.ipynb": "authenticators",
        "11 my own.ipynb": "which-api",
        "15 my own.ipynb": None,
    }.items(),
)
def test_a_notebook_with_an_old_number_is_known_by_its_words(
    file: str, topic: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", f"notebooks/{file}")
    assert this_notebook() == topic


def test_the_notebooks_are_those_of_the_course() -> None:
    files = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
    for path in files:
        title = json.loads(path.read_text("utf-8"))["cells"][0]["source"]
        number = path.name[:2]
        assert f"# {number} {BY_NUMBER[number].title}" in "".join(title)
