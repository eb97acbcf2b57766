"""A room in which nothing is set."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy, no tenant of one's own, and all that is kept is in `tmp_path`."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith(("AUTH0_", "MFA_")) or name in PROXIES:
            monkeypatch.delenv(name)
    for name in ("DATA", "RUNTIME", "CONFIG"):
        monkeypatch.setenv(f"JUPYTER_{name}_DIR", str(tmp_path / name.lower()))
    for name in ("NO_PROXY", "no_proxy"):  # so that what a lab adds is taken back
        monkeypatch.setenv(name, "")
