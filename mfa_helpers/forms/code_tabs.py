"""A recorded call as a program, in the language or with the SDK that a learner chooses."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Self

from ..lab import Lab
from ..languages import LANGUAGES, command, programs
from ..show.exchange import NOTHING_YET
from ..show.html import PRE, Html, reached_by_keyboard
from ..show.live import LiveView
from .guidance import Guide

_CURL = LANGUAGES["curl"]
_PRE = PRE + "line-height: 1.4; white-space: pre; overflow-x: auto; tab-size: 4"


class CodeTabs(LiveView):
    """The last call of `step` in the languages of `mfa_helpers.languages` and with Auth0's SDKs, in tabs. As an output it follows."""

    def __init__(self, lab: Lab, step: str) -> None:
        super().__init__(lab.views, f"tabs {step}", _programs(lab, step).look)


class Programs:
    """What the tabs hold, each to be copied. cURL's is one plain command, and its program is one click away.

    Where no widget can live (on GitHub, in an HTML export, in a run that is
    hands-free) the same texts can be unfolded, one under the other.
    """

    def __init__(self, lab: Lab, step: str) -> None:
        self.lab, self._step = lab, step
        self._made_of: object = None
        #: The name of each language or SDK, as people write it, and its text: for cURL a command, for the others a program.
        self.programs: dict[str, str] = {}
        #: The program of each language whose text is a command.
        self.as_programs: dict[str, str] = {}
        self.look()

    def look(self) -> Self:
        """Hold the last call's programs; if that is a new one, the tabs change with it."""
        exchange = self.lab.exchanges.get(self._step)
        made_of = id(exchange), self.lab.handover.is_projecting()
        if made_of != self._made_of:  # all the programs take a page of a browser a tenth of a second
            self._made_of = made_of
            self.programs, self.as_programs = {}, {}
            if exchange is not None:
                made = {name: self.lab.shown(text) for name, text in programs(exchange).items()}
                plain = self.lab.shown(command(exchange, self.lab.tenant.ca_file))
                self.programs, self.as_programs = made | {_CURL: plain}, {_CURL: made[_CURL]}
            if "widget" in vars(self):
                if self.programs:
                    with self.widget.hold_sync():
                        self.widget.programs, self.widget.as_programs = self.programs, self.as_programs
                else:
                    vars(self).pop("widget").close()
        return self

    def __repr__(self) -> str:
        return f"The same call in {', '.join(self.programs)}." if self.programs else NOTHING_YET

    @cached_property
    def widget(self) -> Any:
        """The tabs, a `CodeTabsWidget`. The language that was chosen last, in any notebook, is open."""
        # anywidget takes 10 ms to load beside ipywidgets (measured), and only a person wants it
        from .page.code_tabs_widget import CodeTabsWidget

        chosen = self.lab.handover.language()
        first = next(iter(self.programs))
        chosen = chosen if chosen in self.programs else first
        tabs = CodeTabsWidget(programs=self.programs, as_programs=self.as_programs, chosen=chosen)
        tabs.observe(lambda change: self.lab.handover.choose_language(change["new"]), "chosen")
        return tabs

    def html(self) -> Html:
        """All programs, each closed until somebody opens it."""
        if not self.programs:
            return Html("<p>{}</p>").format(NOTHING_YET)
        return Html().join(
            _folded(name, f"{name} command", text, _folded("As a program", f"{name} program", self.as_programs[name]))
            if name in self.as_programs
            else _folded(name, f"{name} program", text)
            for name, text in self.programs.items()
        )

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        fixed = {"text/plain": repr(self), "text/html": str(self.html())}
        if not self.programs or self.lab.hands_free:
            return fixed
        bundle, _metadata = self.widget._repr_mimebundle_() or ({}, {})
        return {**bundle, **fixed}


def _folded(summary: str, label: str, text: str, *more: Html) -> Html:
    part = Html('<details><summary>{}</summary><pre {} style="{}">{}</pre>{}</details>')
    return part.format(summary, reached_by_keyboard(label), _PRE, text, Html().join(more))


def _programs(lab: Lab, step: str) -> Programs:
    """The same ones for a cell that runs again: tabs that nobody sees any more would be saved with the notebook."""
    tabs = Guide.of(lab).tabs
    if step not in tabs:
        tabs[step] = Programs(lab, step)
    made: Programs = tabs[step]
    return made
