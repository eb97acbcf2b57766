"""What is at fault, with the evidence; in the sandbox, a button that puts it right."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets as widgets

from ..lessons.diagnosis import diagnosis
from ..lessons.diagnosis.causes import Finding
from ..show.html import Html
from . import controls
from .base import Form


class DiagnosisForm(Form):
    """Looks at the last failure and at the tenant's settings. `result` is the list of `Finding`s."""

    heading = "Find the cause"
    is_step = False

    def parts(self) -> Sequence[widgets.Widget]:
        self.shown = widgets.HTML()
        self.fix_button = controls.button("Fix it", "Change the setting through the Management API", self.fix)
        controls.show(False, self.fix_button)
        self.found: list[Finding] = []
        look = controls.button(
            "Look for the cause", "Look at the last failure and at the tenant", self.submit, main=True
        )
        return [controls.row(look, self.fix_button), self.shown]

    def invitation(self) -> str:
        if not self.lab.tenant.can_change_settings:
            return "This looks at the response, and names the place in the Dashboard. It doesn't read your own tenant's settings."
        return "This looks at the last call that failed in this notebook, and at the tenant's settings and log."

    def submit(self) -> None:
        """Look for what is at fault."""
        self.found = []
        if self.attempt(lambda: self.lab.guarded(lambda: diagnosis.diagnose(self.lab)), self._summary):
            self.found = self.result
        self._draw()

    def fix(self) -> None:
        """Mend each setting that is at fault, then look whether they are right now."""
        wrong = [finding for finding in self.found if finding.can_mend]

        def act() -> list[Finding]:
            for finding in wrong:
                diagnosis.mend(self.lab, finding)
            return []

        if self.attempt(lambda: self.lab.guarded(act), lambda _: "the setting is fixed. Now send your call again."):
            self.found = []
            self._draw()

    def _summary(self, found: list[Finding]) -> str:
        if not found:
            return "no cause found: the last call succeeded, and the settings are correct."
        return f"{len(found)} causes were found." if len(found) > 1 else "this is the cause."

    def _draw(self) -> None:
        self.shown.value = self.lab.shown(Html().join(map(_card, self.found)))
        controls.show(any(finding.can_mend for finding in self.found), self.fix_button)


def _card(finding: Finding) -> Html:
    row = Html("<dt><em>{}</em></dt><dd>{}</dd>")
    return Html(
        "<section><p style='line-height: 1.5'><strong>{}</strong></p>"
        "<dl style='line-height: 1.5; margin: 0'>{}{}</dl></section>"
    ).format(
        finding.cause.what,
        Html().join(row.format(name, words) for name, words in finding.evidence),
        row.format("What to do", finding.cause.place),
    )
