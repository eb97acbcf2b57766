"""What is kept of a learner's way, where, and what happens when the file is not as it should be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mfa_helpers.lab import Lab
from mfa_helpers.outline import BY_NUMBER
from mfa_helpers.storage.progress import Progress, default_path, this_notebook

from ..conftest import Doubtful
from ..support.places import NOTEBOOKS


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
    Progress().begun("01")
    Progress().reached("01")
    Progress().solved("01", "two-answers")
    entries, trouble = Progress().all()
    assert trouble is None and set(entries) == {"01"}
    assert set(entries["01"]) == {"begun", "checkpoint", "exercises"} and set(entries["01"]["exercises"]) == {
        "two-answers"
    }


def test_the_first_time_counts(file: Path) -> None:
    file.parent.mkdir()
    long_ago = {"begun": "2020-01-01T00:00:00+00:00", "checkpoint": "2020-01-02T00:00:00+00:00", "exercises": {}}
    file.write_text(json.dumps({"version": 1, "notebooks": {"02": long_ago}}))
    Progress().begun("02")
    Progress().reached("02")
    assert Progress().all()[0]["02"] == long_ago


def test_what_was_reached_was_begun(file: Path) -> None:
    Progress().solved("03", "confirm-by-hand")
    assert "begun" in Progress().all()[0]["03"]


def test_it_can_be_reset(file: Path) -> None:
    Progress().reached("01")
    Progress().reset()
    assert Progress().all() == ({}, None)


def test_what_cannot_be_read_for_once_is_not_written_over(file: Path, doubtful: Doubtful) -> None:
    Progress().reached("01")
    back = doubtful(file)
    progress = Progress()
    progress.reached("02")
    assert progress.all() == ({}, "Your progress cannot be read (Input/output error). The lessons work without it.")
    back()
    assert set(progress.all()[0]) == {"01"}


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"\xff\xfe", b'{"version": 2, "notebooks": {}}', b'{"version": 1}', b'{"version": 1, "notebooks": []}',
        b'{"version": 1, "notebooks": {"01": 5}}', b'{"version": 1, "notebooks": {"77": {"exercises": {}}}}',
        b'{"version": 1, "notebooks": {"01": {"exercises": {}, "begun": "yesterday"}}}',
        b'{"version": 1, "notebooks": {"01": {"exercises": {"<b>": "2026-01-01T00:00:00+00:00"}}}}',
        b'{"version": 1, "notebooks": {"01": {"exercises": {}, "password": "hunter22"}}}',
        b"[" * 100_000,
    ],
)  # fmt: skip
def test_a_damaged_file_is_a_sentence_and_the_board_goes_on(content: bytes, file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    entries, trouble = Progress().all()
    assert (
        entries == {}
        and trouble == "The file with your progress was damaged, so the board starts anew. The lessons are not touched."
    )
    Progress().reached("01")
    entries, trouble = Progress().all()
    assert set(entries) == {"01"} and trouble is None
    assert (
        file.with_name(file.name + ".damaged").read_bytes() == content
    )  # it may be of a newer version: it is not lost


def test_a_file_that_cannot_be_there_is_a_sentence(file: Path) -> None:
    file.parent.write_text("a file where the folder should be")
    progress = Progress()
    progress.reached("01")
    assert progress.trouble == "Your progress cannot be read (Not a directory). The lessons work without it."


def test_two_notebooks_lose_nothing_of_each_other(file: Path) -> None:
    one, other = Progress(), Progress()
    one.reached("01")
    other.reached("02")
    assert set(one.all()[0]) == {"01", "02"}


def test_nothing_is_left_beside_the_file(file: Path) -> None:
    Progress().reached("01")
    assert list(file.parent.iterdir()) == [file]


def test_the_export_is_the_file(file: Path) -> None:
    Progress().reached("01")
    assert json.loads(Progress().as_text()) == json.loads(file.read_text())


def test_jupyter_tells_which_notebook_a_kernel_belongs_to(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, number in {
        "notebooks/03_confirm_the_email.ipynb": "03",
        "my.ipynb": None,
        "03_x.py": None,
        "": None,
    }.items():
        monkeypatch.setenv("JPY_SESSION_NAME", name)
        assert this_notebook() == number
    monkeypatch.delenv("JPY_SESSION_NAME")
    assert this_notebook() is None


def test_a_checkpoint_that_a_person_reaches_is_kept(file: Path, learner: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    learner.checkpoint("login")
    assert Progress().all()[0] == {}
    learner.login()
    learner.checkpoint("login")
    assert "checkpoint" in Progress().all()[0]["01"]


def test_a_run_without_a_person_is_nobodys_progress(file: Path, learner: Lab) -> None:
    learner.hands_free = True
    learner.login()
    learner.checkpoint("login")
    assert not file.exists()


def test_opening_a_notebook_in_jupyter_begins_it(file: Path, learner: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", "notebooks/04_list_authenticators.ipynb")
    Lab()
    assert set(Progress().all()[0]) == {"04"}


def test_the_notebooks_are_those_of_the_course() -> None:
    files = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
    for path in files:
        title = json.loads(path.read_text())["cells"][0]["source"]
        number = path.name[:2]
        assert f"# {number} {BY_NUMBER[number].title}" in "".join(title)
