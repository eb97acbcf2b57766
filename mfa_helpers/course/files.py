"""The course's files, as they are given to learners: notebooks without outputs, formatted as JupyterLab saves them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_IN_A_WHEEL = Path(__file__).parent / "notebooks"
_IN_A_CHECKOUT = Path(__file__).parents[2] / "notebooks"
#: Where the course's own notebooks are. In a checkout, also an editable install reads them where they are edited.
NOTEBOOKS = _IN_A_WHEEL if _IN_A_WHEEL.is_dir() else _IN_A_CHECKOUT


class NotANotebook(Exception):
    """A file of the course isn't a notebook, though its name says so. The text is its path."""


@dataclass(frozen=True)
class CourseFile:
    """One file of a fresh copy.

    `version` changes when the course changes the file, and not with the kernel that it is opened with.
    `text` changes with what a learner can write into it: see `text_of`.
    """

    content: bytes
    version: str
    text: str


def course_files(notebooks: Path = NOTEBOOKS, kernel: Mapping[str, Any] | None = None) -> dict[str, CourseFile]:
    """What a fresh copy holds, by its path within the copy. Raises `OSError` if it can't be read, and `NotANotebook`.

    `kernel` is what the kernel adds to a notebook's metadata; without it, what this Python's kernel does.
    """
    found = [*notebooks.glob("*.ipynb"), *notebooks.glob("*.md"), *notebooks.glob("images/*")]
    if kernel is None:
        kernel = _this_kernel()
    return {path.relative_to(notebooks).as_posix(): _course_file(path, kernel) for path in sorted(found)}


def text_of(content: bytes) -> str:
    """A digest of the kind and the source of each cell, so that outputs and numbers don't count as a change.

    Of a file that isn't a notebook, everything counts.
    """
    try:
        cells = [[cell["cell_type"], "".join(cell["source"])] for cell in json.loads(content)["cells"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return _digest(content)
    return _digest(json.dumps(cells).encode())


def _course_file(path: Path, kernel: Mapping[str, Any]) -> CourseFile:
    content = path.read_bytes()
    if path.suffix != ".ipynb":
        return CourseFile(content, _digest(content), _digest(content))
    import nbformat

    try:
        notebook = nbformat.reads(content.decode(), as_version=4)
    except (ValueError, nbformat.ValidationError, nbformat.reader.NotJSONError):
        raise NotANotebook(path) from None
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    version = _digest(json.dumps(notebook, sort_keys=True).encode())
    # JupyterLab asks the kernel for these when it opens a notebook, and marks the notebook as changed if they differ.
    notebook.metadata |= kernel
    content = (nbformat.writes(notebook) + "\n").encode()
    return CourseFile(content, version, text_of(content))


def _this_kernel() -> dict[str, Any]:
    """What this Python's kernel says about itself in each notebook."""
    from ipykernel.ipkernel import IPythonKernel
    from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpecManager

    spec = KernelSpecManager().get_kernel_spec(NATIVE_KERNEL_NAME)
    return {
        "kernelspec": {"display_name": spec.display_name, "language": spec.language, "name": NATIVE_KERNEL_NAME},
        "language_info": IPythonKernel.language_info,
    }


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
