"""A learner's copy is made, and brought up to date without losing what the learner wrote."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest

from mfa_helpers.course import working_copy
from mfa_helpers.course.working_copy import MANIFEST, CopyError, update
from mfa_helpers.outline import BY_TOPIC
from mfa_helpers.storage.progress import Progress
from mfa_helpers.tenants.environment import read_settings

from .conftest import Course

UPDATED = (
    "Files that were updated, because you hadn't changed them: 1. "
    "If one of them is open in JupyterLab, choose File > Reload Notebook from Disk."
)

BAD_MANIFESTS = [
    "",
    "{",
    "[]",
    "1",
    '{"version": 2, "files": {}}',
    '{"version": 1}',
    '{"version": 1, "files": {"a": 1}}',
]


def test_a_first_copy_has_no_outputs_and_any_git_ignores_it(copied: Course) -> None:
    assert copied.names() == ["00.ipynb", "01.ipynb"]
    assert (copied.mine("00.ipynb").source, copied.mine("00.ipynb").has_output) == ("zero", False)
    assert (copied.copy / ".gitignore").read_text() == "*\n"
    assert sorted(path.name for path in copied.copy.glob(".*")) == [".gitignore", MANIFEST, f"{MANIFEST}.lock"]


def test_the_real_course_is_copied_with_its_pictures(tmp_path: Path) -> None:
    update(tmp_path / "deep" / "copy", pytest.fail)
    assert (tmp_path / "deep" / "copy" / "images" / "course.png").stat().st_size > 1000
    update(tmp_path / "deep" / "copy", pytest.fail)


def test_as_long_as_the_course_stays_the_same_nothing_of_the_learners_is_touched(copied: Course) -> None:
    copied.mine("00.ipynb").write("zero", "my output")
    copied.mine("01.ipynb").write("my answer", "my output")
    before = {name: (copied.copy / name).read_bytes() for name in copied.names()}
    copied.book("00.ipynb").write("zero", "another output")
    assert copied.update() == []
    assert {name: (copied.copy / name).read_bytes() for name in copied.names()} == before


def test_a_notebook_that_was_only_run_is_replaced_by_the_courses_new_one(copied: Course) -> None:
    copied.mine("00.ipynb").write("zero", "my output")
    copied.book("00.ipynb").write("new")
    assert copied.update() == [UPDATED]
    assert copied.names() == ["00.ipynb", "01.ipynb"]
    assert copied.mine("00.ipynb").source == "new"
    assert copied.update() == []


def test_a_notebook_that_an_open_tab_has_saved_over_the_update_is_updated_again(copied: Course) -> None:
    copied.book("00.ipynb").write("new")
    copied.update()
    copied.mine("00.ipynb").write("zero", "my output")
    assert copied.update() == [UPDATED]
    assert copied.mine("00.ipynb").source == "new"


def test_a_notebook_that_the_learner_changed_is_kept_beside_the_new_one(copied: Course) -> None:
    copied.mine("00.ipynb").write("my answer", "my output")
    copied.book("00.ipynb").write("new")
    assert copied.update() == ["00.ipynb has changed in the course. Your own version is kept as “00 (yours).ipynb”."]
    assert (copied.mine("00.ipynb").source, copied.mine("00 (yours).ipynb").source) == ("new", "my answer")
    assert copied.mine("00 (yours).ipynb").has_output
    assert copied.update() == []
    copied.mine("00.ipynb").write("my second answer")
    copied.book("00.ipynb").write("newer")
    assert "“00 (yours 2).ipynb”" in copied.update()[0]
    kept = {name: copied.mine(name).source for name in copied.names()}
    assert kept == {
        "00 (yours 2).ipynb": "my second answer",
        "00 (yours).ipynb": "my answer",
        "00.ipynb": "newer",
        "01.ipynb": "one",
    }


def test_a_notebook_that_is_broken_is_kept_like_one_that_was_changed(copied: Course) -> None:
    (copied.copy / "00.ipynb").write_bytes(b"\xff{")
    copied.book("00.ipynb").write("new")
    copied.update()
    assert (copied.copy / "00 (yours).ipynb").read_bytes() == b"\xff{"


def test_a_learner_who_wrote_what_the_course_now_has_gets_no_second_file(copied: Course) -> None:
    copied.mine("00.ipynb").write("new")
    copied.book("00.ipynb").write("new")
    assert copied.update() == [UPDATED]
    assert copied.names() == ["00.ipynb", "01.ipynb"]


def test_new_notebooks_arrive_and_deleted_ones_come_back(copied: Course) -> None:
    copied.book("02.ipynb").write("two")
    (copied.copy / "01.ipynb").unlink()
    assert copied.update() == []
    assert copied.names() == ["00.ipynb", "01.ipynb", "02.ipynb"]


def test_a_new_notebook_does_not_replace_the_learners_own_of_that_name(copied: Course) -> None:
    copied.mine("02.ipynb").write("mine")
    copied.book("02.ipynb").write("two")
    copied.update()
    assert (copied.mine("02.ipynb").source, copied.mine("02 (yours).ipynb").source) == ("two", "mine")


def test_of_two_renamed_notebooks_the_unchanged_one_goes_and_the_changed_one_stays(copied: Course) -> None:
    copied.mine("00.ipynb").write("zero", "only run")
    copied.mine("01.ipynb").write("my answer")
    for name in ("00", "01"):
        (copied.source / f"{name}.ipynb").rename(copied.source / f"{name}_new.ipynb")
    assert copied.update() == [
        "00.ipynb was removed, because it's no longer part of the course.",
        "01.ipynb is no longer part of the course. Your own version is kept as “01 (yours).ipynb”.",
    ]
    assert copied.names() == ["00_new.ipynb", "01 (yours).ipynb", "01_new.ipynb"]
    assert copied.update() == []
    assert copied.mine("01 (yours).ipynb").source == "my answer"


def test_a_copy_with_the_old_numbers_gets_the_new_ones_and_keeps_what_the_learner_wrote(tmp_path: Path) -> None:
    course = Course(tmp_path)
    for name in ("06_choose_a_factor", "07_enrol_at_any_moment", "11_capstone", "12_glossary"):
        course.book(f"{name}.ipynb").write(name)
    course.update()
    course.mine("06_choose_a_factor.ipynb").write("my answer", "my output")
    course.mine("11_capstone.ipynb").write("my login")
    course.mine("12_glossary.ipynb").write("12_glossary", "only run")
    for old, new in {
        "06_choose_a_factor": "07_choose_a_factor",
        "07_enrol_at_any_moment": "06_enroll_at_any_moment",
        "11_capstone": "13_capstone",
        "12_glossary": "14_glossary",
    }.items():
        (course.source / f"{old}.ipynb").rename(course.source / f"{new}.ipynb")
    told = course.update()
    assert [sentence for sentence in told if "kept as" in sentence] == [
        "06_choose_a_factor.ipynb is no longer part of the course. "
        "Your own version is kept as “06_choose_a_factor (yours).ipynb”.",
        "11_capstone.ipynb is no longer part of the course. Your own version is kept as “11_capstone (yours).ipynb”.",
    ]
    assert course.names() == [
        "00.ipynb",
        "01.ipynb",
        "06_choose_a_factor (yours).ipynb",
        "06_enroll_at_any_moment.ipynb",
        "07_choose_a_factor.ipynb",
        "11_capstone (yours).ipynb",
        "13_capstone.ipynb",
        "14_glossary.ipynb",
    ]
    assert course.mine("06_choose_a_factor (yours).ipynb").has_output
    assert course.mine("11_capstone (yours).ipynb").source == "my login"
    assert course.update() == []


def test_what_else_the_learner_keeps_there_is_left_alone(copied: Course) -> None:
    (copied.copy / "notes.txt").write_text("mine")
    (copied.copy / ".gitignore").write_text("!notes.txt\n")
    (copied.source / "01.ipynb").unlink()
    copied.update()
    assert (copied.copy / "notes.txt").read_text() == "mine"
    assert (copied.copy / ".gitignore").read_text() == "!notes.txt\n"


def test_an_update_keeps_the_progress_also_where_a_notebook_was_renamed(
    copied: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MFA_PROGRESS", str(tmp_path / "progress.json"))
    Progress().reached("sign-in")
    Progress().solved("associate", "a-number")
    before = Progress().all()
    (copied.source / "01.ipynb").rename(copied.source / "02.ipynb")
    copied.book("00.ipynb").write("new")
    copied.update()
    assert Progress().all() == before
    assert before[0].keys() == {"sign-in", "associate"} <= BY_TOPIC.keys() and before[1] is None


def test_from_the_copy_a_notebook_finds_the_env_file_of_the_checkout(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AUTH0_DOMAIN", raising=False)
    (tmp_path / ".env").write_text("AUTH0_DOMAIN=above.example\n")
    course.update()
    monkeypatch.chdir(course.copy)  # where JupyterLab starts a kernel
    assert read_settings()["AUTH0_DOMAIN"] == "above.example"
    (course.copy / ".env").write_text("AUTH0_DOMAIN=beside.example\n")
    course.update()
    assert read_settings()["AUTH0_DOMAIN"] == "beside.example"


# What goes wrong.


@pytest.mark.parametrize("manifest", BAD_MANIFESTS)
def test_a_damaged_manifest_costs_nothing(manifest: str, copied: Course) -> None:
    copied.mine("00.ipynb").write("zero", "my output")
    copied.mine("01.ipynb").write("my answer")
    (copied.copy / MANIFEST).write_text(manifest)
    damaged, kept = copied.update()
    assert damaged.startswith(f"{MANIFEST} was damaged")
    assert kept.startswith("01.ipynb differs from the course's. Your own version is kept")
    assert copied.mine("00.ipynb").has_output
    assert copied.mine("01 (yours).ipynb").source == "my answer"
    assert copied.update() == []


def test_a_manifest_never_leads_out_of_the_folder(copied: Course, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    entry = {"version": "", "text": working_copy.text_of(b"mine"), "former_text": ""}
    for name in ("../outside.txt", str(outside), "", "images", "a\0b.txt"):
        (copied.copy / MANIFEST).write_text(json.dumps({"version": 1, "files": {name: entry}}))
        assert "was damaged" in copied.update()[0]
        assert outside.exists()


def test_a_folder_with_other_things_is_left_as_it_is(course: Course) -> None:
    course.copy.mkdir()
    (course.copy / "thesis.txt").write_text("mine")
    with pytest.raises(CopyError, match=r"contains other files.*Name a new or empty folder: mfa-course FOLDER"):
        course.update()
    assert [path.name for path in course.copy.iterdir()] == ["thesis.txt"]


def test_an_empty_folder_will_do(course: Course) -> None:
    course.copy.mkdir()
    assert course.update() == []


def test_a_file_in_the_place_of_the_folder_stays(course: Course) -> None:
    course.copy.write_text("mine")
    with pytest.raises(CopyError, match=r"isn't a folder, but the notebooks need a folder\. Name another one"):
        course.update()
    assert course.copy.read_text() == "mine"
    with pytest.raises(CopyError, match=r"can't be written to .*: Not a directory.*\. None of your work is lost\."):
        update(course.copy / "deeper", print, course.source)


def test_a_folder_in_the_place_of_a_notebook_gets_a_sentence(copied: Course) -> None:
    (copied.copy / "01.ipynb").unlink()
    (copied.copy / "01.ipynb").mkdir()
    with pytest.raises(CopyError, match=r"can't be written to .*: Is a directory \(.*01\.ipynb\)"):
        copied.update()


def test_a_notebook_of_the_course_that_git_could_not_merge_is_named(copied: Course) -> None:
    (copied.source / "01.ipynb").write_text("<<<<<<< HEAD\n{}")
    with pytest.raises(CopyError, match=r"01\.ipynb isn't a notebook\..*git status"):
        copied.update()
    assert copied.mine("01.ipynb").source == "one"


def test_an_installation_without_notebooks_takes_none_away(copied: Course, tmp_path: Path) -> None:
    with pytest.raises(CopyError, match="missing from this installation"):
        update(copied.copy, print, tmp_path / "nowhere")
    assert copied.names() == ["00.ipynb", "01.ipynb"]


@pytest.mark.parametrize("fails_at", range(8))
def test_a_write_that_fails_at_any_step_loses_nothing_and_the_next_try_works(
    fails_at: int, copied: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is really full is in `tests/processes/surroundings`."""
    copied.mine("00.ipynb").write("my answer", "my output")
    copied.book("00.ipynb").write("new")
    copied.book("01.ipynb").write("new, too")
    copied.book("02.ipynb").write("two")
    writes = iter(range(100))
    write = Path.write_bytes

    def failing(path: Path, content: bytes) -> int:
        if next(writes) == fails_at:
            write(path, content[:10])
            raise OSError(28, os.strerror(28))
        return write(path, content)

    told: list[str] = []
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", failing)
        try:
            update(copied.copy, told.append, copied.source)
            assert fails_at >= 5  # the manifest, three notebooks, the manifest
        except CopyError as error:
            assert "No space left on device. None of your work is lost." in str(error)
    assert not list(copied.copy.glob("*.part")) and not list(copied.copy.glob(".*.part"))
    assert "my answer" in {copied.mine(name).source for name in copied.names()}
    update(copied.copy, told.append, copied.source)
    assert len([sentence for sentence in told if "“00 (yours).ipynb”" in sentence]) == 1
    sources = {name: copied.mine(name).source for name in copied.names()}
    assert sources == {"00 (yours).ipynb": "my answer", "00.ipynb": "new", "01.ipynb": "new, too", "02.ipynb": "two"}


def test_several_updates_at_once_come_one_after_the_other(copied: Course) -> None:
    copied.mine("00.ipynb").write("my answer")
    copied.book("00.ipynb").write("new")
    told: list[list[str]] = []
    threads = [threading.Thread(target=lambda: told.append(copied.update())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(len, told)) == [0, 0, 0, 1]
    assert copied.names() == ["00 (yours).ipynb", "00.ipynb", "01.ipynb"]


def test_whoever_waits_too_long_for_another_update_is_told_so(copied: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working_copy, "WAIT", 0.01)
    with working_copy.atomic_file.lock(copied.copy / MANIFEST):
        refused: list[str] = []

        def second() -> None:
            try:
                copied.update()
            except CopyError as error:
                refused.append(str(error))

        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert "another program is using it" in refused[0]
