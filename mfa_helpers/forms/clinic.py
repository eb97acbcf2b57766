"""One fault of the clinic: break it, say what it is, repair it."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import ipywidgets as widgets

from ..client.errors import MfaError
from ..lab import Lab
from ..lessons.checkpoints import FAULTS_WANTED
from ..lessons.clinic.clinic import Clinic, cured_faults
from ..lessons.clinic.faults import FAULTS
from ..show.html import WRAPPED, Html
from ..show.text import duration, exchange_text
from . import controls
from .base import Form


class ClinicForm(Form):
    """`result` is the failing `Exchange` after “Break it”, and the answer in words after “Repair it”.

    Hands-free it breaks, answers and repairs, and raises if the same call does not work then.
    """

    leaves_faults = True
    #: Whether the fault that is left open is the one that this form has broken.
    _was_left_open = False

    def __init__(self, lab: Lab, fault: str) -> None:
        self.fault = FAULTS[fault]
        self.clinic = Clinic(lab, self.fault)
        self.heading = self.fault.title
        self.which = fault
        self._knows = lab.noted(f"clinic {fault}") == "known"
        super().__init__(lab)

    def parts(self) -> Sequence[widgets.Widget]:
        said = [text for text, _ in self.fault.named]
        said.sort(key=lambda text: crc32(text.encode()))  # the right one is not always the first, and stays where it is
        self.shown = widgets.HTML()
        self.choice = widgets.RadioButtons(
            options=said,
            value=None,
            description="Diagnosis",
            layout={"width": "auto"},
            style={"description_width": "6rem"},
        )
        self.answer_button = controls.button("Submit diagnosis", "Check your diagnosis", self.answer)
        self.repair_button = controls.button(
            "Repair it", "Undo the fault, and send the same request again", self.repair
        )
        self._asked(bool(self.lab.noted(self.clinic.step)))
        return [
            widgets.HTML(Html('<div style="line-height: 1.5">{}</div>').format(self.fault.story)),
            controls.row(controls.button("Break it", "Cause the fault, and send the request", self.submit, main=True)),
            self.shown,
            self.choice,
            controls.row(self.answer_button, self.repair_button),
        ]

    @property
    def is_done(self) -> bool:
        return isinstance(self.result, str)

    def helpful(self) -> widgets.Button | None:
        if self.choice.layout.display == "none":
            return super().helpful()
        return self.repair_button if self._knows else self.answer_button

    def invitation(self) -> str:
        if not self.lab.tenant.can_change_settings:
            return "These faults need the sandbox, because they change settings and move the tenant's clock. Choose the sandbox in notebook 00."
        if self._knows:
            return "Your diagnosis is correct. Click “Repair it”."
        if self.lab.noted(self.clinic.step):
            return (
                "You've broken this one already. Submit your diagnosis, or click “Break it” to see the response again."
            )
        return "Click “Break it”, and read the response."

    def submit(self) -> None:
        """Break it, and show the call as it went over the wire."""
        self._knows = False
        self.choice.value = None
        broken = self.attempt(
            lambda: self.lab.guarded(self.clinic.break_it), lambda _: "the fault is active. " + self._symptom()
        )
        if broken:
            self._show()
            self.lab.note(self.clinic.step, "broken")
        self._asked(broken)

    def look_again(self) -> None:
        if not self.single_attempt.busy and self._was_left_open and not self.clinic.is_left_open:
            self._was_left_open = False
            what = "click “Repair it”" if self._knows else "submit your diagnosis"
            self._write(
                "This fault isn't active anymore, because another form has repaired it. "
                f"You can still {what}. To see the fault again, click “Break it”."
            )

    def after_attempt(self) -> None:
        self._was_left_open = self.clinic.is_left_open

    def answer(self) -> None:
        """Say whether the chosen answer is right, and why."""
        if self.choice.value is None:
            self.say("Choose a diagnosis first.")
            return
        replies = dict(self.fault.named)
        self._knows = self.choice.value == self.fault.named[0][0]
        if self._knows:
            self.lab.note(self.clinic.step, "known")
        reply = replies[self.choice.value]
        self.guide()
        self.say(
            f"Correct. {reply} Now click “Repair it”."
            if self._knows
            else f"Not quite. {reply} Look at the response again."
        )

    def repair(self) -> None:
        """Cure it and make the same call again."""
        if not self._knows:
            self.say("Submit a correct diagnosis first.")
            return
        if self.attempt(
            lambda: self.lab.guarded(self.clinic.repair),
            lambda said: (
                f"it's repaired. The same call now returns {said}. The fix: {self.fault.advice}{self._count()}"
            ),
        ):
            self._show()
            self._asked(False)
            self.lab.note(self.clinic.step, None)
            self.lab.note_progress(lambda progress: progress.solved("clinic", self.fault.id))

    def hands_free(self) -> None:
        if not self.lab.tenant.can_change_settings:
            return
        self.submit()
        if self.error is None:
            self.choice.value = self.fault.named[0][0]
            self.answer()
            self.repair()

    def _count(self) -> str:
        number = len(cured_faults(self.lab))
        return f"\nFaults repaired: {number} of {FAULTS_WANTED}." if number < FAULTS_WANTED else ""

    def _symptom(self) -> str:
        error = self.lab.failures.get(self.clinic.step)
        if isinstance(error, MfaError) and error.error:
            said = f"The tenant returned {error.status} {error.error}, “{(error.error_description or 'no description').rstrip('.')}”."
            return said + (f" Retry-After: {duration(error.retry_after)}." if error.retry_after else "")
        return error.what if isinstance(error, MfaError) else "The tenant returned 200 with tokens."

    def _show(self) -> None:
        text = self.lab.shown(exchange_text(self.lab.exchanges[self.clinic.step]))
        self.shown.value = Html('<pre style="{}; line-height: 1.4; margin: 4px 0">{}</pre>').format(WRAPPED, text)

    def _asked(self, asking: bool) -> None:
        controls.show(asking, self.choice, self.answer_button, self.repair_button)
        self.guide()
