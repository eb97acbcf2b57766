"""What stops a command for instructors."""

from __future__ import annotations


class Trouble(Exception):
    """Its text says what happened, and what to do next."""
