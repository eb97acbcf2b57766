"""The environments of the SDKs: exact pins that name no registry, built once, and a reason if they cannot be had."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from . import environments

#: Authors who ask for support there.
SUPPORT = {
    "https://github.com",
    "https://feross.org",
    "https://www.patreon.com",
    "https://opencollective.com",
    "https://tidelift.com",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the pins, and no environment yet."""
    for name in (*environments.NODE_PINS, *environments.PYTHON_PINS):
        shutil.copy(environments.HERE / name, tmp_path)
    monkeypatch.setattr(environments, "HERE", tmp_path)
    monkeypatch.setattr(environments, "ENVIRONMENTS", tmp_path / "environments")
    return tmp_path


def build(folder: Path) -> None:
    (folder / "package").touch()


def lines(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").splitlines() if line[:1] != "#"]


def names(here: Path) -> list[str]:
    return sorted(path.name for path in (here / "environments").iterdir())


@pytest.mark.parametrize("name", ["apps", "sdk", "sdk/login", "sdk/set_up", "hub"])
def test_the_lock_file_pins_all_and_names_no_registry(name: str) -> None:
    folder = environments.HERE.parent / name
    text = (folder / "package-lock.json").read_text("utf-8")
    assert "resolved" not in text
    assert set(re.findall(r"https?://[^/\"]+", text)) <= SUPPORT
    packages = {name: item for name, item in json.loads(text)["packages"].items() if name}
    assert len(packages) >= 9 and all("integrity" in item for item in packages.values())
    wanted = json.loads((folder / "package.json").read_text("utf-8"))["dependencies"]
    assert wanted == {name: packages[f"node_modules/{name}"]["version"] for name in wanted}


@pytest.mark.parametrize(("name", "number"), [("apps", 6), ("sdk", 4)])
def test_the_requirements_pin_all_and_name_no_registry(name: str, number: int) -> None:
    folder = environments.HERE.parent / name
    pins, wanted = lines(folder / "requirements.txt"), lines(folder / "requirements.in")
    assert [line for line in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    assert len(wanted) == number and set(wanted) < set(pins)


def test_an_environment_is_built_once_for_its_pins(here: Path) -> None:
    first = environments._built("node", environments.NODE_PINS, "", build)
    again = environments._built("node", environments.NODE_PINS, "", lambda _: pytest.fail("built again"))
    assert first == again and (first / "package").exists()
    (here / "package.json").write_text("{}", "utf-8")
    other = environments._built("node", environments.NODE_PINS, "", build)
    assert other != first and names(here) == [other.name]  # the old one is gone


def test_a_build_that_fails_leaves_nothing_behind(here: Path) -> None:
    def fail(folder: Path) -> None:
        build(folder)
        raise environments.Unavailable("no network")

    with pytest.raises(environments.Unavailable, match="no network"):
        environments._built("node", environments.NODE_PINS, "", fail)
    assert names(here) == []


def test_who_was_slower_takes_the_environment_of_the_faster(here: Path) -> None:
    def overtaken(folder: Path) -> None:
        build(folder)
        environments._built("node", environments.NODE_PINS, "", build)

    finished = environments._built("node", environments.NODE_PINS, "", overtaken)
    assert names(here) == [finished.name]


def test_a_registry_that_cannot_be_reached_is_a_reason(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = "http://127.0.0.1:9/"  # the port where nobody listens
    monkeypatch.setenv("npm_config_registry", nowhere)
    monkeypatch.setenv("npm_config_cache", str(here / "cache"))
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    if shutil.which("npm"):
        with pytest.raises(environments.Unavailable, match="npm ci failed: npm error code ECONNREFUSED"):
            environments.node()
    monkeypatch.setenv("PIP_INDEX_URL", nowhere)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_RETRIES", "0")
    with pytest.raises(environments.Unavailable, match="pip install failed: ERROR: Could not find a version"):
        environments.python()
    assert names(here) == []


def test_without_node_there_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(environments.Unavailable, match="Node is not installed"):
        environments.node()


def test_what_cannot_be_had_is_skipped_unless_it_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    def build() -> Path:
        raise environments.Unavailable("no network")

    monkeypatch.delenv("MFA_SDKS", raising=False)
    with pytest.raises(pytest.skip.Exception, match="cannot be installed: no network"):
        environments.or_skip(build, "MFA_SDKS", "The official SDKs")
    monkeypatch.setenv("MFA_SDKS", "required")
    with pytest.raises(pytest.fail.Exception, match="cannot be installed: no network"):
        environments.or_skip(build, "MFA_SDKS", "The official SDKs")
