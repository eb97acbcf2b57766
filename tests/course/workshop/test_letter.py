"""The letter to participants."""

from __future__ import annotations

from mfa_helpers.course.workshop.letter import letter


def test_it_has_the_lines_of_the_systems_in_the_room_and_no_others() -> None:
    both = letter(["windows", "linux"], ["3.11", "3.12", "3.13"])
    assert both.count("--require-hashes -r requirements.txt") == 2 and "Install Python 3.11, 3.12, or 3.13." in both
    assert "Windows, in PowerShell" not in letter(["macos"], ["3.12"])
    assert "On macOS and Linux:" not in letter(["windows"], ["3.12"])
    assert "Install Python 3.12." in letter(["windows"], ["3.12"])
