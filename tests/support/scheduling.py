"""Which tests stay together when a run has several processes (`pytest -n 3`), and which begin."""

from __future__ import annotations

import pytest

#: Folders whose tests share something dear, or count together: each stays whole.
WHOLE = ("tests/sandbox/contract/", "tests/outside/compilers/", "tests/outside/sdk/", "tests/outside/hub/")
#: Files whose tests are long and have nothing in common: each test goes where there is room.
APART = ("tests/notebooks/test_secrets.py", "tests/notebooks/test_running.py", "tests/browser/")
#: The long ones begin; what is short fills the gaps.
FIRST = (
    "tests/outside/lite/",
    "tests/notebooks/",
    "tests/browser/",
    "tests/outside/compilers/",
    "tests/outside/sdk/",
    "tests/outside/hub/",
    "tests/outside/binder/test_binder.py",
)


def unit(test: str) -> str:
    """The tests of one unit are run by one process, one after the other."""
    for folder in WHOLE:
        if test.startswith(folder):
            return folder
    return test if test.startswith(APART) else test.partition("::")[0]


def place(test: str) -> int:
    """The smaller, the earlier."""
    return next((number for number, start in enumerate(FIRST) if test.startswith(start)), len(FIRST))


class SideBySide:
    """The plugin. xdist's own `loadgroup` does nothing under pytest 9: it renames tests in a place nobody reads."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item], config: pytest.Config) -> None:
        if hasattr(config, "workerinput"):
            items.sort(key=lambda item: place(item.nodeid))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: object) -> object:
        from xdist.scheduler import LoadScopeScheduling

        class ByUnit(LoadScopeScheduling):
            def _split_scope(self, nodeid: str) -> str:
                return unit(nodeid)

        config.option.loadscopereorder = False
        return ByUnit(config, log)
