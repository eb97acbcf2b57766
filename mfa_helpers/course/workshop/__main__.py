"""`python -m mfa_helpers.course.workshop`: what an instructor prepares."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .slides import write_decks
from .trouble import Trouble


def main() -> int:
    """Run the command line. The exit code: 0, or 1 with a sentence."""
    parser = argparse.ArgumentParser(prog="python -m mfa_helpers.course.workshop", description="Prepare a workshop.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    slides = commands.add_parser("slides", help="write a deck of slides for each notebook, which needs no network")
    slides.add_argument("folder", nargs="?", type=Path, default=Path("decks"), help="default: decks")
    slides.set_defaults(run=_slides)
    arguments = parser.parse_args()
    try:
        arguments.run(arguments)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


def _slides(arguments: argparse.Namespace) -> None:
    decks = write_decks(arguments.folder)
    print(f"{len(decks)} decks are in {arguments.folder.absolute()}. Open one in a browser; it needs no network.")


if __name__ == "__main__":
    sys.exit(main())
