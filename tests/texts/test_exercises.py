"""Each exercise is in its notebook: a cell with an empty function, and below it the form that runs and judges it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from mfa_helpers.lessons.exercises import EXERCISES
from mfa_helpers.outline import BY_TOPIC

from ..support.notebook_files import PATHS, cells

FORM = re.compile(r'forms\.ExerciseForm\(lab, "([^"]+)"\)')
WITH_EXERCISE = [path for path in PATHS if any(FORM.search(cell["source"]) for cell in cells(path))]


@pytest.mark.parametrize("path", WITH_EXERCISE, ids=lambda path: path.stem)
def test_a_cell_with_the_empty_function_stands_above_each_form(path: Path) -> None:
    found = cells(path)
    forms = [index for index, cell in enumerate(found) if FORM.search(cell["source"])]
    assert forms == [index + 1 for index, cell in enumerate(found) if "exercise" in cell["metadata"]["tags"]]
    for index in forms:
        form = FORM.fullmatch(found[index]["source"].split("\n")[-1])
        # Run All goes on although a learner's program may not be Python yet.
        assert found[index - 1]["metadata"]["tags"] == ["exercise", "raises-exception"]
        assert form and found[index - 1]["source"] == EXERCISES[form.group(1)].ladder.starter


def test_every_exercise_stands_in_its_notebook_and_once() -> None:
    stands = [(id, path.name) for path in PATHS for cell in cells(path) for id in FORM.findall(cell["source"])]
    assert sorted(stands) == sorted((id, BY_TOPIC[exercise.topic].file) for id, exercise in EXERCISES.items())


def test_every_fault_of_the_clinic_stands_in_09() -> None:
    from mfa_helpers.lessons.clinic.faults import FAULTS

    (path,) = (path for path in PATHS if path.stem.startswith("09"))
    code = [cell["source"] for cell in cells(path)]
    assert sorted(re.findall(r'ClinicForm\(lab, "([^"]+)"\)', "\n".join(code))) == sorted(FAULTS)


def test_the_first_notebook_states_the_minutes_of_the_first_six() -> None:
    texts = [json.dumps(cells(path)) for path in PATHS[:6]]
    each = [int(re.search(r"\*\*Time:\*\* (\d+) minutes", text).group(1)) for text in texts]  # type: ignore[union-attr]
    assert f"The first six notebooks: {sum(each)} minutes." in texts[0]
