"""A slip as it is told: as text, or as HTML that needs no style and no script to be read."""

from __future__ import annotations

from dataclasses import dataclass

from ...show.html import BAD, GOOD, Html
from .outcome import Outcome
from .slips import Slip

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
        parts += ["", "Write this instead:", f"    {self.slip.instead}", *map(_text, self.mended)]
        return "\n".join([*parts, "", f"Why it matters: {self.slip.costs}"])

    def html(self) -> Html:
        """The same as HTML, every text of it escaped."""
        slip = self.slip
        return Html(
            '<div style="{head}"><span style="{bad}">✘ The page, line {where}</span></div>'
            '<pre style="{style}">{line}</pre>{as_printed}'
            '<div style="{head}"><span style="{good}">✔ Write this instead</span></div>'
            '<pre style="{style}">{instead}</pre>{mended}'
            '<div style="{head}">Why it matters</div><div style="{said}">{costs}</div>'
        ).format(
            head=_HEAD,
            bad=BAD,
            good=GOOD,
            style=_LINE,
            said=_SAID,
            where=slip.where,
            line=slip.line,
            instead=slip.instead,
            costs=slip.costs,
            as_printed=Html().join(map(_html, self.as_printed)),
            mended=Html().join(map(_html, self.mended)),
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": str(self.html())}


def _lines(outcome: Outcome) -> list[str]:
    return [outcome.sent, f"  → {outcome.answer}", *([f"  → {outcome.and_so}"] if outcome.and_so else [])]


def _text(outcome: Outcome) -> str:
    return "\n".join(["", *_lines(outcome)])


def _html(outcome: Outcome) -> Html:
    sent, *answers = _lines(outcome)
    told = Html().join(Html('<pre style="{}">{}</pre>').format(_LINE, answer.strip()) for answer in answers)
    return Html('<div style="{}">{}</div>{}').format(_SAID, sent, told)
