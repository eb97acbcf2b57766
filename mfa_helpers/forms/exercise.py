"""An exercise: a ladder of lines to order, gaps to fill, and a function to write, each run and judged by a button."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from ..lab import Lab
from ..lessons.exercises import EXERCISES
from ..lessons.exercises.grading import Solved, judge
from ..lessons.exercises.ladder import GAPS, ORDER, RUNGS, WRITE
from ..lessons.exercises.verdict import Verdict
from ..show.html import PRE, WRAPPED, Html, reached_by_keyboard
from . import controls
from .base import Form
from .ladder import GapsToFill, LinesToOrder, code


class ExerciseForm(Form):
    """Runs what the learner did on the chosen rung, with a practice tenant, and judges it. `result` is the last `Verdict`.

    Showing it runs nothing, so Run All never replays a solution. Hands-free it judges the exercise's own solution.
    """

    heading = "Your task"

    def __init__(self, lab: Lab, id: str) -> None:
        self.exercise = EXERCISES[id]
        self.ladder = self.exercise.ladder
        self._hints = 0
        self._judged = ""  # the rung of `result`
        self.which = id
        super().__init__(lab)

    def parts(self) -> Sequence[widgets.Widget]:
        signature = f"{self.ladder.name}({self.ladder.arguments})"
        before, _, after = self.exercise.task.partition(signature)
        words = Html('<div style="line-height: 1.5">{}<code>{}</code>{}</div>').format(before, signature, after)
        task = widgets.HTML(words)
        self.rung = self.choices("Practice", [(words, rung) for rung, words in RUNGS.items()], self._first_rung())
        self.step = widgets.VBox([], layout=controls.PLAIN)
        self.lines: LinesToOrder | None = None
        self.gaps: GapsToFill | None = None
        self.to_write: widgets.HTML | None = None
        self.hint_text = widgets.HTML()
        self.solution_text = widgets.HTML()
        self.next_rung = controls.button("Next practice", "Go on to the next way to practice this", self.climb)
        controls.show(False, self.next_rung)
        self.run = controls.button(
            "Run and check", "Run it with a practice tenant, and check the result", self.submit, main=True
        )
        buttons = [
            self.run,
            self.next_rung,
            controls.button("Hint", "Show one more hint", self.hint),
            controls.button("Show a solution", "Show code that solves it", self.show_solution),
        ]
        self.rung.observe(lambda _: self._show_rung(), "value")
        if not self.lab.hands_free:
            self._show_rung()
        return [task, self.rung, self.step, controls.row(*buttons)]

    def foot(self) -> Sequence[widgets.Widget]:
        return [self.hint_text, self.solution_text]

    def invitation(self) -> str:
        return f"{_TO_DO[self.rung.value]} Then click “Run and check”."

    @property
    def done(self) -> list[str]:
        """The rungs that were solved in this notebook; who has solved the last needs none of the others."""
        if self.exercise.id in self.lab.companion(Solved):
            return list(RUNGS)
        return [rung for rung in RUNGS if rung in (self.kept("done") or [])]

    def _first_rung(self) -> str:
        return next((rung for rung in RUNGS if rung not in self.done), WRITE)

    def _show_rung(self) -> None:
        rung = self.rung.value
        if rung == ORDER:
            self.lines = self.lines or LinesToOrder(self, self.ladder)
            shown: widgets.Widget = self.lines
        elif rung == GAPS:
            self.gaps = self.gaps or GapsToFill(self, self.ladder)
            shown = self.gaps
        else:
            self.to_write = self.to_write or code(
                f"{self.ladder.header}\n    …", "The function to write in the cell above"
            )
            shown = self.to_write
        self.step.children = [shown]
        controls.show(False, self.next_rung)
        self.guide()
        self._write(self.invitation())

    def close_all(self) -> None:
        self.step.children = [part for part in (self.lines, self.gaps, self.to_write) if part is not None]
        super().close_all()

    def _work(self) -> Any:
        """What is to be judged, as `judge` wants it."""
        if self.rung.value == ORDER and self.lines is not None:
            return list(self.lines.order)
        if self.rung.value == GAPS and self.gaps is not None:
            return self.gaps.values
        return None

    def submit(self) -> None:
        """Run and judge."""
        self._judge(self.rung.value, self._work())

    def _judge(self, rung: str, work: Any) -> None:
        self._judged = rung
        self.attempt(lambda: judge(self.exercise, rung, work), _said, opening="")

    def after_attempt(self) -> None:
        verdict: Verdict | None = self.result
        if verdict is None:
            return
        self._write(self.status, _requests(verdict))
        if not verdict.solved:
            return
        self.keep("done", sorted({*self.done, self._judged}))
        if self._judged == WRITE:
            self.lab.companion(Solved).add(self.exercise.id)
            self.lab.note_progress(lambda progress: progress.solved(self.exercise.topic, self.exercise.id))
        controls.show(self._judged != WRITE, self.next_rung)

    @property
    def is_done(self) -> bool:
        is_solved = self.exercise.id in self.lab.companion(Solved)  # also before the kernel was restarted
        return is_solved and (self.result is None or self.result.solved)

    def helpful(self) -> widgets.Button:
        return self.run if self.next_rung.layout.display == "none" else self.next_rung

    def climb(self) -> None:
        """Go on to the next rung."""
        rungs = list(RUNGS)
        self.rung.value = rungs[min(rungs.index(self.rung.value) + 1, len(rungs) - 1)]

    def hint(self) -> None:
        """Show one more hint."""
        self._hints = min(self._hints + 1, len(self.exercise.hints))
        shown = Html().join(Html("<li>{}</li>").format(_with_code(hint)) for hint in self.exercise.hints[: self._hints])
        self.hint_text.value = Html(
            '<strong>Hints</strong> ({} of {})<ol style="line-height: 1.5; margin: 4px 0">{}</ol>'
        ).format(self._hints, len(self.exercise.hints), shown)

    def show_solution(self) -> None:
        """Show the solution as text; running it is up to the learner."""
        self.solution_text.value = Html(
            "<strong>One solution</strong> to copy into the cell above"
            '<pre {} style="white-space: pre; overflow-x: auto; width: 0; min-width: 100%; line-height: 1.4; margin: 4px 0">{}</pre>'
        ).format(reached_by_keyboard("One solution"), self.ladder.solution)

    def hands_free(self) -> None:
        self._judge(WRITE, self.ladder.solution)
        if self.error is None and not self.result.solved:
            raise AssertionError(f"{self.exercise.id}: {self.result.sentence}")


_TO_DO = {
    ORDER: "Move the lines with the buttons next to them until the function works.",
    GAPS: "Fill in the gaps.",
    WRITE: "Write the function in the cell above, and run that cell.",
}


def _said(verdict: Verdict) -> str:
    return f"{'Done' if verdict.solved else 'Not solved yet'}: {verdict.sentence}"


def _with_code(sentence: str) -> Html:
    """A sentence in which code stands between backticks."""
    parts = sentence.split("`")
    return Html().join(Html("<code>{}</code>").format(part) if at % 2 else part for at, part in enumerate(parts))


def _requests(verdict: Verdict) -> Html:
    """What the program sent and printed, in lines."""
    parts = []
    if verdict.sent:
        lines = Html().join(Html("<li><code>{}</code></li>").format(line) for line in verdict.sent)
        parts.append(Html('What the tenant saw<ol style="line-height: 1.5; margin: 4px 0">{}</ol>').format(lines))
    if verdict.printed:
        style = f"{PRE}{WRAPPED}; line-height: 1.4"
        parts.append(Html('What your function printed<pre style="{}">{}</pre>').format(style, verdict.printed))
    return Html().join(parts)
