"""Where the SDKs live: a Node and a Python environment, each built once for its pins."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ENVIRONMENTS = HERE / ".environments"
DRIVERS = HERE / "drivers"
NODE_PINS = ("package.json", "package-lock.json", ".npmrc")
PYTHON_PINS = ("requirements.txt",)
_DEADLINE = 300  # seconds for one installation; usually it takes 3 (Node) or 20 (Python)


class Unavailable(Exception):
    """An environment cannot be had. The text says why."""


def node(pins: Path | None = None) -> Path:
    """A folder whose `drivers` can import the npm packages pinned in the folder `pins` (this one). Raises `Unavailable`."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise Unavailable("Node is not installed")
    pins = pins or HERE
    files = [pins / name for name in NODE_PINS]

    def build(folder: Path) -> None:
        for file in files:
            shutil.copy(file, folder)
        _run("npm ci", [npm, "ci"], folder)

    return _built(pins.name, tuple(map(str, files)), "", build)


def python(pins: Path | None = None) -> Path:
    """An interpreter that can import the PyPI packages pinned in the folder `pins` (this one). Raises `Unavailable`."""

    interpreter = Path("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pins = pins or HERE
    files = [str(pins / name) for name in PYTHON_PINS]

    def build(folder: Path) -> None:
        _run("venv", [sys.executable, "-m", "venv", "--without-pip", str(folder)], HERE)
        # This environment's pip installs into that one. What is imported is compiled then; most never is.
        pip = [sys.executable, "-m", "pip", "--python", str(folder), "install", "--retries", "1"]
        _run("pip install", [*pip, "--no-deps", "--no-compile", *(f"--requirement={file}" for file in files)], HERE)

    # An environment belongs to the very interpreter that made it.
    return _built(f"python_{pins.name}", tuple(files), sys.version + sys.base_prefix, build) / interpreter


def or_skip(build: Callable[[], Path], switch: str, what: str) -> Path:
    """What `build` gives; without it the test is skipped, or fails where the variable `switch` says `required`."""
    try:
        return build()
    except Unavailable as fault:
        if os.environ.get(switch) == "required":
            pytest.fail(f"{what} cannot be installed: {fault}", pytrace=False)
        pytest.skip(f"{what} cannot be installed: {fault}")


def _built(kind: str, pins: tuple[str, ...], more: str, build: Callable[[Path], None]) -> Path:
    """The environment for these pins. Its name holds their hash, so changed pins make another.

    It is built beside and then renamed: a folder of that name is always whole, and two test runs
    that start together do not get in each other's way.
    """
    stamp = hashlib.sha256(more.encode())
    for name in pins:
        stamp.update((HERE / name).read_bytes())
    finished = ENVIRONMENTS / f"{kind}-{stamp.hexdigest()[:12]}"
    if finished.exists():
        return finished
    ENVIRONMENTS.mkdir(exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix="building-", dir=ENVIRONMENTS))
    try:
        build(building)
        for old in ENVIRONMENTS.glob(f"{kind}-*"):
            shutil.rmtree(old, ignore_errors=True)
        building.rename(finished)
    except OSError:
        if not finished.exists():  # else another run was faster, and its environment is as good
            raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return finished


def _run(what: str, command: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_DEADLINE)
    except subprocess.TimeoutExpired:
        raise Unavailable(f"{what} took more than {_DEADLINE} seconds") from None
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith(("npm error", "ERROR:"))]
        raise Unavailable(f"{what} failed: {' | '.join(said[:2]) or done.stderr[-200:]}")
