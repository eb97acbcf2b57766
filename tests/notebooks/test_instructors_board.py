"""The notebook for instructors: no lesson, and held to what all notebooks are held to."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat

from .conftest import cells
from .minutes import tags
from .refresh import NOTEBOOKS
from .running import with_papermill

BOARD = NOTEBOOKS / "instructors_board.ipynb"


def test_it_is_valid_holds_no_output_and_nothing_in_it_waits() -> None:
    book = json.loads(BOARD.read_text("utf-8"))
    nbformat.validate(nbformat.from_dict(book))
    assert set(book["metadata"]) == {"kernelspec", "language_info"}
    code = [cell for cell in cells(BOARD) if cell["cell_type"] == "code"]
    assert tags(code[0]) == ["parameters"] and [cell["outputs"] for cell in code] == [[]] * len(code)
    for word in ("input(", "getpass", "sleep", "asyncio", "sys.path"):
        assert not any(word in cell["source"] for cell in code)
    text = "\n".join(cell["source"] for cell in cells(BOARD))
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (BOARD.parent / target).exists(), target


def test_hands_free_it_reads_the_log_of_a_sandbox_of_its_own(surroundings: Path) -> None:
    book = with_papermill(BOARD, surroundings / "out.ipynb", parameters={"hands_free": True})
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    assert [output for output in outputs if output.get("name") in ("stderr", "stdout")] == []
    assert not (surroundings / "outside.txt").exists()
