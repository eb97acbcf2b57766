"""`GET /health`: 200 only if everything answers."""

from __future__ import annotations

import socket
import sqlite3
import threading
from pathlib import Path

import pytest
import requests

from mfa_helpers.sandbox.hosting import server
from mfa_helpers.sandbox.store import connection

from ....support.deadline import DEADLINE
from ....support.transport import needs_a_socket

FINE = {"http": "ok", "smtp": "ok", "store": "ok", "only_here": True}


def health(sandbox: server.ServedSandbox) -> tuple[int, dict[str, object]]:
    answer = requests.get(sandbox.base_url + "/health", timeout=DEADLINE)
    return answer.status_code, answer.json()


def test_a_tenant_that_serves_is_well_and_nobody_needs_a_token_to_know(sandbox: server.ServedSandbox) -> None:
    assert health(sandbox) == (200, FINE)


@needs_a_socket
def test_it_is_not_well_without_its_post_office(sandbox: server.ServedSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox._thread, "smtp_port", 1)  # nobody listens there
    assert health(sandbox) == (503, {**FINE, "smtp": "doesn't respond"})
    monkeypatch.undo()
    assert health(sandbox) == (200, FINE)


@needs_a_socket
def test_a_program_that_is_no_post_office_does_not_count_as_one(
    sandbox: server.ServedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(DEADLINE)

        def greet() -> None:
            connection, _ = other.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        monkeypatch.setattr(sandbox._thread, "smtp_port", other.getsockname()[1])
        assert health(sandbox) == (503, {**FINE, "smtp": "doesn't respond"})
        thread.join()


def test_it_is_not_well_while_another_program_holds_its_file(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "WAIT", 0.1)
    sandbox = server.start_on_own_address(state)
    try:
        assert health(sandbox) == (200, FINE)
        other = sqlite3.connect(state, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert health(sandbox) == (503, {**FINE, "store": "doesn't respond"})
        other.execute("ROLLBACK")
        other.close()
        assert health(sandbox) == (200, FINE)
    finally:
        sandbox.stop()
