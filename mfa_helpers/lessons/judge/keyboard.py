"""The user of a learner's program: whoever asks at an address gets the six digits that the user types."""

from __future__ import annotations

import secrets
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ...client.errors import MfaError

#: How often the user of one run types a code. More than that is more than a person would.
PATIENCE = 6
_NO_EMAIL = "No code was sent yet, so there's nothing to type. Send POST /mfa/challenge first."
_GONE = "The user has given up."


class NothingToType(Exception):
    """There is no code that the user could type."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked has gone, or the tenant has: it's over for both, and nothing to be told."""
        if not isinstance(sys.exception(), OSError | MfaError):
            super().handle_error(request, client_address)


class Keyboard:
    """Serves `address` while it's open: `GET` returns what `types` gives for the first time, the second, and so on.

    It returns the digits as plain text with status 200; 404 if there's no code to type; 410 after `patience` codes.
    Only who knows the address can ask. `typed` has the codes so far.
    """

    def __init__(self, types: Callable[[int], str], patience: float = PATIENCE) -> None:
        self.typed: list[str] = []
        self._patience = patience
        self._types = types
        self._turn = threading.Lock()
        path = f"/{secrets.token_urlsafe(16)}/code"
        keyboard = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, words = keyboard.ask() if self.path == path else (404, "There's nothing at this address.")
                body = words.encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/plain; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing: the path is a secret."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}{path}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name="mfa-keyboard", daemon=True).start()

    def ask(self) -> tuple[int, str]:
        """The status and the text of one response."""
        with self._turn:
            if len(self.typed) >= self._patience:
                return 410, _GONE
            try:
                code = self._types(len(self.typed) + 1)
            except NothingToType:
                return 404, _NO_EMAIL
            self.typed.append(code)
            return 200, code

    def close(self) -> None:
        """Nobody types any more. Returns when the last code is typed."""
        self._server.shutdown()
        with self._turn:
            pass
        self._server.server_close()
