"""The form of an exercise: its three rungs, Run and check, Hint, Show a solution, and what hands-free does."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pytest

from mfa_helpers import forms
from mfa_helpers.forms.controls import descendants
from mfa_helpers.forms.page.notebook_page import notebook_page
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.exercises import EXERCISES, grading, trial
from mfa_helpers.lessons.exercises.grading import Solved
from mfa_helpers.lessons.exercises.ladder import GAPS, ORDER, WRITE
from mfa_helpers.storage.progress import Progress

ID = "two-answers"
LADDER = EXERCISES[ID].ladder
Cell = Callable[[str], None]


@pytest.fixture(autouse=True)
def _file(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MFA_PROGRESS", str(tmp_path / "progress.json"))


@pytest.fixture
def cell(monkeypatch: pytest.MonkeyPatch) -> Cell:
    """`cell("code")`: run a cell of the notebook."""

    def run(code: str) -> None:
        namespace: dict[str, Any] = {}
        exec(code, namespace)
        monkeypatch.setattr(sys.modules["__main__"], LADDER.name, namespace[LADDER.name], raising=False)

    return run


def on(lab: Lab, rung: str) -> forms.ExerciseForm:
    """The form, on that rung."""
    form = forms.ExerciseForm(lab, ID)
    form.rung.value = rung
    return form


def put_in_order(form: forms.ExerciseForm) -> None:
    """Move each line up to its place, with its buttons."""
    assert form.lines is not None
    for wanted in range(len(form.lines.order)):
        for place in range(form.lines.order.index(wanted), wanted, -1):
            rows = form.lines.children[1:]  # after the header
            rows[place].children[0].click()


def test_a_person_climbs_from_the_lines_over_the_gaps_to_the_function(lab: Lab, cell: Cell) -> None:
    form = forms.ExerciseForm(lab, ID)
    assert form.rung.value == ORDER and form.next_rung.layout.display == "none"
    assert form.rung.description.lower() in form.next_rung.description.lower()  # it names what it goes on to
    form.submit()
    assert form.status.startswith("Not solved yet: ") and not form.result.solved
    put_in_order(form)
    assert form.lines is not None and form.lines.order == list(range(5))
    form.submit()
    assert form.status.startswith("Done: the tenant saw a wrong password") and form.next_rung.layout.display == ""
    form.next_rung.click()
    assert form.rung.value == GAPS and form.status.startswith("Fill in the gaps.")
    form.submit()
    assert form.status == "Not solved yet: Gap 1 is still empty."
    fields = [one for one in descendants(form) if type(one) is widgets.Text]
    for field, word in zip(fields, LADDER.gaps, strict=True):
        field.value = word
    form.submit()
    assert form.status.startswith("Done: ") and Progress().all()[0] == {}  # the function is still to be written
    form.next_rung.click()
    assert form.rung.value == WRITE
    form.submit()
    assert form.status.startswith("Not solved yet: There's no function get_mfa_token yet.")
    cell(LADDER.starter)
    form.submit()
    assert form.status.startswith("Not solved yet: Your function sent nothing and returned nothing.")
    cell(LADDER.solution)
    form.submit()
    assert form.status.startswith("Done: ") and form.next_rung.layout.display == "none"
    assert set(Progress().all()[0]["sign-in"].exercises) == {ID} and ID in lab.companion(Solved)


def test_to_show_it_and_to_run_the_cell_sends_nothing(lab: Lab, cell: Cell) -> None:
    """D1: Run All never replays a solution."""
    before = len(lab.history), lab.tenant.log.newest_event()
    cell(LADDER.solution)
    form = forms.ExerciseForm(lab, ID)
    assert form.result is None and len(lab.history) == before[0]
    assert {event["type"] for event in lab.tenant.log.events_since(before[1])} <= {"sapi", "seccft"}  # reading the log


def test_a_cell_that_has_changed_since_it_ran_is_not_judged_by_its_older_text(lab: Lab, cell: Cell) -> None:
    form, page = on(lab, WRITE), notebook_page()
    cell(LADDER.starter)
    page._asked(None, {"changed": [LADDER.solution]}, [])  # what the page says before it sends a click
    form.run.click()
    assert (
        form.status
        == "Not solved yet: The cell above has changed since it ran. Run that cell, and then check it again."
    )
    page._asked(None, {"changed": ["import requests"]}, [])  # another cell
    form.run.click()
    assert "sent nothing" in form.status
    cell(LADDER.solution)
    page._asked(None, {"changed": []}, [])
    form.run.click()
    assert form.status.startswith("Done: ")


def test_what_was_solved_stays_solved_when_the_tenant_is_reset(lab: Lab, cell: Cell) -> None:
    form = on(lab, WRITE)
    cell(LADDER.solution)
    form.submit()
    lab.reset()
    assert form.is_done
    again = forms.ExerciseForm(lab, ID)
    assert again.is_done and again.rung.value == WRITE


def test_a_wrong_try_after_a_right_one_is_told_as_wrong(lab: Lab, cell: Cell) -> None:
    form = on(lab, WRITE)
    cell(LADDER.solution)
    form.submit()
    assert form.result.solved
    cell(LADDER.solution.replace("mfa_required", "mfa"))
    form.submit()
    assert form.status == (
        "Not solved yet: With the correct password, your function returned nothing. "
        'Return the mfa_token if the error field of the response is "mfa_required".'
    )
    assert ID in lab.companion(Solved)  # what was done is done


def test_what_the_tenant_saw_and_what_was_printed_is_shown_without_secrets(lab: Lab, cell: Cell) -> None:
    form = on(lab, WRITE)
    cell(LADDER.solution.replace("    body =", "    print('<b>', password, tenant)\n    body ="))
    form.submit()
    shown = form.status_line.value
    assert shown.count("<li><code>POST /oauth/token → 403") == 2 and "invalid_grant" in shown
    assert "&lt;b&gt; *****MASKED*****" in shown and "TenantDetails(" in shown
    assert "client_secret" not in shown and "Fe26" not in shown


def test_lines_move_by_one_and_not_beyond_the_ends(lab: Lab) -> None:
    form = on(lab, ORDER)
    assert form.lines is not None
    start = list(form.lines.order)
    first, second, *_, last = form.lines.children[1:]
    first.children[0].click()
    assert form.status == "This line is already the first one." and form.lines.order == start
    last.children[1].click()
    assert form.status == "This line is already the last one." and form.lines.order == start
    first.children[1].click()
    assert form.lines.order == [start[1], start[0], *start[2:]] and form.status.startswith("Line 2 of 5 is now: ")
    assert [button.description for button in second.children[:2]] == ["Line 2 up", "Line 2 down"]
    assert [button.tooltip for button in second.children[:2]] == ["Move line 2 up", "Move line 2 down"]


def test_a_rung_is_built_when_it_is_first_seen(lab: Lab) -> None:
    form = on(lab, WRITE)
    assert form.gaps is None
    form.rung.value = GAPS
    gaps = form.gaps
    form.rung.value = ORDER
    form.rung.value = GAPS
    assert gaps is not None and form.gaps is gaps


def test_hints_come_one_by_one(lab: Lab) -> None:
    form, hints = forms.ExerciseForm(lab, ID), EXERCISES[ID].hints
    for _ in range(9):
        form.hint()  # about the order of the lines, which is all that there is to do
    first = LADDER.blocks[0].strip().split("\n")[0]
    assert f"This line comes first: <code>{first}</code>" in form.hint_text.value
    form.rung.value = WRITE
    assert form.hint_text.value == ""
    for number in range(1, len(hints) + 2):
        form.hint()
        assert form.hint_text.value.count("<li>") == min(number, len(hints))
    assert "<code>body = response.json()</code>" in form.hint_text.value and "`" not in form.hint_text.value


def test_the_solution_is_shown_as_text_and_not_run(lab: Lab) -> None:
    form = on(lab, WRITE)
    assert "def get_mfa_token" not in form.solution_text.value
    form.show_solution()
    assert "def get_mfa_token" in form.solution_text.value and "«" not in form.solution_text.value
    form.submit()
    assert not form.result.solved


def test_hands_free_judges_the_solution_prints_nothing_and_is_nobodys_progress(
    lab: Lab, capfd: pytest.CaptureFixture[str]
) -> None:
    lab.hands_free = True
    assert forms.ExerciseForm(lab, ID).result.solved
    assert capfd.readouterr().out == "" and Progress().all()[0] == {}
    assert ID in lab.companion(Solved)  # the checkpoint of 13 asks


def test_hands_free_a_solution_that_does_not_solve_it_fails_the_run(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EXERCISES, ID, replace(EXERCISES[ID], solution=LADDER.starter.replace("pass", "«pass»")))
    lab.hands_free = True
    with pytest.raises(AssertionError, match="two-answers: Your function sent nothing"):
        forms.ExerciseForm(lab, ID)


def test_it_works_with_a_tenant_of_ones_own_too(lab: Lab, cell: Cell) -> None:
    lab.tenant = replace(lab.tenant, kind="live", management=None, controls=None, password=None)
    form = on(lab, WRITE)
    cell(LADDER.solution)
    form.submit()
    assert form.result.solved


def test_a_practice_tenant_that_cannot_start_is_a_sentence(
    lab: Lab, cell: Cell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "not a folder"
    place.write_text("")
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    monkeypatch.setattr(grading, "practice_tenant", trial.PracticeTenant)
    form = on(lab, WRITE)
    cell(LADDER.solution)
    form.submit()
    assert form.status.startswith("Problem: The practice tenant can't be started")
