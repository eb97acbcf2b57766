"""The notebook for instructors runs, on a sandbox of its own."""

from __future__ import annotations

from pathlib import Path

from ..support.places import NOTEBOOKS
from .running import with_papermill

BOARD = NOTEBOOKS / "instructors_board.ipynb"


def test_hands_free_it_reads_the_log_of_a_sandbox_of_its_own(surroundings: Path) -> None:
    book = with_papermill(BOARD, surroundings / "out.ipynb", parameters={"hands_free": True})
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    assert [output for output in outputs if output.get("name") in ("stderr", "stdout")] == []
    assert not (surroundings / "outside.txt").exists()
