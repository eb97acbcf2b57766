"""Which group a test belongs to, by its folder; in which order the groups run; and what each of them cost.

`pytest -m fast` runs one group. A fast test starts no second process and no browser: if it does, it fails and says so.
"""

from __future__ import annotations

import multiprocessing.process
import os
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

#: The folders whose tests cost more than the others, and their groups. All others are fast.
OF_FOLDER = {
    "tests/notebooks/": "notebook",
    "tests/processes/": "process",
    "tests/browser/": "browser",
    "tests/outside/": "outside",
    "tests/nightly/": "nightly",
}
#: In the order in which they run: what answers first comes first.
GROUPS = {
    "fast": "No browser and no second process.",
    "notebook": "Every notebook under nbval and papermill, and a person who does the first six in Chromium.",
    "process": "Starts processes of its own: the command line, kernels, shared files.",
    "browser": "A person in JupyterLab, in Chromium.",
    "outside": "Needs other tools or a download: SDKs, compilers, JupyterHub, Binder's image, the browser edition.",
    "nightly": "Long, and rarely breaks.",
}
#: Folders whose tests share something expensive, or count together: one process runs each, one test after the other.
WHOLE = (
    "tests/sandbox/contract/",
    "tests/outside/compilers/",
    "tests/outside/sdk/",
    "tests/outside/hub/",
)
#: What takes longest of its group begins it; what is short fills the gaps.
LONG = (
    "tests/browser/test_keyboard.py",
    "tests/browser/test_accessibility.py",
    "tests/outside/lite/",
    "tests/outside/binder/test_binder.py",
    "tests/outside/docker/",
    "tests/outside/compilers/",
    "tests/outside/sdk/",
    "tests/outside/hub/",
    "tests/outside/apps/",
)


def group(test: str) -> str:
    """The group of a test, by its node id."""
    return next((name for folder, name in OF_FOLDER.items() if test.startswith(folder)), "fast")


def unit(test: str) -> str:
    """The tests of one unit are run by one process, one after the other."""
    return next((folder for folder in WHOLE if test.startswith(folder)), test.partition("::")[0])


def place(test: str) -> tuple[int, int]:
    """The smaller, the earlier."""
    return list(GROUPS).index(group(test)), next(
        (n for n, start in enumerate(LONG) if test.startswith(start)), len(LONG)
    )


RULE = "is among the fast tests, and starts a process: move it to tests/processes"
#: What starts a process. A hook for audits would see all of these, and would slow down whatever else is audited.
STARTS = (
    (subprocess.Popen, "__init__"),
    (os, "fork"),
    (os, "forkpty"),
    (os, "posix_spawn"),
    (os, "posix_spawnp"),
    (os, "system"),
    (multiprocessing.process.BaseProcess, "start"),
)


class Groups:
    """The plugin: marks, order, the rule of the fast ones, and the cost of each group at the end of a run."""

    def __init__(self) -> None:
        self.fast: str | None = None  # the fast test that runs just now
        self.broken = False  # whether it has tried to start a process
        self.cost: dict[str, list[float]] = defaultdict(list)

    def pytest_configure(self, config: pytest.Config) -> None:
        for name, means in GROUPS.items():
            config.addinivalue_line("markers", f"{name}: {means}")
        for owner, name in STARTS:
            if hasattr(owner, name):
                setattr(owner, name, self._only_if_not_fast(getattr(owner, name)))

    def pytest_ignore_collect(self, collection_path: Path, config: pytest.Config) -> bool | None:
        """With `-m fast`, or with several groups and `or`, the folders of the others are not even imported."""
        wanted = set(config.option.markexpr.split(" or "))
        mine = OF_FOLDER.get(f"tests/{collection_path.name}/", "fast")
        return True if wanted <= set(GROUPS) and mine != "fast" and mine not in wanted else None

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        if item.nodeid.startswith("tests/"):
            item.add_marker(group(item.nodeid))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: place(item.nodeid))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.fast, self.broken = item.nodeid if item.get_closest_marker("fast") else None, False
        try:
            return (yield)
        finally:
            self.fast = None

    def _only_if_not_fast(self, start: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(start)
        def started(*args: Any, **kwargs: Any) -> Any:
            if self.fast:
                self.broken = True
                raise RuntimeError(f"{self.fast} {RULE}")
            return start(*args, **kwargs)

        return started

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Iterator[None]:
        report: Any = yield
        if self.broken and report.when == "teardown":  # whoever caught the error
            report.outcome, report.longrepr = "failed", f"{item.nodeid} {RULE}"
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.nodeid.startswith("tests/"):
            self.cost[group(report.nodeid)].append(report.duration)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if len(self.cost) > 1:
            terminalreporter.section("what each group cost")
            for name in GROUPS:
                if name in self.cost:
                    seconds = sum(self.cost[name])
                    terminalreporter.write_line(f"{name}: {seconds:.0f} s for {len(self.cost[name]) // 3} tests")

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: object) -> object:
        """xdist's own `loadgroup` does nothing under pytest 9: it renames tests in a place nobody reads."""
        from xdist.scheduler import LoadScopeScheduling

        class ByUnit(LoadScopeScheduling):
            def _split_scope(self, nodeid: str) -> str:
                return unit(nodeid)

        config.option.loadscopereorder = False
        return ByUnit(config, log)
