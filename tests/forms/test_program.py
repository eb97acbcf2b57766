"""The form for a learner's own program, before anything is started. With programs: `tests/processes/test_program_form.py`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mfa_helpers import forms
from mfa_helpers.lab import Lab
from mfa_helpers.storage import browser


@pytest.mark.parametrize(
    ("folder", "command", "sentence"),
    [
        (".", " ", "Problem: The command is empty. Type how you start your program, such as python login.py."),
        (".", "python 'login.py", "Problem: A quotation mark in the command isn't closed."),
        (
            ".",
            "no-such-command",
            "Problem: There's no command named no-such-command. Check its spelling, or install it.",
        ),
        ("nowhere", "true", "Problem: There's no folder nowhere. Type the folder of your program."),
        ("~nosuchuser", "true", "Problem: There's no folder ~nosuchuser. Type the folder of your program."),
        ("x" * 5000, "true", f"Problem: There's no folder {'x' * 100}…. Type the folder of your program."),
        ("a\0b", "true", "Problem: The command or the folder has an invisible character that can't be used."),
        (".", "true a\0b", "Problem: The command or the folder has an invisible character that can't be used."),
        (".", "true \ud800", "Problem: The command or the folder has an invisible character that can't be used."),
        (".", "x" * 5000, f"Problem: There's no command named {'x' * 100}…. Check its spelling, or install it."),
        (".", "''", "Problem: The command is empty. Type how you start your program, such as python login.py."),
        (" ", "true", "Problem: The folder is empty. Type the folder of your program."),
    ],
)
def test_bad_input_gets_a_sentence_and_stays(lab: Lab, folder: str, command: str, sentence: str) -> None:
    form = forms.ProgramForm(lab)
    form.folder.value, form.command.value = folder, command
    form.submit()
    assert form.status.startswith(sentence)
    assert (form.folder.value, form.command.value) == (folder, command)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may enter any folder")
def test_a_folder_that_may_not_be_entered_is_told(lab: Lab, tmp_path: Path) -> None:
    form = forms.ProgramForm(lab)
    form.folder.value, form.command.value = str(tmp_path), "true"
    tmp_path.chmod(0)
    form.submit()
    tmp_path.chmod(0o700)
    assert form.status.startswith(f"Problem: You aren't allowed to enter the folder {str(tmp_path)[:100]}")


def test_in_a_page_it_says_that_no_program_can_be_started(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "IS_HERE", True)
    form = forms.ProgramForm(lab)
    assert "a web page can't start programs" in form.status
    for act in (form.submit, form.point):
        act()
        assert form.status.startswith("Problem: A web page can't start programs.")
