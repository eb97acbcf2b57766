"""The rungs of an exercise, made from its solution: lines to put in order, gaps to fill, and an empty function.

A solution is the text of a small program: imports and one function. Its gaps are marked «so».
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Sequence
from functools import cached_property

ORDER, GAPS, WRITE = "order", "gaps", "write"
#: The rungs, the lowest first, and what is done on each.
RUNGS = {ORDER: "Put the lines in order", GAPS: "Fill in the gaps", WRITE: "Write the function"}
_GAP = re.compile("«(.*?)»")


class Ladder:
    """One solution as three tasks. `blocks` are its statements, each with its indentation; `gaps` what belongs into the gaps."""

    def __init__(self, marked: str) -> None:
        self.marked = marked
        self.solution = _GAP.sub(r"\1", marked)
        self.gaps: list[str] = _GAP.findall(marked)
        tree = ast.parse(self.solution)
        self._function = next(node for node in tree.body if isinstance(node, ast.FunctionDef))
        self.name = self._function.name

    @property
    def arguments(self) -> str:
        """The names of the function's arguments."""
        return ", ".join(argument.arg for argument in self._function.args.args)

    @cached_property
    def header(self) -> str:
        """What stands above the function's body: imports, and the line with its name and arguments."""
        first = self._function.body[0].lineno
        return "\n".join(self.solution.split("\n")[: first - 1])

    @cached_property
    def blocks(self) -> list[str]:
        """The lines of each statement of the body. What stands within an `if` or a `for` is a block of its own."""
        lines = self.solution.split("\n")
        starts = sorted(_starts(self._function.body))
        ends = [*starts[1:], self._function.end_lineno + 1 if self._function.end_lineno else len(lines)]
        return ["\n".join(lines[start - 1 : end - 1]).rstrip() for start, end in zip(starts, ends, strict=True)]

    @cached_property
    def start(self) -> list[int]:
        """The order of the blocks in which a learner meets them: always the same, and none that would work by chance."""
        order = list(range(len(self.blocks)))
        while order[0] == 0 or order == sorted(order):
            random.Random(f"{self.name} {order}").shuffle(order)
        return order

    def misplaced(self, order: Sequence[int]) -> str:
        """A sentence about the first block whose indentation doesn't fit the one above it; empty if all fit."""
        above, depth = "", self._function.body[0].col_offset
        for block in (self.blocks[place] for place in order):
            line = block.split("\n")[0]
            indent = len(line) - len(line.lstrip())
            if above.endswith(":") and indent <= depth:
                return f"The line {above.strip()} needs an indented line directly below it."
            if not above.endswith(":") and indent > depth:
                return f"The line {line.strip()} is indented, so it belongs directly below its if or for."
            above, depth = block, indent
        return ""

    @property
    def hints(self) -> list[str]:
        """Hints about the order of the blocks; code stands between backticks."""
        first, last = (self.blocks[place].strip().split("\n")[0] for place in (0, -1))
        return [
            "A name is set in one line and used in lines below it. An indented line belongs below its `if` or `for`.",
            f"This line comes first: `{first}`",
            f"This line comes last: `{last}`",
        ]

    def ordered(self, order: Sequence[int]) -> str:
        """The program with its blocks in that order."""
        return "\n".join([self.header, *(self.blocks[place] for place in order), ""])

    @property
    def pieces(self) -> list[list[str]]:
        """The program's lines, each as the texts between its gaps: a line without a gap is one piece."""
        return [_GAP.sub("«", line).split("«") for line in self.marked.rstrip("\n").split("\n")]

    def filled(self, values: Sequence[str]) -> str:
        """The program with `values` in its gaps."""
        texts = iter(values)
        return _GAP.sub(lambda _: next(texts), self.marked)

    @property
    def starter(self) -> str:
        """What stands in the notebook's empty cell."""
        return f"{self.header}\n    pass  # Write your code here."


def _starts(body: Sequence[ast.stmt]) -> list[int]:
    """The first line of each statement, also of those within others."""
    found = []
    for statement in body:
        found.append(statement.lineno)
        for inner in ("body", "orelse"):
            found += _starts(getattr(statement, inner, []))
    return found
