"""What a person sees and does on a page of JupyterLab that shows one notebook."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from .lab_server import NOTEBOOKS, LabServer

SHOTS = Path(__file__).parents[1] / "shots"
NAMES = sorted(path.stem for path in NOTEBOOKS.glob("[0-9]*.ipynb"))

OUTPUT = ".jp-OutputArea-child"
Deed = Callable[["Person"], None]


def codes(name: str) -> list[dict[str, object]]:
    """The cells of a notebook."""
    cells: list[dict[str, object]] = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text())["cells"]
    return cells


def diagrams(name: str) -> list[int]:
    """Which cells of a notebook have a diagram."""
    return [index for index, cell in enumerate(codes(name)) if "```mermaid" in str(cell["source"])]


def is_hidden(cell: dict[str, object]) -> bool:
    """Whether the code of a cell is hidden until somebody opens it."""
    return "source_hidden" in str(cell["metadata"])


def expect_drawn(image: Locator) -> None:
    """A diagram: an image stands where its source text would."""
    expect(image).to_be_visible()
    assert image.evaluate("async e => { await e.decode(); return e.naturalWidth }") > 0
    box = image.bounding_box()
    assert box and box["width"] > 200 and box["height"] > 200, box


def scroll_to(what: Locator) -> None:
    """The page hears the wheel with which a person scrolls, and then leads them nowhere else. Of what a driver scrolls, it hears nothing."""
    what.evaluate("e => e.dispatchEvent(new WheelEvent('wheel', { bubbles: true }))")
    what.scroll_into_view_if_needed()


class Person:
    """What a person sees and does on a page that shows one notebook."""

    def __init__(self, page: Page, lab: LabServer, theme: str) -> None:
        self.page, self.lab, self.theme = page, lab, theme
        #: How often something was clicked, or pressed with a key.
        self.actions = 0

    def open(self, name: str) -> None:
        self.name = name
        self.page.goto(self.lab.notebook(name))
        expect(self.page.locator(".jp-Notebook .jp-Cell").first).to_be_visible(timeout=60_000)
        # The kernel must be there: JupyterLab drops what is run while it still connects.
        expect(self.page.get_by_text(f"{self.lab.kernel} | Idle")).to_be_visible(timeout=60_000)
        expect(self.page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')).to_be_visible(timeout=60_000)
        self.page.wait_for_function("() => document.activeElement.classList.contains('jp-Cell')")

    def expect_not_dirty(self) -> None:
        """Opening a notebook of a learner's copy changes nothing in it."""
        # The kernel's answer, after which JupyterLab would mark it, is there: `open` waits for it. An autosave would hide the mark.
        assert self.page.locator(".jp-mod-dirty").count() == 0

    def cell(self, index: int) -> Locator:
        return self.page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{index}"]')

    def expect_ran(self, index: int) -> None:
        """The cell has run: its number is there or, where the code is hidden, its output."""
        if not is_hidden(codes(self.name)[index]):
            expect(self.cell(index).locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]"))
        elif codes(self.name)[index]["id"] != "parameters":  # which has none
            expect(self.cell(index).locator(f"{OUTPUT}:not([data-old])")).not_to_have_count(0)

    def mark_outputs(self, index: int) -> None:
        """Those that are there now do not count when the cell runs again."""
        self.cell(index).evaluate(f"cell => cell.querySelectorAll('{OUTPUT}').forEach(e => e.dataset.old = 'yes')")

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

    def expect_diagrams(self) -> None:
        """Each diagram is drawn."""
        for index in diagrams(self.name):
            expect_drawn(self.cell(index).locator("img"))

    def theme_dark(self) -> None:
        for text in ("Settings", "Theme", "JupyterLab Dark"):
            self.page.locator(".lm-MenuBar-item, .lm-Menu-item", has_text=re.compile(f"^{text}$")).first.click()
        expect(self.page.locator("body")).to_have_attribute("data-jp-theme-light", "false")

    def end(self) -> None:
        """The checkpoint is reached, diagrams are drawn; a picture is taken."""
        index = next(i for i, cell in enumerate(codes(self.name)) if cell["id"] == "checkpoint")
        expect(self.cell(index)).to_contain_text("✔ Checkpoint reached")
        self.expect_no_fault()
        self.expect_diagrams()
        SHOTS.mkdir(exist_ok=True)
        self.page.locator(".jp-WindowedPanel-outer").first.evaluate("e => e.scrollTo(0, 0)")
        self.page.screenshot(path=SHOTS / f"{self.name}-{self.theme}.png")


class MousePerson(Person):
    """Clicks, and nothing else."""

    def run_all(self) -> None:
        self.actions += 2
        self.page.locator(".lm-MenuBar-item", has_text=re.compile("^Run$")).click()
        self.page.locator('[data-command="runmenu:run-all"]').click()

    def do(self, name: str, *deeds: Deed) -> None:
        self.open(name)
        self.expect_not_dirty()
        self.run_all()
        indexes = [i for i, cell in enumerate(codes(name)) if cell["cell_type"] == "code"]
        self.expect_ran(indexes[-1])
        self.expect_no_fault()  # Run All with nothing filled in ends without a traceback
        for deed in deeds:
            deed(self)
        self.end()

    def run(self, index: int) -> None:
        prompt = self.cell(index).locator(".jp-InputPrompt")
        before = prompt.inner_text()
        self.mark_outputs(index)
        prompt.click()
        self.page.locator('[data-command="notebook:run-cell-and-select-next"]').first.click()
        if not is_hidden(codes(self.name)[index]):
            expect(prompt).not_to_have_text(before)
        self.expect_ran(index)

    def press(self, heading: str, button: str) -> None:
        self.actions += 1
        found = self.form(heading).get_by_role("button", name=button, exact=True)
        scroll_to(found)
        found.click()


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
                self.expect_ran(index)
            if cell["id"] in deeds:
                expect(self.cell(index).locator(".mfa-status").first).to_be_visible()
                deeds[str(cell["id"])](self)
                self.leave()
        assert set(deeds) <= {cell["id"] for cell in cells}
        self.end()

    def reach(self, heading: str, what: Locator, key: str = "Shift+Tab") -> None:
        """Tab until `what` has the focus."""
        expect(what).to_be_visible()
        for _ in range(100):  # once around the page: links, and the programs that can be unfolded
            if what.evaluate("e => e === document.activeElement || e.contains(document.activeElement)"):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"the keyboard does not reach it in {heading}")

    def press(self, heading: str, button: str) -> None:
        self.reach(heading, self.form(heading).get_by_role("button", name=button, exact=True))
        self.actions += 1
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


def step(heading: str, button: str, status: str) -> Deed:
    def deed(person: Person) -> None:
        person.press(heading, button)  # type: ignore[attr-defined]
        person.expect_status(heading, status)

    return deed


#: What a person presses in each of the first six notebooks: in which form, which button, and what the form says then.
DEEDS = (
    (("Choose your tenant", "Check the tenant", "the sandbox responds"),),
    (("Sign in", "Sign in as Ada", "You have an MFA token"),),
    (("Associate the address", "Send me a code", "an email with six digits"),),
    (
        ("Confirm the address", "Check the inbox", "this is the newest email"),
        ("Confirm the address", "Confirm", "your email is confirmed"),
    ),
    (
        ("Sign in", "Sign in as Ada", "You have an MFA token"),
        ("List the authenticators", "List my authenticators", "of which 1 is a confirmed email"),
        ("List the authenticators", "Use this one", "you picked the email"),
    ),
    (
        ("Send a challenge", "Send me a code", "an email with six digits"),
        ("Complete the login", "Check the inbox", "this is the newest email"),
        ("Complete the login", "Complete the login", "both factors are verified"),
    ),
)
RESET = (
    ("Choose your tenant", "Reset sandbox", "Do you want to delete"),
    ("Choose your tenant", "Yes, delete it", "the sandbox is reset"),
)


def to_a_picked_authenticator(person: MousePerson) -> None:
    """What a person does in 00 to 04 with the mouse. Each notebook is opened by its address."""
    for name, deeds in zip(NAMES, DEEDS[:5], strict=False):
        person.do(name, *(step(*deed) for deed in (*deeds, *(RESET if name == NAMES[0] else ()))))
