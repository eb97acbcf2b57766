"""Processes that are killed at moments which chance picks: what the process group tries once or three times, tried more often."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ..processes import test_learners_files, test_survival


def test_whatever_was_answered_before_each_of_five_kills_is_so_after_the_last(
    state: Path, tmp_path: Path, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(test_survival, "ROUNDS", 5)
    test_survival.test_whatever_was_answered_before_a_kill_is_so_after_it(state, tmp_path, pytestconfig)


@test_learners_files.BOTH
def test_who_is_killed_while_writing_thirty_times_leaves_a_whole_file_and_no_lock(
    putter: Callable[..., object], kept: Callable[[Path], set[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(test_learners_files, "ROUNDS", 30)
    test_learners_files.test_who_is_killed_while_writing_leaves_a_whole_file_and_no_lock(putter, kept, tmp_path)
