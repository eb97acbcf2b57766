"""A person who does anything in any order: Run All, any cell, and any button, with exercises solved or not."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from mfa_helpers import notebook
from mfa_helpers.forms import controls
from mfa_helpers.forms.base import Form
from mfa_helpers.forms.guidance import Guide
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.checkpoints import CHECKPOINTS
from mfa_helpers.lessons.exercises import EXERCISES
from mfa_helpers.outline import BY_NUMBER

from ..support.notebook_files import PATHS
from ..support.run_report import count
from ..support.truth import TRUE

WALKS, STEPS = 200, 10


class Walk:
    """One person, who has one notebook open in a kernel of its own."""

    def __init__(self, path: Path, random: Random, monkeypatch: pytest.MonkeyPatch) -> None:
        self.random, self.monkeypatch = random, monkeypatch
        self.done: list[str] = []
        self.open(path)

    def open(self, path: Path) -> None:
        """Open a notebook, or the same one again: its kernel has done nothing yet."""
        self.done.append(f"open {path.stem}")
        self.monkeypatch.setenv("JPY_SESSION_NAME", str(path))
        self.monkeypatch.setattr(notebook, "_given", None)
        InteractiveShell.clear_instance()
        self.shell = InteractiveShell.instance()
        notebook._meet_kernel()  # as when it was imported
        self.topic = BY_NUMBER[path.stem[:2]].topic
        cells = json.loads(path.read_text("utf-8"))["cells"]
        self.sources = {cell["id"]: "".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"}
        #: What stands in the page, by display ID.
        self.outputs: dict[str, str] = {}
        self.shell.display_pub.publish = self._publish  # type: ignore[method-assign]

    def _publish(self, data: dict[str, Any], metadata: Any = None, *, transient: Any = None, **_: Any) -> None:
        self.outputs[(transient or {}).get("display_id", "")] = str(data.get("text/plain"))

    @property
    def forms(self) -> list[Form]:
        return [] if notebook._given is None else Guide.of(notebook._given[1]).forms()

    def step(self) -> None:
        """Anything that a person may do."""
        self.random.choice([self.run_all, self.run_all, self.run_one, self.solve, *[self.press] * 5, self.move])()

    def run_all(self) -> None:
        for cell in self.sources:
            self._run(cell)

    def run_one(self) -> None:
        self._run(self.random.choice(list(self.sources)))

    def solve(self) -> None:
        """Store a solution in the notebook; it runs with its cell."""
        for source in list(self.sources.values()):
            for id, exercise in EXERCISES.items():
                if f'"{id}"' in source and "exercise" in self.sources:
                    self.done.append(f"solve {id}")
                    self.sources["exercise"] = exercise.ladder.solution

    def move(self) -> None:
        """To another notebook, or the kernel starts again."""
        self.open(self.random.choice(PATHS))
        self.run_all()

    def press(self) -> None:
        """Any button that can be pressed."""
        buttons = [
            (form, button)
            for form in self.forms
            for button in controls.buttons(form)
            if not button.disabled and button.layout.display != "none"
        ]
        if buttons:
            form, button = self.random.choice(buttons)
            self.done.append(f"press {form.heading}: {button.description}")
            button.click()

    def _run(self, cell: str) -> None:
        self.done.append(f"run {cell}")
        before = None if notebook._given is None else notebook._given[1].has("login")
        ran = self.shell.run_cell(self.sources[cell])
        # A cell that runs alone may lack a name of a cell above, and gets a sentence.
        assert ran.success or isinstance(ran.error_in_exec, NameError), (self.done, ran.error_in_exec)
        if before:  # a cell that shows something does not spend the login
            assert notebook.lab.has("login"), self.done

    def look(self) -> None:
        """What stands in the page is true."""
        if notebook._given is None:
            return
        lab = notebook._given[1]
        ticks = [text for text in self.outputs.values() if text.startswith("✔ Checkpoint reached: ")]
        for point in CHECKPOINTS.values():
            if f"✔ Checkpoint reached: {point.reached}" in ticks:
                assert point.holds(lab), self.done
        if ticks and self.topic in TRUE:
            assert TRUE[self.topic](lab), self.done
            count("ticks in random walks that the tenant confirms")
        for form in self.forms:
            assert "Something in the course itself failed" not in form.status, (self.done, form.status, form.error)
            assert form.is_done or not form.status.startswith("You already have"), self.done
        best = [one for form in self.forms for one in controls.buttons(form) if one.button_style == "primary"]
        assert len(best) <= 1, (self.done, [one.description for one in best])


@pytest.mark.parametrize("seed", range(WALKS))
def test_whatever_a_person_does_nothing_breaks_and_nothing_untrue_is_shown(
    seed: int, learner: Lab, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = Walk(PATHS[seed % len(PATHS)], Random(seed), monkeypatch)
    for _ in range(STEPS):
        walk.step()
        walk.look()
    InteractiveShell.clear_instance()
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err, walk.done
    count(f"walks of {STEPS} random actions: in a notebook's kernel")
