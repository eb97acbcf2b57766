"""Whether the lowest versions that pyproject.toml allows are enough: `python -m tests.lowest_versions [TESTS …]`.

It makes an environment in a temporary folder, in which each package that
pyproject.toml names (with `[test]`) has the lowest version it may have, and runs
the fast group there, or the tests that are named. It needs a network and takes some minutes, so it is no part of a test run.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from .support.places import ROOT

TESTS = ("-m", "fast")


def environment(folder: Path, extra: str = "test", *more: str, resolution: str = "lowest-direct") -> Path:
    """The interpreter of a fresh environment with this package, an extra of it, and `more`. uv resolves, because pip always takes the newest."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    subprocess.run([python, "-m", "pip", "install", "-q", "uv"], check=True)
    command = [python, "-m", "uv", "pip", "install", "-q", "--python", python, "--resolution", resolution]
    subprocess.run([*command, "-e", f"{ROOT}[{extra}]", *more], check=True)
    return python


def direct() -> list[str]:
    """The names of the packages that the package itself needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["course"]]
    return [re.match(r"[\w.-]+", line)[0] for line in wanted]  # type: ignore[index]


def main(tests: list[str]) -> int:
    """The status that pytest ends with."""
    with tempfile.TemporaryDirectory(prefix="lowest-versions-") as folder:
        python = environment(Path(folder))
        versions = f"from importlib.metadata import version\nfor name in {direct()!r}: print(name, version(name))"
        subprocess.run([python, "-c", versions], check=True)
        command = [python, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", *(tests or TESTS)]
        return subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
