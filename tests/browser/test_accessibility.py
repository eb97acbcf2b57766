"""All forms and views of the course in one notebook: axe-core, the keyboard's way, what is said aloud, 200 % zoom, both themes.

axe looks at what the course renders, the outputs, not at JupyterLab around them. Pictures go to tests/shots/, to be looked at.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mfa_helpers import forms
from mfa_helpers.lab import Lab
from mfa_helpers.learner.tenant_setup import TenantSetup
from mfa_helpers.lessons.other_factors import Factors

from ..support.axe import CUT_OFF, OUTPUTS, look
from ..support.end_sandbox import end_sandbox
from ..support.lab_server import NOTEBOOKS, LabServer
from ..support.person import NAMES, SHOTS, Person, codes

FORMS = f"{OUTPUTS} > .widget-vbox"
# These would take away again what is looked at.
LEFT_ALONE = {
    "Reset sandbox",
    "Yes, delete it",
    "Delete my progress",
    "Send a new code",
    "Send the code",
    "Reject",
    "Restore settings",
    "Try again",
    "Use my own sandbox",
}
# It stands above a notebook, and in no cell.
CLASS = {"cell_type": "code", "source": "forms.ClassInWaitingForm(lab)"}

PRESS_ALL = """(left) => [...document.querySelectorAll('.jp-OutputArea-output .widget-button')]
    .filter((b, i, all) => b.offsetParent && !left.includes(b.textContent) && !b.textContent.startsWith('Next: ')
        && (b.textContent !== 'Break it' || all.find(a => a.textContent === 'Break it') === b)).map(b => b.click()).length"""
# What the Tab key stops at comes in the order in which it is read: further down, or further right.
OUT_OF_ORDER = """form => {
    const stops = [...form.querySelectorAll('a[href], button, input, select, textarea, summary, iframe, [tabindex]')]
        .filter(e => e.offsetParent && !e.disabled && e.tabIndex >= 0);
    const at = e => e.getBoundingClientRect();
    return [stops.length, stops.filter((e, i) => e.tabIndex > 0 || i && !(
        at(e).top >= at(stops[i - 1]).bottom - 2 || at(e).left >= at(stops[i - 1]).right - 2)).map(e => e.outerHTML.slice(0, 200))];
}"""
BY_COLOR_ALONE = """() => [...document.querySelectorAll('.jp-OutputArea-output [style]:not(iframe)')]
    .filter(e => /(^|;) *(color|background(-color)?):(?! *(inherit|none))/.test(e.getAttribute('style')))
    .filter(e => !/[✔✘]|^Done|^Problem/.test(e.textContent))
    .map(e => e.outerHTML.slice(0, 200))"""


def everything() -> dict[str, Any]:
    """One notebook of all code cells; what shows a call stands at its end once more, for when calls have been made."""
    cells = {
        f"{name[:2]}-{cell['id']}": cell
        for name in [*NAMES, "instructors_board"]
        for cell in codes(name)
        if cell["cell_type"] == "code" and (name == NAMES[0] or cell["id"] not in ("parameters", "setup"))
    }
    cells["class-form"] = CLASS
    views = {f"{id}-again": cell for id, cell in cells.items() if re.search(r"lab.wire|forms.CodeTabs", source(cell))}
    first = {id: cells.pop(id) for id in ("00-parameters", "00-setup")}
    return {
        **json.loads((NOTEBOOKS / f"{NAMES[0]}.ipynb").read_text("utf-8")),
        "cells": [
            {**cell, "id": id, "metadata": {}, "outputs": [], "execution_count": None}
            for id, cell in {**first, **cells, **views}.items()
        ],
    }


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


class EveryForm(Person):
    """Has one notebook of everything before them."""

    def run_all(self) -> None:
        self.page.locator(".lm-MenuBar-item", has_text=re.compile("^Run$")).click()
        self.page.locator('[data-command="runmenu:run-all"]').click()
        self.rest()

    def rest(self) -> None:
        """Until the last cell has run and the kernel has nothing to do."""
        last = self.page.locator(".jp-Notebook .jp-CodeCell").last.locator(".jp-InputPrompt")
        expect(last).to_have_text(re.compile(r"\[\d+\]"))
        expect(self.page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')).to_be_visible(timeout=60_000)
        self.expect_no_fault()

    def show_the_calls(self, book: dict[str, Any]) -> None:
        first = next(i for i, cell in enumerate(book["cells"]) if cell["id"].endswith("-again"))
        self.cell(first).locator(".jp-InputPrompt").click()
        self.page.locator(".lm-MenuBar-item", has_text=re.compile("^Run$")).click()
        self.page.locator('[data-command="notebook:run-all-below"]').click()
        expect(self.cell(first)).not_to_contain_text("Use the form above to send this request")
        self.rest()
        expect(self.page.locator(".mfa-code")).not_to_have_count(0)

    def press(self, heading: str, button: str, status: str) -> None:
        self.form(heading).get_by_role("button", name=button, exact=True).press("Enter")
        self.expect_status(heading, status)


def test_every_form_and_view_is_for_everybody(light: LabServer, page: Page) -> None:
    light.prefer(
        "@jupyterlab/notebook-extension/tracker", windowingMode="none"
    )  # else only the cells in sight are in the page
    book = everything()
    assert {name for name in forms.__all__ if name not in ("Form", "CatchUpForm")} <= set(
        re.findall(r"forms\.(\w+)", "".join(map(source, book["cells"])))
    )
    (light.folder / "notebooks/99_everything.ipynb").write_text(json.dumps(book), "utf-8")
    page.set_viewport_size({"width": 1280, "height": 1400})
    person = EveryForm(page, light, "light")
    person.open("99_everything")
    person.run_all()
    look(page, "nothing filled in, light")

    said_aloud(person)
    assert page.evaluate(PRESS_ALL, sorted(LEFT_ALONE)) > 50
    last = person.form("Which token, which response?")
    expect(last).to_contain_text("Not answered yet: 1, 2, 3, 4, 5.")
    expect(page.locator(".mfa-status", has_text="Working …")).to_have_count(0)
    person.show_the_calls(book)
    states = " ".join(page.locator(".mfa-status").all_inner_texts())
    assert states.count("Problem: ") > 2 and states.count("Done: ") > 12
    look(page, "after failures and successes, light")
    assert page.evaluate(BY_COLOR_ALONE) == []

    orders = page.locator(FORMS).evaluate_all(f"forms => forms.map({OUT_OF_ORDER})")
    assert len(orders) > 35 and sum(stops for stops, _ in orders) > 150
    assert [out for _, out in orders if out] == []

    page.set_viewport_size({"width": 640, "height": 1400})  # as 1280 at 200 %
    picture(page, "zoomed")
    cut = page.evaluate(CUT_OFF)
    assert cut == [], "\n".join(cut)

    person.theme_dark()
    look(page, "the same, dark", rules={"runOnly": ["color-contrast"]})
    page.set_viewport_size({"width": 1280, "height": 1400})
    picture(page, "dark")


def test_the_checks_of_order_and_color_find_what_is_wrong(page: Page) -> None:
    """The control: a page with each mistake, and beside it the same without."""
    told = '<span style="color: green">✔ Sent</span>', '<span style="background: red">Problem: no code</span>'
    unsaid = (
        '<span style="color: green">Sent</span>',
        '<span style="font-size: 1em; background-color: red">No code</span>',
    )
    two = "<button{}>Sign in</button><button>Send a new code</button>"
    ways = [two.format(""), two.format(' tabindex="2"')]
    ways += [
        f'<div style="display: flex; flex-direction: {way}">{ways[0]}</div>'
        for way in ("row-reverse", "column-reverse")
    ]
    shown = "".join(f'<div class="widget-vbox">{way}</div>' for way in [*told, *unsaid, *ways])
    page.set_content(f'<div class="jp-OutputArea-output">{shown}</div>')
    assert page.evaluate(BY_COLOR_ALONE) == list(unsaid)
    orders = page.locator(FORMS).evaluate_all(f"forms => forms.map({OUT_OF_ORDER})")[-4:]
    late = "<button>Send a new code</button>"
    assert orders == [[2, []], [2, ['<button tabindex="2">Sign in</button>']], [2, [late]], [2, [late]]]


def picture(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    outside = page.locator(".jp-WindowedPanel-outer").first
    for part in range(3):
        outside.evaluate("(e, part) => e.scrollTo(0, part * e.scrollHeight / 3)", part)
        page.screenshot(path=SHOTS / f"everything-{name}-{part}.png")


def said_aloud(person: EveryForm) -> None:
    """One region, there before anything is said, says each change; what is below the status stays unsaid."""
    page = person.page
    region = page.locator("body > .mfa-live")
    expect(region).to_have_attribute("aria-live", "polite")
    expect(region).to_have_text("")  # Run All is no news
    region.evaluate("e => { e.stays = true }")
    person.press("Sign in", "Sign in", "Problem: The password is missing.")
    expect(region).to_have_text(
        "Problem: The password is missing. Type it, or click “Sign in as Ada”. If the field looks filled in, your browser hasn't passed its value to the notebook, so type it by hand."
    )
    person.press("Sign in", "Sign in as Ada", "You have an MFA token")
    expect(region).to_have_text(re.compile("^Done: the password is correct.*valid for 10 minutes.$"))
    assert region.evaluate("e => e.stays")


def test_the_sandboxs_phone_is_for_everybody(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MFA_SANDBOX_STATE", str(tmp_path / "sandbox.sqlite3"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    lab = Lab()
    try:
        lab.companion(TenantSetup).switch_on("push-notification")
        lab.companion(Factors).enroll("push")
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.goto(lab.tenant.require_controls().link())
            expect(page.get_by_role("status")).to_have_text("1 waiting.")
            look(page, f"phone, {theme}", within="html")
        page.set_viewport_size({"width": 640, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Approve")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text("Approved. No notifications are waiting.")
    finally:
        end_sandbox()
