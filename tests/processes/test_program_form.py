"""The form for a learner's own program: it's run and judged, or started by hand in a shell."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

from mfa_helpers import forms
from mfa_helpers.forms import controls
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.judge import example
from mfa_helpers.lessons.judge.faults import FAULTS
from mfa_helpers.lessons.judge.keyboard import PATIENCE

from ..support.deadline import DEADLINE
from ..support.judging import written

LOOP = "    for _ in range(_TRIES):\n        fields"


def shown(form: forms.ProgramForm) -> str:
    """All that its widgets hold."""
    return json.dumps([str(widget.get_state()) for widget in [form, *controls.descendants(form)]])


def test_a_program_is_judged_and_what_arrives_is_shown_meanwhile(lab: Lab, tmp_path: Path) -> None:
    typing_once = LOOP.replace("    for", "    code = _typed_code()\n    for"), '"binding_code": _typed_code()}'
    place = written(Path(example.__file__), tmp_path, (LOOP, typing_once[0]), (typing_once[1], '"binding_code": code}'))
    form, seen = forms.ProgramForm(lab), []
    form.output.observe(lambda change: seen.append(change["new"]), "value")
    form.folder.value, form.command.value = str(tmp_path), f"{shlex.quote(sys.executable)} {place.name}"
    form.submit()
    assert form.status == f"The login works, and the program survived {len(FAULTS) - 2} of {len(FAULTS)} faults."
    assert "A wrong code: failed.</strong> It sent the wrong code 5 times." in form.output.value
    assert "An expired code: failed." in form.output.value and "Two tabs: held." in form.output.value
    assert any("The login: what the tenant has seen" in one and "POST /oauth/token" in one for one in seen)
    assert "Fe26" not in "".join(seen) and "eyJ" not in "".join(seen)


def test_a_program_in_a_terminal_gets_its_variables_from_a_private_file(lab: Lab, tmp_path: Path) -> None:
    form = forms.ProgramForm(lab)
    form.write()
    assert form.status.startswith("Done: a new practice tenant is at http://127.0.0.1:")
    file = form.result.file
    assert file.stat().st_mode & 0o777 == 0o600 and f". {file}" in form.output.value
    secrets = [line.partition("=")[2].strip("'") for line in file.read_text().splitlines() if "PASSWORD" in line]
    secrets += [line.partition("=")[2].strip("'") for line in file.read_text().splitlines() if "SECRET" in line]
    form.look()
    assert "sent nothing to the tenant" in form.status
    program = f"{shlex.quote(sys.executable)} -m {example.__name__}"
    done = subprocess.run(
        ["sh", "-c", f". {shlex.quote(str(file))} && {program}"], capture_output=True, text=True, timeout=DEADLINE
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "Signed in as ada@example.com.\n", "")
    form.look_again()  # somebody comes back to the page
    assert "GET /userinfo → 200" in form.output.value
    form.look()
    assert form.status.startswith("The login works. It sent one login, one challenge, and one code")
    assert len(secrets) == 2 and not any(secret in shown(form) for secret in secrets)
    forms.ProgramForm(lab)  # the cell is run again
    assert not file.exists()


def test_what_a_killed_kernel_leaves_of_a_run_by_hand_is_replaced(lab: Lab) -> None:
    first, second = forms.ProgramForm(lab), forms.ProgramForm(lab)
    first.write()
    left = first.result.file.read_text("utf-8")
    second.write()
    assert second.result.file == first.result.file and left != second.result.file.read_text("utf-8")
    first.put_away()
    second.put_away()


def test_in_a_terminal_a_program_can_be_run_as_often_as_its_author_likes(lab: Lab, tmp_path: Path) -> None:
    form = forms.ProgramForm(lab)
    form.write()
    run = f". {shlex.quote(str(form.result.file))} && {shlex.quote(sys.executable)} -m {example.__name__}"
    for _ in range(PATIENCE + 1):
        done = subprocess.run(["sh", "-c", run], capture_output=True, text=True, timeout=DEADLINE)
        assert (done.returncode, done.stdout, done.stderr) == (0, "Signed in as ada@example.com.\n", "")
    form.look()
    assert form.status.startswith("The login works. It sent one login, one challenge, and one code")
    form.look()  # nothing has arrived meanwhile
    assert form.status.startswith("The login works. ") and form.output.value.count("GET /userinfo") == 1


def test_hands_free_the_example_signs_in(lab: Lab) -> None:
    lab.hands_free = True
    form = forms.ProgramForm(lab)
    assert form.result.held and [one.id for one in form.result.findings] == ["login"]
    assert form.status == "The login works."
