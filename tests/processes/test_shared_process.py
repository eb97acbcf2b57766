"""One tenant process for all kernels of a user: found, started, left, ended."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import requests

from mfa_helpers.sandbox.hosting import server, shared_process
from mfa_helpers.sandbox.hosting.ready import Note, Ready, read_note

from ..support.deadline import DEADLINE
from ..support.end_sandbox import end_sandbox, is_gone

USER = (
    "import sys; from mfa_helpers.sandbox import join; print(join(sys.argv[1]).base_url, flush=True); sys.stdin.read()"
)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "sandbox.sqlite3"
    yield path
    shared_process.leave()
    end_sandbox(path)


@pytest.fixture
def kernel(state: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """`kernel()`: another process of the same user that has joined; its `said` is the address it got."""
    kernels = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", USER, str(state)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        kernels.append(process)
        assert process.stdout is not None
        process.said = process.stdout.readline().strip()  # type: ignore[attr-defined]
        return process

    yield start
    for process in kernels:
        process.kill()
        process.communicate()


def until(holds: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def is_up(ready: Ready) -> bool:
    try:
        return requests.get(ready.base_url + "/.well-known/jwks.json", timeout=DEADLINE).status_code == 200
    except requests.ConnectionError:
        return False


def test_kernels_meet_at_one_tenant_in_a_process_of_its_own(state: Path, kernel) -> None:
    here = shared_process.join(state)
    assert kernel().said == kernel().said == here.base_url
    note = read_note(state.resolve())
    assert note is not None and note.ready == here and note.pid != os.getpid()
    assert shared_process.join(state) is here
    # It is no child of the kernel that started it: that would take it along when it ends.
    assert note.pid not in [child.pid for child in psutil.Process().children(recursive=True)]


def test_its_note_is_for_its_owner_alone_and_nothing_else_is_left_beside_the_file(state: Path) -> None:
    shared_process.join(state)
    (note,) = state.parent.glob("*-ready*")
    assert stat.S_IMODE(note.stat().st_mode) == 0o600
    end_sandbox(state)
    until(lambda: not note.exists())


def test_a_kernel_that_is_killed_does_not_take_it_along(state: Path, kernel) -> None:
    first = kernel()
    here = shared_process.join(state)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert is_up(here) and kernel().said == here.base_url


def test_it_ends_soon_after_its_last_user_and_the_next_finds_the_tenant_as_it_was(state: Path, kernel) -> None:
    last = kernel()
    note = read_note(state.resolve())
    assert note is not None
    password = note.ready.password
    last.kill()
    until(lambda: is_gone(note.pid))
    assert read_note(state.resolve()) is None
    assert shared_process.join(state).password == password


def test_a_note_whose_server_was_killed_leads_to_a_new_one(state: Path) -> None:
    before = shared_process.join(state)
    note = read_note(state.resolve())
    assert note is not None
    os.kill(note.pid, signal.SIGKILL)
    until(lambda: not is_up(before))
    after = shared_process.join(state)
    assert is_up(after) and after.password == before.password


def test_another_program_on_the_port_of_an_old_note_is_not_taken_for_the_tenant(state: Path, tmp_path: Path) -> None:
    other = server.start(tmp_path / "other.sqlite3")
    stale = read_note(other.state)
    assert stale is not None
    # Each tenant has a token of its own.
    stale.ready.sandbox_token = "of the tenant that was there"
    Note("of another time", stale.pid, stale.ready).write(state.resolve())
    try:
        assert shared_process.join(state).password != other.password
    finally:
        other.stop()


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", json.dumps({"instance": "x", "pid": 1, "ready": {}})])
def test_a_damaged_note_is_no_trouble(content: str, state: Path) -> None:
    Path(f"{state}-ready").write_text(content)
    assert read_note(state) is None
    assert is_up(shared_process.join(state))


def test_a_port_that_listens_and_says_nothing_does_not_hold_anybody_up(state: Path, monkeypatch) -> None:
    monkeypatch.setattr(shared_process, "_DEADLINE", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        ready = Ready(**dict.fromkeys(Ready.__dataclass_fields__, "x"))
        ready.base_url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        Note("x", 1, ready).write(state.resolve())
        joined = shared_process.join(state)
        silent.accept()[0].close()  # it was asked
    assert joined.base_url != ready.base_url and is_up(joined)


def test_a_file_that_is_no_tenant_is_the_servers_own_sentence(state: Path) -> None:
    state.write_bytes(b"not a database at all " * 100)
    with pytest.raises(
        RuntimeError, match=r"^The sandbox's file \S+ can't be used \(file is not a database\)\. If you delete it"
    ):
        shared_process.join(state)


def test_a_server_that_closes_ends_the_open_requests_in_good_order(state: Path) -> None:
    running = server.start(state)
    shared_process.join(state)
    assert running.kernels == 1
    wire = shared_process._joined[state.resolve()][1].sock
    running.stop()
    wire.settimeout(120)
    assert wire.recv(64) == b"0\r\n\r\n"  # the last chunk: it was not cut off after uvicorn's patience
    assert not running.is_running
