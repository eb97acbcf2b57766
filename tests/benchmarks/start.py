"""How soon somebody who tests an app of their own has what they need: `python -m tests.benchmarks.start`.

The package without extras in a fresh environment: what it weighs; how long its first test takes, from pytest's start
to the end of a run that has asserted `mfa_required`; and how long each test waits for a tenant of its own, and for
its end.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from ..support.packages import MADE_WITH, WEIGH
from ..support.places import ROOT
from ..support.sandbox_processes import environment
from .first_minute import seconds

TESTS = 100
#: Tests as many as somebody's first one, and a hook that looks at the clock.
FIRST = """
import pytest
import requests

@pytest.mark.parametrize("n", range(TESTS))
def test_the_login_asks_for_a_second_factor(mfa_tenant, n):
    answer = requests.post(f"{mfa_tenant.base_url}/oauth/token", data=mfa_tenant.password_grant)
    assert answer.json()["error"] == "mfa_required"
"""
CLOCK = """
import json
import pathlib
import time

import pytest

waits = []


def timed():
    began = time.perf_counter()
    result = yield
    waits.append(time.perf_counter() - began)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    return (yield from timed())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    return (yield from timed())


def pytest_sessionfinish():
    pathlib.Path("waits.json").write_text(json.dumps(waits))
"""


class Start(NamedTuple):
    """Of the package alone: `packages` and `megabytes`, the `first` test in seconds, and a `tenant` in milliseconds, begun and ended."""

    packages: int
    megabytes: float
    first: float
    tenant: float


def measure() -> Start:
    """All of it, in an environment that is made for it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([sys.executable, "-m", "venv", folder / "alone"], check=True)
        python = folder / "alone" / "bin" / "python"

        def run(*words: str) -> str:
            command = [str(python), *words]
            return subprocess.run(
                command, cwd=folder, env=environment(folder), check=True, text=True, capture_output=True
            ).stdout

        run("-m", "pip", "install", "--quiet", str(ROOT))
        weights: dict[str, int] = json.loads(run("-c", WEIGH))
        ours = [weight for package, weight in weights.items() if package not in MADE_WITH]
        run("-m", "pip", "install", "--quiet", "pytest")
        (folder / "test_first.py").write_text(FIRST.replace("TESTS", "1"))
        first = seconds(lambda: run("-m", "pytest", "-q"))
        (folder / "test_first.py").write_text(FIRST.replace("TESTS", str(TESTS)))
        (folder / "conftest.py").write_text(CLOCK)
        run("-m", "pytest", "-q")
        waits: list[float] = json.loads((folder / "waits.json").read_text())
    # Beginnings and ends take turns. The first loads what all need, and the last puts it away.
    tenant = statistics.median(waits[2:-2:2]) + statistics.median(waits[3:-2:2])
    return Start(len(ours), sum(ours) / 1e6, first, tenant * 1000)


if __name__ == "__main__":
    print(measure())
