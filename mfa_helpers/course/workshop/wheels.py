"""A folder of wheels for every machine of a room, so that nobody needs a network to install the course.

uv decides which versions belong together on all systems at once, and pip fetches them. What pip installs later is checked
against the digests in `requirements.txt`, whoever serves the folder.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from .trouble import Trouble

#: By the name that an instructor gives: uv's name, and the tags of wheels that such a machine takes, as pip wants them.
#: There is none for a Mac with an Intel processor: argon2-cffi-bindings 26.2.0 has no wheel for it.
SYSTEMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "windows": ("x86_64-pc-windows-msvc", ("win_amd64",)),
    "macos": ("aarch64-apple-darwin", ("macosx_13_0_arm64",)),
    "linux": (
        "x86_64-manylinux_2_28",
        ("manylinux2014_x86_64", *(f"manylinux_2_{minor}_x86_64" for minor in (28, 27, 26, 24, 17, 12, 5))),
    ),
}
PYTHONS = ("3.11", "3.12", "3.13")
LIST = "requirements.txt"
_ROOT = Path(__file__).resolve().parents[3]


def fetch_wheels(folder: Path, systems: Sequence[str], pythons: Sequence[str]) -> list[Path]:
    """Fill `folder` with the course and all that it needs, and write the list of it. What is there already stays. Raises `Trouble`."""
    if find_spec("uv") is None:
        raise Trouble(f"This command needs uv. Run: {sys.executable} -m pip install uv")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        course = _course_itself(folder)
        wanted = _compile(
            ["--universal", "--fork-strategy=fewest", "--python-version", pythons[0]],
            f"mfa-helpers[course] @ {course.as_uri()}",
        )
        for system in systems:
            for python in pythons:
                _fetch(folder, system, python, wanted)
        wheels = sorted(folder.glob("*.whl"))
        (folder / LIST).write_text(
            _with_digests([*wanted.splitlines(), f"mfa-helpers=={_version_of(course)}"], wheels), "utf-8"
        )
    except OSError as error:
        raise Trouble(f"The wheels can't be written to {folder} ({error.strerror}). Name another folder.") from None
    return wheels


def _course_itself(folder: Path) -> Path:
    """The course's own wheel, made of this clone, or fetched if it was installed."""
    for old in folder.glob("mfa_helpers-*.whl"):
        old.unlink()
    if (_ROOT / "pyproject.toml").exists():
        _pip("wheel", "--no-deps", "--wheel-dir", folder, _ROOT)
    else:
        _pip("download", "--no-deps", "--dest", folder, f"mfa-helpers=={version('mfa-helpers')}")
    (wheel,) = folder.glob("mfa_helpers-*.whl")
    return wheel


def _fetch(folder: Path, system: str, python: str, wanted: str) -> None:
    uvs_name, tags = SYSTEMS[system]
    here = _compile(["--no-deps", "--python-platform", uvs_name, "--python-version", python], wanted)
    target = [f"--platform={tag}" for tag in tags] + [
        f"--abi={abi}" for abi in (f"cp{python.replace('.', '')}", "abi3", "none")
    ]
    target += ["--implementation=cp", f"--python-version={python}", "--only-binary=:all:"]
    _pip("download", "--no-deps", "--dest", folder, "--find-links", folder, *target, *here.split())


def _compile(options: Iterable[str], wanted: str) -> str:
    """The exact versions, a line each, without the course itself."""
    quiet = ("--quiet", "--no-header", "--no-annotate", "--no-emit-package=mfa-helpers")
    return _run([sys.executable, "-m", "uv", "pip", "compile", *quiet, *options, "-"], wanted)


def _with_digests(lines: Iterable[str], wheels: Iterable[Path]) -> str:
    """`lines`, each with the SHA-256 of the wheels that it may mean. A package of no wheel is for a system that isn't in the room."""
    digests: dict[tuple[str, str], list[str]] = defaultdict(list)
    for wheel in wheels:
        name, number = wheel.name.split("-")[:2]
        digests[_normal(name), number].append(hashlib.sha256(wheel.read_bytes()).hexdigest())
    written = []
    for line in lines:
        pin = re.match(r"([^=\s]+)==([^;\s]+)", line)
        found = digests[_normal(pin[1]), pin[2]] if pin else []
        if found:
            written.append(" \\\n    ".join([line.strip(), *(f"--hash=sha256:{digest}" for digest in sorted(found))]))
    return "\n".join(written) + "\n"


def _version_of(wheel: Path) -> str:
    return wheel.name.split("-")[1]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pip(*arguments: object) -> None:
    _run([sys.executable, "-m", "pip", "--quiet", *map(str, arguments)])


def _run(command: Sequence[str], given: str = "") -> str:
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()] or ["nothing was said"]
        raise Trouble(f"{command[2]} can't get the wheels ({said[-1].strip()}). Try again while you're online.")
    return done.stdout
