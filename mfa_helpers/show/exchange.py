"""One exchange and, beside it, the flow so far: the component in which every call of the course is shown.

A value that notebooks and forms show alike: as text, or as HTML that needs no
style and no script to be read. Colours come from JupyterLab's theme where there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from ..client.models import Exchange
from ..outline import Outcome
from . import sequence
from . import text as view
from .html import _BAD, _GOOD, PRE, reached_by_keyboard

NOTHING_YET = "Nothing has been sent yet. Use the form above, then run this cell again."
_WRAPPED = PRE + "line-height: 1.4; white-space: pre-wrap; word-break: normal; overflow-wrap: anywhere"
_DRAWN = PRE + "line-height: 1.2; white-space: pre; overflow-x: auto"
_HEAD = "margin: 12px 0 0; line-height: 1.4; font-weight: 600"
_NARROW = "width: 0; min-width: 100%"  # as wide as what is around, and never the reason for it to be wider
_SAID = f"margin: 8px 0 0; line-height: 1.4; {_NARROW}"


@dataclass(frozen=True)
class WireView:
    """What is to be shown; `exchange` is `None` before anything was sent. `shown` makes a text fit for the screen."""

    exchange: Exchange | None
    place: str = ""
    done: Mapping[str, Outcome] | None = None
    shown: Callable[[str], str] = str

    def __repr__(self) -> str:
        if self.exchange is None:
            return NOTHING_YET
        drawn = "\n".join(row.text for row in self._rows())
        return f"{self.shown(view.exchange_text(self.exchange))}\n\n\n{drawn}\n\n{sequence.to_come(self.place)}"

    def html(self) -> str:
        """The exchange, and the diagram beside it where there is room, beneath it where there is not."""
        if self.exchange is None:
            return f"<p>{NOTHING_YET}</p>"
        return (
            '<div style="display: flex; flex-wrap: wrap; gap: 0 32px; align-items: flex-start">'
            f'<div style="flex: 1 1 22rem; min-width: 0; max-width: 38rem">{self._exchange()}</div>'
            f'<div style="flex: 0 1 auto; min-width: 0; max-width: 100%">{self._flow()}</div></div>'
        )

    def details(self) -> str:
        """The same, closed until somebody opens it; empty before anything was sent."""
        if self.exchange is None:
            return ""
        call = f"{self.exchange.method} {self.exchange.path}, {self._result()}"
        return f'<details style="line-height: 1.5; {_NARROW}"><summary>What went over the wire: {escape(call)}</summary>{self.html()}</details>'

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.html()}

    def _rows(self) -> list[sequence.DiagramLine]:
        assert self.exchange is not None
        return sequence.diagram(self.done or {}, self.place, self.exchange)

    def _result(self) -> str:
        assert self.exchange is not None
        return sequence.told(sequence.outcome(self.place, self.exchange), self.place)

    def _exchange(self) -> str:
        assert self.exchange is not None
        took = view.took(self.exchange)
        request, answer = (self.shown(text(self.exchange)) for text in (view.request_text, view.answer_text))
        return (
            f'<div style="{_HEAD}">Request</div><pre style="{_WRAPPED}">{escape(request)}</pre>'
            f'<div style="{_HEAD}">{"No answer" if self.exchange.status is None else "Answer"}, {took}</div>'
            + (f'<pre style="{_WRAPPED}">{escape(answer)}</pre>' if answer else "")
        )

    def _flow(self) -> str:
        rows = self._rows()
        words = ". ".join(row.words for row in rows if row.words)
        return (
            f'<div style="{_HEAD}">The flow so far</div>'
            f'<pre {reached_by_keyboard(words, "img")} style="{_DRAWN}">{chr(10).join(map(_drawn, rows))}</pre>'
            f'<div style="{_SAID}">{escape(sequence.to_come(self.place))}</div>'
        )


def _drawn(row: sequence.DiagramLine) -> str:
    text = escape(row.text)
    if row.good is not None:
        lines, mark, words = text.partition("✔" if row.good else "✘")
        text = f'{lines}<span style="{_GOOD if row.good else _BAD}">{mark}{words}</span>'
    return f"<strong>{text}</strong>" if row.shown else text
