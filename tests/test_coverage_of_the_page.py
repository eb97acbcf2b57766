"""The table in tests/README.md: no line of the official page is without a notebook and a test, and what it names is there."""

from __future__ import annotations

import ast
import json
import re
from functools import cache

import pytest

from mfa_helpers.lessons.errata import COMPARED, ERRATA
from mfa_helpers.lessons.errata.page_text import PageText

from .statements import RESULTS, judged, with_column
from .support.places import ROOT

README = (ROOT / "tests" / "README.md").read_text("utf-8")
SECTION = README.split("## The official page, statement by statement")[1].split("\n## ")[0]
ROWS = re.findall(r"^\| (\d+)(?:–(\d+))? \| (.+?) \| (.*?) \| (.*?) \| (.*?) \|$", SECTION, flags=re.M)
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
    assert all(row[3:] == ("", "", "") for row in left_out)
    assert len(TAUGHT) > 40


@EACH
def test_a_statement_has_a_notebook_and_a_test_that_exist(row: tuple[str, ...]) -> None:
    notebooks, tests = row[4].split(", "), re.findall(r"`([^`]+)`", row[5])
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
    named = {number for row in TAUGHT for number in row[4].split(", ")}
    there = {path.name[:2] for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")}
    assert there - named <= {"14"}  # the glossary explains the words of all


def test_the_column_is_what_the_checker_found_on_the_version_compared() -> None:
    data = json.loads(RESULTS.read_text("utf-8"))
    found = {row: one["stands"] for row, one in data.items()}
    assert re.findall(r"\| stands on ([\d-]+) \|", SECTION) == [COMPARED.isoformat()]
    assert {"–".join(filter(None, row[:2])): row[3] for row in ROWS} == {
        row: "" if f"| {row} | *left out*" in SECTION else said for row, said in found.items()
    }
    assert with_column(README, found, COMPARED.isoformat()) == README
    assert all(re.fullmatch(r"([0-9a-f]{8} ?)+", one["fingerprints"]) for one in data.values())


def test_each_erratum_that_stands_is_within_a_statement_of_the_table() -> None:
    places = [re.match(r"(?:yes|changed), (\d+)(?:–(\d+))?", row[3]) for row in TAUGHT]
    lines = {line for place in places if place for line in range(int(place[1]), int(place[2] or place[1]) + 1)}
    assert {one.title: set(one.lines) - lines for one in ERRATA if not one.gone and not set(one.lines) <= lines} == {}


STATEMENTS = {"1": "# One", "2–4": "Two\n```\nx = 1\n```", "5": "Three", "6–7": "Four\nFive", "8": "y = 2"}


def test_a_statement_is_found_where_it_is_now_and_what_is_missing_is_counted() -> None:
    prints = {row: [line.fingerprint for line in PageText(text).lines] for row, text in STATEMENTS.items()}
    page = PageText("\ntitle: One\n\n**Two**\n\n~~~py\nx  =  1\n~~~\nNew\nFour\n```\ny = 2\n```")
    assert judged(prints, page) == {
        "1": "yes, 2",
        "2–4": "yes, 4–7",
        "5": "no",
        "6–7": "changed, 10: 1 of 2 lines",
        "8": "yes, 12",
    }


def test_the_column_is_written_into_rows_that_have_a_result_and_into_no_other() -> None:
    table = (
        "| lines | stands on 2000-01-01 | x |\n| 1 | a |  | b |\n| 2–3 | *left out*: c | old | |\n| 4 | d | old | e |\n"
    )
    assert with_column(table, {"1": "yes, 7", "2–3": "no"}, "2026-07-31") == (
        "| lines | stands on 2026-07-31 | x |\n| 1 | a | yes, 7 | b |\n| 2–3 | *left out*: c |  | |\n| 4 | d | old | e |\n"
    )
