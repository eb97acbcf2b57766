"""Surroundings that are not kind: a process of its own for each, and namespaces of Linux where this machine permits them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ...support.namespaces import refusal

#: Runs in each child first: `told(act)` is what `act` gives, or the words that a learner reads instead.
HEAD = """
import json, os, sys
from pathlib import Path
said = []
def told(act):
    try:
        said.append(repr(act()))
    except Exception as error:
        said.append("\\n".join(error._render_traceback_()) if hasattr(error, "_render_traceback_") else "TRACEBACK " + repr(error))
"""

Run = Callable[..., list[str]]


def _run(prefix: list[str], code: str, folder: Path, environment: dict[str, str | None], **more: Any) -> list[str]:
    own = {
        "HOME": str(folder / "home"),
        "MFA_SANDBOX_STATE": str(folder / "state" / "sandbox.sqlite3"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "MFA_PROGRESS": str(folder / "progress" / "progress.json"),
        "FOLDER": str(folder),
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MFA_", "AUTH0_"))}
    done = subprocess.run(
        [*prefix, sys.executable, "-c", f"{HEAD}\n{code}\nprint(json.dumps(said))"],
        env={name: value for name, value in {**kept, **own, **environment}.items() if value is not None},
        capture_output=True,
        text=True,
        timeout=120,
        **more,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr[-3000:]
    said: list[str] = json.loads(done.stdout.splitlines()[-1])
    assert [words for words in said if words.startswith("TRACEBACK")] == []
    return said


@pytest.fixture
def child(tmp_path: Path) -> Run:
    """`child(code, NAME=value)`: what a fresh Python tells; `None` takes a variable away. It must write nothing to stderr."""
    return lambda code, **environment: _run([], code, tmp_path, environment)


@pytest.fixture
def on_small_disk(tmp_path: Path) -> Run:
    """As `child`, on a disk of 2 MB of its own that can be filled (`fill`, `empty`) or made read-only (`lock`, `unlock`)."""
    reason = refusal("--mount")
    if reason:
        pytest.skip(reason)
    disk = tmp_path / "disk"
    disk.mkdir()
    helpers = """
import subprocess
disk = Path(os.environ["FOLDER"])
def fill():
    with open(disk / "filler", "wb", 0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError as fault:
            assert fault.errno == 28
def empty():
    (disk / "filler").unlink()
def remount(how):
    subprocess.run(["mount", "-o", "remount," + how, str(disk)], check=True)
def lock():
    remount("ro")
def unlock():
    remount("rw")
"""
    mount = ["unshare", "--map-root-user", "--mount", "bash", "-c", 'mount -t tmpfs -o size=2m none "$0" && exec "$@"']
    return lambda code, **environment: _run([*mount, str(disk)], helpers + code, disk, environment)
