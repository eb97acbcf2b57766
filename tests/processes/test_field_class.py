"""Security findings about a class that somebody holds up: S7, S8. They wait for time limits. The whole siege is beside it."""

from __future__ import annotations

import io
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from mfa_helpers import forms
from mfa_helpers.lab import Lab
from mfa_helpers.sandbox.endpoints.extras import class_members
from mfa_helpers.sandbox.gateway import class_access
from mfa_helpers.sandbox.hosting import door, operator_log, server
from mfa_helpers.sandbox.store import Store
from mfa_helpers.tenants import class_tenant

from ..support.class_of_learners import TOKEN, Learner, instructors, play
from ..support.deadline import DEADLINE
from ..support.sandbox_api import Api
from ..support.transport import needs_a_socket

pytestmark = needs_a_socket

HEAD = b"GET /.well-known/jwks.json HTTP/1.1\r\nHost: 127.0.0.1\r\n"
WHOLE = HEAD + b"\r\n"
UNFINISHED = {
    "nothing": b"",
    "half a line": b"GET /userinfo",
    "half a head": HEAD + b"X-A: b\r\n",
    "half a body": b"POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\ngrant",
    "half a chunk": b"POST /mfa/challenge HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
    "a body that awaits leave": b"POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n",
}


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "WHOLE_REQUEST", 0.3)


def connect(sandbox: server.ServedSandbox) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(sandbox.base_url.rpartition(":")[2])), DEADLINE)


def is_cut(one: socket.socket) -> bool:
    """Whether the other side ends the connection; what it says before is let go."""
    try:
        while one.recv(65_536):
            pass
    except ConnectionError:
        pass
    return True


def answered(one: socket.socket) -> bytes:
    """A whole answer; what has been said before a connection was cut."""
    one.sendall(WHOLE)
    said = b""
    while b"]}" not in said:
        part = one.recv(65_536)
        if not part:
            break
        said += part
    return said


@pytest.mark.parametrize(
    ("before", "sent"),
    # A connection that has been answered, and rests, owes nothing.
    [(before, sent) for before in (b"", WHOLE) for sent in UNFINISHED.values() if sent or not before],
)
def test_s_07_a_request_that_never_becomes_whole_is_cut(api: Api, hasty: None, sent: bytes, before: bytes) -> None:
    with closing(connect(api.sandbox)) as one:
        if before:
            assert answered(one).startswith(b"HTTP/1.1 200 ")
        one.sendall(sent)
        assert is_cut(one)


def test_s_07_who_sends_a_byte_now_and_then_gains_no_time(api: Api, hasty: None) -> None:
    with closing(connect(api.sandbox)) as one:
        one.sendall(HEAD)
        ended = threading.Event()

        def trickle() -> None:
            while not ended.wait(0.02):
                try:
                    one.sendall(b"X-A: b\r\n")
                except OSError:
                    return

        drip = threading.Thread(target=trickle)
        drip.start()
        assert is_cut(one)
        ended.set()
        drip.join(DEADLINE)


def test_s_07_who_asks_and_asks_and_reads_nothing_is_cut(api: Api, hasty: None) -> None:
    with closing(connect(api.sandbox)) as one, pytest.raises(ConnectionError):
        while True:
            one.sendall(WHOLE * 100)


def test_s_07_whoever_has_been_answered_may_rest_and_a_slow_answer_is_waited_for(api: Api, hasty: None) -> None:
    fault = {"path": "/.well-known/jwks.json", "kind": "slow", "seconds": 0.8, "times": 1}
    with closing(connect(api.sandbox)) as one:
        assert answered(one).startswith(b"HTTP/1.1 200 ")
        time.sleep(0.6)
        assert answered(one).startswith(b"HTTP/1.1 200 ")
        assert api.call("POST", "/sandbox/faults", json=fault).ok
        assert answered(one).startswith(b"HTTP/1.1 200 ")


def test_s_07_of_too_many_that_owe_a_request_the_oldest_goes_and_nobody_who_has_asked(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "MOST_OWING", 5)
    sandbox = server.start_on_own_address(state)
    with closing(connect(sandbox)) as asked:
        assert answered(asked).startswith(b"HTTP/1.1 200 ")
        silent = [connect(sandbox) for _ in range(25)]
        assert all(is_cut(one) for one in silent[:20])
        for one in (asked, *silent[20:]):
            assert answered(one).startswith(b"HTTP/1.1 200 ")
            assert len(silent) == 25
        for one in silent:
            one.close()
    sandbox.stop()


def test_s_07_where_there_is_room_for_no_more_those_who_rest_longest_go(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "MOST", 16)
    sandbox = server.start_on_own_address(state)
    asked = [connect(sandbox) for _ in range(8)]
    assert all(answered(one).startswith(b"HTTP/1.1 200 ") for one in asked)
    for _ in range(12):
        asked.append(connect(sandbox))
        assert answered(asked[-1]).startswith(b"HTTP/1.1 200 ")
    assert all(is_cut(one) for one in asked[:4])
    assert all(answered(one).startswith(b"HTTP/1.1 200 ") for one in asked[4:])
    for one in asked:
        one.close()
    sandbox.stop()


@pytest.mark.parametrize("size", [65_000, 70_000, 200_000, 2_000_000])
def test_s_07_a_head_has_64_kb_and_no_more(api: Api, size: int) -> None:
    with closing(connect(api.sandbox)) as one:
        try:
            one.sendall(HEAD + b"X-A: " + b"b" * size + b"\r\n\r\n")
            said = one.recv(65_536)
        except ConnectionError:
            said = b""
        assert said.startswith(b"HTTP/1.1 200 ") == (size == 65_000)
        if said and size != 65_000:
            assert said.split()[1] in (b"400", b"431")
            assert is_cut(one)


def test_s_07_an_endless_head_is_cut_at_64_kb(api: Api) -> None:
    with closing(connect(api.sandbox)) as one:
        one.sendall(HEAD)
        with pytest.raises(ConnectionError):
            for _ in range(1_000_000):
                one.sendall(b"X-A: " + b"b" * 1000 + b"\r\n")


@pytest.fixture
def pipe() -> Iterator[tuple[io.TextIOBase, int]]:
    """A pipe that is read only in the end."""
    reading, writing = os.pipe()
    stream = open(writing, "w", encoding="utf-8")  # noqa: SIM115
    yield stream, reading
    os.close(reading)
    stream.close()


def test_s_07_no_storm_of_errors_fills_a_pipe_or_holds_anybody_up(pipe: tuple[io.TextIOBase, int]) -> None:
    stream, reading = pipe
    names = ("mfa_helpers.sandbox", "uvicorn", "mail")
    before = {name: list(logging.getLogger(name).handlers) for name in names}
    operator_log.be_silent()
    operator_log.show_errors(stream)  # type: ignore[arg-type]
    try:
        for _ in range(2_000):
            try:
                raise ValueError("x" * 1000)
            except ValueError:
                logging.getLogger("uvicorn").exception("Exception in ASGI application")
        for handler in logging.getLogger("uvicorn").handlers:
            handler.flush()
        said = os.read(reading, 10_000_000)
        assert 1 <= said.count(b"ValueError (") < 100
    finally:
        for name, handlers in before.items():
            logging.getLogger(name).handlers[:] = handlers


# S8


@pytest.fixture
def flood(class_server: server.ServedSandbox) -> Iterator[requests.Session]:
    """Somebody who has the join line and one connection."""
    session = requests.Session()
    session.trust_env, session.verify = False, class_server.ca_file
    session.headers["authorization"] = f"Bearer {class_tenant.parse(class_server.join_line).token.reveal()}"
    yield session
    session.close()


def join(tenant: server.ServedSandbox, session: requests.Session) -> requests.Response:
    body = {"secret": secrets.token_urlsafe(32)}
    return session.post(tenant.base_url + "/sandbox/join", json=body, timeout=DEADLINE)


@pytest.mark.parametrize(
    "secret", ["a" * 32, " " * 40, "ab" * 20, "0123456789" * 4, "password" * 5, "x" * 50_000], ids=len
)
def test_s_10_a_secret_that_could_be_guessed_takes_no_seat(
    class_server: server.ServedSandbox, flood: requests.Session, secret: str
) -> None:
    answer = flood.post(class_server.base_url + "/sandbox/join", json={"secret": secret}, timeout=DEADLINE)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_s_08_joins_without_end_fill_no_class_and_those_of_one_connection_go_first(
    class_server: server.ServedSandbox, flood: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(class_members, "MOST_EMPTY", 20)
    monkeypatch.setattr(class_members, "_FREED", 5)
    early = Learner(class_server)  # has joined before the flood, and signs in after it
    assert all(join(class_server, flood).status_code == 200 for _ in range(99))
    assert early.enroll().status_code == 200
    late = Learner(class_server)
    assert late.enroll().status_code == 200
    numbers = [int(one.name.removeprefix("learner").partition("-")[0]) for one in (early, late)]
    assert numbers == [1, 101]
    assert instructors(class_server).remove_empty_seats() <= 20
    for one in (early, late):
        assert one.login().json()["error"] == "mfa_required"
        one.http.close()


def test_s_08_an_address_with_many_empty_seats_waits_and_no_other_does(
    class_server: server.ServedSandbox, flood: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(class_members, "_AT_ONCE", 3)
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(class_members.asyncio, "sleep", sleep)
    for _ in range(3):
        assert join(class_server, flood).ok and not waits
    assert join(class_server, flood).ok and waits == [1]
    known = Learner(class_server)
    assert waits == [1, 1]
    again = flood.post(class_server.base_url + "/sandbox/join", json={"secret": known.key}, timeout=DEADLINE)
    assert again.json()["username"] == known.sandbox.username and waits == [1, 1], "who is known never waits"
    store = Store(class_server.state)
    store.run("UPDATE learners SET address = '192.0.2.7'")
    store.close()
    assert join(class_server, flood).ok and waits == [1, 1]
    known.http.close()


def test_s_08_the_class_is_full_only_of_those_who_have_signed_in(
    class_server: server.ServedSandbox, flood: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(class_members, "MOST", 1)
    assert all(join(class_server, flood).ok for _ in range(3))
    inside = Learner(class_server)
    assert inside.login(password="wrong").status_code == 403
    assert join(class_server, flood).ok, "a wrong password takes no seat"
    inside.mfa_token()
    refused = join(class_server, flood)
    assert (refused.status_code, refused.json()["error_description"]) == (403, class_members.FULL)
    assert instructors(class_server).remove_empty_seats() == 4
    inside.http.close()


def test_s_08_only_the_instructor_removes_seats(class_server: server.ServedSandbox, flood: requests.Session) -> None:
    one = Learner(class_server)
    for headers in ({}, {"authorization": f"Bearer {one.key}"}, {"authorization": "Bearer x"}):
        answer = flood.delete(class_server.base_url + "/sandbox/join", headers=headers, timeout=DEADLINE)
        assert answer.status_code == 403
    assert answer.json()["error_description"] == class_access.WRONG_TOKEN
    one.mfa_token()
    one.http.close()


def test_s_08_the_board_removes_empty_seats(
    lab: Lab, class_server: server.ServedSandbox, flood: requests.Session
) -> None:
    name, _ = play(class_server, 1, False, 1)
    assert all(join(class_server, flood).ok for _ in range(7))
    board = forms.InstructorsBoard(lab)
    assert board.empty_seats.layout.display == "none"
    board.where.value = "class"
    assert board.empty_seats.layout.display == ""
    board.empty_seats.click()
    assert board.status.startswith("Problem: The join line is missing.")
    board.join_line.value, board.token.value = class_server.join_line, TOKEN
    board.submit()
    assert board.status == "Done: 8 learners, 0 stuck. 00 joined: 7, 01 signed in: 1."
    board.empty_seats.click()
    assert board.status == "Done: 7 empty seats were removed; 1 learner, 0 stuck. 01 signed in: 1."
    assert name in board.table.value
    board.empty_seats.click()
    assert board.status.startswith("Done: 0 empty seats were removed;")


def test_s_08_a_learner_whose_empty_seat_is_gone_joins_again(class_server: server.ServedSandbox) -> None:
    one = Learner(class_server)
    assert instructors(class_server).remove_empty_seats() >= 1
    assert one.login().status_code == 403
    token = class_tenant.parse(class_server.join_line).token.reveal()
    again = one.bearer("POST", "/sandbox/join", token, json={"secret": one.key})
    assert again.status_code == 200
    one.sandbox.username, one.sandbox.password = again.json()["username"], again.json()["password"]
    assert one.enroll().status_code == 200
    one.http.close()
