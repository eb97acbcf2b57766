"""A lab on a tenant as on its first day, and a clock to move."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mfa_helpers.lab import Lab


@pytest.fixture
def lab(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A lab with a fresh sandbox, as a person has it in a notebook."""
    if "own_tenant" not in request.fixturenames:
        monkeypatch.setenv("MFA_SANDBOX_STATE", str(request.getfixturevalue("sandbox").state))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("MFA_PROGRESS", str(tmp_path / "progress.json"))
    monkeypatch.delenv("MFA_HANDS_FREE", raising=False)
    return Lab()


@pytest.fixture
def later(lab: Lab) -> Callable[[int], None]:
    """`later(seconds)`: move the tenant's clock; this machine's stays."""

    def move(seconds: int) -> None:
        lab.tenant.require_controls().advance(seconds)

    return move
