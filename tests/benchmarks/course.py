"""The course against its floor: papermill of 01–05 beside papermill of five notebooks with one empty cell.

    python -m tests.benchmarks.course [ROUNDS]

Both run in turns in one process, so that whatever else the machine does hits both.
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

import nbformat
import papermill

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("0[1-5]*.ipynb"))


def seconds(books: list[Path], folder: Path) -> list[float]:
    """What papermill takes for each book."""
    taken = []
    for book in books:
        began = time.perf_counter()
        papermill.execute_notebook(
            book,
            folder / f"out-{book.name}",
            progress_bar=False,
            store_widget_state=False,
            request_save_on_cell_execute=False,
            kernel_name="python3",
        )
        taken.append(time.perf_counter() - began)
    return taken


def total(rounds: list[list[float]], of: Callable[[Iterable[float]], float]) -> float:
    """The sum over the books of `of` their times."""
    return sum(of(times) for times in zip(*rounds, strict=True))


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        floor = []
        for number in range(5):
            book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("")])
            book.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
            floor.append(folder / f"empty-{number}.ipynb")
            nbformat.write(book, floor[-1])
        course_times, floor_times = [], []
        for turn in range(rounds):
            os.environ |= {
                "MFA_HANDS_FREE": "1",
                "MFA_SANDBOX_STATE": f"{folder}/{turn}/sandbox.sqlite3",
                "JUPYTER_RUNTIME_DIR": f"{folder}/{turn}/runtime",
            }
            floor_times.append(seconds(floor, folder))
            course_times.append(seconds(NOTEBOOKS, folder))
            print(f"round {turn + 1}: course {sum(course_times[-1]):.2f} s, floor {sum(floor_times[-1]):.2f} s")
    # Now and then a kernel of either kind takes 3 s longer to stop; the best of each book is free of that.
    for name, of in (("median", statistics.median), ("best", min)):
        course, floor_time = total(course_times, of), total(floor_times, of)
        print(
            f"{name} of each: course {course:.2f} s, floor {floor_time:.2f} s, ratio {course / floor_time:.2f} (limit 1.5)"
        )


if __name__ == "__main__":
    main()
