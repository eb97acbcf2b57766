"""Run notebooks hands-free and store the outputs of the cells that are not forms.

    python -m tests.notebooks.refresh            all, one after the other
    python -m tests.notebooks.refresh 04 06      these alone, on a fresh tenant

Do this after a change of a notebook or of what it shows, then look at the difference.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from ..support.notebook_files import sanitized
from ..support.places import NOTEBOOKS

_WIDGET = "application/vnd.jupyter.widget-view+json"  # names a model of one run


def stored(cell: Any) -> list[Any]:
    """What is stored of a code cell that has run: nothing of a form, and nothing that belongs to one run."""
    if "nbval-ignore-output" in cell.metadata.get("tags", []):
        return []
    return [_clean(output) for output in joined(cell.outputs)]


def joined(outputs: list[Any]) -> list[Any]:
    """What was printed without a break is one output: how a kernel cuts it differs from run to run."""
    whole: list[Any] = []
    for output in outputs:
        if whole and output.get("name") and output.get("name") == whole[-1].get("name"):
            whole[-1]["text"] += output["text"]
        else:
            whole.append(output)
    return whole


def _clean(output: Any) -> Any:
    if "data" in output:
        output["data"] = {
            kind: sanitized(data) if isinstance(data, str) else data
            for kind, data in output["data"].items()
            if kind != _WIDGET
        }
    if "text" in output:
        output["text"] = sanitized(output["text"])
    return output


def refresh(path: Path) -> None:
    book = nbformat.read(path, as_version=4)
    client = NotebookClient(
        book,
        timeout=300,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,  # a stored state would hold what was typed
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs = stored(cell)
    book.metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    path.write_text(json.dumps(book, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def wanted(names: list[str]) -> list[Path]:
    """The notebooks whose file names begin so; all, if none is named."""
    paths = sorted(NOTEBOOKS.glob("*.ipynb"))
    for name in names:
        if not any(path.name.startswith(name) for path in paths):
            raise SystemExit(f"No notebook begins with {name!r}. There are: {', '.join(path.stem for path in paths)}.")
    return [path for path in paths if not names or path.name.startswith(tuple(names))]


def main(*names: str) -> None:
    paths = wanted(list(names))
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "MFA_HANDS_FREE": "1",
            "MFA_SANDBOX_STATE": f"{folder}/sandbox.sqlite3",
            "JUPYTER_RUNTIME_DIR": f"{folder}/runtime",
        }
        for path in paths:  # what a notebook needs of others it gets itself: hands-free it catches up
            refresh(path)
            print(f"{path.name}: outputs stored")


if __name__ == "__main__":
    main(*sys.argv[1:])
