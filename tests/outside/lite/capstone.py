"""What a person does in 11: the capstone is written into its cell, first wrong and then right, and the board of 00 knows. Pictures go to tests/shots/."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from mfa_helpers.lessons.exercises import EXERCISES

from ...support.axe import OVERFLOW
from ...support.person import NAMES, SHOTS, MousePerson, codes, step
from .clinic import CUT

STOPS = EXERCISES["capstone"].solution.partition("    # 2.")[0] + "    return mfa_token\n\n\n"
CALL = "login_with_email_mfa(lab.tenant.username, lab.tenant.password.reveal(), lambda: lab.newest_code().reveal())"


def write(person: MousePerson, code: str) -> None:
    """Put code into the empty cell, as by pasting, and run it."""
    index = next(i for i, cell in enumerate(codes(person.name)) if cell["id"] == "exercise")
    person.cell(index).locator(".cm-content").click()
    person.page.keyboard.press("Control+A")
    person.page.keyboard.insert_text(code)
    person.run(index)


def pictures(person: MousePerson, height: int) -> None:
    for width in (800, 1280):
        person.page.set_viewport_size({"width": width, "height": height})
        assert person.page.evaluate(OVERFLOW) == person.page.evaluate(CUT) == []
        person.page.screenshot(path=SHOTS / f"{person.name}-{person.theme}-{width}.png")


def attempts(person: MousePerson) -> None:
    person.press("Your task", "Check")
    person.expect_status(
        "Your task",
        "Not solved yet: What arrived at the tenant came from the course's own forms and calls. Send a login",
    )
    write(person, STOPS + CALL)
    person.press("Your task", "Check")
    person.expect_status("Your task", "Not solved yet: Your function has signed in and got mfa_required.")
    person.press("Your task", "Hint")
    expect(person.form("Your task")).to_contain_text("Four calls: the password to /oauth/token")
    person.press("Your task", "Show a solution")
    shown = person.form("Your task").locator("pre").inner_text()
    write(person, shown)  # as a person would: copied from the page
    person.press("Your task", "Check")
    person.expect_status(
        "Your task", "Done: the tenant saw one login, one challenge, one mail, its code, and gave tokens"
    )
    pictures(person, 6000)


def board(person: MousePerson) -> None:
    form = person.form("Your progress")
    expect(form.get_by_role("row", name="11 Capstone")).to_contain_text("✔ checkpoint reached and 1 exercise solved")
    expect(form.get_by_role("row", name="00 Start here")).to_contain_text("✔ checkpoint reached")
    expect(form.get_by_role("row", name="05 Challenge with e-mail")).to_contain_text("not begun")
    person.press("Your progress", "Export")
    with person.page.expect_download() as download:
        form.get_by_role("link", name="Save my progress as a file").click()
    assert download.value.suggested_filename == "mfa-course-progress.json"
    saved = json.loads(download.value.path().read_text())
    assert set(saved["topics"]["capstone"]["exercises"]) == {"capstone"}
    pictures(person, 7500)


def a_login_is_written(person: MousePerson) -> None:
    """What the person does."""
    person.page.set_viewport_size({"width": 1280, "height": 6000})
    SHOTS.mkdir(exist_ok=True)
    person.do(NAMES[11], step("What this notebook needs", "Catch up", "nothing is missing any more"), attempts)  # type: ignore[arg-type]
    person.do(NAMES[0], step("Choose your tenant", "Check the tenant", "the sandbox answers"), board)  # type: ignore[arg-type]
