"""Fixtures of the server's own tests: plain calls, and tenants of one's own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mfa_helpers.sandbox.hosting import server

from ..support import transport
from ..support.sandbox_api import Api


@pytest.fixture(autouse=True)
def _no_tracebacks_from_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep pytest from writing out the server's tracebacks in the server's thread.

    Both that and pytest's own report of a failure parse source, and in some
    versions of Python two threads that do so end in a `SystemError` of pytest.
    """
    for name in ("uvicorn.error", "mail.log", "asyncio"):
        monkeypatch.setattr(logging.getLogger(name), "disabled", True)


@pytest.fixture
def api(sandbox: server.ServedSandbox) -> Iterator[Api]:
    """The calls, at a tenant as on its first day."""
    api = Api(sandbox)
    yield api
    api.http.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Api]]:
    """`serve(file)`: a server of one's own for that file, in this process, until the test ends."""
    started: list[Api] = []

    def start(path: Path, **kwargs: Any) -> Api:
        started.append(Api(transport.start(path, **kwargs)))
        return started[-1]

    yield start
    for api in started:
        api.http.close()
        api.sandbox.stop()
