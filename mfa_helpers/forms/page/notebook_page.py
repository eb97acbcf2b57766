"""The notebook's page: it says when somebody looks, goes where a button leads, and notices that the kernel was restarted."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ...lab import Lab
from ...lessons import path
from ...show.live import Bundle
from ...storage import browser


class NotebookPage(anywidget.AnyWidget):
    """Has no view. `kernel_class` is the CSS class of this kernel's forms, and `is_in_browser` says where the kernel is."""

    _esm = Path(__file__).with_name("notebook_page.js")
    _css = Path(__file__).with_name("notebook_page.css")
    kernel_class = traitlets.Unicode().tag(sync=True)
    is_in_browser = traitlets.Bool(browser.IS_HERE).tag(sync=True)

    def __init__(self) -> None:
        super().__init__(kernel_class=f"mfa-kernel-{secrets.token_hex(4)}")
        self._lab: Lab | None = None
        self._arrange: Callable[[list[str]], None] | None = None
        self._was_loaded = False
        self.on_msg(self._asked)

    def attend(self, lab: Lab, arrange: Callable[[list[str]], None]) -> None:
        """Serve the outputs and forms of `lab`. `arrange` is told the IDs of the page's cells, in their order."""
        self._arrange = arrange
        if self._lab is not lab:
            self._lab = lab
            lab.views.tell = self._tell

    def go(self, file: str = "", form: str = "", cell: str = "") -> None:
        """Open the notebook `file`, or in this one bring the form with the CSS class `form`, of the cell `cell`, into sight."""
        self.send({"go": {"file": file, "form": form, "cell": cell}})

    def run(self) -> None:
        """Run all cells of this notebook."""
        self.send({"run": True})

    def _tell(self, news: bool) -> None:
        assert self._lab is not None
        self.send({"news": news, "again": path.changes_in(self._lab)})

    def _resend(self, cell: str, name: str, bundle: Bundle) -> None:
        self.send({"output": name, "cell": cell, "data": bundle})

    def _asked(self, _: Any, content: Any, buffers: Any) -> None:
        if self._lab is None:
            return
        if self._arrange is not None:
            self._arrange([str(cell) for cell in content.get("cells", [])])
        if "changed" in content:
            from ...lessons.exercises import program  # takes 30 ms (measured), and a form of an exercise has loaded it

            program.changed_cells[:] = map(str, content["changed"])
        if content.get("loaded"):
            if self._was_loaded:
                self._lab.views.reloaded(self._resend)
            self._was_loaded = True
        elif content.get("look"):
            self._lab.views.look()

    def __repr__(self) -> str:
        return "<NotebookPage>"


@cache
def notebook_page() -> NotebookPage:
    """The page of this kernel."""
    return NotebookPage()
