"""A person has a program of their own judged in notebook 13."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, expect

from mfa_helpers.lessons.judge import example
from mfa_helpers.lessons.judge.faults import FAULTS, LOGIN

from ..support.deadline import DEADLINE
from ..support.judging import written
from ..support.lab_server import LabServer
from ..support.person import SHOTS, MousePerson, Person

CAPSTONE = "13_capstone"
PROGRAM = "Optional: Have your program judged"
WAITS = 'time.sleep(float(error.headers["retry-after"]))'
PYTHON = shlex.quote(sys.executable)
#: The judge runs the program eight times, one of them for a second tab.
LONG = 300_000  # milliseconds


def expect_judged(person: Person, summary: str, *told: str) -> None:
    expect(person.form(PROGRAM).locator(".mfa-status").first).to_contain_text(summary, timeout=LONG)
    for text in told:
        expect(person.form(PROGRAM)).to_contain_text(text)


def test_with_the_mouse_a_program_with_a_defect_is_judged(light: LabServer, page: Page, tmp_path: Path) -> None:
    source = Path(__file__).parents[1] / "processes" / "judged" / "with_urllib.py"
    written(source, tmp_path, (WAITS, "time.sleep(0.2)"))
    person = MousePerson(page, light, "light")
    page.set_viewport_size({"width": 1280, "height": 6000})
    person.open(CAPSTONE)
    person.run_all()
    form = person.form(PROGRAM)
    form.get_by_label("Folder", exact=True).fill(str(tmp_path))
    form.get_by_label("Command", exact=True).fill(f"{PYTHON} {source.name}")
    person.press(PROGRAM, "Run and judge")
    expect_judged(
        person,
        f"survived {len(FAULTS) - 1} of {len(FAULTS)} faults.",
        "The login: passed.",
        "429 with Retry-After: failed.",
    )
    person.expect_no_fault()


def test_what_a_program_in_a_terminal_sends_is_shown_by_itself_and_judged_with_a_fault(
    light: LabServer, page: Page
) -> None:
    person = MousePerson(page, light, "light")
    page.set_viewport_size({"width": 1280, "height": 6000})
    person.open(CAPSTONE)
    person.run_all()
    form = person.form(PROGRAM)
    person.press(PROGRAM, "Point your program at this tenant")
    line = form.locator("pre", has_text="mfa-program-")
    expect(line).to_be_visible()
    run = ["sh", "-c", f"{line.inner_text()} && exec {PYTHON} -m {example.__name__}"]
    for fault in (LOGIN, FAULTS["wrong-code"]):
        if fault is not LOGIN:
            person.press(PROGRAM, "Next fault")
            person.expect_status(PROGRAM, f"{fault.title}. Run your program in the terminal again")
        subprocess.run(run, check=True, timeout=DEADLINE)
        expect(form).to_contain_text("GET /userinfo → 200", timeout=1000 * DEADLINE)  # nobody has clicked anything
        person.press(PROGRAM, "Judge what arrived")
        person.expect_status(PROGRAM, fault.praise)
    SHOTS.mkdir(exist_ok=True)
    form.screenshot(path=SHOTS / "program-by-hand.png")
    person.press(PROGRAM, "Run and judge")  # with an empty command
    person.expect_status(PROGRAM, "The command is empty.")
    person.expect_no_fault()
