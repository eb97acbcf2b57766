"""Notebooks, read as files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from .places import NOTEBOOKS, TESTS

#: The lessons. What is for instructors has no number.
PATHS = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
#: What differs from run to run, as nbval reads it.
SANITIZE = TESTS / "notebooks" / "sanitize.cfg"


def cells(path: Path) -> list[dict[str, Any]]:
    """The cells of a notebook file; source as one text."""
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["cells"]
    for cell in found:
        cell["source"] = "".join(cell["source"])
    return found


def tags(cell: dict[str, Any]) -> list[str]:
    return list(cell["metadata"].get("tags", []))


def plain(cell: dict[str, Any]) -> list[str]:
    """The plain text of each output of a cell."""
    return ["".join(output.get("text") or output["data"]["text/plain"]) for output in cell.get("outputs", [])]


def sanitized(text: str) -> str:
    """`text` as nbval compares it: what differs from run to run is replaced."""
    for pattern, replacement in re.findall(r"^regex: (.*)$\n^replace: (.*)$", SANITIZE.read_text("utf-8"), re.M):
        text = re.sub(pattern, replacement, text)
    return text
