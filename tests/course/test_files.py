"""What a fresh copy of the course holds."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from mfa_helpers.course.files import CourseFile, course_files, text_of
from mfa_helpers.outline import NOTEBOOKS as OUTLINE

from ..support.places import NOTEBOOKS

FILES = course_files()
BOOKS = {name: json.loads(file.content) for name, file in FILES.items() if name.endswith(".ipynb")}
EACH = pytest.mark.parametrize("name", BOOKS)


def test_it_is_what_a_learner_needs_and_no_file_of_the_tests() -> None:
    assert FILES.keys() == {
        *(path.name for path in NOTEBOOKS.glob("*.ipynb")),
        "images/course.png",
        "instructors_guide.md",
    }
    assert len(BOOKS) == len(OUTLINE) + 1  # the instructor's board


@EACH
def test_no_cell_has_an_output_or_a_number(name: str) -> None:
    code = [cell for cell in BOOKS[name]["cells"] if cell["cell_type"] == "code"]
    assert code
    assert [(cell["outputs"], cell["execution_count"]) for cell in code] == [([], None)] * len(code)


@EACH
def test_everything_else_is_as_in_the_course(name: str) -> None:
    def without_outputs(book: dict[str, object]) -> list[dict[str, object]]:
        kept = [{k: v for k, v in cell.items() if k not in ("outputs", "execution_count")} for cell in book["cells"]]  # type: ignore[attr-defined]
        return [{**cell, "source": "".join(cell["source"])} for cell in kept]

    assert without_outputs(BOOKS[name]) == without_outputs(json.loads((NOTEBOOKS / name).read_text("utf-8")))


@EACH
def test_the_kernel_is_named_as_it_names_itself(name: str) -> None:
    """What JupyterLab makes of it is looked at in `tests/browser/test_working_copy.py`."""
    metadata = BOOKS[name]["metadata"]
    assert metadata["kernelspec"] == {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    assert metadata["language_info"] == {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": sys.version.split()[0],
    }


def a_notebook(folder: Path, **cell: object) -> CourseFile:
    whole = {"id": "a", "cell_type": "code", "metadata": {}, "source": "1", "outputs": [], "execution_count": None}
    book = {"cells": [whole | cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "a.ipynb").write_text(json.dumps(book))
    return course_files(folder)["a.ipynb"]


def test_outputs_are_neither_a_new_version_nor_a_change_of_the_text(tmp_path: Path) -> None:
    output = {"output_type": "stream", "name": "stdout", "text": "1"}
    assert a_notebook(tmp_path) == a_notebook(tmp_path, outputs=[output], execution_count=3)


@pytest.mark.parametrize("change", [{"source": "2"}, {"id": "b"}, {"metadata": {"tags": ["form"]}}])
def test_whatever_else_the_course_changes_is_a_new_version(change: dict[str, object], tmp_path: Path) -> None:
    assert a_notebook(tmp_path).version != a_notebook(tmp_path, **change).version


def test_a_learner_changes_the_text_of_a_cell_and_not_what_jupyterlab_notes_about_it(tmp_path: Path) -> None:
    course = a_notebook(tmp_path)
    assert course.text == a_notebook(tmp_path, metadata={"collapsed": True}, outputs=[], execution_count=1).text
    assert course.text != a_notebook(tmp_path, source="2").text


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"cells": 1}', b'{"cells": [{}]}', b"\xff", b"[" * 100_000])
def test_of_what_is_no_notebook_everything_counts(content: bytes) -> None:
    assert text_of(content) == text_of(content) != text_of(content + b" ")
