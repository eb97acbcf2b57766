"""The instructor's board: where everybody stands, and who is stuck on what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from ..client.errors import InvalidInput, MfaError
from ..client.secret import Secret
from ..lessons.instructors_board import ORDERS, STEPS, Board, Row, connect
from ..show.html import Html
from ..tenants.class_tenant import kept_line
from ..tenants.environment import names_a_class, settings_file
from ..tenants.tenant import CLASS, LIVE, SANDBOX
from . import controls, labels
from .base import Form
from .page.join_page import save_join_line
from .page.ticker import Ticker

_NAMES = {CLASS: "A class's tenant", LIVE: "My own Auth0 tenant", SANDBOX: "The sandbox on this machine"}
_EVERY = 5  # seconds
_SAVED = "Learners join with the line in join_line.txt. To show it with its QR code, open join_line.html."
_CELL = "text-align: left; padding: 2px 16px 2px 0; vertical-align: top"


class InstructorsBoard(Form):
    """Reads the tenant's log. `result` is the list of rows."""

    heading = "The class"
    _board: Board | None = None

    def parts(self) -> Sequence[widgets.Widget]:
        is_class = names_a_class() or bool(kept_line(self.lab.handover))
        start = SANDBOX if self.lab.hands_free or not is_class else CLASS
        self.where = self.choices(labels.TENANT, [(name, kind) for kind, name in _NAMES.items()], start)
        self.join_line = controls.password(labels.JOIN_LINE)
        self.join_line.placeholder = "the line that you show the class"
        self.token = controls.password("Token")
        self.table = widgets.HTML()
        self.empty_seats = controls.button(
            "Remove empty seats", "Remove learners who joined but never signed in", self.remove_empty_seats
        )
        self.export_button = controls.button(
            labels.EXPORT, "Save the whole board as a file for a spreadsheet", self.export
        )
        self.save_button = controls.button(
            "Save the join line", "As text and as a QR code, in two files next to this notebook", self.save_join_line
        )
        self.group_button = controls.button("Begin a new group", "Export this group, and then remove it", self.ask)
        self.really_button = controls.button("Yes, export it and begin", "You can't undo this", self.begin_group)
        self.keep_button = controls.button(labels.KEEP_IT, "Nothing changes", self.keep_group)
        controls.show(False, self.really_button, self.keep_button)
        self.order = widgets.Dropdown(
            options=list(ORDERS), description="Sort by", style={"description_width": "9rem"}, layout={"width": "auto"}
        )
        self.order.observe(lambda _: self._draw() if self._board is not None else None, "value")
        self.auto = widgets.Checkbox(
            value=False, description=f"Refresh every {_EVERY} seconds", indent=False, layout={"width": "auto"}
        )
        self.auto.observe(lambda change: self._tick_every(_EVERY if change["new"] else 0), "value")
        self.where.observe(lambda _: self._ask_for(), "value")
        self._ask_for()
        return [
            *(self.where, self.join_line, self.token),
            controls.row(
                controls.button("Refresh", "Read what is new in the tenant's log", self.submit, main=True),
                *(self.export_button, self.save_button, self.empty_seats),
                *(self.group_button, self.really_button, self.keep_button),
            ),
            *(self.order, self.auto, self.table),
        ]

    def invitation(self) -> str:
        told = "Choose the tenant and click “Refresh”. That only reads its log."
        file = settings_file()
        return told if file is None else f"{told} For a class or your own tenant, it reads {file}."

    def submit(self) -> None:
        """Connect if that is still to be done, and read what is new."""
        self._act(Board.refresh, _summary)

    def remove_empty_seats(self) -> None:
        """Remove whoever has joined the class and never signed in, and read the log again."""

        def act(board: Board) -> list[Row]:
            self._removed = board.remove_empty_seats()
            return board.refresh()

        self._act(
            act,
            lambda rows: (
                f"{self._removed} empty seat{'s were' if self._removed != 1 else ' was'} removed; {_summary(rows)}"
            ),
        )

    def export(self) -> None:
        """Read what is new, and save all of it next to this notebook."""

        def act(board: Board) -> list[Row]:
            self._file = board.export(_here())
            return board.rows()

        self._act(act, lambda _: f"the board is in the file {self._file}.")

    def save_join_line(self) -> None:
        """Save the class's join line next to this notebook. The form itself never holds it."""

        def act(board: Board) -> list[Row]:
            save_join_line(board.join_line(), _here())
            return board.rows()

        self._act(act, lambda _: f"{_SAVED} Both are in {_here()}.")

    def ask(self) -> None:
        """One more click, because it ends a lesson."""
        self._asked(True)
        self.say(
            "Do you want to export this group, remove its users and what they enrolled and received, and begin with an empty board?"
        )

    def keep_group(self) -> None:
        """Nothing changes."""
        self._asked(False)
        self.say("Nothing was changed.")

    def begin_group(self) -> None:
        """Export, then empty the class's tenant. If the export fails, nothing is removed."""
        self._asked(False)

        def act(board: Board) -> list[Row]:
            self._file = board.begin_group(_here())
            self._line_is = _SAVED
            try:
                save_join_line(board.join_line(), _here())
            except MfaError as error:  # the new group has begun all the same
                self._line_is = f"{error} To do so, click “Save the join line”."
            return board.rows()

        self._act(act, lambda _: f"the group is in the file {self._file}, and the board is empty. {self._line_is}")

    def _asked(self, asking: bool) -> None:
        controls.show(not asking, self.group_button)
        controls.show(asking, self.really_button, self.keep_button)

    def _act(self, on: Callable[[Board], list[Row]], say: Callable[[Any], str]) -> None:
        line, self.join_line.value = Secret(self.join_line.value), ""
        token, self.token.value = Secret(self.token.value), ""
        if line or token:
            self._board = None

        def act() -> list[Row]:
            if self._board is None:
                kept = "" if names_a_class() else kept_line(self.lab.handover)
                self._board = Board(connect(self.where.value, self.lab.handover.path.parent, line or kept, token))
            return on(self._board)

        if self.attempt(act, say):
            self._draw()

    def tick(self) -> None:
        """As Refresh, unasked: nothing is announced unless it goes wrong."""
        if self._board is None:
            return
        with self.single_attempt.turn() as mine:
            if mine:
                self.single_attempt.run(self._board.refresh, _summary)
                (self.say if self.error else self._write)(self.single_attempt.sentence)
        if self.error is None:
            self._draw()

    def _tick_every(self, seconds: int) -> None:
        if not hasattr(self, "ticker"):
            self.ticker = Ticker(self.tick)
        self.ticker.seconds = seconds

    def _ask_for(self) -> None:
        self._board = None
        kind = self.where.value
        self.token.placeholder = {
            CLASS: "the instructor's token (if empty, MFA_SANDBOX_TOKEN is used)",
            LIVE: "a Management API token (if empty, the application in .env gets one)",
        }.get(kind, "")
        controls.show(kind == CLASS, self.join_line, self.empty_seats, self.save_button, self.group_button)
        controls.show(False, self.really_button, self.keep_button)
        controls.show(kind != SANDBOX, self.token)

    def _draw(self) -> None:
        assert self._board is not None
        now = datetime.now(UTC)
        head = Html('<th scope="col" style="{}">{}</th>')
        names = ("Learner", "Name", "Reached", "Later notebooks", "Stuck on", "Errors", "Idle")
        heads = (head.format(_CELL, name) for name in names)
        lines = (self._line(row, now) for row in sorted(self._board.rows(), key=ORDERS[self.order.value]))
        nobody = "; ".join(f"{self.lab.shown(words)} ×{n}" for words, n in self._board.of_nobody.items())
        self.table.value = Html(
            '{}<table style="line-height: 1.4; overflow-wrap: anywhere"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>{}'
        ).format(
            Html("<p>{}</p>").format(told) if (told := _own_errors(self._board, now)) else "",
            Html().join(heads),
            Html().join(lines),
            Html("<p>Errors without a known user: {}</p>").format(nobody) if nobody else "",
        )

    def _line(self, row: Row, now: datetime) -> Html:
        minutes = _minutes(row.seen, now)
        cells = (
            "" if self.lab.handover.is_projecting() else row.person,
            STEPS[row.reached],
            " ".join(row.later),
            f"✘ {self.lab.shown(row.trouble)}" if row.trouble else "",
            str(row.tries) if row.trouble else "",
            f"{minutes} min" if minutes else "",
        )
        rest = Html().join(Html('<td style="{}">{}</td>').format(_CELL, cell) for cell in cells)
        return Html('<tr><th scope="row" style="{}">{}</th>{}</tr>').format(_CELL, self.lab.shown(row.name), rest)

    def close_all(self) -> None:
        if hasattr(self, "ticker"):
            self.ticker.seconds = 0
            self.ticker.close()
        super().close_all()


def _here() -> Path:
    """The notebook's folder. Raises `InvalidInput` if it has been removed meanwhile."""
    try:
        return Path.cwd()
    except OSError:
        raise InvalidInput(
            "This notebook's folder has been moved or removed.", "Open the notebook again where it is now."
        ) from None


def _minutes(since: datetime, now: datetime) -> int:
    return max(int((now - since).total_seconds() // 60), 0)


def _own_errors(board: Board, now: datetime) -> str:
    """What has failed inside the tenant, in a sentence; empty if nothing has."""
    if not board.own_errors:
        return ""
    when, what = board.own_errors[-1]
    number, minutes = len(board.own_errors), _minutes(when, now)
    ago = f"{minutes} minute{'s' if minutes != 1 else ''} ago" if minutes else "just now"
    return (
        f"✘ Calls that failed inside the class's tenant: {number}. The last one, {ago}: {what}. "
        "For details, see the terminal where the tenant runs."
    )


def _summary(rows: Any) -> str:
    if not rows:
        return "nobody has signed in yet."
    counts = Counter(row.reached for row in rows)
    steps = ", ".join(f"{STEPS[step]}: {counts[step]}" for step in sorted(counts))
    stuck = sum(bool(row.trouble) for row in rows)
    return f"{len(rows)} learner{'s' if len(rows) != 1 else ''}, {stuck} stuck. {steps}."
