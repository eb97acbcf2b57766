"""What GitHub runs: each workflow is whole, pins what it uses, and calls what a maintainer calls."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
import yaml

from ..support.places import ROOT

FILES = {path.name: path.read_text("utf-8") for path in (ROOT / ".github" / "workflows").iterdir()}
WORKFLOWS: dict[str, dict[Any, Any]] = {name: yaml.safe_load(text) for name, text in FILES.items()}
#: What others copy into a repository of theirs.
FRAGMENT = (ROOT / "mfa_helpers" / "sandbox" / "docker" / "github-actions.yaml").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EACH = pytest.mark.parametrize("name", sorted(FILES))


def commands(name: str) -> list[str]:
    """All that a workflow runs."""
    return [step["run"] for job in WORKFLOWS[name]["jobs"].values() for step in job.get("steps", ()) if "run" in step]


def triggers(name: str) -> set[str]:
    return set(WORKFLOWS[name][True])  # YAML reads the key `on` as true


def test_the_four_are_there() -> None:
    assert set(FILES) == {"tests.yml", "nightly.yml", "release.yml", "browser-edition.yml"}


@pytest.mark.parametrize("text", [*FILES.values(), FRAGMENT], ids=[*FILES, "fragment"])
def test_every_action_is_pinned_by_its_commit_and_says_its_version(text: str) -> None:
    used = re.findall(r"uses: (.+)", text)
    others = [line for line in used if not line.startswith("./")]
    pinned = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    assert [line for line in others if not pinned.fullmatch(line)] == []


def test_an_action_has_one_version_in_all_workflows() -> None:
    used = set(re.findall(r"uses: ([\w-]+/[\w-]+)(@\S+ # \S+)", "\n".join([*FILES.values(), FRAGMENT])))
    assert len(used) == len({action for action, _ in used}) == 8


@EACH
def test_a_workflow_may_only_read_unless_a_job_says_more(name: str) -> None:
    assert WORKFLOWS[name]["permissions"] == {"contents": "read"}
    asking = {job: what["permissions"] for job, what in WORKFLOWS[name]["jobs"].items() if "permissions" in what}
    assert set(asking) <= {"publish", "publish-image"}


def test_the_tests_run_ci_on_each_python_that_is_promised() -> None:
    stated = WORKFLOWS["tests.yml"]["jobs"]["everything"]["strategy"]["matrix"]["python"]
    promised = [line.rpartition(" ")[2] for line in PROJECT["classifiers"] if "Python :: 3." in line]
    assert stated == promised
    assert PROJECT["requires-python"] == f">={promised[0]}"
    assert ".ci/run" in commands("tests.yml")


def test_the_fast_tests_run_on_windows_and_macos() -> None:
    assert WORKFLOWS["tests.yml"]["jobs"]["fast"]["strategy"]["matrix"]["system"] == ["windows-latest", "macos-latest"]
    assert any("pytest -m fast" in line for line in commands("tests.yml"))


def test_the_nightly_run_is_the_maintainers() -> None:
    assert ".ci/nightly" in commands("nightly.yml") and "schedule" in triggers("nightly.yml")


@pytest.mark.parametrize("name", ["release.yml", "browser-edition.yml"])
def test_nothing_is_published_before_the_tests_of_that_commit_pass(name: str) -> None:
    jobs = WORKFLOWS[name]["jobs"]
    assert jobs["tests"]["uses"] == "./.github/workflows/tests.yml"

    def before(job: str) -> set[str]:
        needs = jobs[job].get("needs", [])
        needs = [needs] if isinstance(needs, str) else needs
        return {*needs, *(name for needed in needs for name in before(needed))}

    assert before("publish") == {"tests", "build"}
    assert all(before(job) >= {"tests", "build"} for job in jobs if job.startswith("publish"))
    assert "always()" not in FILES[name]
    assert "workflow_call" in triggers("tests.yml") and "workflow_run" not in triggers(name)


def test_each_pull_request_and_each_push_to_main_is_tested() -> None:
    assert "pull_request" in triggers("tests.yml")
    assert WORKFLOWS["browser-edition.yml"][True]["push"]["branches"] == ["main"]


def test_the_updates_reach_each_list_of_packages() -> None:
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text("utf-8"))["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"pip", "github-actions", "npm", "docker"}
    locks = [path.relative_to(ROOT) for path in (ROOT / "tests").rglob("package-lock.json")]
    ours = [path for path in locks if not {"node_modules", ".environments"} & set(path.parts)]
    npm = {f"/{path.parent.as_posix()}" for path in ours}
    assert {folder for update in updates for folder in update.get("directories", ())} == npm


def test_the_changelog_has_the_version() -> None:
    assert f"\n## [{PROJECT['version']}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")
