"""What a test run says at its end, gathered from all of its processes."""

from __future__ import annotations

from collections import Counter

import pytest

#: What the tests of this process have counted: a figure's name -> how many.
COUNTED: Counter[str] = Counter()
SAID = pytest.StashKey[dict[str, list[str]]]()


def tell(config: pytest.Config, section: str, *lines: str) -> None:
    """Say `lines` at the end of the run, under the heading `section`."""
    config.stash.setdefault(SAID, {}).setdefault(section, []).extend(lines)


def count(what: str, number: int = 1) -> None:
    """Add to a figure of the whole run. All figures are said at its end, under `checked`."""
    COUNTED[what] += number


class Telling:
    """The plugin: a process of several hands its lines over when it ends; the first one prints them all."""

    @pytest.hookimpl(trylast=True)  # after those who tell at the end of the session
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        config = session.config
        if hasattr(config, "workeroutput"):
            config.workeroutput |= {"said": config.stash.get(SAID, {}), "counted": dict(COUNTED)}

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        output = getattr(node, "workeroutput", {})  # a process that crashed has none
        for section, lines in output.get("said", {}).items():
            tell(node.config, section, *lines)  # type: ignore[attr-defined]
        COUNTED.update(output.get("counted", {}))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
        if COUNTED:
            tell(config, "checked", *(f"{what}: {number:,}" for what, number in sorted(COUNTED.items())))
        for section, lines in config.stash.get(SAID, {}).items():
            terminalreporter.section(section)
            for line in lines:
                terminalreporter.write_line(line)
