"""The table in tests/README.md: no line of the official page is without a notebook and a test, and what it names is there."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from .support.places import ROOT

README = (ROOT / "tests" / "README.md").read_text("utf-8")
SECTION = README.split("## The official page, statement by statement")[1].split("\n## ")[0]
ROWS = re.findall(r"^\| (\d+)(?:–(\d+))? \| (.+?) \| (.*?) \| (.*?) \|$", SECTION, flags=re.M)
TAUGHT = [row for row in ROWS if not row[2].startswith("*left out*: ")]
EACH = pytest.mark.parametrize("row", TAUGHT, ids=[f"{row[0]}-{row[1] or row[0]}" for row in TAUGHT])


@cache
def names_in(file: str) -> set[str]:
    """The test functions of a file, found by reading it."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_each_line_of_the_page_belongs_to_one_row() -> None:
    """The page itself is not here; the table says how long it is."""
    total = int(re.search(r"has (\d+) lines", SECTION).group(1))  # type: ignore[union-attr]
    following = 1
    for first, last, *_ in ROWS:
        assert int(first) == following
        following = int(last or first) + 1
        assert following > int(first)
    assert following == total + 1 == 1003


def test_only_what_is_no_teaching_is_left_out() -> None:
    left_out = [row for row in ROWS if row not in TAUGHT]
    assert [row[2] for row in left_out] == [
        "*left out*: index of a documentation host",
        "*left out*: components of the page itself",
        "*left out*: plans and prices",
    ]
    assert all(row[3:] == ("", "") for row in left_out)
    assert len(TAUGHT) > 40


@EACH
def test_a_statement_has_a_notebook_and_a_test_that_exist(row: tuple[str, ...]) -> None:
    notebooks, tests = row[3].split(", "), re.findall(r"`([^`]+)`", row[4])
    assert tests
    for number in notebooks:
        assert re.fullmatch(r"\d\d", number) and list((ROOT / "notebooks").glob(f"{number}_*.ipynb")), number
    for name in tests:
        file, _, test = name.partition("::")
        assert (ROOT / file).is_file(), file
        assert test in names_in(file), name


def test_a_test_that_is_not_there_would_be_noticed() -> None:
    assert "test_that_nobody_wrote" not in names_in("tests/test_coverage_of_the_page.py")
    assert "test_each_line_of_the_page_belongs_to_one_row" in names_in("tests/test_coverage_of_the_page.py")


def test_every_notebook_of_the_course_teaches_some_of_it() -> None:
    named = {number for row in TAUGHT for number in row[3].split(", ")}
    there = {path.name[:2] for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")}
    assert there - named <= {"14"}  # the glossary explains the words of all
