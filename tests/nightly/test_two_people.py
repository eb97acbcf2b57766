"""The state machine of the second factor, for long. Its first steps are among the fast tests."""

from pathlib import Path

from ..support import two_people


def test_the_password_alone_gains_nothing_in_twenty_thousand_random_steps(tmp_path: Path) -> None:
    assert two_people.run(tmp_path, steps=20_000, start=1_000) >= 20_000
