"""A person does the course in a real JupyterLab: once with the mouse alone, once with the keyboard alone.

Needs Chromium at /usr/bin/chromium (Debian's package). Screenshots of each
notebook at its end go to tests/shots/, to be looked at.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from .lab_server import NOTEBOOKS, LabServer, lab_server

CHROMIUM = Path("/usr/bin/chromium")
SHOTS = Path(__file__).parent / "shots"
NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))

# CI sets MFA_BROWSER=required: there a missing browser is a failure, not a skip.
pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists() and os.environ.get("MFA_BROWSER") != "required",
    reason="Chromium is not installed: apt-get install chromium",
)

Deed = Callable[["Person"], None]


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-background-networking"]
        )
        # So tall that no cell is out of sight: JupyterLab does not draw those.
        page = browser.new_page(viewport={"width": 1280, "height": 4200})
        page.set_default_timeout(30_000)
        yield page
        browser.close()


def codes(name: str) -> list[dict[str, object]]:
    """The cells of a notebook."""
    cells: list[dict[str, object]] = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text())["cells"]
    return cells


class Person:
    """What a person sees and does on a page that shows one notebook."""

    def __init__(self, page: Page, lab: LabServer, theme: str) -> None:
        self.page, self.lab, self.theme = page, lab, theme

    def open(self, name: str) -> None:
        self.name = name
        self.page.goto(self.lab.notebook(name))
        expect(self.page.locator(".jp-Notebook .jp-Cell").first).to_be_visible(timeout=60_000)
        # The kernel must be there: JupyterLab drops what is run while it still connects.
        expect(self.page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=60_000)
        expect(self.page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')).to_be_visible(timeout=60_000)
        self.page.wait_for_function("() => document.activeElement.classList.contains('jp-Cell')")

    def cell(self, index: int) -> Locator:
        return self.page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{index}"]')

    def form(self, heading: str) -> Locator:
        strong = self.page.locator("strong", has_text=re.compile(f"^{re.escape(heading)}$"))
        return self.page.locator(".jp-OutputArea-output .widget-vbox").filter(has=strong).last

    def expect_status(self, heading: str, text: str) -> None:
        expect(self.form(heading).locator(".mfa-status").first).to_contain_text(text)

    def code_in_mail(self, heading: str) -> str:
        found = re.search(r"\b(\d{6})\b", self.form(heading).locator("pre").inner_text())
        assert found
        return found.group(1)

    def expect_no_fault(self) -> None:
        expect(self.page.locator('.jp-Notebook [data-mime-type="application/vnd.jupyter.stderr"]')).to_have_count(0)
        expect(self.page.locator('.jp-Notebook [data-mime-type="application/vnd.jupyter.error"]')).to_have_count(0)
        assert "Traceback" not in self.page.locator(".jp-Notebook").inner_text()

    def end(self) -> None:
        """The checkpoint is reached; a picture is taken."""
        index = next(i for i, cell in enumerate(codes(self.name)) if cell["id"] == "checkpoint")
        expect(self.cell(index)).to_contain_text("✔ Checkpoint reached")
        self.expect_no_fault()
        SHOTS.mkdir(exist_ok=True)
        self.page.locator(".jp-WindowedPanel-outer").first.evaluate("e => e.scrollTo(0, 0)")
        self.page.screenshot(path=SHOTS / f"{self.name}-{self.theme}.png")


class MousePerson(Person):
    """Clicks, and nothing else."""

    def do(self, name: str, *deeds: Deed) -> None:
        self.open(name)
        self.page.locator(".lm-MenuBar-item", has_text=re.compile("^Run$")).click()
        self.page.locator('[data-command="runmenu:run-all"]').click()
        indexes = [i for i, cell in enumerate(codes(name)) if cell["cell_type"] == "code"]
        expect(self.cell(indexes[-1]).locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]"), timeout=60_000)
        self.expect_no_fault()  # Run All with nothing filled in ends without a traceback
        for deed in deeds:
            deed(self)
        for index in indexes:
            if "form" not in str(codes(name)[index]["metadata"]) and index > indexes[1]:
                self.run(index)
        self.end()

    def run(self, index: int) -> None:
        prompt = self.cell(index).locator(".jp-InputPrompt")
        before = prompt.inner_text()
        prompt.click()
        self.page.locator('[data-command="notebook:run-cell-and-select-next"]').first.click()
        expect(prompt).not_to_have_text(before)
        expect(prompt).to_have_text(re.compile(r"\[\d+\]"))

    def press(self, heading: str, button: str) -> None:
        self.form(heading).get_by_role("button", name=button, exact=True).click()


class KeyboardPerson(Person):
    """Presses keys, and nothing else."""

    def do(self, name: str, deeds: dict[str, Deed]) -> None:
        """Run cell by cell with Shift+Enter; after the form cell with an id of `deeds`, do that."""
        self.open(name)
        cells = codes(name)
        for index, cell in enumerate(cells[:-1]):  # running the last one would make a new one
            expect(self.cell(index)).to_have_class(re.compile("jp-mod-active"))
            expect(self.cell(index)).to_be_focused()
            self.page.keyboard.press("Shift+Enter")
            if cell["cell_type"] == "code":
                expect(self.cell(index).locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]"))
            if cell["id"] in deeds:
                expect(self.cell(index).locator(".mfa-status").first).to_be_visible()
                deeds[str(cell["id"])](self)
                self.leave()
        assert set(deeds) <= {cell["id"] for cell in cells}
        self.end()

    def reach(self, heading: str, what: Locator, key: str = "Shift+Tab") -> None:
        """Tab until `what` has the focus."""
        expect(what).to_be_visible()
        for _ in range(40):
            if what.evaluate("e => e === document.activeElement || e.contains(document.activeElement)"):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"the keyboard does not reach it in {heading}")

    def press(self, heading: str, button: str) -> None:
        self.reach(heading, self.form(heading).get_by_role("button", name=button, exact=True))
        self.page.keyboard.press("Space")

    def write(self, heading: str, label: str, text: str) -> None:
        self.reach(heading, self.form(heading).get_by_label(label, exact=True))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def leave(self) -> None:
        """Back to the cell of the form, and on to the next cell."""
        for _ in range(40):
            if self.page.evaluate("document.activeElement.classList.contains('jp-Cell')"):
                break
            self.page.keyboard.press("Shift+Tab")
        self.page.keyboard.press("ArrowDown")


@pytest.fixture
def light(tmp_path: Path) -> Iterator[LabServer]:
    with lab_server(tmp_path) as lab:
        yield lab


@pytest.fixture
def dark(tmp_path: Path) -> Iterator[LabServer]:
    themes = tmp_path / "config/lab/user-settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings"
    themes.parent.mkdir(parents=True)
    themes.write_text('{"theme": "JupyterLab Dark"}')
    with lab_server(tmp_path) as lab:
        yield lab


def step(heading: str, button: str, status: str) -> Deed:
    def deed(person: Person) -> None:
        person.press(heading, button)  # type: ignore[attr-defined]
        person.expect_status(heading, status)

    return deed


def test_with_the_mouse_alone_a_person_gets_from_00_to_tokens(light: LabServer, page: Page) -> None:
    person = MousePerson(page, light, "light")
    sign_in = step("Sign in", "Sign in as the sandbox's user", "You have an MFA token")
    person.do(
        NAMES[0],
        step("Choose your tenant", "Check the tenant", "the sandbox answers"),
        step("Choose your tenant", "Start afresh", "The sandbox is empty"),
    )
    person.do(NAMES[1], sign_in)
    person.do(NAMES[2], step("Associate an e-mail", "Send me a code", "a mail with six digits"))
    person.do(
        NAMES[3],
        step("Confirm the e-mail", "Look for mail", "this is the newest mail"),
        step("Confirm the e-mail", "Use the code of this mail", "Now press"),
        step("Confirm the e-mail", "Confirm", "your e-mail is confirmed"),
    )
    person.do(
        NAMES[4],
        sign_in,
        step("Your authenticators", "List my authenticators", "1 of them a confirmed e-mail"),
        step("Your authenticators", "Use this one", "you picked the email"),
    )
    person.do(
        NAMES[5],
        step("Challenge your authenticator", "Send me a code", "a mail with six digits"),
        step("Type the code", "Look for mail", "this is the newest mail"),
        step("Type the code", "Use the code of this mail", "Now press"),
        step("Type the code", "Complete the login", "both factors are proven"),
    )


def test_with_the_keyboard_alone_a_person_gets_from_00_to_tokens(dark: LabServer, page: Page) -> None:
    def sign_in_after_a_slip(person: KeyboardPerson) -> None:
        person.write("Sign in", "Password", "not the password")
        person.press("Sign in", "Sign in")
        person.expect_status("Sign in", "The user name or the password is wrong. Type both again.")
        sign_in(person)

    def sign_in(person: KeyboardPerson) -> None:
        person.press("Sign in", "Sign in as the sandbox's user")
        person.expect_status("Sign in", "You have an MFA token")

    def type_code(heading: str, button: str, status: str) -> Callable[[KeyboardPerson], None]:
        def deed(person: KeyboardPerson) -> None:
            person.press(heading, "Look for mail")
            person.expect_status(heading, "this is the newest mail")
            code = person.code_in_mail(heading)
            wrong = "000000" if code != "000000" else "000001"
            person.write(heading, "Code", wrong)
            person.press(heading, button)
            person.expect_status(heading, "That code is not right.")
            person.write(heading, "Code", f"{code[:3]} {code[3:]}")
            person.press(heading, button)
            person.expect_status(heading, status)

        return deed

    def list_and_pick(person: KeyboardPerson) -> None:
        person.press("Your authenticators", "List my authenticators")
        person.expect_status("Your authenticators", "1 of them a confirmed e-mail")
        person.press("Your authenticators", "Use this one")
        person.expect_status("Your authenticators", "you picked the email")

    def associate(person: KeyboardPerson) -> None:
        person.write("Associate an e-mail", "E-mail", "ada+lab@example.com")
        person.press("Associate an e-mail", "Send me a code")
        person.expect_status("Associate an e-mail", "a mail with six digits")

    def challenge(person: KeyboardPerson) -> None:
        person.press("Challenge your authenticator", "Send me a code")
        person.expect_status("Challenge your authenticator", "a mail with six digits")

    def check(person: KeyboardPerson) -> None:
        person.press("Choose your tenant", "Check the tenant")
        person.expect_status("Choose your tenant", "the sandbox answers")

    person = KeyboardPerson(page, dark, "dark")
    person.do(NAMES[0], {"form-tenant": check})  # type: ignore[dict-item]
    person.do(NAMES[1], {"form-sign-in": sign_in_after_a_slip})  # type: ignore[dict-item]
    person.do(NAMES[2], {"form-associate": associate})  # type: ignore[dict-item]
    person.do(NAMES[3], {"form-confirm": type_code("Confirm the e-mail", "Confirm", "your e-mail is confirmed")})  # type: ignore[dict-item]
    person.do(NAMES[4], {"form-sign-in": sign_in, "form-authenticators": list_and_pick})  # type: ignore[dict-item]
    person.do(
        NAMES[5],
        {  # type: ignore[arg-type]
            "form-challenge": challenge,
            "form-complete": type_code("Type the code", "Complete the login", "both factors are proven"),
        },
    )
