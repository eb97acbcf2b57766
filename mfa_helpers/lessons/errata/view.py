"""Errata as they are shown: what came of one that was sent, and the table of those that aren't predicted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...show.html import BAD, GOOD, WRAPPED, Html
from ...show.text import Words
from .erratum import Erratum
from .outcome import Outcome
from .page import OTHERS

_HEAD = "margin: 8px 0 0; line-height: 1.4; font-weight: 600"
_SAID = "margin: 4px 0 0; line-height: 1.4"
_LINE = (
    "margin: 2px 0 0; padding: {}; background: none; border: 0; line-height: 1.4; text-align: left; "
    f"font-size: var(--jp-code-font-size, 13px); {WRAPPED}"
)
_INDENTED, _IN_A_CELL = _LINE.format("0 0 0 1.5em"), _LINE.format("0")
_CELL = "text-align: left; vertical-align: top; padding: 4px 16px 4px 0; line-height: 1.4"


@dataclass(frozen=True)
class Comparison:
    """An erratum, and what came of it as printed and corrected."""

    erratum: Erratum
    as_printed: list[Outcome]
    as_corrected: list[Outcome]

    def html(self) -> Html:
        """It as HTML that needs no style and no script to be read, every text of it escaped."""
        erratum = self.erratum
        return Html(
            '<div style="{head}"><span style="{bad}">✘ The page, {where}</span></div>{fixed}'
            '<pre style="{style}">{printed}</pre>{as_printed}'
            '<div style="{head}"><span style="{good}">✔ Write this instead</span></div>'
            '<pre style="{style}">{corrected}</pre>{as_corrected}'
            '<div style="{head}">Why it matters</div><div style="{said}">{why}</div>'
        ).format(
            head=_HEAD,
            bad=BAD,
            good=GOOD,
            style=_INDENTED,
            said=_SAID,
            where=erratum.where,
            fixed=Html('<div style="{}">{}</div>').format(_SAID, erratum.fixed) if erratum.fixed else Html(),
            printed=erratum.printed,
            corrected=erratum.corrected,
            why=erratum.why,
            as_printed=Html().join(map(_came, self.as_printed)),
            as_corrected=Html().join(map(_came, self.as_corrected)),
        )


def _came(outcome: Outcome) -> Html:
    lines = (line for line in (outcome.answer, outcome.and_so) if line)
    told = Html().join(Html('<pre style="{}">→ {}</pre>').format(_INDENTED, line) for line in lines)
    return Html('<div style="{}">{}</div>{}').format(_SAID, outcome.sent, told)


def table(errata: Iterable[Erratum] = OTHERS) -> Words:
    """The errata that nobody predicts: what is printed, what is right, what each gives, and why it matters."""
    shown = list(errata)
    row = Html(
        '<tr><th scope="row" style="{0}">{1}<br><span style="font-weight: 400">{2}</span></th><td style="{0}">{3}</td><td style="{0}">{4}</td><td style="{0}">{5}</td></tr>'
    )
    rows = (
        row.format(
            _CELL,
            one.title,
            Html("{}<br>{}").format(one.where, one.fixed) if one.fixed else one.where,
            _cell(one.printed, one.gives),
            _cell(one.corrected, one.corrected_gives),
            one.why,
        )
        for one in shown
    )
    heads = (
        Html('<th scope="col" style="{}">{}</th>').format(_CELL, head)
        for head in ("Error", "Printed", "Corrected", "Why it matters")
    )
    return Words(
        "\n\n".join(map(_text, shown)),
        Html(
            '<table style="width: 100%; table-layout: fixed"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
        ).format(Html().join(heads), Html().join(rows)),
    )


def _arrows(gives: str) -> str:
    return "".join(f"\n→ {line}" for line in gives.splitlines())


def _cell(line: str, gives: str) -> Html:
    return Html('<pre style="{}">{}</pre>').format(_IN_A_CELL, line + _arrows(gives))


def _text(one: Erratum) -> str:
    return "\n".join(
        [
            f"{one.title}, {one.where}",
            *([one.fixed] if one.fixed else []),
            f"Printed: {one.printed}{_arrows(one.gives)}",
            f"Corrected: {one.corrected}{_arrows(one.corrected_gives)}",
            f"Why it matters: {one.why}",
        ]
    )
