"""The recovery code that replaces a used one."""

from __future__ import annotations

import ipywidgets as widgets

from ..client.secret import Secret
from ..lab import Lab
from ..show.html import Html
from . import controls


class NextCode(widgets.VBox):
    """Shows a code until it is put away: whatever a widget holds can be saved with the notebook."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self.shown = widgets.HTML()
        self.away_button = controls.button("I've written it down", "Hide the new code", self.put_away)
        controls.show(False, self.away_button)
        super().__init__([self.shown, controls.row(self.away_button)], layout=controls.PLAIN)

    def show(self, code: Secret) -> None:
        """Show `code`; dots, if a room looks on."""
        card = Html(
            "<p><strong>Your next recovery code</strong>, shown this once."
            '<br><code style="user-select: all">{}</code></p>'
        )
        self.shown.value = card.format(self._lab.shown(code.reveal()))
        controls.show(True, self.away_button)

    def put_away(self) -> None:
        """Clear what is shown."""
        self.shown.value = ""
        controls.show(False, self.away_button)
