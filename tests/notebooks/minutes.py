"""How long a notebook takes: reading, doing its forms, and the time that its cells run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ..support.notebook_files import cells, plain, tags

WORDS_A_MINUTE = 150  # slow reading, with the hands on the keyboard
MINUTES_A_FORM = 0.5
A_TENTH = 1.1


def stated(path: Path) -> int:
    """The minutes that the notebook says."""
    text = " ".join(cell["source"] for cell in cells(path) if cell["cell_type"] == "markdown")
    return int(re.search(r"\*\*Time:\*\* (\d+) minutes", text).group(1))  # type: ignore[union-attr]


def counted(path: Path, run_seconds: float = 0) -> float:
    """The minutes of reading and doing, and of a measured run."""
    found = cells(path)
    read = [cell for cell in found if "diagram" not in tags(cell) and not _is_collapsed(cell)]
    words = sum(len(cell["source"].split()) for cell in read)
    # Of an output its text is read, once; lines of a diagram are no words.
    words += sum(bool(re.search(r"\w", word)) for cell in found for text in plain(cell) for word in text.split())
    return words / WORDS_A_MINUTE + MINUTES_A_FORM * sum("form" in tags(cell) for cell in found) + run_seconds / 60


def _is_collapsed(cell: dict[str, Any]) -> bool:
    return bool(cell["metadata"].get("jupyter", {}).get("source_hidden"))


def assert_true(path: Path, run_seconds: float = 0) -> None:
    said, found = stated(path), counted(path, run_seconds)
    assert said / A_TENTH - 0.5 <= found <= said * A_TENTH + 0.5, f"{found:.1f} minutes counted, {said} stated"
