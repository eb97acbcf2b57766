"""The board: what it shows, how it is reset and exported."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest

from mfa_helpers import forms
from mfa_helpers.lab import Lab
from mfa_helpers.outline import NOTEBOOKS
from mfa_helpers.storage.progress import Progress


@pytest.fixture(autouse=True)
def _file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MFA_PROGRESS", str(tmp_path / "progress.json"))


def test_it_shows_each_state_in_words(lab: Lab) -> None:
    Progress().begun("sign-in")
    Progress().reached("associate")
    Progress().reached("confirm")
    Progress().solved("confirm", "confirm-by-hand")
    Progress().solved("authenticators", "the-right-one")
    board = forms.ProgressBoard(lab)
    board.submit()
    states = board.result
    assert states["00"] == "– not started" and states["01"] == "… started" and states["02"] == "✔ checkpoint reached"
    assert states["03"] == "✔ checkpoint reached and 1 exercise solved" and states["04"] == "… 1 exercise solved"
    assert len(states) == len(NOTEBOOKS) and board.table.value.count("<tr>") == len(NOTEBOOKS) + 1
    assert re.search(r"✔ checkpoint reached</td><td>20\d\d-\d\d-\d\d \d\d:\d\d</td>", board.table.value)
    assert board.status == "Done: the table is up to date."


def test_what_another_notebook_reaches_is_there_after_looking_again(lab: Lab) -> None:
    board = forms.ProgressBoard(lab)
    assert "checkpoint reached" not in board.table.value
    Progress().reached("sign-in")
    board.submit()
    assert "✔ checkpoint reached" in board.table.value


def test_forgetting_asks_first(lab: Lab) -> None:
    Progress().reached("sign-in")
    board = forms.ProgressBoard(lab)
    board.forget_button.click()
    assert board.status.startswith("Do you want to delete") and set(Progress().all()[0]) == {"sign-in"}
    board.keep_button.click()
    assert set(Progress().all()[0]) == {"sign-in"} and board.really_button.layout.display == "none"
    board.forget_button.click()
    board.really_button.click()
    assert Progress().all()[0] == {} and board.status == "Done: your progress is deleted."
    assert "checkpoint reached" not in board.table.value and board.really_button.layout.display == "none"


def test_the_export_is_a_link_with_the_file_in_it(lab: Lab) -> None:
    Progress().reached("sign-in")
    board = forms.ProgressBoard(lab)
    board.export()
    found = re.search(
        r'download="mfa-course-progress.json" href="data:application/json;base64,([^"]+)"', board.export_link.value
    )
    assert found and "checkpoint" in json.loads(base64.b64decode(found.group(1)))["topics"]["sign-in"]


def test_a_damaged_file_is_said_and_the_board_is_there(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "progress.json").write_text("{")
    board = forms.ProgressBoard(lab)
    assert board.status.startswith("The file with your progress was damaged") and board.table.value.count(
        "not started"
    ) == len(NOTEBOOKS)


def test_nothing_of_a_login_is_in_it(lab: Lab) -> None:
    lab.catch_up("challenge")
    print(lab.checkpoint("login"))
    board = forms.ProgressBoard(lab)
    board.export()
    text = Progress().as_text() + board.table.value
    assert lab.mfa_token.reveal() not in text and "@" not in text and "oob" not in text
