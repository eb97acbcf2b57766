"""One exchange and, beside it, the flow so far: the component in which every call of the course is shown.

A value that notebooks and forms show alike: as text, or as HTML that needs no
style and no script to be read. Colors come from JupyterLab's theme where there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..client.models import Exchange
from ..outline import Outcome
from . import sequence
from .html import BAD, GOOD, PRE, WRAPPED, Html, reached_by_keyboard
from .text import answer_text, exchange_text, request_text, took

NOTHING_YET = "Use the form above to send this request, and it appears here."
#: Of a long response, the fields that its notebook speaks of.
_MATTERS = {"discovery": ("issuer", "mfa_challenge_endpoint")}
_LONG = 24  # lines; of what is longer, only the beginning or what matters is open
_BEGINNING = 12
_WRAPPED = f"{PRE}line-height: 1.4; {WRAPPED}"
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
        return f"{self.shown(exchange_text(self.exchange))}\n\n\n{drawn}\n\n{self._to_come()}"

    def html(self) -> Html:
        """The exchange, and the diagram beside it where there is room, below it where there is not."""
        if self.exchange is None:
            return Html("<p>{}</p>").format(NOTHING_YET)
        return Html(
            '<div style="display: flex; flex-wrap: wrap; gap: 0 32px; align-items: flex-start">'
            '<div style="flex: 1 1 22rem; min-width: 0; max-width: 38rem">{}</div>'
            '<div style="flex: 0 1 auto; min-width: 0; max-width: 100%">{}</div></div>'
        ).format(self._request_and_answer(self.exchange), self._flow())

    def details(self) -> Html:
        """The same, closed until somebody opens it; empty before anything was sent."""
        if self.exchange is None:
            return Html()
        became = sequence.told(sequence.outcome(self.place, self.exchange), self.place)
        return Html(
            '<details style="line-height: 1.5; {}"><summary>What went over the wire: {} {}, {}</summary>{}</details>'
        ).format(_NARROW, self.exchange.method, self.exchange.path, became, self.html())

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": str(self.html())}

    def _to_come(self) -> str:
        return sequence.to_come(self.place, self.done or {})

    def _rows(self) -> list[sequence.DiagramLine]:
        assert self.exchange is not None
        return sequence.diagram(self.done or {}, self.place, self.exchange)

    def _request_and_answer(self, exchange: Exchange) -> Html:
        answer = self.shown(answer_text(exchange))
        return Html('<div style="{}">Request</div><pre style="{}">{}</pre><div style="{}">{}, {}</div>{}').format(
            *(_HEAD, _WRAPPED, self.shown(request_text(exchange))),
            *(_HEAD, "No response" if exchange.status is None else "Response", took(exchange)),
            self._folded(answer) if answer else "",
        )

    def _folded(self, answer: str) -> Html:
        """The answer; of a long one what matters, and the whole behind one click."""
        shown = Html('<pre style="{}">{}</pre>')
        lines = answer.split("\n")
        if len(lines) <= _LONG:
            return shown.format(_WRAPPED, answer)
        matters = tuple(f'  "{name}":' for name in _MATTERS.get(self.place, ()))
        body = lines.index("") + 2 if "" in lines else _BEGINNING  # below the line that opens it
        open_lines = [line for line in lines[body:] if line.startswith(matters)] if matters else lines[body:_BEGINNING]
        short = "\n".join([*lines[:body], *open_lines, "  …", lines[-1]])
        whole = Html("<details><summary>The whole response: {} lines</summary>{}</details>")
        return shown.format(_WRAPPED, short) + whole.format(len(lines), shown.format(_WRAPPED, answer))

    def _flow(self) -> Html:
        rows = self._rows()
        words = ". ".join(row.words for row in rows if row.words)
        return Html('<div style="{}">The flow so far</div><pre {} style="{}">{}</pre><div style="{}">{}</div>').format(
            *(_HEAD, reached_by_keyboard(words, "img"), _DRAWN, Html("\n").join(map(_drawn, rows))),
            *(_SAID, self._to_come()),
        )


def _drawn(row: sequence.DiagramLine) -> Html:
    text = Html.escape(row.text)
    if row.good is not None:
        lines, mark, words = row.text.partition("✔" if row.good else "✘")
        text = Html('{}<span style="{}">{}{}</span>').format(lines, GOOD if row.good else BAD, mark, words)
    return Html("<strong>{}</strong>").format(text) if row.shown else text
