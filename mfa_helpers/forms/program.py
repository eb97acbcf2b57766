"""A learner's own program, in any language: run and judged here, or pointed at a tenant by hand."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import ipywidgets as widgets

from ..client.errors import InvalidInput, MfaError
from ..lessons.judge import example
from ..lessons.judge.by_hand import ByHand
from ..lessons.judge.faults import FAULTS, Fault
from ..lessons.judge.judge import Finding, Report, judge
from ..lessons.judge.program import Unusable, folder_named
from ..show.html import PRE, Html
from ..storage import browser
from . import controls
from .base import Form

_PRE = f"{PRE}white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.4"


class ProgramForm(Form):
    """Judges a program that signs a user in. `result` is the last `Report`, or what is known of a run by hand.

    Showing it runs nothing. Hands-free it judges the login of the example, and no fault.
    """

    heading = "Optional: Have your program judged"
    is_step = False

    def parts(self) -> Sequence[widgets.Widget]:
        self.by_hand: ByHand | None = None
        self.folder = self.remembered(self.text("Folder", "."))
        self.command = self.remembered(self.text("Command", "", "python login.py"))
        run = controls.button("Run and judge", "Run your program, and judge what it does", self.submit, main=True)
        write = controls.button("Write the variables", "For a program that you start yourself", self.write)
        self.look_button = controls.button("Show what arrived", "Look at what the tenant has seen", self.look)
        controls.show(False, self.look_button)
        self.output = widgets.HTML()
        return [self.folder, self.command, controls.row(run, write, self.look_button)]

    def foot(self) -> Sequence[widgets.Widget]:
        return [self.output]

    def invitation(self) -> str:
        if browser.IS_HERE:
            return "This form needs the course on your machine or on Binder, because a web page can't start programs."
        return "“Run and judge” starts your program. To start it in a terminal yourself, click “Write the variables”."

    def submit(self) -> None:
        """Run the program, each time with a new practice tenant, and judge it."""
        self._judge(self.folder.value, self.command.value, tuple(FAULTS.values()))

    def write(self) -> None:
        """Start a tenant for a program that is started by hand, and write its variables into a private file."""

        def begin() -> ByHand:
            _refuse_a_page()
            self.put_away()
            self.by_hand = ByHand()
            return self.by_hand

        def said(begun: ByHand) -> str:
            return (
                f"a new practice tenant is at {begun.base_url}. Its variables are in a file that only you can read. "
                "In a terminal, run the line below, and then your program."
            )

        if self.attempt(begin, said):
            line = Html('<pre style="{}">. {}</pre>').format(_PRE, shlex.quote(str(self.result.file)))
            self.output.value = self.lab.shown(line)
        controls.show(self.by_hand is not None, self.look_button)

    def look(self) -> None:
        """Judge what has arrived at the tenant of the run by hand."""
        by_hand = self.by_hand
        if by_hand is not None and self.attempt(by_hand.finding, _arrived, opening=""):
            self._show([], "What the tenant has seen", self.result.sent)

    def look_again(self) -> None:
        """The page is looked at again: the program may have been run in the terminal meanwhile."""
        super().look_again()
        if self.by_hand is not None and not self.single_attempt.busy:
            with suppress(MfaError):
                sent = self.by_hand.finding().sent
                if sent:
                    self._show([], "What the tenant has seen", sent)

    def put_away(self) -> None:
        """End the tenant of the run by hand, and remove its file."""
        if self.by_hand is not None:
            self.by_hand.close()
        self.by_hand = None

    def close_all(self) -> None:
        self.put_away()
        super().close_all()

    def hands_free(self) -> None:
        if not browser.IS_HERE:
            self._judge(".", shlex.join([sys.executable, "-m", example.__name__]), ())
            if self.error is None and not self.result.held:
                raise AssertionError(self.result.findings[0].sentence)

    def _judge(self, folder: str, command: str, faults: Sequence[Fault]) -> None:
        findings: list[Finding] = []

        def found(finding: Finding) -> None:
            findings.append(finding)
            self._show(findings)

        def saw(title: str, sent: Sequence[str]) -> None:
            self._show(findings, f"{title}: what the tenant has seen", sent)

        self.attempt(lambda: _judged(folder, command, faults, found, saw), Report.summary, opening="")

    def _show(self, findings: Sequence[Finding], title: str = "", lines: Sequence[str] = ()) -> None:
        parts = [_told(one) for one in findings]
        if lines:
            parts.append(Html('{}<pre style="{}">{}</pre>').format(title, _PRE, "\n".join(lines)))
        value = self.lab.shown(Html('<div style="line-height: 1.5">{}</div>').format(Html().join(parts)))
        if value != self.output.value:
            self.output.value = value


def _judged(folder: str, command: str, faults: Sequence[Fault], found: Callable[[Finding], Any], saw: Any) -> Report:
    _refuse_a_page()
    if not folder.strip():
        raise InvalidInput("The folder is empty.", "Type the folder of your program.")
    try:
        place = folder_named(folder.strip())
    except Unusable as error:
        raise InvalidInput(str(error), "Type the folder of your program.") from None
    try:
        words = shlex.split(command)
    except ValueError:
        raise InvalidInput(
            "A quotation mark in the command isn't closed.", "Add the missing one, or remove the extra one."
        ) from None
    if not words:
        raise InvalidInput("The command is empty.", "Type how you start your program, such as python login.py.")
    try:
        return judge(words, place, found=found, saw=saw, faults=faults)
    except Unusable as error:
        raise InvalidInput(str(error), "Then run it again.") from None


def _refuse_a_page() -> None:
    if browser.IS_HERE:
        raise InvalidInput("A web page can't start programs.", "Use the course on your machine or on Binder.")


def _arrived(finding: Finding) -> str:
    works = "works" if finding.held else "doesn't work yet"
    return f"The login {works}. {finding.sentence}"


def _told(finding: Finding) -> Html:
    """A run in a paragraph; if it failed, with what the tenant saw and what the program printed."""
    words = Html("<strong>{}: {}.</strong> {}").format(
        finding.title, "held" if finding.held else "failed", finding.sentence
    )
    more = (("The tenant saw", "\n".join(finding.sent)), ("It printed", finding.printed)) if not finding.held else ()
    for title, lines in more:
        if lines:
            words += Html('<div style="margin: 4px 0 4px 1.5rem">{}<pre style="{}">{}</pre></div>').format(
                title, _PRE, lines
            )
    return Html('<div style="margin: 0 0 8px">{}</div>').format(words)
