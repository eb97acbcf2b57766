"""One exercise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ...storage.progress import EXERCISE_ID
from .ladder import Ladder

if TYPE_CHECKING:
    from .trial import Trial


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """`topic` is its notebook's. `task` and `hints` are sentences; code in a hint stands between `` ` ``.

    `solution` is a program with one function; its gaps are marked «so» (see `ladder`). `mistakes` sets a trial's tenant
    up, runs the learner's function there, and yields a sentence about each mistake; the first one is told. If there is
    none, `praise` says what the tenant saw.

    Raises `ValueError` for an id that the file with the learner's progress could not hold.
    """

    id: str
    topic: str
    task: str
    hints: tuple[str, ...]
    solution: str
    mistakes: Callable[[Trial], Iterator[str]]
    praise: str

    def __post_init__(self) -> None:
        if not EXERCISE_ID.fullmatch(self.id):
            raise ValueError(
                f"{self.id!r} isn't a valid exercise ID. Use lowercase letters, digits, and hyphens, at most 60."
            )

    @cached_property
    def ladder(self) -> Ladder:
        """Its rungs."""
        return Ladder(self.solution)
