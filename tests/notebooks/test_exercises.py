"""Each exercise stands in its notebook: an empty cell, and the form that checks it beneath."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from mfa_helpers.lessons.exercises import IDS, find
from mfa_helpers.outline import BY_TOPIC

from .conftest import PATHS, cells

WITH_EXERCISE = [path for path in PATHS if path.stem[:2] in ("01", "02", "03", "04", "05", "11")]


@pytest.mark.parametrize("path", WITH_EXERCISE, ids=lambda path: path.stem)
def test_an_empty_cell_of_two_comment_lines_stands_above_the_form(path: Path) -> None:
    found = cells(path)
    (index,) = (index for index, cell in enumerate(found) if cell["metadata"]["tags"] == ["exercise"])
    lines = found[index]["source"].split("\n")
    assert len(lines) == 2 and all(line.startswith("# ") for line in lines)
    id = re.fullmatch(r'forms\.ExerciseForm\(lab, "([a-z-]+)"\)', found[index + 1]["source"]).group(1)  # type: ignore[union-attr]
    assert BY_TOPIC[find(id).topic].file == path.name


def test_every_exercise_stands_in_its_notebook() -> None:
    for id in IDS:
        (path,) = (path for path in PATHS if path.name == BY_TOPIC[find(id).topic].file)
        assert f'forms.ExerciseForm(lab, "{id}")' in "\n".join(cell["source"] for cell in cells(path)), id


def test_every_fault_of_the_clinic_stands_in_09() -> None:
    from mfa_helpers.lessons.clinic.faults import FAULTS

    (path,) = (path for path in PATHS if path.stem.startswith("09"))
    code = [cell["source"] for cell in cells(path)]
    assert sorted(re.findall(r'ClinicForm\(lab, "([a-z-]+)"\)', "\n".join(code))) == sorted(FAULTS)


def test_the_first_notebook_states_the_minutes_of_the_first_six() -> None:
    texts = [json.dumps(cells(path)) for path in PATHS[:6]]
    each = [int(re.search(r"\*\*Time:\*\* (\d+) minutes", text).group(1)) for text in texts]  # type: ignore[union-attr]
    assert f"The first six notebooks: {sum(each)} minutes." in texts[0]
