"""The Dockerfile that repo2docker writes for this repository, and its steps done in a folder instead of a container."""

from __future__ import annotations

import getpass
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from string import Template

_PACKAGE = find_spec("repo2docker")
PACKS = Path(_PACKAGE.origin if _PACKAGE and _PACKAGE.origin else "not-installed").parent / "buildpacks"
#: The frozen base for the Python that binder/runtime.txt names.
LOCK = PACKS / "conda" / "environment.py-3.11-linux-64.lock"

#: Steps that would change this machine: Debian's packages, the locale, and the user.
OF_THE_MACHINE = ("apt-get ", "locale-gen", "groupadd ", "useradd ")
#: The step that fetches the frozen base with conda.
OF_THE_BASE = "/tmp/install-base-env.bash"


def write(clone: Path) -> str:
    """What repo2docker makes of a clone. It asks no daemon for it."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", clone.name]
    return subprocess.run(command, cwd=clone.parent, check=True, text=True, capture_output=True, timeout=120).stdout


def steps(text: str) -> Iterator[tuple[str, str]]:
    """Each instruction with the rest of its line."""
    lines = "\n".join(line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    for line in lines.replace("\\\n", "").splitlines():
        word, _, rest = line.partition(" ")
        yield word, rest.strip()


class Container:
    """Does one step after the other. Absolute paths lie in `root`, and the user is the one of the tests."""

    def __init__(self, root: Path, clone: Path, env: Mapping[str, str], base: Callable[[Path], None]) -> None:
        self.root, self.clone, self.base = root, clone, base
        self.env = {**env, "NB_USER": getpass.getuser(), "NB_UID": str(os.getuid())}
        self.folder = root
        self.user = "root"
        #: What was run, by which user; what was left out; and how the container starts.
        self.done: list[tuple[str, str]] = []
        self.left_out: list[str] = []
        self.start: list[str] = []

    def build(self, dockerfile: str) -> None:
        """All steps. Raises `AssertionError` with what a step said if it fails, or if it is of an unknown kind."""
        for word, rest in steps(dockerfile):
            act = getattr(self, f"do_{word.lower()}", None)
            assert act is not None, f"repo2docker has a step that the rehearsal does not know: {word} {rest}"
            act(rest)

    def place(self, path: str) -> Path:
        """Where a path of the image lies here."""
        filled = Path(self.fill(path))
        return filled if filled.is_relative_to(self.root) else self.root / filled.relative_to("/")

    def fill(self, text: str) -> str:
        return Template(text).substitute(self.env)

    def do_from(self, rest: str) -> None:
        assert rest.startswith("docker.io/library/buildpack-deps:")

    def do_arg(self, rest: str) -> None:
        name, given, default = rest.partition("=")
        if given:
            self.do_env(rest)
        assert name in self.env

    def do_env(self, rest: str) -> None:
        for pair in shlex.split(rest):
            name, _, value = pair.partition("=")
            # A folder of the image; the shell is the machine's.
            here = str(self.root) + value if value.startswith("/") and name != "SHELL" else value
            self.env[name] = self.fill(here)

    def do_copy(self, rest: str) -> None:
        *sources, target = [word for word in shlex.split(rest) if not word.startswith("--")]
        for source in sources:
            self._copy(self._source(source), self.place(target))

    def _source(self, name: str) -> Path:
        kind, _, inner = name.partition("/")
        if kind == "src":
            return self.clone / inner
        if kind == "build_script_files":  # its path is written with -2f for each slash, and a hash
            return Path(re.sub(r"-([0-9a-f]{2})", lambda code: chr(int(code[1], 16)), inner.rpartition("-")[0]))
        return PACKS / inner

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            shutil.copy(source, target)  # raises if the step names a file that is not there

    def do_run(self, rest: str) -> None:
        if any(word in rest for word in OF_THE_MACHINE):
            self.left_out.append(rest)
        elif OF_THE_BASE in rest:
            self.left_out.append(rest)
            self.base(Path(self.env["NB_PYTHON_PREFIX"]))
        else:
            self.done.append((self.user, rest))
            self.run("bash", "-c", rest)

    def run(self, *command: str, **more: str) -> str:
        """What a command says in the image; if it fails, the end of that is the message."""
        start = time.monotonic()
        out = subprocess.run(
            command,
            cwd=self.folder,
            env={**self.env, **more},
            text=True,
            timeout=600,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        print(f"{time.monotonic() - start:5.1f} s  {' '.join(command)[:80]!r}")
        end = "\n".join(out.stdout.splitlines()[-40:])
        assert out.returncode == 0, f"{command} ended with {out.returncode}:\n{end}"
        return out.stdout

    def do_user(self, rest: str) -> None:
        self.user = rest

    def do_workdir(self, rest: str) -> None:
        self.folder = self.place(rest)

    def do_entrypoint(self, rest: str) -> None:
        # What the first line of that file wants is a login shell's python3; here it is the image's.
        (entry,) = re.findall(r'"(.*)"', rest)
        self.start = ["python3", str(self.place(entry))]

    def do_cmd(self, rest: str) -> None:
        self.start += re.findall(r'"([^"]*)"', rest)

    def do_expose(self, rest: str) -> None: ...

    def do_label(self, rest: str) -> None: ...
