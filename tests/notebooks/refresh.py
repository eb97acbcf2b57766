"""Run every notebook hands-free and store the outputs of the cells that are not forms.

    python -m tests.notebooks.refresh

Do this after a change of a notebook or of what it prints, then look at the difference.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


def refresh(path: Path) -> None:
    book = nbformat.read(path, as_version=4)
    client = NotebookClient(
        book,
        timeout=60,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,  # a stored state would hold what was typed
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    for cell in book.cells:
        if "form" in cell.metadata.get("tags", []):
            cell.outputs = []
    book.metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    path.write_text(json.dumps(book, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "MFA_HANDS_FREE": "1",
            "MFA_SANDBOX_STATE": f"{folder}/sandbox.sqlite3",
            "JUPYTER_RUNTIME_DIR": f"{folder}/runtime",
        }
        for path in sorted(NOTEBOOKS.glob("*.ipynb")):
            refresh(path)
            print(f"{path.name}: outputs stored")


if __name__ == "__main__":
    main()
