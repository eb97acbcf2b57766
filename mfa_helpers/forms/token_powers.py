"""What each token can do."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import ipywidgets as widgets

from ..lessons.second_token import CALLS, TOKENS, SecondToken
from ..show.html import Html
from . import controls
from .step import StepForm


class TokenPowersForm(StepForm):
    """A table to be filled by trying: a row for each call, a column for each token. `result` are the answers so far."""

    heading = "What can each token do?"
    needs = ("login",)

    def parts(self) -> Sequence[widgets.Widget]:
        self.answers: dict[tuple[str, str], str] = {
            (call, token): said for call, token, said in self.kept("table") or ()
        }
        self.cells: dict[tuple[str, str], widgets.HTML] = {}
        self.buttons: dict[tuple[str, str], widgets.Button] = {}
        grid: list[widgets.Widget] = [
            widgets.HTML(Html("<strong>{}</strong>").format(head)) for head in ("Request", *TOKENS.values())
        ]
        for call, path in CALLS.items():
            grid.append(widgets.HTML(Html('<code style="overflow-wrap: anywhere">{}</code>').format(path)))
            for token, name in TOKENS.items():
                place = call, token
                self.buttons[place] = controls.button(
                    "Try", f"{path} with the {name}", partial(self.try_out, call, token)
                )
                self.cells[place] = widgets.HTML()
                if place in self.answers:
                    self._fill(place)
                grid.append(widgets.VBox([self.buttons[place], self.cells[place]]))
        columns = "minmax(7rem, auto) repeat(2, minmax(10rem, 1fr))"  # a button with its margins fits
        return [widgets.GridBox(grid, layout={"grid_template_columns": columns, "grid_gap": "4px 16px"})]

    def invitation(self) -> str:
        return "Guess first, and then click “Try” to send the request."

    @property
    def is_done(self) -> bool:
        return len(self.answers) == len(self.cells)

    def try_out(self, call: str, token: str) -> None:
        """Fill one cell."""

        def act() -> dict[tuple[str, str], str]:
            self.answers[call, token] = self.lab.companion(SecondToken).try_out(call, token)
            return dict(self.answers)

        if self.attempt(act, lambda _: self._progress(call, token)):
            self._fill((call, token))
            self.keep("table", [[*place, said] for place, said in self.answers.items()])

    def _fill(self, place: tuple[str, str]) -> None:
        self.cells[place].value = Html('<div style="line-height: 1.4">{}</div>').format(self.answers[place])
        self.buttons[place].description = "Try again"

    def submit(self) -> None:
        """Fill all cells, row by row."""
        for call, token in self.cells:
            self.try_out(call, token)
            if self.error is not None:
                return

    def hands_free(self) -> None:
        # What is removed with either token is what the access token has associated before.
        self.submit()

    def _progress(self, call: str, token: str) -> str:
        left = len(self.cells) - len(self.answers)
        said = f"{CALLS[call]} with the {TOKENS[token]}: {self.answers[call, token]}"
        return f"{said}\n{left} to go." if left else f"{said}\nThe table is full."
