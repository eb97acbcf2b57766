"""Which statements of the official page stand on one of its versions: `python -m tests.statements FILE DATE`.

FILE is the page's source (MDX), and DATE is the day of that version, such as 2026-07-31. The
command makes it the version that notebook 10 is compared with. It writes
`mfa_helpers/lessons/errata/compared.json`, the results in `tests/statements.json`, and the
column of the table in `tests/README.md`. The page's text is stored nowhere: its lines are
recognized by their fingerprints.

First run `python -m mfa_helpers.lessons.errata FILE`, and correct the records that it names.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path

from mfa_helpers.lessons.errata.check import UnusablePage, read_page
from mfa_helpers.lessons.errata.page import FILE
from mfa_helpers.lessons.errata.page_text import PageText

from .support.places import TESTS

RESULTS = TESTS / "statements.json"
TABLE = TESTS / "README.md"
#: One row of the table: its lines, the statement, and the cell that is written here.
ROW = re.compile(r"^(\| ([\d–]+) \| [^|]+ \|)[^|]*(\|.*)$", flags=re.M)
HEAD = re.compile(r"(?<=\| stands on )\d{4}-\d\d-\d\d(?= \|)")


def judged(statements: Mapping[str, Sequence[str]], page: PageText) -> dict[str, str]:
    """What the column says of each row, of which `statements` has the fingerprints of its lines, in order.

    `yes` with the lines of this version, `changed` with how many lines are still there, or `no`.
    """
    rows = [row for row, prints in statements.items() for _ in prints]
    prints = [one for lines in statements.values() for one in lines]
    lines = [line for line in page.lines if line.fingerprint]
    found: dict[str, list[int]] = {row: [] for row in statements}
    matcher = SequenceMatcher(None, prints, [line.fingerprint for line in lines], autojunk=False)
    for here, there, length in matcher.get_matching_blocks():
        for step in range(length):
            found[rows[here + step]].append(lines[there + step].number)
    return {row: _cell(len(statements[row]), numbers) for row, numbers in found.items()}


def _cell(total: int, numbers: list[int]) -> str:
    if not numbers:
        return "no"
    place = f"{numbers[0]}–{numbers[-1]}" if numbers[0] < numbers[-1] else f"{numbers[0]}"
    missing = total - len(numbers)
    return f"yes, {place}" if not missing else f"changed, {place}: {missing} of {total} lines"


def with_column(table: str, results: Mapping[str, str], version: str) -> str:
    """The text with the table, its column filled in. What is left out has nothing in it."""

    def row(found: re.Match[str]) -> str:
        if found[2] not in results:
            return found[0]
        said = "" if "*left out*" in found[1] else results[found[2]]
        return f"{found[1]} {said} {found[3]}"

    return ROW.sub(row, HEAD.sub(version, table))


def main(file: str, day: str) -> None:
    """Write all three files."""
    version = date.fromisoformat(day).isoformat()
    page = read_page(Path(file))
    data: dict[str, dict[str, str]] = json.loads(RESULTS.read_text("utf-8"))
    results = judged({row: one["fingerprints"].split() for row, one in data.items()}, page)
    for row, said in results.items():
        data[row]["stands"] = said
    RESULTS.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8")
    samples = " ".join(sorted({line.fingerprint for line in page.samples()} - {""}))
    FILE.write_text(json.dumps({"version": version, "samples": samples}, indent=1) + "\n", "utf-8")
    TABLE.write_text(with_column(TABLE.read_text("utf-8"), results, version), "utf-8")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (UnusablePage, ValueError, TypeError) as error:
        sys.exit(f"{error}\n{__doc__}")
