"""Where C# comes from: exact pins, and a reason if it cannot be had."""

from __future__ import annotations

import platform
import re
import sys
from pathlib import Path

import pytest

from ..sdk import environments
from . import dotnet


def test_the_requirements_pin_all_and_name_no_registry() -> None:
    lines = [line for line in (dotnet.HERE / "requirements.txt").read_text("utf-8").splitlines() if line[:1] != "#"]
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    assert {line.partition("==")[0].replace("-", "_") for line in lines} > set(dotnet._WANTED)


@pytest.mark.skipif((sys.platform, platform.machine()) != ("linux", "x86_64"), reason="there is no wheel to ask for")
def test_a_registry_that_cannot_be_reached_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments, "ENVIRONMENTS", tmp_path)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/")  # the port where nobody listens
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_RETRIES", "0")
    with pytest.raises(environments.Unavailable, match="pip install failed: ERROR: Could not find a version"):
        dotnet.environment()
    assert list(tmp_path.iterdir()) == []


def test_another_kind_of_machine_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    with pytest.raises(environments.Unavailable, match="is for Linux on x86-64"):
        dotnet.environment()
