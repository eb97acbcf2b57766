"""The errors of notebook 10 by their titles: their numbers change if another one comes before them."""

from __future__ import annotations

from mfa_helpers.lessons.errata import PREDICTED


def number_of(title: str) -> int:
    """The number of its form, from 1."""
    return [one.title for one in PREDICTED].index(title) + 1
