"""A learner's own program, in any language: run and judged here, or pointed at a tenant by hand."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import ipywidgets as widgets

from ..client.errors import InvalidInput, MfaError
from ..lessons.judge import example
from ..lessons.judge.by_hand import ByHand
from ..lessons.judge.faults import FAULTS, LOGIN, Fault
from ..lessons.judge.judge import LIMIT, Finding, Report, judge
from ..lessons.judge.program import Unusable, folder_named
from ..show.html import PRE, Html
from ..storage import browser
from . import controls
from .base import Form
from .page.ticker import Ticker

_PRE = f"{PRE}white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.4"
_EVERY = 2  # seconds between two looks at a run by hand


class ProgramForm(Form):
    """Judges a program that signs a user in. `result` is the last `Report`; of a run by hand, its `ByHand` once there is one, and then each `Finding`.

    Showing it runs nothing. Hands-free it judges the login of the example, and no fault.
    """

    heading = "Optional: Have your program judged"
    is_step = False

    def parts(self) -> Sequence[widgets.Widget]:
        self.by_hand: ByHand | None = None
        self._ticker: Ticker | None = None
        self.folder = self.remembered(self.text("Folder", "."))
        self.command = self.remembered(self.text("Command", "", "python login.py"))
        run = controls.button("Run and judge", "Run your program, and judge what it does", self.submit, main=True)
        point = controls.button(
            "Point your program at this tenant", "For a program that you start in a terminal", self.point
        )
        self.judge_button = controls.button("Judge what arrived", "Judge the run in the terminal", self.judge_arrived)
        self.next_button = controls.button(
            "Next fault", "Prepare the next fault for your program's next run", self.next_fault
        )
        self.repeat_button = controls.button(
            "Repeat this fault", "Prepare the same fault for your program's next run", self.repeat_fault
        )
        self._show_buttons()
        self.output = widgets.HTML()
        by_hand = controls.row(self.judge_button, self.next_button, self.repeat_button)
        return [self.folder, self.command, controls.row(run, point), by_hand]

    def foot(self) -> Sequence[widgets.Widget]:
        return [self.output]

    def invitation(self) -> str:
        if browser.IS_HERE:
            return "This form needs the course on your machine or on Binder, because a web page can't start programs."
        return "“Run and judge” starts your program. To start it in a terminal yourself, click “Point your program at this tenant”."

    def submit(self) -> None:
        """Run the program, each time with a new practice tenant, and judge it."""
        self._judge(self.folder.value, self.command.value, tuple(FAULTS.values()))

    def point(self) -> None:
        """Start a tenant for a program that is started by hand, write its variables into a private file, and follow what arrives."""

        def begin() -> ByHand:
            _refuse_a_page()
            self.put_away()
            self.output.value = ""  # its file is gone
            self.by_hand = ByHand()
            return self.by_hand

        def said(begun: ByHand) -> str:
            return (
                f"a new practice tenant is at {begun.base_url}. Its variables are in a file that only you can read. "
                "In a terminal, run the line below, and then your program. What arrives is shown here. At the end, click "
                "“Judge what arrived”."
            )

        if self.attempt(begin, said):
            self._ticker = Ticker(self._follow)
            self._ticker.seconds = _EVERY
        self._show_run_by_hand()

    def judge_arrived(self) -> None:
        """Judge what has arrived at the tenant of the run by hand."""
        if (by_hand := self.by_hand) is not None:
            self.attempt(by_hand.finding, lambda finding: _judged_by_hand(by_hand, finding), opening="")
            self._show_run_by_hand()

    def next_fault(self) -> None:
        """Prepare the tenant of the run by hand for the next fault."""
        if self.by_hand is not None and (fault := self.by_hand.next_fault) is not None:
            self._prepare(self.by_hand, fault)

    def repeat_fault(self) -> None:
        """Prepare it for the same one: a fault lasts for one run."""
        if self.by_hand is not None:
            self._prepare(self.by_hand, self.by_hand.fault)

    def look_again(self) -> None:
        super().look_again()
        self._follow()

    def put_away(self) -> None:
        """End the tenant of the run by hand, and remove its file."""
        if self._ticker is not None:
            self._ticker.seconds = 0
            self._ticker.close()
        if self.by_hand is not None:
            self.by_hand.close()
        self.by_hand = self._ticker = None

    def close_all(self) -> None:
        self.put_away()
        super().close_all()

    def hands_free(self) -> None:
        if not browser.IS_HERE:
            self._judge(".", shlex.join([sys.executable, "-m", example.__name__]), ())
            if self.error is None and not self.result.held:
                raise AssertionError(self.result.findings[0].sentence)

    def _prepare(self, by_hand: ByHand, fault: Fault) -> None:
        self.attempt(lambda: by_hand.prepare(fault), lambda _: _what_to_run(fault), opening="")
        self._show_run_by_hand()

    def _follow(self) -> None:
        """Show what has arrived until now, unasked: nothing is announced."""
        if not self.single_attempt.busy:
            self._show_run_by_hand()

    def _show_run_by_hand(self) -> None:
        self._show_buttons()
        if (by_hand := self.by_hand) is None:
            return
        with suppress(MfaError):  # a look more or less
            title = f"{by_hand.fault.title}: what the tenant has seen"
            # The requests of this run are below.
            findings = [
                replace(one, sent=()) if one.id == by_hand.fault.id else one for one in by_hand.findings.values()
            ]
            self._show(
                findings,
                title,
                by_hand.lines(),
                Html('<pre style="{}">. {}</pre>').format(_PRE, shlex.quote(str(by_hand.file))),
            )

    def _show_buttons(self) -> None:
        by_hand = self.by_hand
        controls.show(by_hand is not None, self.judge_button)
        controls.show(by_hand is not None and by_hand.next_fault is not None, self.next_button)
        controls.show(by_hand is not None and by_hand.fault is not LOGIN, self.repeat_button)

    def _judge(self, folder: str, command: str, faults: Sequence[Fault]) -> None:
        findings: list[Finding] = []

        def found(finding: Finding) -> None:
            self.put_away()
            findings.append(finding)
            self._show(findings)

        def saw(title: str, sent: Sequence[str]) -> None:
            self.put_away()  # it runs, so its author has given up a run by hand
            self._show(findings, f"{title}: what the tenant has seen", sent)

        self.attempt(lambda: _judged(folder, command, faults, found, saw), Report.summary, opening="")
        self._show_buttons()

    def _show(self, findings: Sequence[Finding], title: str = "", lines: Sequence[str] = (), first: str = "") -> None:
        parts = [first, *(_told(one) for one in findings)]
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


def _judged_by_hand(by_hand: ByHand, finding: Finding) -> str:
    if finding.id == LOGIN.id:
        works = "works" if finding.held else "doesn't work yet"
        said = f"The login {works}. {finding.sentence}"
    else:
        said = f"{finding.title}: {'passed' if finding.held else 'failed'}. {finding.sentence}"
    if by_hand.next_fault is not None:
        return f"{said}\nTo try your program with the next fault, click “Next fault”."
    return f"{said}\n{by_hand.report.summary()}" if by_hand.fault is not LOGIN else said


def _what_to_run(fault: Fault) -> str:
    """One sentence about the fault, and what its author does."""
    number = list(FAULTS).index(fault.id) + 1
    is_on = f"Fault {number} of {len(FAULTS)} is active: {fault.title}."
    if fault.tabs == 1:
        return f"{is_on} Run your program in the terminal again, and then click “Judge what arrived”."
    return (
        f"{is_on} Run your program in the terminal again. It waits for its code. Within {LIMIT:g} seconds, open a second terminal, "
        "and there run the line below and your program, too. When both have ended, click “Judge what arrived”."
    )


def _told(finding: Finding) -> Html:
    """A run in a paragraph; if it failed, with what the tenant saw and what the program printed."""
    words = Html("<strong>{}: {}.</strong> {}").format(
        finding.title, "passed" if finding.held else "failed", finding.sentence
    )
    more = (("The tenant saw", "\n".join(finding.sent)), ("It printed", finding.printed)) if not finding.held else ()
    for title, lines in more:
        if lines:
            words += Html('<div style="margin: 4px 0 4px 1.5rem">{}<pre style="{}">{}</pre></div>').format(
                title, _PRE, lines
            )
    return Html('<div style="margin: 0 0 8px">{}</div>').format(words)
