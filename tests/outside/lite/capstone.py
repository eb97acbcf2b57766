"""What a person does in 13: the capstone is written into its cell, first wrong and then right, and the board of 00 knows. Pictures go to tests/shots/."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from mfa_helpers.lessons.exercises import EXERCISES

from ...support.axe import OVERFLOW
from ...support.person import NAMES, SHOTS, MousePerson, codes, step
from .clinic import CUT

LADDER = EXERCISES["capstone"].ladder
STOPS = LADDER.solution.partition("    headers =")[0] + "    return mfa_token\n"


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
    form = person.form("Your task")
    person.press("Your task", "Run and check")
    person.expect_status("Your task", "Not solved yet: ")  # the lines are not in order yet
    order = list(LADDER.start)
    for wanted in range(len(order)):
        for place in range(order.index(wanted), wanted, -1):
            form.get_by_title(f"Move line {place + 1} up", exact=True).click()
            person.expect_status("Your task", f"Line {place} of {len(order)} is now: ")
            order[place - 1 : place + 1] = order[place], order[place - 1]
    person.press("Your task", "Run and check")
    person.expect_status("Your task", "Done: ")
    person.press("Your task", "Next practice")
    for number, word in enumerate(LADDER.gaps, 1):
        form.get_by_placeholder(f"gap {number}", exact=True).fill(word)
        person.page.keyboard.press("Tab")
    person.press("Your task", "Run and check")
    person.expect_status("Your task", "Done: ")
    person.press("Your task", "Next practice")
    person.press("Your task", "Run and check")
    person.expect_status("Your task", "Not solved yet: Your function sent nothing and returned nothing.")
    write(person, STOPS)
    person.press("Your task", "Run and check")
    person.expect_status("Your task", "Not solved yet: Your function didn't send GET /mfa/authenticators.")
    person.press("Your task", "Hint")
    expect(person.form("Your task")).to_contain_text("Four calls: the password to /oauth/token")
    person.press("Your task", "Show a solution")
    shown = form.get_by_label("One solution").inner_text()
    write(person, shown)  # as a person would: copied from the page
    person.press("Your task", "Run and check")
    person.expect_status("Your task", "Done: the tenant saw one login, one challenge, one email, and one code")
    pictures(person, 6000)


def board(person: MousePerson) -> None:
    form = person.form("Your progress")
    expect(form.get_by_role("row", name="13 Capstone")).to_contain_text("✔ checkpoint reached and 1 exercise solved")
    expect(form.get_by_role("row", name="00 Start here")).to_contain_text("✔ checkpoint reached")
    expect(form.get_by_role("row", name="05 Challenge with email")).to_contain_text("not started")
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
    person.do("13_capstone", attempts)  # type: ignore[arg-type]
    person.do(NAMES[0], step("Choose your tenant", "Check the tenant", "the sandbox responds"), board)  # type: ignore[arg-type]
