"""A slip as it is told: as text, or as HTML that needs no style and no script to be read."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from .outcome import Outcome
from .slips import Slip

_COLOUR = "color: color-mix(in srgb, var(--jp-{}-color1, currentcolor) 70%, currentcolor)"
_BAD, _GOOD = _COLOUR.format("error"), _COLOUR.format("success")
_HEAD = "margin: 8px 0 0; line-height: 1.4; font-weight: 600"
_SAID = "margin: 4px 0 0; line-height: 1.4"
_LINE = (
    "margin: 2px 0 0; padding: 0 0 0 1.5em; background: none; border: 0; line-height: 1.4; "
    "font-size: var(--jp-code-font-size, 13px); white-space: pre-wrap; word-break: normal; overflow-wrap: anywhere"
)


@dataclass(frozen=True)
class Comparison:
    """The slip, and what came of it as printed and mended."""

    slip: Slip
    as_printed: list[Outcome]
    mended: list[Outcome]

    def __repr__(self) -> str:
        parts = [f"The page, line {self.slip.where}:", f"    {self.slip.line}", *map(_text, self.as_printed)]
        parts += ["", "Write instead:", f"    {self.slip.instead}", *map(_text, self.mended)]
        return "\n".join([*parts, "", f"Its price: {self.slip.costs}"])

    def html(self) -> str:
        """The same as HTML, every text of it escaped."""
        return (
            f'<div style="{_HEAD}"><span style="{_BAD}">✘ The page, line {escape(self.slip.where)}</span></div>'
            f'<pre style="{_LINE}">{escape(self.slip.line)}</pre>{"".join(map(_html, self.as_printed))}'
            f'<div style="{_HEAD}"><span style="{_GOOD}">✔ Write instead</span></div>'
            f'<pre style="{_LINE}">{escape(self.slip.instead)}</pre>{"".join(map(_html, self.mended))}'
            f'<div style="{_HEAD}">Its price</div><div style="{_SAID}">{escape(self.slip.costs)}</div>'
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.html()}


def _lines(outcome: Outcome) -> list[str]:
    return [outcome.sent, f"  → {outcome.answer}", *([f"  → {outcome.and_so}"] if outcome.and_so else [])]


def _text(outcome: Outcome) -> str:
    return "\n".join(["", *_lines(outcome)])


def _html(outcome: Outcome) -> str:
    sent, *answers = _lines(outcome)
    told = "".join(f'<pre style="{_LINE}">{escape(answer.strip())}</pre>' for answer in answers)
    return f'<div style="{_SAID}">{escape(sent)}</div>{told}'
