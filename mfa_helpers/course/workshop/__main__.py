"""`python -m mfa_helpers.course.workshop`: what an instructor prepares."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .letter import letter
from .papers import ANSWER_KEY, HANDOUT, write_papers
from .slides import write_decks
from .trouble import Trouble
from .wheels import LIST, PYTHONS, SYSTEMS, fetch_wheels


def main() -> int:
    """Run the command line. The exit code: 0, or 1 with a sentence."""
    parser = argparse.ArgumentParser(prog="python -m mfa_helpers.course.workshop", description="Prepare a workshop.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    slides = commands.add_parser("slides", help="write a deck of slides for each notebook, which needs no network")
    slides.add_argument("folder", nargs="?", type=Path, default=Path("decks"), help="default: decks")
    slides.set_defaults(run=_slides)
    wheels = commands.add_parser(
        "wheels", help="fetch everything that the machines in a room install, and write a letter"
    )
    wheels.add_argument("folder", nargs="?", type=Path, default=Path("wheels"), help="default: wheels")
    wheels.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS), help="default: all of them")
    wheels.add_argument(
        "--pythons", nargs="+", metavar="VERSION", default=PYTHONS, help="default: " + " ".join(PYTHONS)
    )
    wheels.set_defaults(run=_wheels)
    papers = commands.add_parser(
        "papers", help="write the answer key and the handout again after the course has changed"
    )
    papers.set_defaults(run=_papers)
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


def _wheels(arguments: argparse.Namespace) -> None:
    folder = arguments.folder
    pythons = sorted(arguments.pythons, key=lambda one: [int(part) for part in one.split(".")])
    wheels = fetch_wheels(folder, arguments.systems, pythons)
    (folder / "letter.txt").write_text(letter(arguments.systems, pythons), "utf-8")
    size = sum(wheel.stat().st_size for wheel in wheels) / 1e6
    print(f"{len(wheels)} wheels ({size:.0f} MB) are in {folder.absolute()}.")
    print(f"Send letter.txt from that folder to the participants, with {LIST} as its attachment. In the room, run:")
    print(f"{sys.executable} -m http.server 8000 --directory {folder}")


def _papers(_: argparse.Namespace) -> None:
    write_papers()
    print(f"The answer key is {ANSWER_KEY}, and the handout is {HANDOUT}.")


if __name__ == "__main__":
    sys.exit(main())
