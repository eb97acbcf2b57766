"""A class that is held up on purpose, from the very address that its learners have: they get through all the same."""

from __future__ import annotations

import contextlib
import resource
import secrets
import socket
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from mfa_helpers.tenants import class_tenant

from ..support.class_of_learners import TOKEN, play
from ..support.deadline import DEADLINE
from ..support.run_report import count
from ..support.sandbox_processes import command

LEARNERS = 30
SILENT = 300
HALF = (
    b"POST /oauth/token HTTP/1.1\r\nHost: x\r\n",
    b"POST /mfa/challenge HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{",
)


@pytest.fixture
def few_descriptors() -> Iterator[None]:
    """As many systems begin: 256 of them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Siege:
    """Whoever has the join line and means no good. `made` are the seats that the flood has got."""

    def __init__(self, ready: Any) -> None:
        self._ready, self._over, self.made = ready, threading.Event(), 0
        self._token = class_tenant.parse(ready.join_line).token.reveal()
        self._ca_port = class_tenant.parse(ready.join_line).ca_port
        self._open: list[socket.socket] = []
        self._flood = [threading.Thread(target=self._join, args=(kept,), daemon=True) for kept in (True, False)]

    def begin(self) -> None:
        port = urlsplit(self._ready.base_url).port
        for number in range(SILENT):
            self._open.append(self._connected(self._ca_port if number % 3 == 0 else port))
        context = ssl.create_default_context(cafile=self._ready.ca_file)
        for half in HALF * 20:
            speaking = context.wrap_socket(self._connected(port), server_hostname="127.0.0.1")
            speaking.sendall(half)
            self._open.append(speaking)
        for flood in self._flood:
            flood.start()

    def end(self) -> None:
        self._over.set()
        for flood in self._flood:
            flood.join(DEADLINE)
        for one in self._open:
            one.close()

    def _connected(self, port: int | None) -> socket.socket:
        return socket.create_connection(("127.0.0.1", port), DEADLINE)

    def _join(self, kept: bool) -> None:
        session = requests.Session()
        session.trust_env, session.verify = False, self._ready.ca_file
        session.headers["authorization"] = f"Bearer {self._token}"
        if not kept:
            session.headers["connection"] = "close"
        while not self._over.is_set():
            body = {"secret": secrets.token_urlsafe(32)}
            with contextlib.suppress(OSError):
                answer = session.post(self._ready.base_url + "/sandbox/join", json=body, timeout=DEADLINE)
                self.made += answer.status_code == 200


def test_thirty_learners_behind_the_address_of_a_siege_complete_00_to_05(
    tmp_path: Path, few_descriptors: None, request: pytest.FixtureRequest
) -> None:
    with command(tmp_path, "--class", "--port=0", "--json", MFA_SANDBOX_TOKEN=TOKEN) as running:
        ready = running.ready()
        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
        ready.state = tmp_path / "class.sqlite3"
        siege = Siege(ready)
        siege.begin()
        try:
            with ThreadPoolExecutor(10) as room:
                stands = list(room.map(lambda _: play(ready, 6, False, 1), range(LEARNERS)))
        finally:
            siege.end()
        assert [stand[0] for _, stand in stands] == ["05 login complete"] * LEARNERS
        management = class_tenant.management(ready.join_line, TOKEN, tmp_path)
        assert siege.made > 0 and management.remove_empty_seats() == siege.made
        code, out, err = running.end()
        assert (code, out, err) == (0, "", "")
    count("learners who completed 00 to 05 beside a siege from their own address", LEARNERS)
    count(
        "connections survived: silent, half-finished, and joins that are never used",
        SILENT + 20 * len(HALF) + siege.made,
    )
