"""An exercise: its task, and Check, Hint and Show a solution. The learner writes in the cell above."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import redirect_stdout, suppress
from io import StringIO
from typing import Any

import ipywidgets as widgets

from ..client.errors import MfaError
from ..lab import Lab
from ..lessons.exercises import EXERCISES
from ..lessons.exercises.grading import ONLY_RECORDED, Attempt
from ..lessons.exercises.verdict import Verdict
from ..show.html import Html, reached_by_keyboard
from . import controls
from .base import Form


class ExerciseForm(Form):
    """Grades by what has happened since the form appeared. `result` is the last `Verdict`.

    Hands-free it runs the exercise's own solution, then grades it.
    """

    heading = "Your task"

    def __init__(self, lab: Lab, id: str) -> None:
        self.exercise = EXERCISES[id]
        self.attempt_of = Attempt(self.exercise, lab)
        self._hints = 0
        self.which = id
        super().__init__(lab)

    def parts(self) -> Sequence[widgets.Widget]:
        task = widgets.HTML(Html('<div style="line-height: 1.5">{}</div>').format(self.exercise.task))
        self.hint_text = widgets.HTML()
        self.solution_text = widgets.HTML()
        buttons = [controls.button("Check", "Look at what has arrived at the tenant", self.submit, main=True)]
        if self.exercise.stage is not None:
            buttons.insert(0, controls.button("Set the stage", "Set the tenant up for this exercise", self.begin))
        buttons += [
            controls.button("Hint", "Show one more hint", self.hint),
            controls.button("Show a solution", "Show code that solves it", self.show_solution),
        ]
        return [task, controls.row(*buttons), self.hint_text, self.solution_text]

    def invitation(self) -> str:
        if self.exercise.stage is not None:
            if not self.lab.tenant.can_read_log:
                return "This exercise needs the sandbox: it sets the tenant up. Read its solution, or choose the sandbox in notebook 00."
            if self.attempt_of.is_open:
                return "The stage is set. Write in the cell above, run it, and press “Check”."
            return "Press “Set the stage”. Then write in the cell above, run it, and press “Check”."
        with suppress(MfaError):  # the first check begins it, and says what is wrong
            if not self.attempt_of.is_open:
                self.attempt_of.begin()
        said = "Write in the cell above, run it, and press “Check”. What you send from now on counts."
        return said if self.lab.tenant.can_read_log else f"{said} {ONLY_RECORDED}"

    def begin(self) -> None:
        """Set the stage and begin."""
        self.attempt(
            lambda: self.lab.guarded(self.attempt_of.begin),
            lambda _: "the stage is set. What you send from now on counts.",
        )

    def submit(self) -> None:
        """Grade."""
        if self.exercise.stage is not None and not self.attempt_of.is_open:
            self.say("Press “Set the stage” first, then run your cell.")
            return
        if self.attempt(lambda: self.lab.guarded(self.attempt_of.check), self._words):
            verdict: Verdict = self.result
            if verdict.solved:
                self.lab.note_progress(lambda progress: progress.solved(self.exercise.topic, self.exercise.id))
            else:
                self.say(f"Not solved yet: {verdict.sentence}")

    def hint(self) -> None:
        """Show one more hint."""
        self._hints = min(self._hints + 1, len(self.exercise.hints))
        shown = Html().join(Html("<li>{}</li>").format(hint) for hint in self.exercise.hints[: self._hints])
        self.hint_text.value = Html(
            '<strong>Hints</strong> ({} of {})<ol style="line-height: 1.5; margin: 4px 0">{}</ol>'
        ).format(self._hints, len(self.exercise.hints), shown)

    def show_solution(self) -> None:
        """Show the solution as text; running it is up to the learner."""
        self.solution_text.value = Html(
            "<strong>One solution</strong>, to be copied into the cell above"
            '<pre {} style="white-space: pre; overflow-x: auto; width: 0; min-width: 100%; line-height: 1.4; margin: 4px 0">{}</pre>'
        ).format(reached_by_keyboard("One solution"), self.exercise.solution)

    def hands_free(self) -> None:
        if self.exercise.stage is not None:
            self.begin()
            if self.error is not None:
                return
        with redirect_stdout(StringIO()):
            exec(compile(self.exercise.solution, f"<solution of {self.exercise.id}>", "exec"), {"lab": self.lab})
        self.submit()
        if self.error is None and not self.result.solved:
            raise AssertionError(f"{self.exercise.id}: {self.result.sentence}")

    @staticmethod
    def _words(verdict: Any) -> str:
        return str(verdict.sentence)
