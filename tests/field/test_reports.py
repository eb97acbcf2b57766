"""The table of the reports is whole, and tests/README.md says how it stands."""

from __future__ import annotations

import re

import pytest

from mfa_helpers.sandbox import fidelity

from . import ROOT, Report, defined_in, own_tests
from .__main__ import ALL, verdict

IDS = {"A": 24, "N": 25, "K": 16, "S": 24}


def test_each_is_there_exactly_once_and_in_order() -> None:
    expected = [f"{letter}-{number:02}" for letter, most in IDS.items() for number in range(1, most + 1)]
    assert [report.id for report in ALL] == expected


def test_each_has_a_test_that_exists() -> None:
    for report in ALL:
        assert report.tests and report.kind and report.summary, report.id
        for node in report.covered_by:
            assert node in defined_in(ROOT / node.partition("::")[0]), node


def test_each_test_named_after_a_report_belongs_to_one() -> None:
    named = {test for report in ALL for test in report.tests}
    after_a_report = {test for test in own_tests() if re.search(r"::test_[aksn]_\d\d_", test)}
    assert after_a_report <= named and len(after_a_report) > 70


@pytest.mark.parametrize(
    ("ends", "word"),
    [
        ([{"passed"}, {"passed"}], "held"),
        ([{"passed"}, {"passed", "failed"}], "failed"),
        ([{"passed"}, {"skipped"}], "not run"),
        ([{"passed"}], "not run"),
        ([], "not run"),
    ],
)
def test_a_report_holds_only_if_all_its_tests_ran_and_held(ends: list[set[str]], word: str) -> None:
    report = Report("X-00", "kind", "summary", ("a::one", "a::two"))
    assert verdict(report, dict(zip(report.tests, ends, strict=False))) == word


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_each_open_question_has_its_line_in_the_sandboxs_notes(number: int) -> None:
    (line,) = [choice for choice in fidelity.CHOICES if choice.startswith(f"Open question {number}: ")]
    assert line in (ROOT / "mfa_helpers" / "sandbox" / "FIDELITY.md").read_text("utf-8")


def test_the_page_of_the_tests_names_the_command_and_the_counts() -> None:
    text = (ROOT / "tests" / "README.md").read_text("utf-8")
    (found,) = re.findall(r"`\.venv/bin/python -m tests\.field` .*?and all (\d+) pass\.", text)
    assert int(found) == len(ALL)
