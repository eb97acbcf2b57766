"""The memory that a container leaves, from the files that Linux has for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mfa_helpers.doctor import container, jupyter

MB = 1_000_000


def group(root: Path, folder: str, limit: str, used: int, freed: int, *, first: bool = False) -> None:
    """A control group of the second version, or of the `first`."""
    place = root / folder
    place.mkdir(parents=True, exist_ok=True)
    names = ("memory.limit_in_bytes", "memory.usage_in_bytes") if first else ("memory.max", "memory.current")
    for name, value in zip(names, (limit, str(used)), strict=True):
        (place / name).write_text(value + "\n")
    (place / "memory.stat").write_text(f"anon 1\n{'total_' if first else ''}inactive_file {freed}\n")


def process(root: Path, text: str) -> None:
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/cgroup").write_text(text)


def test_the_narrowest_limit_counts_and_memory_of_files_is_free(tmp_path: Path) -> None:
    process(tmp_path, "0::/kubepods/learner\n")
    group(tmp_path, "sys/fs/cgroup/kubepods", str(900 * MB), 100 * MB, 50 * MB)
    group(tmp_path, "sys/fs/cgroup/kubepods/learner", str(512 * MB), 200 * MB, 30 * MB)
    assert container.memory_left(tmp_path) == (512 - 200 + 30) * MB


def test_a_container_sees_its_own_limit_at_the_top(tmp_path: Path) -> None:
    process(tmp_path, "0::/../../docker/9f8e\n")
    group(tmp_path, "sys/fs/cgroup", str(256 * MB), 56 * MB, 0)
    assert container.memory_left(tmp_path) == 200 * MB


def test_the_first_version_is_read_too(tmp_path: Path) -> None:
    process(tmp_path, "12:pids:/x\n4:memory:/docker/9f8e\n0::/\n")
    group(tmp_path, "sys/fs/cgroup/memory", str(256 * MB), 56 * MB, 6 * MB, first=True)
    assert container.memory_left(tmp_path) == 206 * MB


@pytest.mark.parametrize("told", ["0::/\n", "", "4:memory:/gone\n"])
def test_without_a_limit_there_is_none(tmp_path: Path, told: str) -> None:
    process(tmp_path, told)
    group(tmp_path, "sys/fs/cgroup", "max", 56 * MB, 0)
    assert container.memory_left(tmp_path) is None


def test_a_system_without_control_groups_has_none(tmp_path: Path) -> None:
    assert container.memory_left(tmp_path) is None


def test_the_room_check_names_the_limit_if_that_is_less_than_the_machine_has() -> None:
    need = "30 learners with 6 notebooks open: 900 MB, plus the browser."
    assert jupyter.memory(8000 * MB, None, 900 * MB, 30) == (True, f"{need} Free: 8,000 MB.")
    assert jupyter.memory(8000 * MB, 9000 * MB, 900 * MB, 30) == (True, f"{need} Free: 8,000 MB.")
    left = f"{need} This container's memory limit leaves"
    assert jupyter.memory(8000 * MB, 1000 * MB, 900 * MB, 30) == (True, f"{left} 1,000 MB.")
    cure = "Raise the limit, or let fewer learners share this container."
    assert jupyter.memory(8000 * MB, 500 * MB, 900 * MB, 30) == (False, f"{left} 500 MB. {cure}")
    assert jupyter.memory(8000 * MB, -1, 900 * MB, 30) == (False, f"{left} 0 MB. {cure}")
    assert not jupyter.memory(800 * MB, None, 900 * MB, 30)[0]
