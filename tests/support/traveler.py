"""A person who goes through the course in one page of JupyterLab, from notebook to notebook."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Locator, Page, expect

from .lab_server import LabServer
from .person import NAMES, codes

_CELL = "e => Number(e.closest('.jp-Cell')?.dataset.windowedListIndex ?? -1)"
_HAS_FOCUS = "e => e === document.activeElement || e.contains(document.activeElement)"


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
        strong = self.page.locator("strong", has_text=re.compile(f"^{re.escape(heading)}$"))
        return self.panel.locator(".mfa-form").filter(has=strong).last

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
        self.act(self.form(heading).get_by_role("button", name=re.compile(f"^Next: {name[:2]} ")))
        self.arrived(name)
        self.expect_begun()

    def arrived(self, name: str) -> None:
        """The notebook `name` is seen."""
        expect(self.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab.lm-mod-current")).to_contain_text(name)
        self.name = name

    def act(self, what: Locator) -> None:
        self.actions += 1
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
