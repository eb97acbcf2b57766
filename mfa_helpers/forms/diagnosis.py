"""What is at fault, with the evidence; in the sandbox, a button that puts it right."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets as widgets

from ..lessons.clinic.clinic import Clinic
from ..lessons.diagnosis import diagnosis
from ..lessons.diagnosis.causes import Finding
from ..show.html import Html
from . import controls
from .base import Form
from .clinic import ClinicForm
from .guidance import Guide


class DiagnosisForm(Form):
    """Looks at the last failure and at the tenant's settings. `result` is the list of `Finding`s."""

    leaves_faults = True
    heading = "Find the cause"
    is_step = False

    def parts(self) -> Sequence[widgets.Widget]:
        self.shown = widgets.HTML()
        self.fix_button = controls.button("Fix it", "Change the setting through the Management API", self.fix)
        self.again_button = controls.button(
            "Send the request again", "The same request, after the change", self.send_again
        )
        controls.show(False, self.fix_button, self.again_button)
        self.found: list[Finding] = []
        self._mended: Exception | None = None
        look = controls.button(
            "Look for the cause", "Read the newest call and the tenant's settings", self.submit, main=True
        )
        return [controls.row(look, self.fix_button, self.again_button), self.shown]

    def invitation(self) -> str:
        if not self.lab.tenant.can_change_settings:
            return "This form reads the response and tells you where to look in the Dashboard. It doesn't read your own tenant's settings."
        return "This form reads the newest call in this notebook, and the tenant's settings and log."

    def submit(self) -> None:
        """Look for what is at fault."""
        self.found = []
        if self.attempt(lambda: self.lab.guarded(lambda: diagnosis.diagnose(self.lab, self._mended)), self._summary):
            self.found = self.result
        self._draw()

    def fix(self) -> None:
        """Mend each setting that is at fault, then look whether they are right now."""
        wrong = [finding for finding in self.found if finding.can_mend]

        def act() -> list[Finding]:
            for finding in wrong:
                diagnosis.mend(self.lab, finding)
            _, self._mended = self.lab.newest
            return diagnosis.diagnose(self.lab, self._mended)

        if self.attempt(lambda: self.lab.guarded(act), lambda _: "the setting is now correct. Send the request again."):
            self.found = self.result
            self._draw()

    def send_again(self) -> None:
        """Make the clinic's call again."""
        clinic = self._clinic()
        if clinic is not None and self.attempt(
            lambda: self.lab.guarded(clinic.send_again), lambda said: f"the same call now returns {said}."
        ):
            self.found = []
            self._draw()

    def helpful(self) -> widgets.Button | None:
        if self.again_button.layout.display != "none":
            return self.again_button
        return self.fix_button if self.fix_button.layout.display != "none" else super().helpful()

    @property
    def is_done(self) -> bool:
        return False

    def _clinic(self) -> Clinic | None:
        """That of the newest call, if the clinic made it."""
        step, _ = self.lab.newest
        forms = (form for form in Guide.of(self.lab).forms() if isinstance(form, ClinicForm))
        return next((form.clinic for form in forms if form.clinic.step == step), None)

    def _summary(self, found: list[Finding]) -> str:
        if not found:
            return "no cause was found, because the last call succeeded and the settings are correct."
        if all(finding.is_over for finding in found):
            return "the setting is now correct. Send the request again."
        return f"{len(found)} causes were found." if len(found) > 1 else "this is the cause."

    def _draw(self) -> None:
        self.shown.value = self.lab.shown(Html().join(map(_card, self.found)))
        controls.show(any(finding.can_mend for finding in self.found), self.fix_button)
        is_over = bool(self.found) and all(finding.is_over for finding in self.found)
        controls.show(is_over and self._clinic() is not None, self.again_button)
        self.guide()


def _card(finding: Finding) -> Html:
    row = Html("<dt><em>{}</em></dt><dd>{}</dd>")
    return Html(
        "<section><p style='line-height: 1.5'><strong>{}</strong></p>"
        "<dl style='line-height: 1.5; margin: 0'>{}{}</dl></section>"
    ).format(
        "The setting is now correct. Send the request again." if finding.is_over else finding.cause.what,
        Html().join(row.format(name, words) for name, words in finding.evidence),
        row.format("What was wrong", finding.cause.what)
        if finding.is_over
        else row.format("What to do", finding.cause.place),
    )
