"""The progress board: how every notebook stands."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

import ipywidgets as widgets

from ..outline import NOTEBOOKS
from ..show.html import Html
from ..storage.progress import Progress, Standing
from . import controls, labels
from .base import Form


class ProgressBoard(Form):
    """Shows what was done and when. `result` maps each notebook's number to its state in words."""

    heading = "Your progress"
    is_step = False
    _trouble: str | None = None

    def parts(self) -> Sequence[widgets.Widget]:
        self.table = widgets.HTML()
        self.export_link = widgets.HTML()
        self.forget_button = controls.button("Delete my progress", "Every notebook counts as not started", self.ask)
        self.really_button = controls.button(labels.DELETE_IT, "You can't undo this", self.forget)
        self.keep_button = controls.button(labels.KEEP_IT, "Nothing changes", self.submit)
        controls.show(False, self.really_button, self.keep_button)
        return [
            self.table,
            controls.row(
                controls.button(labels.EXPORT, "Make a small JSON file with your progress", self.export),
                *(self.forget_button, self.really_button, self.keep_button),
            ),
            self.export_link,
        ]

    def invitation(self) -> str:
        trouble = self._draw()
        return trouble or "Each notebook records your progress here."

    @property
    def is_done(self) -> bool:
        return False

    def look_again(self) -> None:
        self._draw()

    def submit(self) -> None:
        """Read the file again."""
        self._asked(False)
        self.attempt(self._look, lambda _: self._trouble or "the table is up to date.")

    def ask(self) -> None:
        """One more click, since it cannot be undone."""
        self._asked(True)
        self.say("Do you want to delete your progress? Your tenant and your login aren't affected.")

    def forget(self) -> None:
        """Nothing has been done."""
        self._asked(False)

        def act() -> dict[str, str]:
            progress = Progress()
            progress.reset()
            kept = progress.trouble
            found = self._look()
            self._trouble = kept or self._trouble
            return found

        self.export_link.value = ""
        self.attempt(act, lambda _: self._trouble or "your progress is deleted.")

    def export(self) -> None:
        """Show a link that downloads the file; nothing is uploaded."""
        if self.attempt(self.file_text, lambda _: "the file is ready. The link above saves it."):
            data = b64encode(self.result.encode()).decode()
            self.export_link.value = Html(
                '<a style="text-decoration: underline" download="mfa-course-progress.json" '
                'href="data:application/json;base64,{}">Save my progress as a file</a>'
            ).format(data)

    def file_text(self) -> str:
        """The file as text."""
        return Progress().as_text()

    def _look(self) -> dict[str, str]:
        self._trouble = self._draw()
        return self._states

    def _draw(self) -> str:
        progress = Progress()
        found, trouble = progress.all()
        standings = {one.number: found.get(one.topic, Standing()) for one in NOTEBOOKS}
        self._states = {number: _state(standing) for number, standing in standings.items()}
        row = Html(
            '<tr><th scope="row" style="text-align: left; padding: 2px 16px 2px 0">{} {}</th>'
            '<td style="padding: 2px 16px 2px 0">{}</td><td>{}</td></tr>'
        )
        rows = (
            row.format(one.number, one.title, self._states[one.number], _when(standings[one.number]))
            for one in NOTEBOOKS
        )
        head = Html('<th scope="col" style="text-align: left; padding: 2px 16px 2px 0">{}</th>')
        heads = (head.format(name) for name in ("Notebook", "State", "Last change"))
        self.table.value = Html(
            '<table style="line-height: 1.4"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
        ).format(Html().join(heads), Html().join(rows))
        return trouble or ""

    def _asked(self, asking: bool) -> None:
        controls.show(not asking, self.forget_button)
        controls.show(asking, self.really_button, self.keep_button)


def _state(standing: Standing) -> str:
    solved = len(standing.exercises)
    exercises = f"{solved} exercise{'s' if solved != 1 else ''} solved" if solved else ""
    reached = "checkpoint reached" if standing.checkpoint else ""
    words = " and ".join(word for word in (reached, exercises) if word)
    is_begun = standing.last_change is not None
    mark = "✔ " if reached else "… " if is_begun else "– "
    return mark + (words or ("started" if is_begun else "not started"))


def _when(standing: Standing) -> str:
    last = standing.last_change
    return "" if last is None else last.astimezone().strftime("%Y-%m-%d %H:%M")
