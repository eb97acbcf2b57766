"""A lab on a tenant of its own, and a clock to move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from mfa_helpers import sandbox
from mfa_helpers.lab import Lab

from ..support.end_sandbox import end_sandbox


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A lab with a fresh sandbox, as a person has it in a notebook."""
    monkeypatch.setenv("MFA_SANDBOX_STATE", str(tmp_path / "sandbox.sqlite3"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.delenv("MFA_HANDS_FREE", raising=False)
    sandbox.start()  # in this process: quicker than one of its own
    yield Lab()
    end_sandbox()


@pytest.fixture
def later(lab: Lab) -> Callable[[int], None]:
    """`later(seconds)`: move the tenant's clock; this machine's stays."""

    def move(seconds: int) -> None:
        answer = requests.post(lab.tenant.base_url + "/sandbox/clock", json={"advance_seconds": seconds}, timeout=5)
        assert answer.status_code == 200

    return move
