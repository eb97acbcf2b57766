"""Small files that several kernels share."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest

from mfa_helpers.storage import atomic_file

from ..conftest import Doubtful


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
