"""The two lower rungs of an exercise: lines to put in order, and gaps to fill."""

from __future__ import annotations

import ipywidgets as widgets

from ..lessons.exercises.ladder import Ladder
from ..show.html import PRE, WRAPPED, Html
from . import controls
from .base import Form

_CODE = f"{PRE}margin: 0; {WRAPPED}; line-height: 1.4"
_LINE = widgets.Layout(margin="0", flex="1 1 24rem")
_ROW = widgets.Layout(flex_flow="row wrap", align_items="flex-start", margin="2px 0")
_PART = widgets.Layout(margin="0")
_WRAPPED = widgets.Layout(flex_flow="row wrap", align_items="center")


def code(text: str, label: str = "") -> widgets.HTML:
    """Lines of a program."""
    return widgets.HTML(_pre(text, label), layout=_PART)


def _pre(text: str, label: str = "") -> Html:
    named = Html(' role="group" aria-label="{}"').format(label) if label else Html()
    return Html('<pre{} style="{}">{}</pre>').format(named, _CODE, text)


class LinesToOrder(widgets.VBox):
    """The lines of a program, each with a button that moves it up and one that moves it down. `order` is how they stand now."""

    def __init__(self, form: Form, ladder: Ladder) -> None:
        self._form = form
        self._blocks = blocks = ladder.blocks
        kept = form.kept("order")
        self.order: list[int] = kept if sorted(kept or []) == list(range(len(blocks))) else list(ladder.start)
        self._texts = [widgets.HTML(layout=_LINE) for _ in blocks]
        self._buttons = [(self._button(place, -1), self._button(place, 1)) for place in range(len(blocks))]
        rows = [
            widgets.HBox([*buttons, text], layout=_ROW)
            for buttons, text in zip(self._buttons, self._texts, strict=True)
        ]
        self._show(range(len(blocks)))
        super().__init__([code(ladder.header), *rows], layout=controls.PLAIN)

    def _button(self, place: int, by: int) -> widgets.Button:
        line = f"line {place + 1} {'up' if by < 0 else 'down'}"
        made = widgets.Button(
            description=line.capitalize(),  # all of it: heard alone, “Up” could be that of any line
            tooltip=f"Move {line}",
            layout={"width": "7rem", "flex": "0 0 auto", "margin": "0 4px 0 0"},
        )
        made.on_click(lambda _: self.move(place, by))
        return made

    def move(self, place: int, by: int) -> None:
        """Move the line at `place` up (-1) or down (1); the focus goes along."""
        to = place + by
        if not 0 <= to < len(self.order):
            self._form.say(f"This line is already the {'first' if by < 0 else 'last'} one.")
            return
        self.order[place], self.order[to] = self.order[to], self.order[place]
        self._show((place, to))
        self._form.keep("order", self.order)
        first = self._blocks[self.order[to]].strip().split("\n")[0]
        self._form.say(f"Line {to + 1} of {len(self.order)} is now: {first}")
        self._buttons[to][by > 0].focus()

    def _show(self, places: range | tuple[int, ...]) -> None:
        for place in places:
            self._texts[place].value = _pre(self._blocks[self.order[place]], f"Line {place + 1}")


class GapsToFill(widgets.VBox):
    """A program with fields in its gaps. `values` is what is in them now."""

    def __init__(self, form: Form, ladder: Ladder) -> None:
        kept = form.kept("gaps") or []
        values = kept if len(kept) == len(ladder.gaps) else [""] * len(ladder.gaps)
        self._fields: list[widgets.Text] = []
        lines: list[widgets.Widget] = []
        whole: list[str] = []  # lines without a gap that follow each other are one piece of text
        for pieces in ladder.pieces:
            if len(pieces) == 1:
                whole.append(pieces[0])
                continue
            if whole:
                lines.append(code("\n".join(whole)))
                whole = []
            parts: list[widgets.Widget] = [code(pieces[0])]
            for piece in pieces[1:]:
                parts += [self._field(values[len(self._fields)]), code(piece)]
            lines.append(widgets.HBox(parts, layout=_WRAPPED))
        if whole:
            lines.append(code("\n".join(whole)))
        for field in self._fields:
            field.observe(lambda _: form.keep("gaps", self.values), "value")
        super().__init__(lines, layout=controls.PLAIN)

    def _field(self, value: str) -> widgets.Text:
        name = f"gap {len(self._fields) + 1}"
        made = widgets.Text(
            value=value,
            placeholder=name,
            tooltip=name.capitalize(),
            continuous_update=False,
            layout={"width": "10rem", "margin": "0 2px"},
        )
        self._fields.append(made)
        return made

    @property
    def values(self) -> list[str]:
        """What was typed, the first gap first."""
        return [field.value for field in self._fields]
