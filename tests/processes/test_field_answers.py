"""Security findings about what a server answers: S15 (no certificate where one should be), S16 (answers without end)."""

from __future__ import annotations

import gzip
import threading
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mfa_helpers.client import errors, transport
from mfa_helpers.client.secret import Secret
from mfa_helpers.client.transport import Transport
from mfa_helpers.storage.handover import Handover
from mfa_helpers.tenants import class_tenant, environment

from ..support.misbehaving_server import SILENCE, IllBehaved, answering, reply
from ..support.transport import needs_a_socket

pytestmark = needs_a_socket

PEM = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"
NO_CERTIFICATES = {
    "a text": "welcome",
    "nothing": "",
    "a head alone": "-----BEGIN CERTIFICATE-----",
    "no base64": PEM.format("!"),
    "base64 cut off": PEM.format("AAAAA"),
    "an empty one": PEM.format(""),
    "letters beyond ASCII": PEM.format("ümläut"),
    "half a surrogate pair": PEM.format("\ud800"),
    "another one": PEM.format("AAAA"),
    "a private key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    "two": PEM.format("AAAA") * 2,
    "a number": 7,
    "a list": ["x"],
    "null": None,
    "an object": {"ca": "x"},
}


@pytest.mark.parametrize("ca", NO_CERTIFICATES.values(), ids=NO_CERTIFICATES)
def test_s_15_what_is_no_certificate_is_refused_in_a_sentence(tmp_path: Path, ca: object) -> None:
    handover = Handover(tmp_path / "handover.json")
    with answering(reply(200, {"ca": ca})) as server:
        line = f"mfa-class/127.0.0.1:1/{server.port}/{'a' * 24}/{'b' * 52}"
        for ask in (
            lambda: class_tenant.join(handover, line),
            lambda: class_tenant.management(line, "the-instructors-own-token", tmp_path),
        ):
            with pytest.raises(errors.CertificateRefused, match="isn't the one that the join line names. Nothing was"):
                ask()
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".pem"] == []
    environment.trust(None)


@pytest.mark.parametrize("kept", [b"", b"\xff\xfe", b"welcome", PEM.format("!").encode(), PEM.format("ü").encode()])
def test_s_15_what_is_kept_and_no_certificate_is_asked_for_again(tmp_path: Path, kept: bytes) -> None:
    (tmp_path / f"mfa-class-{'b' * 16}.pem").write_bytes(kept)
    with answering(reply(200, {"ca": "welcome"})) as server, pytest.raises(errors.CertificateRefused):
        line = f"mfa-class/127.0.0.1:1/{server.port}/{'a' * 24}/{'b' * 52}"
        class_tenant.join(Handover(tmp_path / "handover.json"), line)
    environment.trust(None)


def _bomb(pack: Callable[[bytes], bytes]) -> bytes:
    return pack(b'{"a": "' + b"a" * 50_000_000 + b'"}')


def _whole(headers: str, body: bytes = b"") -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n{headers}\r\n".encode() + body


@pytest.mark.parametrize("packed", ["gzip", "deflate", "gzip, gzip"])
def test_s_16_what_unpacks_without_end_is_cut(packed: str) -> None:
    pack = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "gzip, gzip": lambda raw: gzip.compress(gzip.compress(raw)),
    }
    body = _bomb(pack[packed])
    answer = _whole(f"Content-Encoding: {packed}\r\nContent-Length: {len(body)}\r\n", body)
    with answering(answer) as server:
        tracemalloc.start()
        try:
            with pytest.raises(errors.UnreadableAnswer, match="larger than 5 MB"):
                Transport(server.base_url).send("GET", "/x")
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 30_000_000


@pytest.mark.parametrize("headers", ["", "Content-Length: 9000000\r\n"])
def test_s_16_a_long_answer_is_cut_and_one_that_is_not_too_long_is_read(headers: str) -> None:
    with answering(_whole(headers, b'{"a": "' + b"a" * 8_999_991 + b'"}')) as server:
        with pytest.raises(errors.UnreadableAnswer, match="larger than 5 MB"):
            Transport(server.base_url).send("GET", "/x")
    with answering(reply(200, {"a": "a" * 4_900_000})) as server:
        assert len(Transport(server.base_url).send("GET", "/x").body["a"]) == 4_900_000


DRIPS = {
    "a body of known length": (_whole("Content-Length: 1000000\r\n"), b" "),
    "a body until the end": (_whole(""), b" "),
    "chunks": (_whole("Transfer-Encoding: chunked\r\n"), b"1\r\n \r\n"),
    "the size of a chunk": (_whole("Transfer-Encoding: chunked\r\n"), b"0"),
    "a packed body": (_whole("Content-Encoding: gzip\r\n", gzip.compress(b" ")[:10]), b"\0"),
    "a status line": (b"HTTP/1.1 200 ", b"O"),
    "a header": (b"HTTP/1.1 200 OK\r\nX-A: ", b"a"),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X-A: a\r\n"),
    "leave to go on": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


@pytest.mark.parametrize(("head", "drop"), DRIPS.values(), ids=DRIPS)
def test_s_16_who_sends_a_byte_now_and_then_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, head: bytes, drop: bytes
) -> None:
    monkeypatch.setattr(transport, "WHOLE_CALL", 0.15)
    with answering(b"") as server:
        server.answers = [_Parts(server, head, drop)]
        with pytest.raises(errors.TenantTimedOut) as caught:
            Transport(server.base_url).send("POST", "/x", form={"password": Secret("hidden")})
        assert str(caught.value).startswith("The tenant didn't respond in time.")
        monkeypatch.undo()
        server.answers = [reply(200, {"a": 1})]
        assert Transport(server.base_url).send("GET", "/x").body == {"a": 1}


class _Parts(tuple):  # type: ignore[type-arg]
    """An answer of `head` and then one `drop` after the other, until the test is over."""

    def __new__(cls, server: IllBehaved, head: bytes, drop: bytes) -> _Parts:
        made = super().__new__(cls)
        made._server, made._head, made._drop = server, head, drop
        return made

    def __iter__(self) -> Any:
        yield self._head
        while not self._server.over.wait(0.02):
            yield self._drop


def test_s_16_whoever_waits_for_silence_is_told_as_before() -> None:
    with answering((SILENCE,)) as server, pytest.raises(errors.TenantTimedOut):
        Transport(server.base_url, timeout=(5, 0.1)).send("GET", "/x")


def test_s_16_many_calls_use_few_threads() -> None:
    def working() -> int:
        return sum(thread.name == "mfa-course-call" for thread in threading.enumerate())

    with answering(reply(200, {"a": 1})) as server:
        wire = Transport(server.base_url)
        wire.send("GET", "/x")
        before = working()
        for _ in range(20):
            wire.send("GET", "/x")
        assert working() == before
