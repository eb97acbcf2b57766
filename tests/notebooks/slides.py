"""Which cell becomes which slide: `jupyter nbconvert --to slides` reads it from the cells.

    python -m tests.notebooks.slides        writes it into all notebooks, after cells were added

A heading begins a slide. What went over the wire, and a call with what it printed, are below it.
What only works with a kernel (setup, forms, exercises, the check at the end) is left out.
"""

from __future__ import annotations

import json
from typing import Any

from ..support.places import NOTEBOOKS

LEFT_OUT = {"parameters", "setup", "form", "code", "exercise", "check", "checkpoint"}
#: Explanations of what is left out: how the ids of their cells end.
ABOUT_THEM = (
    *("how", "needs", "progress-text", "exercise-text", "checkpoint-text"),
    *("explain-code", "put-back-text", "practice-text", "terms-text"),
)


def slide_type(cell: dict[str, Any]) -> str:
    tags = set(cell["metadata"].get("tags", []))
    source = "".join(cell["source"])
    if tags & LEFT_OUT or cell["id"].endswith(ABOUT_THEM):
        return "skip"
    if cell["cell_type"] == "code" or source.startswith("### "):
        return "subslide"
    return "slide" if tags & {"title", "diagram"} or source.startswith("## ") else "-"


def main() -> None:
    for path in sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")):
        book = json.loads(path.read_text("utf-8"))
        for cell in book["cells"]:
            # in the order in which Jupyter writes them
            cell["metadata"] = dict(sorted({**cell["metadata"], "slideshow": {"slide_type": slide_type(cell)}}.items()))
        path.write_text(json.dumps(book, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
