"""Somebody who has only the password gains nothing, whatever they and the owner do in whatever order."""

from pathlib import Path

from ...support import two_people


def test_the_password_alone_gains_nothing_in_five_hundred_random_steps(tmp_path: Path) -> None:
    assert two_people.run(tmp_path, steps=500) >= 500
