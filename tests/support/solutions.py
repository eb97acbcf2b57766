"""The solutions of a notebook's exercises, as somebody writes them into its cells."""

from __future__ import annotations

from collections.abc import Mapping

from mfa_helpers.lessons.exercises import EXERCISES


def solutions_by_cell(sources: Mapping[str, str]) -> dict[str, str]:
    """By the ID of the cell to write it into, which is the one before its form; `sources` are all, in their order."""
    found: dict[str, str] = {}
    before = ""
    for cell, source in sources.items():
        for id, exercise in EXERCISES.items():
            if f'ExerciseForm(lab, "{id}")' in source:
                found[before] = exercise.ladder.solution
        before = cell if cell.endswith("exercise") else before
    return found
