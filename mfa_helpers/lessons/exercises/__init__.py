"""The exercises: what to do, hints, a solution that runs, and a grader that looks at what happened.

One module per notebook. A new exercise is one `Exercise` in its module's
`EXERCISES` and its id in `_HOME`. A module loads when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module

from .exercise import Exercise
from .grading import Attempt

_HOME = {
    "the-other-address": "choosing",
    "own-app": "app",
    "add-and-remove": "second_token",
    "two-answers": "sign_in",
    "another-address": "associate",
    "confirm-by-hand": "confirm",
    "the-right-one": "authenticators",
    "second-factor": "challenge",
    "capstone": "capstone",
}

IDS = tuple(_HOME)


def find(id: str) -> Exercise:
    """The exercise called `id`. Raises `KeyError` for a name that is not there."""
    exercise: Exercise = import_module(f".{_HOME[id]}", __name__).EXERCISES[id]
    return exercise


__all__ = ["IDS", "Attempt", "Exercise", "find"]
