"""A pytest plugin for the contract's own test: counts what is asked, and of whom."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

ASKED: Counter[str] = Counter()
_send = requests.Session.send


def _watched(session: requests.Session, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
    parts = urlsplit(str(request.url))
    ASKED[f"{parts.scheme}://{parts.netloc} {'/sandbox' if parts.path.startswith('/sandbox') else '/'}"] += 1
    return _send(session, request, **kwargs)


requests.Session.send = _watched  # type: ignore[method-assign]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for whom, times in ASKED.items():
        terminalreporter.write_line(f"asked {whom} {times}")
