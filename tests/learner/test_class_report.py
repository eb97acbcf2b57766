"""What a class hears of notebooks that use a sandbox of their own."""

from __future__ import annotations

import pytest

from mfa_helpers.lab import Lab
from mfa_helpers.lessons.instructors_board import HEADS, Board, as_csv
from mfa_helpers.sandbox.hosting import server

from ..support.class_of_learners import instructors


@pytest.fixture
def own_progress(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setenv("MFA_PROGRESS", str(tmp_path_factory.mktemp("progress") / "progress.json"))


def in_class(lab: Lab, tenant: server.ServedSandbox) -> Lab:
    """A later notebook of a learner who has joined: it uses their own sandbox."""
    lab.choose("class", tenant.join_line)
    later = Lab(handover=lab.handover, own=True)
    assert later.tenant.kind == "sandbox"
    return later


@pytest.mark.usefixtures("own_progress")
def test_a_later_checkpoint_and_the_exercises_are_on_the_board_and_in_the_export(
    learner: Lab, class_server: server.ServedSandbox
) -> None:
    later = in_class(learner, class_server)
    board = Board(instructors(class_server))
    (before,) = board.refresh()
    assert before.later == ()
    until_then = before.seen
    later.note_progress(lambda progress: progress.reached("clinic"))
    later.note_progress(lambda progress: progress.solved("choosing", "app"))
    assert later._report is not None
    later._report.send().join()
    (row,) = board.refresh()
    assert row.later == ("09",) and row.exercises == 1 and row.seen > until_then
    heads, line = as_csv([row]).removeprefix("\ufeff").splitlines()
    assert heads == ",".join(HEADS)
    cells = dict(zip(HEADS, line.split(","), strict=True))
    assert cells["09 When it goes wrong"].startswith("20") and cells["07 Choose a factor"] == ""
    assert cells["Exercises solved"] == "1"


@pytest.mark.usefixtures("own_progress")
def test_a_class_that_is_down_holds_nobody_up_and_hears_the_rest_later(
    learner: Lab, class_server: server.ServedSandbox
) -> None:
    later = in_class(learner, class_server)
    port = int(class_server.base_url.rpartition(":")[2])
    class_server.stop()
    later.note_progress(lambda progress: progress.reached("errata"))
    assert later._report is not None
    later._report.send().join()
    again = server.start_class(
        class_server.state, name="127.0.0.1", token="the-instructors-own-token", host="127.0.0.1", port=port
    )
    try:
        later._report.send().join()
        (row,) = Board(instructors(again)).refresh()
        assert row.later == ("10",)
    finally:
        again.stop()


@pytest.mark.usefixtures("own_progress")
def test_outside_a_class_nothing_is_told(learner: Lab) -> None:
    assert learner._report is None


def test_a_name_that_a_spreadsheet_would_run_is_text(class_server: server.ServedSandbox, learner: Lab) -> None:
    learner.choose("class", class_server.join_line)
    learner.tenant.require_controls().tell_about("=1+1")
    assert ",'=1+1," in as_csv(Board(instructors(class_server)).refresh())
