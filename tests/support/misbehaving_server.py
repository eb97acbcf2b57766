"""A server that answers as it is told, however wrong, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Any
from urllib.parse import parse_qs

from .deadline import DEADLINE
from .run_report import count

#: In an answer made of parts: say nothing more until the test is over.
SILENCE = None

Answer = bytes | tuple[bytes | None, ...]


@dataclass(frozen=True)
class Asked:
    """One request as it came; names of headers in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: str

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body, keep_blank_values=True).items()}

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def reply(status: int, body: Any = b"", kind: str = "application/json", **headers: str) -> bytes:
    """A whole answer. A `body` that is neither bytes nor text becomes JSON; `_` in a header's name becomes `-`."""
    if not isinstance(body, (bytes, str)):
        body = json.dumps(body)
    raw = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", f"Content-Length: {len(raw)}", "Connection: close"]
    lines += [f"Content-Type: {kind}"] if kind else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + raw


class IllBehaved(ThreadingTCPServer):
    """Gives its answers in turn, the last one again and again."""

    def __init__(self, answers: tuple[Answer, ...]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = list(answers)
        self.asked: list[Asked] = []
        self.over = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away in the middle is what some tests want."""


class _Handler(BaseHTTPRequestHandler):
    server: IllBehaved

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append(Asked(self.command, self.path, headers, body))
        answers = self.server.answers
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        for part in answer if isinstance(answer, tuple) else (answer,):
            if part is SILENCE:
                self.server.over.wait(DEADLINE)
            else:
                self.wfile.write(part)
                self.wfile.flush()
        self.close_connection = True

    do_GET = do_POST = do_DELETE = do_CONNECT = _answer

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""


@contextmanager
def answering(*answers: Answer) -> Iterator[IllBehaved]:
    """Such a server on a free port, until the block ends."""
    with IllBehaved(answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.005])
        thread.start()
        try:
            yield server
        finally:
            count("faults injected", len(server.asked))
            server.over.set()
            server.shutdown()
            thread.join()
