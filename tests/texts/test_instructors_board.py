"""The notebook for instructors: no lesson, and held to what all notebooks are held to."""

from __future__ import annotations

import json
import re

import nbformat

from ..support.notebook_files import cells, tags
from ..support.places import NOTEBOOKS

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
