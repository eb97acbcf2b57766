"""A person who does anything in any order: Run All, any cell, any button, and often the one that stands out.

Each tick that a checkpoint shows is asked of the tenant itself, as far as that can tell (`tests/support/truth.py`).
A login is lost only to a form that is there to spend it or to get another.
"""

from __future__ import annotations

import atexit
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import ipywidgets as widgets
import pytest
from IPython.core.interactiveshell import InteractiveShell

from mfa_helpers import notebook
from mfa_helpers.client.errors import MfaError, SlowDown
from mfa_helpers.forms import controls
from mfa_helpers.forms.base import Form
from mfa_helpers.forms.exercise import ExerciseForm
from mfa_helpers.forms.guidance import Guide
from mfa_helpers.forms.labels import CODE
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.exercises.ladder import WRITE
from mfa_helpers.outline import BY_NUMBER
from mfa_helpers.sandbox.hosting.server import ServedSandbox
from mfa_helpers.storage.entries import Login

from ..conftest import reset
from ..support.notebook_files import PATHS
from ..support.run_report import count
from ..support.solutions import solutions_by_cell
from ..support.truth import FAILED, SPENDS, TRUE

WALKS, STEPS = 200, 10
#: How often at most a person presses what stands out, before they do something else.
STEADY = 30
#: How often somebody does so who wants to reach the checkpoint.
PATIENCE = 200
#: The tick that nobody reaches in so short a time: the same code of an app isn't taken twice in its 30 seconds.
OUT_OF_REACH = {"other-factors"}
#: The buttons that bring a code, or what the tenant waits for.
HELPS = {"Check the inbox", "Show my phone's code", "Show the message", "Approve", "Use my newest code"}


def pressable(box: Any, inside: Form | None = None) -> Iterator[tuple[Form, widgets.Button]]:
    """Each button in `box` that a person sees and can press, with the innermost form around it."""
    form = box if isinstance(box, Form) else inside
    for child in box.children:
        if child.layout.display == "none":
            continue
        if isinstance(child, widgets.Button) and form is not None and not child.disabled:
            yield form, child
        elif isinstance(child, widgets.Box):
            yield from pressable(child, form)


class Walk:
    """One person, who has one notebook open in a kernel of its own. `learner` is what the test itself sees of their tenant and files."""

    def __init__(self, path: Path, seed: int, learner: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
        self.random, self.learner, self.monkeypatch = Random(seed), learner, monkeypatch
        self.done = [f"seed {seed}"]
        self.confirmed: set[str] = set()
        self.may_spend = False
        self.open(path)

    def open(self, path: Path) -> bool:
        """Open a notebook, or the same one again: its kernel has done nothing yet."""
        self.done.append(f"open {path.stem}")
        self.monkeypatch.setenv("JPY_SESSION_NAME", str(path))
        self.monkeypatch.setattr(notebook, "_given", None)
        InteractiveShell.clear_instance()
        self.shell = InteractiveShell.instance()
        atexit.unregister(self.shell.atexit_operations)  # a second for each of hundreds
        notebook._meet_kernel()  # as when it was imported
        self.topic = BY_NUMBER[path.stem[:2]].topic
        cells = json.loads(path.read_text("utf-8"))["cells"]
        self.sources = {cell["id"]: "".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"}
        #: What stands in the page, by cell and display ID; what was displayed outside a cell is below "".
        self.outputs: dict[str, dict[str, str]] = {}
        self.running = ""
        self.shell.display_pub.publish = self._publish  # type: ignore[method-assign, assignment]
        return True

    def _publish(
        self, data: dict[str, Any], metadata: Any = None, *, transient: Any = None, update: bool = False, **_: Any
    ) -> None:
        id, text = (transient or {}).get("display_id", ""), str(data.get("text/plain"))
        if not update:
            self.outputs.setdefault(self.running, {})[id] = text
            return
        for outputs in self.outputs.values():
            if id in outputs:
                outputs[id] = text

    @property
    def outer_forms(self) -> list[Form]:
        """Those of the notebook."""
        return [] if notebook._given is None else Guide.of(notebook._given[1]).forms()

    @property
    def forms(self) -> list[Form]:
        """Those of the notebook, and those inside another one."""
        inside = [one for form in self.outer_forms for one in controls.descendants(form) if isinstance(one, Form)]
        return [*self.outer_forms, *inside]

    def step(self) -> None:
        """Anything that a person may do, and that does something. Only some forms may spend a login."""
        before = self.learner.kept(Login)
        self.may_spend = False
        deeds = [self.run_all, self.run_all, self.run_one, self.solve, *[self.press] * 4, self.type]
        while not self.random.choice([*deeds, self.choose, self.go_on, self.move])():
            pass
        if before is not None and not self.may_spend:
            assert self.learner.kept(Login) == before, ("the login is lost", self.done)

    def run_all(self) -> bool:
        for cell in self.sources:
            self._run(cell)
        return True

    def run_one(self) -> bool:
        self._run(self.random.choice(list(self.sources)))
        return True

    def solve(self) -> bool:
        """Write each solution into its cell, run it, and choose to be judged by it; whether there is an exercise."""
        solutions = solutions_by_cell(self.sources)
        self.sources |= solutions
        for cell in solutions:
            self._run(cell)
        for form in self.forms:
            if isinstance(form, ExerciseForm):
                form.rung.value = WRITE
        return bool(solutions)

    def move(self) -> bool:
        """To another notebook, or the kernel starts again."""
        self.open(self.random.choice(PATHS))
        return self.run_all()

    def press(self) -> bool:
        """Half of the presses take the button that stands out, the others any; whether there is one."""
        buttons = self._buttons()
        best = [one for one in buttons if one[1].button_style == "primary"]
        return self._press(best if best and self.random.random() < 0.5 else buttons)

    def go_on(self) -> bool:
        """Press what stands out again and again, and what helps in the same form; whether anything did."""
        self.done.append("go on")
        return sum(self._press(self._useful()) for _ in range(self.random.randrange(1, STEADY))) > 0

    def finish(self) -> None:
        """Press what stands out, and what helps, until the tenant confirms the tick of this notebook."""
        self.run_all()
        self.solve()
        topic = self.topic
        for _ in range(PATIENCE):
            if topic in self.confirmed or self.topic != topic or not self._press(self._useful()):
                break

    def type(self) -> bool:
        """Type the newest code into a field for one; whether there is one of both."""
        lab = self.learner
        mails = lab.tenant.mails()
        fields = [
            widget
            for form in self.forms
            for widget in controls.descendants(form)
            if isinstance(widget, widgets.Text) and widget.description == CODE and widget.layout.display != "none"
        ]
        if not fields or not mails or not mails[0].code:
            return False
        self.done.append("type the newest code")
        self.random.choice(fields).value = mails[0].code.reveal()
        return True

    def choose(self) -> bool:
        """Any answer to any question with several; whether there is one."""
        asked = [
            widget
            for form in self.forms
            if form.heading != "Choose your tenant"  # there's one tenant only
            for widget in controls.descendants(form)
            if isinstance(widget, widgets.RadioButtons) and widget.layout.display != "none" and len(widget.options)
        ]
        for radio in asked:
            radio.index = self.random.randrange(len(radio.options))
            self.done.append(f"choose {radio.label} of {radio.description}")
        return bool(asked)

    def _buttons(self) -> list[tuple[Form, widgets.Button]]:
        return [one for form in self.outer_forms for one in pressable(form)]

    def _useful(self) -> list[tuple[Form, widgets.Button]]:
        buttons = [one for one in self._buttons() if not isinstance(one[0], ExerciseForm) or one[0].rung.value == WRITE]
        best = [one for one in buttons if one[1].button_style == "primary"]
        if not best:  # the step is to predict
            return buttons
        form, _ = best[0]
        return [*best, *(one for one in buttons if one[0] is form and one[1].description in HELPS)]

    def _press(self, buttons: list[tuple[Form, widgets.Button]]) -> bool:
        if not buttons:
            return False
        form, button = self.random.choice(buttons)
        self.done.append(f"press {form.heading}: {button.description}")
        self.may_spend |= form.heading in SPENDS
        button.click()
        self.look()
        if isinstance(form.error, SlowDown):
            self.learner.tenant.require_controls().advance(form.error.retry_after or 1)
        onward = button.description.removeprefix("Next: ")[:2]
        if button.description.startswith("Next: ") and onward in BY_NUMBER:
            self.open(next(path for path in PATHS if path.stem[:2] == onward))
            self.run_all()
        return True

    def _run(self, cell: str) -> None:
        self.done.append(f"run {cell}")
        self.running, self.outputs[cell] = cell, {}  # its earlier outputs leave the page
        ran = self.shell.run_cell(self.sources[cell])
        self.running = ""
        # A cell that runs alone may lack a name of a cell above, and gets a sentence.
        assert ran.success or isinstance(ran.error_in_exec, NameError), (self.done, ran.error_in_exec)

    def look(self) -> None:
        """What stands in the page is true, and nothing in it broke."""
        if notebook._given is None:
            return
        for text in [text for outputs in self.outputs.values() for text in outputs.values()]:
            assert not any(words in text for words in FAILED), (text, self.done)
            if text.startswith("✔ Checkpoint reached: ") and self.topic in TRUE:
                try:
                    assert TRUE[self.topic](self.learner), self.done
                except MfaError as error:
                    raise AssertionError(self.done) from error
                self.confirmed.add(self.topic)
        for form in self.forms:
            wanted = isinstance(form, ExerciseForm)  # it says so of a program that isn't right yet
            assert wanted or not any(words in form.status for words in FAILED), (form.status, form.error, self.done)
            assert FAILED[0] not in form.status, (form.status, form.error, self.done)
            assert form.is_done or not form.status.startswith("You already have"), self.done
        best = [one for form in self.outer_forms for one in controls.buttons(form) if one.button_style == "primary"]
        assert len(best) <= 1, (self.done, [one.description for one in best])


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_whatever_a_person_does_nothing_breaks_and_nothing_untrue_is_shown(
    path: Path,
    sandbox: ServedSandbox,
    learner: Lab,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The walks that begin in one notebook. What its tick says, the tenant confirms at least once."""
    confirmed: Counter[str] = Counter()
    for seed in range(PATHS.index(path), WALKS, len(PATHS)):
        reset(sandbox)
        for variable in ("JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR"):
            monkeypatch.setenv(variable, str(tmp_path / f"{variable}-{seed}"))
        walk = Walk(path, seed, Lab(), monkeypatch)
        if seed < len(PATHS) and walk.topic in TRUE:  # one of them first reaches the checkpoint
            walk.finish()
        for _ in range(STEPS):
            walk.step()
            walk.look()
        InteractiveShell.clear_instance()
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err, walk.done
        assert not any(words in said.out + said.err for words in FAILED), walk.done
        confirmed.update(walk.confirmed)
        count(f"walks of {STEPS} random actions: in a notebook's kernel")
    for topic, number in confirmed.items():
        count(f"walks in which the tenant confirms the tick of {topic}", number)
    topic = BY_NUMBER[path.stem[:2]].topic
    assert topic not in TRUE.keys() - OUT_OF_REACH or confirmed[topic], confirmed
