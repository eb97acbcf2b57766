"""A small course that can change, and a learner's copy of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mfa_helpers.course.working_copy import update


class Book:
    """A notebook of one code cell."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, source: str, output: str = "") -> None:
        outputs = [{"output_type": "stream", "name": "stdout", "text": [output]}] if output else []
        cell = {"id": "a", "cell_type": "code", "metadata": {}, "source": [source], "outputs": outputs}
        count = {"execution_count": 1 if output else None}
        book = {"cells": [cell | count], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        self.path.write_text(json.dumps(book), "utf-8")

    @property
    def source(self) -> str:
        return "".join(json.loads(self.path.read_text("utf-8"))["cells"][0]["source"])

    @property
    def has_output(self) -> bool:
        return bool(json.loads(self.path.read_text("utf-8"))["cells"][0]["outputs"])


class Course:
    """`course.book("01.ipynb")` is the course's own, `course.mine("01.ipynb")` that of the learner."""

    def __init__(self, folder: Path) -> None:
        self.source, self.copy = folder / "source", folder / "copy"
        self.source.mkdir()
        self.book("00.ipynb").write("zero", "an output")
        self.book("01.ipynb").write("one")

    def book(self, name: str) -> Book:
        return Book(self.source / name)

    def mine(self, name: str) -> Book:
        return Book(self.copy / name)

    def update(self) -> list[str]:
        """What it tells."""
        told: list[str] = []
        update(self.copy, told.append, self.source)
        return told

    def names(self) -> list[str]:
        return sorted(path.name for path in self.copy.iterdir() if not path.name.startswith("."))


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course of two notebooks, and no copy yet."""
    return Course(tmp_path)


@pytest.fixture
def copied(course: Course) -> Course:
    """The same, and the learner has a copy."""
    assert course.update() == []
    return course
