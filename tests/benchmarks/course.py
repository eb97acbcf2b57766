"""The course against its floors: papermill of 01–05 beside notebooks that do next to nothing.

    python -m tests.benchmarks.course [ROUNDS]

The *bare* floor has as many code cells as the course, loads ipywidgets and
requests, and shows a bare form wherever the course shows one of its own: what
notebooks of this shape cost anybody. The *empty* floor is five notebooks with
one empty cell: what Jupyter alone costs.

All run in turns in one process, so that whatever else the machine does hits
each. papermill saves the notebook once, at its end: saving at each cell is its
work, and grows with the text around the cells.
"""

from __future__ import annotations

import logging
import os
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import nbformat
import papermill

from ..support.places import NOTEBOOKS

NOTEBOOKS = sorted(NOTEBOOKS.glob("0[1-5]*.ipynb"))
LOADING = "import ipywidgets as widgets\nimport requests"
FORM = 'widgets.VBox([widgets.Text(description="Code"), widgets.Button(description="Send"), widgets.HTML("Ready.")])'


class Times(NamedTuple):
    """Seconds for five notebooks: the sum of each notebook's median, and of each notebook's best."""

    median: float
    best: float


def measure(rounds: int = 5, report: Callable[[str], None] = lambda line: None) -> dict[str, Times]:
    """The times of `course`, `bare` and `empty`."""
    logging.disable(logging.CRITICAL)
    taken: dict[str, list[list[float]]] = {"course": [], "bare": [], "empty": []}
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as name:
        warnings.simplefilter("ignore")
        folder = Path(name)
        books = {"course": NOTEBOOKS, "bare": list(_bare(folder)), "empty": list(_empty(folder))}
        for turn in range(rounds):
            os.environ |= {
                "MFA_HANDS_FREE": "1",
                "MFA_SANDBOX_STATE": f"{folder}/{turn}/sandbox.sqlite3",
                "JUPYTER_RUNTIME_DIR": f"{folder}/{turn}/runtime",
            }
            for kind, of_kind in books.items():
                taken[kind].append(_seconds(of_kind, folder))
            report(f"round {turn + 1}: " + ", ".join(f"{kind} {sum(taken[kind][-1]):.2f} s" for kind in taken))
    logging.disable(logging.NOTSET)
    return {kind: Times(_total(times, statistics.median), _total(times, min)) for kind, times in taken.items()}


def _bare(folder: Path) -> Iterable[Path]:
    for book in NOTEBOOKS:
        cells = [cell for cell in nbformat.read(book, 4).cells if cell.cell_type == "code"]
        tags = [cell.metadata.get("tags", []) for cell in cells]
        sources = [LOADING if "setup" in of_cell else FORM if "form" in of_cell else "None" for of_cell in tags]
        yield _written(folder / f"bare-{book.name}", sources)


def _empty(folder: Path) -> Iterable[Path]:
    for book in NOTEBOOKS:
        yield _written(folder / f"empty-{book.name}", [""])


def _written(path: Path, sources: list[str]) -> Path:
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    book.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(book, path)
    return path


def _seconds(books: list[Path], folder: Path) -> list[float]:
    """What papermill takes for each book."""
    taken = []
    for book in books:
        began = time.perf_counter()
        papermill.execute_notebook(
            *(book, folder / f"out-{book.name}"),
            progress_bar=False,
            request_save_on_cell_execute=False,
            store_widget_state=False,
            kernel_name="python3",
        )
        taken.append(time.perf_counter() - began)
    return taken


def _total(rounds: list[list[float]], of: Callable[[Iterable[float]], float]) -> float:
    """The sum over the books of `of` their times."""
    return sum(of(times) for times in zip(*rounds, strict=True))


def main() -> None:
    times = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 5, print)
    # Now and then a kernel of any kind takes 3 s longer to stop; the best of each book is free of that.
    for floor in ("bare", "empty"):
        for name in Times._fields:
            course, least = getattr(times["course"], name), getattr(times[floor], name)
            print(f"{name} of each: course {course:.2f} s, {floor} {least:.2f} s, ratio {course / least:.2f}")


if __name__ == "__main__":
    main()
