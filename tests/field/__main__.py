"""`python -m tests.field`: run the tests of every report, and print the table."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections import Counter, defaultdict

import pytest

from . import REPORTS, ROOT, Report, second_collection, security_findings

ALL = (*REPORTS, *second_collection.REPORTS, *security_findings.REPORTS)


class Outcomes:
    """What became of each test: its node id without parameters, and how its runs ended."""

    def __init__(self) -> None:
        self.of: dict[str, set[str]] = defaultdict(set)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != "passed":
            self.of[report.nodeid.partition("[")[0]].add(report.outcome)


def verdict(report: Report, outcomes: dict[str, set[str]]) -> str:
    """`held` only if every one of its tests was run and none was skipped or failed."""
    ends = [outcomes.get(test, {"not run"}) for test in report.tests] or [{"not run"}]
    if any("failed" in end for end in ends):
        return "failed"
    return "held" if all(end == {"passed"} for end in ends) else "not run"


def main() -> int:
    os.chdir(ROOT)
    outcomes, said = Outcomes(), io.StringIO()
    tests = dict.fromkeys(test for report in ALL for test in report.tests)
    with contextlib.redirect_stdout(said):
        pytest.main(["-q", "--tb=short", "-p", "no:cacheprovider", *tests], plugins=[outcomes])
    verdicts = {report: verdict(report, outcomes.of) for report in ALL}
    if any(word in ("failed", "not run") for word in verdicts.values()):
        print(said.getvalue())
    for report, word in verdicts.items():
        for test in report.tests or ("-",):
            print(f"{report.id}  {report.kind:15}  {word:7}  {test}")
        if report.differs:
            print(f"{'':6}deliberately otherwise: {report.differs}")
    count = Counter(verdicts.values())
    print(", ".join(f"{count[word]} {word}" for word in ("held", "failed", "not run")) + ".")
    return int(count["failed"] + count["not run"] > 0)


if __name__ == "__main__":
    sys.exit(main())
