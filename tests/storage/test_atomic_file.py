"""Small files that several kernels share."""

from __future__ import annotations

import errno
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from mfa_helpers.storage import atomic_file

from ..conftest import Doubtful
from ..support.systems import file_modes, posix


def test_a_file_whose_folder_does_not_name_it_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing", tmp_path / "no folder" / "nothing"):
        with pytest.raises(FileNotFoundError):
            atomic_file.read(path)


def test_a_file_that_its_folder_names_but_that_cannot_be_found_is_a_fault(tmp_path: Path, doubtful: Doubtful) -> None:
    path = tmp_path / "notes"
    atomic_file.replace(path, "é")
    back = doubtful(path)
    with pytest.raises(OSError, match="Input/output error") as fault:
        atomic_file.read(path)
    assert fault.value.errno == errno.EIO and not isinstance(fault.value, FileNotFoundError)
    back()
    assert atomic_file.read(path) == "é".encode()


def test_a_large_file_is_read_to_its_end(tmp_path: Path) -> None:
    atomic_file.replace(tmp_path / "notes", "x" * 3_000_000)
    assert len(atomic_file.read(tmp_path / "notes")) == 3_000_000


def test_a_folder_that_was_cleaned_away_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "runtime" / "notes"
    atomic_file.replace(path, "one")
    path.unlink()
    path.parent.rmdir()
    atomic_file.replace(path, "two")
    assert atomic_file.read(path) == b"two"


def test_what_a_killed_kernel_left_half_written_is_gone_after_a_minute(tmp_path: Path) -> None:
    old, young = tmp_path / "notes.old.part", tmp_path / "notes.young.part"
    for left in (old, young):
        left.write_text("half")
    os.utime(old, (time.time() - 61,) * 2)
    atomic_file.replace(tmp_path / "notes", "whole")
    assert {path.name for path in tmp_path.iterdir()} == {"notes", "notes.young.part"}


def test_one_at_a_time_holds_the_lock(tmp_path: Path) -> None:
    with atomic_file.lock(tmp_path / "notes") as problem:
        assert problem is None
        others: list[OSError | None] = []

        def try_it() -> None:
            with atomic_file.lock(tmp_path / "notes", 0.05) as problem:
                others.append(problem)

        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join()
        assert isinstance(others[0], TimeoutError)
    with atomic_file.lock(tmp_path / "notes", 0) as problem:
        assert problem is None


@file_modes
def test_only_its_owner_can_open_the_lock(tmp_path: Path) -> None:
    with atomic_file.lock(tmp_path / "folder" / "notes"):
        lock = tmp_path / "folder" / "notes.lock"
        assert (lock.stat().st_mode & 0o777, lock.parent.stat().st_mode & 0o077) == (0o600, 0)


@posix
def test_where_no_lock_can_be_made_the_reason_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with atomic_file.lock(tmp_path / "file" / "notes") as problem:
        assert problem is not None and problem.strerror in ("Not a directory", "File exists")


def test_a_lock_within_the_same_lock_is_told_and_does_not_hang(tmp_path: Path) -> None:
    with atomic_file.lock(tmp_path / "notes"), atomic_file.lock(tmp_path / "notes", 0.05) as problem:
        assert problem is not None and problem.strerror


@pytest.mark.parametrize("call", ["open", "replace"])
def test_what_windows_refuses_for_a_moment_is_tried_again(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses both while another program has the file open. Linux never does, so a refusal is played here."""
    path, real, refusals = tmp_path / "notes", getattr(os, call), [1, 2]
    atomic_file.replace(path, "old")

    def refuse(*given: Any, **more: Any) -> Any:
        if path in given and refusals:
            raise PermissionError(13, f"refused: {refusals.pop()}")
        return real(*given, **more)

    monkeypatch.setattr(atomic_file, "_REFUSALS", 2)
    monkeypatch.setattr(os, call, refuse)
    if call == "replace":
        atomic_file.replace(path, "new")
    assert atomic_file.read(path) == (b"new" if call == "replace" else b"old")
    assert refusals == []
    refusals += [1, 2, 3]
    with pytest.raises(PermissionError):
        atomic_file.replace(path, "never") if call == "replace" else atomic_file.read(path)
    assert [file.name for file in tmp_path.iterdir()] == ["notes"]
