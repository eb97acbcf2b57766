"""What a person does in 09: faults are broken, named and repaired, and one is diagnosed. Pictures go to tests/shots/, to be looked at."""

from __future__ import annotations

from playwright.sync_api import expect

from mfa_helpers.lessons.clinic.faults import FAULTS

from ...support.axe import OVERFLOW
from ...support.person import NAMES, SHOTS, Deed, MousePerson

# No button is cut off by its form's edge.
CUT = """() => [...document.querySelectorAll('.jp-OutputArea-output .widget-vbox button')].filter(b => b.offsetParent)
    .filter(b => b.getBoundingClientRect().right > b.closest('.widget-vbox').getBoundingClientRect().right).map(b => b.textContent)"""


def cure(id: str, symptom: str) -> Deed:
    """Break it, pick a wrong answer, pick the right one, repair it."""
    fault = FAULTS[id]
    (right, why), (wrong, why_not), _ = fault.named

    def deed(person: MousePerson) -> None:
        form = person.form(fault.title)
        person.press(fault.title, "Break it")
        person.expect_status(fault.title, symptom)
        expect(form.locator("pre").first).to_contain_text("HTTP/1.1")
        for answer, reply in ((wrong, f"Not quite. {why_not}"), (right, f"Correct. {why}")):
            form.get_by_label(answer, exact=True).check()
            person.press(fault.title, "Submit diagnosis")
            person.expect_status(fault.title, reply)
        person.press(fault.title, "Repair it")
        person.expect_status(fault.title, "The same call now returns")

    return deed  # type: ignore[return-value]


def diagnose(person: MousePerson) -> None:
    """A fault that is left broken is found with its evidence, and fixed."""
    title = FAULTS["factor-off"].title
    person.press(title, "Break it")
    person.expect_status(title, "400 invalid_request")
    person.press("Find the cause", "Look for the cause")
    form = person.form("Find the cause")
    for words in ("The email factor is turned off.", "the factors that are turned on: none", "gd_start_enroll_failed"):
        expect(form).to_contain_text(words)
    for width in (800, 1280):
        person.page.set_viewport_size({"width": width, "height": 9000})
        assert person.page.evaluate(OVERFLOW) == person.page.evaluate(CUT) == []
        person.page.screenshot(path=SHOTS / f"{person.name}-{person.theme}-{width}.png")
    person.press("Find the cause", "Fix it")
    person.expect_status("Find the cause", "the setting is now correct")


def faults_are_cured(person: MousePerson) -> None:
    """What the person does."""
    person.page.set_viewport_size({"width": 1280, "height": 9000})  # no cell is out of sight
    SHOTS.mkdir(exist_ok=True)
    person.do(
        NAMES[9],
        cure("grant-off", "403 unauthorized_client"),
        cure("never", "The tenant returned 200 with tokens."),
        cure("too-many-codes", "Retry-After: 6 minutes."),
        cure("time-out", "The tenant didn't respond in time."),
        cure("access-token", "“Malformed mfa_token”"),
        diagnose,  # type: ignore[arg-type]
    )
