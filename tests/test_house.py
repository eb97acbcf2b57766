"""The house stays one that a newcomer finds their way around in: few doors, short files, small classes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from .support.places import PACKAGE

FILES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
SCRIPTS = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.js"))
#: Files that are a table, with next to no code: they may be as long as what they list.
DATA = {
    "sandbox/fidelity.py",  # a row for each behavior, with its source
    "sandbox/refusals.py",  # a text for each answer that says no, with its source
    "client/errors.py",  # a class for each cause: what it means, and what to do next
}


def classes(file: Path) -> Iterator[ast.ClassDef]:
    tree = ast.parse((PACKAGE / file).read_text("utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


@pytest.mark.parametrize("folder", ["", "sandbox"])
def test_a_root_has_at_most_sixteen_modules_and_folders(folder: str) -> None:
    inside = (PACKAGE / folder).iterdir()
    rooms = [
        path.name for path in inside if path.suffix == ".py" or (path.is_dir() and (path / "__init__.py").exists())
    ]
    assert 3 < len(rooms) <= 16, sorted(rooms)


def test_no_class_defines_more_than_twenty_five_methods() -> None:
    methods = {
        f"{file.as_posix()} {kind.name}": sum(
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in kind.body
        )
        for file in FILES
        for kind in classes(file)
    }
    assert len(methods) > 100
    assert {name: number for name, number in methods.items() if number > 25} == {}


def test_no_file_is_longer_than_four_hundred_lines_except_tables() -> None:
    lengths = {file.as_posix(): len((PACKAGE / file).read_text("utf-8").splitlines()) for file in FILES + SCRIPTS}
    assert {name: length for name, length in lengths.items() if length > 400 and name not in DATA} == {}


def test_a_table_is_a_table() -> None:
    for name in DATA:
        tree = ast.parse((PACKAGE / name).read_text("utf-8"))
        code = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        lines = sum(node.end_lineno - node.lineno + 1 for node in code)  # type: ignore[operator]
        assert lines < len((PACKAGE / name).read_text("utf-8").splitlines()) / 4, name
