"""The command `python -m mfa_helpers.lessons.errata FILE`: whether notebook 10 is true of a version of the page."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from .check import Check, UnusablePage, read_page
from .page import COMPARED


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"write a date such as {COMPARED}") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the file. Returns the exit code: 0 if the notebook is true, 1 if it isn't, 2 if the file can't be used."""
    parser = argparse.ArgumentParser(
        prog="python -m mfa_helpers.lessons.errata",
        description="Check a version of Auth0's page for the errors of notebook 10: which ones are still there, which ones "
        "are fixed, and which lines of the samples are new.",
        epilog="The exit code is 0 if the notebook matches this version, 1 if it doesn't, and 2 if the file can't be used.",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="the page as Markdown, MDX, or plain text")
    parser.add_argument(
        "--as-of",
        metavar="DATE",
        type=_day,
        default=COMPARED,
        help=f"compare with what the records say about the page as of this day (default: {COMPARED})",
    )
    given = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without these characters still shows the rest
    try:
        check = Check(read_page(given.file), day=given.as_of)
    except UnusablePage as error:
        print(error, file=sys.stderr)
        return 2
    print(check.report())
    return 0 if check.is_true else 1


if __name__ == "__main__":
    sys.exit(main())
