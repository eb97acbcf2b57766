"""The target of the contract, put into its first state for each row; and the report at the end."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from ...support.run_report import tell
from . import report, rows
from .inbox import NoMail
from .target import Target, Unusable, live_target, sandbox_target


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--contract-report", metavar="FILE", help="write a report about the tenant that you can share")


@pytest.fixture(scope="session")
def _target(request: pytest.FixtureRequest) -> Iterator[Target]:
    if os.environ.get("AUTH0_DOMAIN"):
        try:
            made: Target = live_target(os.environ, lambda question: _asked(request.config, question))
        except Unusable as fault:
            pytest.exit(str(fault), returncode=4)
    else:
        made = sandbox_target(request.getfixturevalue("_running"))
    rows.REPORT.target, rows.REPORT.anonymous = made.name, made.anonymous
    yield made
    if made.is_live:
        with suppress(Exception):  # what cannot be cleaned up now was said before
            made.begin_test(frozenset())
    made.close()


@pytest.fixture
def target(request: pytest.FixtureRequest, _target: Target) -> Iterator[Target]:
    """The tenant, as before anybody used it."""
    needs = getattr(request.function, "needs", frozenset())
    rows.skip_if_unable(_target, needs)
    fault: Exception | None = None
    try:
        _target.begin_test(needs)
    except (Unusable, NoMail) as unusable:
        pytest.exit(str(unusable), returncode=4)
    except Exception as other:
        if not _target.is_live:
            raise
        fault = other
    if fault is not None:  # outside of `except`: a chained traceback would show tokens
        pytest.exit(_target.mask(f"{_target.name} can't be tested: {fault}")[:300], returncode=4)
    yield _target
    try:
        _target.end_test()
    except NoMail as late:
        pytest.exit(str(late), returncode=4)


def _asked(config: pytest.Config, question: str) -> str:
    capture = config.pluginmanager.getplugin("capturemanager")
    capture.suspend_global_capture(in_=True)
    try:
        print(f"\n{question}", flush=True)
        return sys.stdin.readline()
    finally:
        capture.resume_global_capture()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever is locked out is so for minutes: those rows come last on a real tenant."""
    if os.environ.get("AUTH0_DOMAIN"):
        items.sort(key=lambda item: "harsh" in getattr(getattr(item, "function", None), "needs", ()))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if rows.REPORT.target:
        tell(session.config, "contract", *rows.REPORT.lines())
        path = session.config.getoption("--contract-report", None)
        if path:
            tell(session.config, "contract", report.write(Path(path), rows.REPORT))
