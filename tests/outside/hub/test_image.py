"""The image for a JupyterHub of one's own: its pins, and its Dockerfile done step by step in a folder, without Docker."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ...support.deadline import DEADLINE
from ...support.dockerfile import Container
from ...support.places import FOREIGN, NOT_CLONED, ROOT

HERE = ROOT / "binder" / "hub"
DOCKERFILE = (HERE / "Dockerfile").read_text("utf-8")
LIST = (HERE / "requirements.txt").read_text("utf-8")
LINES = [line for line in LIST.splitlines() if line and not line.startswith("#")]
PINS = dict(line.split("==") for line in LINES)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


class Image(Container):
    """A virtual environment stands for the base's Python, which may be another version here."""

    def __init__(self, root: Path, clone: Path) -> None:
        root.mkdir()
        own = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
        super().__init__(root, clone, {**own, "PATH": f"{root}/usr/local/bin:{os.defpath}"}, lambda _: None)

    def do_from(self, rest: str) -> None:
        assert re.fullmatch(r"docker\.io/library/python:3\.\d+-slim-bookworm", rest)
        subprocess.run([sys.executable, "-m", "venv", self.root / "usr" / "local"], check=True, timeout=DEADLINE)

    def do_copy(self, rest: str) -> None:
        *sources, target = shlex.split(rest)
        for source in sources:
            assert f"!{source}" in (HERE / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
            found = list(self.clone.glob(source))
            assert found
            for file in found:
                self._copy(file, self.place(target) / file.name)

    def do_run(self, rest: str) -> None:
        super().do_run(re.sub(r"(?<= )/(?=tmp/)", f"{self.root}/", rest))

    def do_workdir(self, rest: str) -> None:
        super().do_workdir(rest)
        self.folder.mkdir(parents=True, exist_ok=True)


def test_only_exact_versions_are_listed_and_no_index() -> None:
    assert [line for line in LINES if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*==[0-9]+(\.[a-z0-9]+)*", line)] == []
    assert re.findall(r"\S*(?:://|index|find-links)\S*|(?<!\S)(?:~|/\w+)/\S*", LIST) == []


@pytest.mark.parametrize("dependency", [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["course"]])
def test_each_dependency_is_pinned_within_its_range(dependency: str) -> None:
    wanted = Requirement(dependency)
    assert wanted.specifier.contains(PINS[canonicalize_name(wanted.name)])


def test_its_jupyterhub_and_python_are_those_that_are_named() -> None:
    readme = (ROOT / "binder" / "README.md").read_text("utf-8")
    assert f"has JupyterHub {PINS['jupyterhub']}" in readme and f"jupyterhub=={PINS['jupyterhub']}" in LIST
    (version,) = re.findall(r"^FROM \S+/python:(3\.\d+)-", DOCKERFILE, flags=re.M)
    assert f"--python-version {version} " in LIST
    assert f"Programming Language :: Python :: {version}" in PROJECT["classifiers"]


def test_its_dockerfile_makes_a_server_with_the_course_and_a_copy_of_the_notebooks(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    shutil.copytree(ROOT, clone, ignore=NOT_CLONED)
    wheel, build = re.findall(r"^#   (.+)$", DOCKERFILE, flags=re.M)
    assert build.split()[:4] == ["docker", "build", "--file", "binder/hub/Dockerfile"]
    program, *words = shlex.split(wheel)
    assert program == "python"
    subprocess.run([sys.executable, *words, "-q"], cwd=clone, check=True, timeout=3 * DEADLINE)
    image = Image(tmp_path / "image", clone)
    image.build(DOCKERFILE)
    assert [step.split()[0] for step in image.left_out] == ["useradd"] and image.user == "learner"
    assert image.run(*image.start, "--version")
    assert (image.folder / "mfa-course" / "00_start_here.ipynb").exists()
    assert not (image.root / "tmp" / "course").exists()
