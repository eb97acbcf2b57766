"""The form for a learner's own program: it's run and judged, or started by hand in a shell."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from mfa_helpers import forms
from mfa_helpers.client.errors import TenantUnreachable
from mfa_helpers.forms import controls
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.judge import example
from mfa_helpers.lessons.judge.faults import FAULTS, LOGIN
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
    assert "An expired code: failed." in form.output.value and "Two tabs: passed." in form.output.value
    assert any("The login: what the tenant has seen" in one and "POST /oauth/token" in one for one in seen)
    assert "Fe26" not in "".join(seen) and "eyJ" not in "".join(seen)


def started(form: forms.ProgramForm, program: Path | str = "") -> subprocess.Popen[str]:
    """The program in a terminal that knows the variables: the example, or another one."""
    command = f"{shlex.quote(sys.executable)} {shlex.quote(str(program)) if program else f'-m {example.__name__}'}"
    assert form.by_hand is not None
    return subprocess.Popen(
        ["sh", "-c", f". {shlex.quote(str(form.by_hand.file))} && {command}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(form: forms.ProgramForm, program: Path | str = "") -> tuple[int, str]:
    """Run it to its end: the exit code, and the last line that it printed."""
    done = started(form, program)
    printed, _ = done.communicate(timeout=DEADLINE)
    return done.returncode, "".join(printed.splitlines()[-1:])


def wait_for_its_challenge(form: forms.ProgramForm) -> None:
    """Until the program in the terminal waits for its code."""
    assert form.by_hand is not None
    end = time.monotonic() + DEADLINE
    while not any("/mfa/challenge" in line for line in form.by_hand.lines()):
        assert time.monotonic() < end
        time.sleep(0.05)


def tick(form: forms.ProgramForm) -> None:
    """The page asks, as it does every two seconds."""
    assert form._ticker is not None
    form._ticker._handle_custom_msg({"tick": True}, [])


SIGNED_IN = (0, "Signed in as ada@example.com.")


def test_a_program_in_a_terminal_gets_its_variables_from_a_private_file(lab: Lab, tmp_path: Path) -> None:
    form = forms.ProgramForm(lab)
    form.point()
    assert form.status.startswith("Done: a new practice tenant is at http://127.0.0.1:")
    file = form.result.file
    assert file.stat().st_mode & 0o777 == 0o600 and f". {file}" in form.output.value
    secrets = [line.partition("=")[2].strip("'") for line in file.read_text().splitlines() if "PASSWORD" in line]
    secrets += [line.partition("=")[2].strip("'") for line in file.read_text().splitlines() if "SECRET" in line]
    form.judge_arrived()
    assert "Nothing has arrived at this tenant yet." in form.status  # whether it was run at all, nobody can see
    assert "The login" not in form.output.value
    assert run(form) == SIGNED_IN
    form.judge_arrived()
    assert form.status.startswith("The login works. It sent one login, one challenge, and one code")
    assert len(secrets) == 2 and not any(secret in shown(form) for secret in secrets)
    forms.ProgramForm(lab)  # the cell is run again
    assert not file.exists()


def test_what_arrives_is_followed_until_the_tenant_is_put_away(lab: Lab) -> None:
    form = forms.ProgramForm(lab)
    form.point()
    ticker = form._ticker
    assert ticker is not None and ticker.seconds == 2
    status = form.status
    assert run(form) == SIGNED_IN and "GET /userinfo" not in form.output.value
    tick(form)
    assert "GET /userinfo → 200" in form.output.value and form.status == status
    form.point()  # a new tenant
    assert ticker.seconds == 0 and "GET /userinfo" not in form.output.value
    assert run(form) == SIGNED_IN
    form.look_again()  # somebody comes back to the page
    assert "GET /userinfo → 200" in form.output.value
    form.put_away()
    assert form._ticker is None


def test_who_has_the_program_run_here_gives_up_the_run_by_hand_and_bad_input_does_not(lab: Lab) -> None:
    form = forms.ProgramForm(lab)
    form.point()
    form.command.value = ""
    form.submit()
    assert form.by_hand is not None and form.by_hand.file.exists()
    form.command.value = f"{shlex.quote(sys.executable)} -c pass"
    form.submit()
    assert form.by_hand is None and "The login: failed." in form.output.value
    assert form.judge_button.layout.display == "none"


def test_by_hand_a_program_meets_each_fault_and_a_fault_can_be_repeated(lab: Lab, tmp_path: Path) -> None:
    typing_once = LOOP.replace("    for", "    code = _typed_code()\n    for"), '"binding_code": _typed_code()}'
    defective = written(
        Path(example.__file__), tmp_path, (LOOP, typing_once[0]), (typing_once[1], '"binding_code": code}')
    )
    form = forms.ProgramForm(lab)
    form.point()
    assert [form.next_button.layout.display, form.repeat_button.layout.display] == ["none", "none"]
    assert run(form, defective) == SIGNED_IN
    form.judge_arrived()
    assert form.next_button.layout.display == ""

    form.next_fault()
    assert form.status.startswith("Fault 1 of 6 is active: A wrong code. Run your program in the terminal again")
    form.judge_arrived()
    assert form.status.startswith("Problem: No login has begun yet in this run.")
    assert run(form, defective)[0] == 1
    form.judge_arrived()
    assert form.status.startswith("A wrong code: failed. It sent the wrong code 5 times.")
    form.repeat_fault()
    assert run(form) == SIGNED_IN and run(form) == SIGNED_IN
    form.judge_arrived()
    assert form.status.startswith("Problem: 2 logins began") and "A wrong code: failed." not in form.output.value
    assert form.next_button.layout.display == "none", "this run isn't judged yet"
    form.repeat_fault()
    assert run(form, defective)[0] == 1
    form.judge_arrived()
    assert form.status.startswith("A wrong code: failed. It sent the wrong code 5 times.")

    for fault in list(FAULTS.values())[1:-1]:
        form.next_fault()
        assert f"is active: {fault.title}." in form.status
        assert run(form) == SIGNED_IN
        form.judge_arrived()
        assert form.status.startswith(f"{fault.title}: passed. {fault.praise}")
        assert "A wrong code: failed." in form.output.value

    form.next_fault()
    assert "open a second terminal" in form.status
    first = started(form)
    wait_for_its_challenge(form)
    form.judge_arrived()
    assert form.status.startswith("Problem: Only one login has begun.") and first.poll() is None
    assert run(form) == SIGNED_IN
    assert first.communicate(timeout=DEADLINE)[0].endswith(f"{SIGNED_IN[1]}\n")
    form.judge_arrived()
    assert form.status.startswith("Two tabs: passed. When the same user signed in twice at once")
    assert form.status.endswith("The login works, and the program survived 5 of 6 faults.")
    assert form.next_button.layout.display == "none"
    assert "eyJ" not in shown(form) and "Fe26" not in shown(form)
    form.put_away()


@pytest.mark.parametrize("tabs", [1, 2])
def test_two_logins_one_after_the_other_are_not_two_tabs(tabs: int, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mfa_helpers.lessons.judge.by_hand.LIMIT", 0)  # seconds that the first one waits
    form = forms.ProgramForm(lab)
    form.point()
    assert run(form) == SIGNED_IN
    form.judge_arrived()
    assert form.by_hand is not None
    form._prepare(form.by_hand, FAULTS["two-tabs"])
    for _ in range(tabs):
        assert run(form) == SIGNED_IN
    form.judge_arrived()
    assert form.status.startswith(
        "Problem: The first login didn't wait for a second one. Click “Repeat this fault”. While your program waits"
    )
    form.put_away()


def test_who_puts_the_tenant_away_does_not_wait_for_a_second_tab(lab: Lab) -> None:
    form = forms.ProgramForm(lab)
    form.point()
    assert form.by_hand is not None
    form.by_hand.prepare(FAULTS["two-tabs"])
    first = started(form)
    wait_for_its_challenge(form)
    form.put_away()
    _, errors = first.communicate(timeout=DEADLINE)
    assert first.returncode != 0 and "Signed in" not in errors


def test_a_tenant_that_is_gone_is_told_in_a_sentence_also_to_who_still_asks_for_a_code(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    form = forms.ProgramForm(lab)
    form.point()
    by_hand = form.by_hand
    assert by_hand is not None
    by_hand._tenant.close()
    with pytest.raises(TenantUnreachable):
        by_hand.prepare(FAULTS["wrong-code"])
    assert by_hand.fault is LOGIN, "the next run isn't ready, so it's still this one"
    with pytest.raises(requests.ConnectionError):
        requests.get(by_hand._keyboard.address, timeout=DEADLINE)
    form.judge_arrived()
    assert form.status.startswith("Problem: Nothing responds at 127.0.0.1:")
    form.put_away()
    assert "Traceback" not in capsys.readouterr().err


def test_where_no_file_can_be_a_sentence_says_so(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "no folder").touch()
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "no folder"))
    form = forms.ProgramForm(lab)
    form.point()
    assert form.status == (
        "Problem: The practice tenant can't be started (File exists). Fix that problem. Then run the first cells of this notebook again."
    )
    assert form.by_hand is None


KERNEL = """\
from mfa_helpers.lessons.judge.by_hand import ByHand
print(ByHand().file, flush=True)
input()
"""


def kernel() -> tuple[subprocess.Popen[str], Path]:
    """Another process with a tenant by hand, and the file of its variables."""
    process = subprocess.Popen([sys.executable, "-c", KERNEL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_two_kernels_have_a_file_each_and_what_a_killed_one_leaves_is_removed(lab: Lab) -> None:
    (ends, its), (is_killed, left) = kernel(), kernel()
    assert its != left and its.read_text("utf-8") != left.read_text("utf-8")
    ends.communicate("", timeout=DEADLINE)
    assert not its.exists() and left.exists()
    of_nobody = left.with_name(f"mfa-program-{10**20}.sh")  # no process has that number
    of_nobody.touch()
    form = forms.ProgramForm(lab)
    form.point()
    assert left.exists() and form.result.file.exists()  # it is there yet
    of_nobody.unlink()
    is_killed.kill()
    is_killed.communicate(timeout=DEADLINE)
    assert left.exists()
    form.point()
    assert not left.exists() and form.result.file.exists()
    form.put_away()
    assert not list(left.parent.glob("mfa-program-*"))


def test_in_a_terminal_a_program_can_be_run_as_often_as_its_author_likes(lab: Lab, tmp_path: Path) -> None:
    form = forms.ProgramForm(lab)
    form.point()
    for _ in range(PATIENCE + 1):
        assert run(form) == SIGNED_IN
    form.judge_arrived()
    assert form.status.startswith("The login works. It sent one login, one challenge, and one code")
    form.judge_arrived()  # nothing has arrived meanwhile
    assert form.status.startswith("The login works. ") and form.output.value.count("GET /userinfo") == 1


def test_hands_free_the_example_signs_in(lab: Lab) -> None:
    lab.hands_free = True
    form = forms.ProgramForm(lab)
    assert form.result.held and [one.id for one in form.result.findings] == ["login"]
    assert form.status == "The login works."
