"""A person who goes through the course in one page of JupyterLab, from notebook to notebook.

In Chromium and in Firefox, which Playwright drives. `webkit.py` has such a person in WebKit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Protocol

from playwright.sync_api import Locator, Page, expect

from mfa_helpers.outline import BY_NUMBER

from .lab_server import LabServer
from .person import DEEDS, NAMES, codes, diagrams, expect_drawn, scroll_to

_CELL = "e => Number(e.closest('.jp-Cell')?.dataset.windowedListIndex ?? -1)"
_HAS_FOCUS = "e => e === document.activeElement || e.contains(document.activeElement)"


class Goer(Protocol):
    """What the walk from 00 to the tokens needs of a person, whatever drives the browser."""

    name: str  # of the notebook that is seen

    def start(self, name: str) -> None: ...
    def run_all(self) -> None: ...
    def expect_begun(self) -> None: ...
    def settle(self) -> None: ...
    def press(self, heading: str, button: str, status: str) -> None: ...
    def go_on(self, heading: str, name: str) -> None: ...
    def expect_end(self) -> None: ...


def to_tokens(person: Goer) -> Iterator[str]:
    """From 00 to the tokens in 05. Gives the name of each notebook when all that there is to do in it is done."""
    person.start(NAMES[0])
    person.run_all()
    person.expect_begun()
    for number, deeds in enumerate(DEEDS):
        person.settle()  # while a notebook runs, what is in it moves
        for deed in deeds:
            person.press(*deed)
        person.expect_end()
        yield NAMES[number]
        if number + 1 < len(DEEDS):
            person.go_on(deeds[-1][0], NAMES[number + 1])


def way_on(name: str) -> str:
    """The label of the button that leads to a notebook."""
    return f"Next: {name[:2]} {BY_NUMBER[name[:2]].title}"


class ByAddress:
    """Follows no link: opens each notebook by its address, which loads the page again."""

    def go_on(self: Goer, heading: str, name: str) -> None:
        self.start(name)
        self.run_all()
        self.expect_begun()


class Traveler:
    """With the mouse alone. `actions` counts what was pressed; to move, to scroll, and to read is none."""

    def __init__(self, page: Page, lab: LabServer) -> None:
        self.page, self.lab = page, lab
        self.actions = 0
        self.name = ""

    # What is seen

    @property
    def panel(self) -> Locator:
        """The notebook that is seen."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def form(self, heading: str) -> Locator:
        return self.forms(heading).last

    def forms(self, heading: str) -> Locator:
        """All that have this heading, and those around them."""
        strong = self.page.locator("strong", has_text=re.compile(f"^{re.escape(heading)}$"))
        return self.panel.locator(".mfa-form").filter(has=strong)

    def cell(self, cell_id: str) -> Locator:
        index = next(i for i, cell in enumerate(codes(self.name)) if cell["id"] == cell_id)
        return self.panel.locator(f'.jp-Cell[data-windowed-list-index="{index}"]')

    def is_ready(self) -> None:
        """The kernel is there and has nothing to do."""
        expect(self.page.get_by_text(f"{self.lab.kernel} | Idle")).to_be_visible()
        expect(self.panel.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')).to_be_visible()

    def settle(self) -> None:
        """Wait until all that was begun is over."""
        self.is_ready()
        expect(self.panel.locator(".jp-InputPrompt", has_text="[*]")).to_have_count(0)
        expect(self.panel.locator("progress.mfa-working")).to_have_count(0)

    def expect_no_fault(self) -> None:
        for kind in ("stderr", "error"):
            expect(self.page.locator(f'[data-mime-type="application/vnd.jupyter.{kind}"]')).to_have_count(0)
        assert "Traceback" not in " ".join(self.page.locator(".jp-Notebook").all_inner_texts())

    def expect_begun(self) -> None:
        """The notebook runs, its forms are there, and its first cell is seen and has the focus."""
        expect(self.panel.locator(".mfa-form")).not_to_have_count(0)
        expect(self.panel.locator(".jp-Cell").first).to_have_class(re.compile("jp-mod-active"))
        expect(self.panel.locator(".jp-Cell").first).to_be_in_viewport()

    def expect_end(self) -> None:
        """The checkpoint is reached, diagrams are drawn, and nothing went wrong."""
        expect(self.cell("checkpoint")).to_contain_text("✔ Checkpoint reached")
        for index in diagrams(self.name):
            image = self.panel.locator(f'.jp-Cell[data-windowed-list-index="{index}"] img')
            expect_drawn(image)
        self.expect_no_fault()

    # What is done

    def start(self, name: str = NAMES[0]) -> None:
        """Open the course at a notebook."""
        self.name = name
        self.page.goto(self.lab.notebook(name))
        expect(self.panel.locator(".jp-Cell").first).to_be_visible()
        self.is_ready()
        self.page.wait_for_function("() => document.activeElement.classList.contains('jp-Cell')")

    def run_all(self) -> None:
        self.act(self.panel.locator('.jp-Toolbar [data-command="notebook:run-all-cells"]'))

    def press(self, heading: str, button: str, status: str = "") -> None:
        """Press a form's button, and wait until the form says `status`."""
        self.act(self.form(heading).get_by_role("button", name=button, exact=True))
        if status:
            expect(self.form(heading).locator(".mfa-status").first).to_contain_text(status)

    def go_on(self, heading: str, name: str) -> None:
        """Press the button that leads to the notebook `name`, whose cells run by themselves."""
        self.act(self.form(heading).get_by_role("button", name=way_on(name), exact=True))
        self.arrived(name)
        self.expect_begun()

    def arrived(self, name: str) -> None:
        """The notebook `name` is seen."""
        expect(self.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab.lm-mod-current")).to_contain_text(name)
        self.name = name

    def act(self, what: Locator) -> None:
        self.actions += 1
        scroll_to(what)
        what.click()

    def to_tab(self, name: str) -> None:
        """Show a notebook that is open."""
        self.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab", has_text=name).click()
        self.arrived(name)

    def save(self) -> list[dict[str, object]]:
        """Save the notebook that is seen. Gives the cells in its file."""
        with self.page.expect_response(lambda one: one.request.method == "PUT" and "/api/contents/" in one.url):
            self.panel.locator('.jp-Toolbar [data-command="docmanager:save"]').click()
        file = self.lab.folder / "notebooks" / f"{self.name}.ipynb"
        cells: list[dict[str, object]] = json.loads(file.read_text("utf-8"))["cells"]
        return cells

    def saved(self, name: str) -> list[dict[str, object]]:
        """The cells of a notebook that is open, after it was shown and saved; its checkpoint is reached."""
        self.to_tab(name)
        reached = re.compile("✔ (Checkpoint reached|You reached this checkpoint earlier)")
        expect(self.cell("checkpoint")).to_contain_text(reached)
        return self.save()


class TravelerWithAFinger(Traveler):
    """With taps alone, where a window may have no room for all of JupyterLab's bars."""

    def is_ready(self) -> None:
        expect(self.page.get_by_text(f"{self.lab.kernel} | Idle")).to_be_visible()

    def act(self, what: Locator) -> None:
        self.actions += 1
        scroll_to(what)
        what.tap()


class TravelerAtTheKeyboard(Traveler):
    """With the keyboard alone."""

    def act(self, what: Locator) -> None:
        self.actions += 1
        expect(what).to_be_visible()
        if what.evaluate("e => !!e.closest('.jp-Toolbar')"):
            self._reach_in_toolbar(what)
        else:
            self._reach_in_cell(what)
        self.page.keyboard.press("Enter")

    def _reach_in_toolbar(self, what: Locator) -> None:
        self._press("Shift+Tab", "() => !!document.activeElement.closest('.jp-Toolbar')")
        for _ in range(40):  # the arrows go around in it
            if what.evaluate(_HAS_FOCUS):
                return
            self.page.keyboard.press("ArrowRight")
        raise AssertionError("the toolbar's button isn't reached")

    def _reach_in_cell(self, what: Locator) -> None:
        """With the arrows to its cell or, as they pass over cells whose code is hidden, to one before it; then with Tab."""
        there = what.evaluate(_CELL)
        if self._place() != there:
            self._press("Shift+Tab", "() => document.activeElement.classList.contains('jp-Cell')")
            self._press("ArrowDown", f"() => ({_CELL})(document.activeElement) >= {there}")
            self._press("ArrowUp", f"() => ({_CELL})(document.activeElement) <= {there}")
        for _ in range(80):
            if what.evaluate(_HAS_FOCUS):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError("Tab doesn't reach it")

    def _place(self) -> int:
        place: int = self.page.evaluate(f"() => ({_CELL})(document.activeElement)")
        return place

    def _press(self, key: str, until: str) -> None:
        for _ in range(80):
            if self.page.evaluate(until):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{key} doesn't lead there from {self.page.evaluate('document.activeElement.outerHTML')}")
