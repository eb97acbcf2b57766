"""The benchmarks in one run, each figure beside its floor: `python -m tests.benchmarks [PART …]`.

Parts: start, course, call, click, first, page, memory, board, sandbox; all of them if none is
named (about 15 minutes). Each has a module of its own with more to say. A machine that
does something else meanwhile moves every figure, and the ratios least.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ..outside.hub import hub, room
from . import board, browser_edition, call, click, course, first_minute, sandbox, start


class Row(NamedTuple):
    """What was measured, ours, the floor, their ratio, and what the ratio (or the figure) must be."""

    what: str
    ours: str
    floor: str
    ratio: float | None
    goal: str = ""

    def __str__(self) -> str:
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return f"| {self.what} | {self.ours} | {self.floor} | {ratio} | {self.goal} |"


def of_course() -> Iterator[Row]:
    times = course.measure()
    ours = times["course"].best
    for kind, goal in (("bare", "at most 1.25"), ("empty", "")):
        floor = times[kind].best
        yield Row(f"papermill of 01–05, {kind} notebooks", f"{ours:.2f} s", f"{floor:.2f} s", ours / floor, goal)


def of_call() -> Iterator[Row]:
    for what, (ours, bare) in call.measure().items():
        yield Row(
            f"{what}, bare requests", f"{ours * 1000:.2f} ms", f"{bare * 1000:.2f} ms", ours / bare, "at most 1.05"
        )


def of_click() -> Iterator[Row]:
    passed = click.measure()
    alone, both = passed[click.APART], passed[click.TOGETHER]
    yield Row("source files that a warm click passes", f"{len(alone.sources)}", "", None, "at most 24")
    yield Row("the same, the sandbox's counted too", f"{len(both.sources)}", "", None)
    yield Row("small files that a warm click writes", f"{len(alone.written)}", "", None, "at most 2")


def of_first() -> Iterator[Row]:
    megabytes, number, _ = first_minute.packages()
    for what, pair in {"packages": megabytes, "number of packages": number, **first_minute.times()}.items():
        figures = (
            f"{figure:.2f} s" if pair.unit == "s" else f"{figure:.0f} {pair.unit}"
            for figure in (pair.course, pair.floor)
        )
        yield Row(f"{what}, bare JupyterLab with ipywidgets", *figures, pair.ratio)


def of_page() -> Iterator[Row]:
    found = browser_edition.measure()
    for kind in ("cold", "warm"):
        ours, floor = found.times[kind], found.times[f"{kind} floor"]
        what = f"browser edition, {kind}: address to first answer; a bare JupyterLite"
        yield Row(what, str(ours), str(floor), ours.median / floor.median, "at most 1.25")
        yield Row("the same; JupyterLab on this machine", str(ours), str(found.times[f"{kind} here"]), None)
    sent, floor_sent = found.weight[2], found.floor_weight[2]
    what = "browser edition, compressed before the first answer; a bare JupyterLite"
    yield Row(what, f"{sent:.1f} MB", f"{floor_sent:.1f} MB", sent / floor_sent, "at most 11 MB")
    rested = found.memory[browser_edition.RESTED]
    yield Row("browser edition, memory after 00 to 12 in one window", f"{rested:.0f} MB", "", None, "at most 900 MB")


def of_memory() -> Iterator[Row]:
    with hub.running(hub.proxy()) as running:
        outcome = room.hold(running, 6)
    for number in (1, 6):
        ours, floor = outcome.needs(number)
        what = f"memory of a learner among six, {number} notebook{'s' * (number > 1)} open, bare kernels"
        yield Row(what, f"{ours:.0f} MB", f"{floor:.0f} MB", ours / floor, "at most 1.6" if number == 6 else "")


def of_board() -> Iterator[Row]:
    found = board.measure()
    first, later = (found[f"{which} refresh, seconds"] for which in ("first", "later"))
    ratio = found["first refresh against bare requests"]
    yield Row("board of 100 learners, bare requests", f"{first:.2f} s", f"{first / ratio:.2f} s", ratio, "below 1 s")
    yield Row("board of 100 learners, looked at again", f"{later:.2f} s", "", None, "below 1 s")


def of_sandbox() -> Iterator[Row]:
    for verdict in sandbox.measure():
        yield Row(verdict.what, f"{verdict.figure:.2f} {verdict.unit}", "", None, verdict.wanted.replace("none", ""))


def of_start() -> Iterator[Row]:
    found = start.measure()
    weight = f"{found.megabytes:.0f} MB, {found.packages}"
    yield Row("the package alone: its environment's packages", weight, "", None, "at most 85 MB, 32")
    yield Row("somebody's first test: pytest started to its end", f"{found.first:.1f} s", "", None, "at most 10 s")
    yield Row("a tenant of a test's own, begun and ended", f"{found.tenant:.0f} ms", "", None, "at most 20 ms")


PARTS: dict[str, Callable[[], Iterator[Row]]] = {
    "start": of_start,
    "course": of_course,
    "call": of_call,
    "click": of_click,
    "first": of_first,
    "page": of_page,
    "memory": of_memory,
    "board": of_board,
    "sandbox": of_sandbox,
}


def main(wanted: list[str]) -> None:
    if unknown := set(wanted) - set(PARTS):
        sys.exit(f"No such part: {', '.join(sorted(unknown))}. There are {', '.join(PARTS)}.")
    rows, began = [], time.monotonic()
    for name in wanted or PARTS:
        print(f"{name} …", file=sys.stderr, flush=True)
        rows += PARTS[name]()
    print("| what, and its floor | course | floor | ratio | goal |\n| --- | --- | --- | --- | --- |")
    print(*rows, sep="\n")
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
