"""How much memory a container leaves: less than its machine has, where it has a limit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

#: Where control groups are, and the files that say what may be used and what is used: of the second version, and of the first.
_V2 = "sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"
_V1 = "sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"


def memory_left(root: Path = Path("/")) -> int | None:
    """Bytes that the limits of this process's control groups leave; `None` if there is no limit, as outside of Linux.

    Source: Linux kernel documentation, cgroup-v1/memory and cgroup-v2. `root` is the root of the file system.
    """
    return min(_left(root), default=None)


def _left(root: Path) -> Iterator[int]:
    try:
        lines = (root / "proc/self/cgroup").read_text("ascii").splitlines()
    except (OSError, ValueError):
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "memory" not in controllers.split(","):
            continue
        base, limit, used, freed = _V1 if controllers else _V2
        folder = root / base
        for part in (
            "",
            *Path(path).parts[1:],
        ):  # a container sees its own group at the top, whatever its path is outside
            folder /= part
            try:
                most, now = int((folder / limit).read_text("ascii")), int((folder / used).read_text("ascii"))
                rows = dict(row.split() for row in (folder / "memory.stat").read_text("ascii").splitlines())
            except (OSError, ValueError):  # no such group, or no number: no limit
                continue
            yield most - now + int(rows.get(freed, 0))  # of files, whose memory is given back when it's wanted
