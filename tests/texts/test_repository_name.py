"""The repository's name stands once, in pyproject.toml, and every other mention equals it."""

from __future__ import annotations

import re
import runpy
import tomllib
from pathlib import Path
from typing import Any

import pytest

from mfa_helpers.doctor import machine

from ..support.places import ROOT

COMMAND: dict[str, Any] = runpy.run_path(str(ROOT / ".ci" / "write_repository_name.py"))
NAME = COMMAND["name"]()
# What each line is beside the name; a name is put in by the test, so that this file mentions none.
LINES = [
    "https://github.com/{owner}/{name}/issues",
    "(https://{owner}.github.io/{name}/lab/index.html?path=00_start_here.ipynb)",
    "https://mybinder.org/v2/gh/{owner}/{name}/HEAD?urlpath=lab",
    "uvx --from 'mfa-helpers[course] @ git+https://github.com/{owner}/{name}' mfa-course",
    "https://codespaces.new/{owner}/{name}.",
    "See https://github.com/{owner}/{name}.",
]


def lines(name: str) -> str:
    owner, _, repository = name.partition("/")
    return "\n".join(LINES).format(owner=owner, name=repository)


def test_every_mention_names_this_copy() -> None:
    stale = [
        path.relative_to(ROOT).as_posix() for path, text in COMMAND["texts"]() if COMMAND["named"](text, NAME) != text
    ]
    assert stale == [], (
        "If a link leads to another project, name that in OTHER_PROJECTS of .ci/write_repository_name.py. "
        "Then run: python .ci/write_repository_name.py"
    )


def test_the_mentions_are_looked_for_where_they_are() -> None:
    mentioning = {
        path.relative_to(ROOT).as_posix()
        for path, text in COMMAND["texts"]()
        if COMMAND["named"](text, "some-other/name-of-a-copy") != text
    }
    assert mentioning >= {
        "README.md",
        "SECURITY.md",
        "CHANGELOG.md",
        "pyproject.toml",
        ".github/ISSUE_TEMPLATE/config.yml",
    }


def test_the_package_is_called_the_same_wherever_it_is_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    course = f"{project['name']}[course]"
    assert course in project["optional-dependencies"]["test"]
    assert project["name"] == machine.PACKAGE
    for path in ("README.md", "CHANGELOG.md", "mfa_helpers/course/extra.py"):
        named = re.findall(r"[\w.-]+\[course\]", (ROOT / path).read_text("utf-8"))
        assert set(named) - {".[course]"} == {course}, path  # the point is a clone's folder


@pytest.mark.parametrize("former", ["OWNER/REPOSITORY", "ada-l/mfa.course_2", "a/b"])
@pytest.mark.parametrize("new", ["OWNER/REPOSITORY", "Grace/h-1", "x/mfa.course_2"])
def test_any_former_name_becomes_any_new_one_and_stays(former: str, new: str) -> None:
    once = COMMAND["named"](lines(former), new)
    assert once == lines(new)
    assert COMMAND["named"](once, new) == once


def test_a_registry_of_images_knows_no_capitals() -> None:
    image = "image: ghcr.io/" + "{}/x:1"
    assert COMMAND["named"](image.format("ada/old"), "Grace/H-1") == image.format("grace/h-1")


def test_other_addresses_stay() -> None:
    text = "https://github.com https://docs.github.com/en/pages https://pages.github.io/ https://mybinder.org/badge_logo.svg"
    assert COMMAND["named"](text, "ada/course") == text


def test_a_project_that_is_listed_stays() -> None:
    others: set[str] = COMMAND["OTHER_PROJECTS"]
    others.add("jupyter/notebook")
    try:
        text = "https://github.com/" + "jupyter/notebook"
        assert COMMAND["named"](text, "ada/course") == text
    finally:
        others.discard("jupyter/notebook")


@pytest.mark.parametrize(
    "stated",
    [
        "ada/course",
        "https://github.com/ada",
        "https://gitlab.com/ada/course",
        "https://github.com/a b/c",
        "https://github.com/" + "a/ü",
        "https://github.com/" + "ada/course.git",
        "https://github.com/" + "ada/course/issues",
        "",
    ],
)
def test_what_is_no_name_gets_a_sentence(tmp_path: Path, stated: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f'[project.urls]\nRepository = "{stated}"\n', "utf-8")
    with pytest.raises(ValueError, match="OWNER/REPOSITORY, with your two names"):
        COMMAND["name"](tmp_path)


@pytest.mark.parametrize(
    "file", ["[project.urls]\nRepository = [1]\n", "[project]\n", "[project.urls]\nRepository = x\n"]
)
def test_a_file_without_a_name_gets_a_sentence(tmp_path: Path, file: str) -> None:
    (tmp_path / "pyproject.toml").write_text(file, "utf-8")
    with pytest.raises(ValueError, match="run this command again"):
        COMMAND["name"](tmp_path)
