"""How a response is written."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

from ..refusals import Refusal


class Json(Response):
    """As Starlette's `JSONResponse`, with one encoder and ready headers: making those costs more than encoding."""

    _encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode

    def __init__(self, content: Any, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        self.status_code, self.background = status, None
        self.body = self._encode(content).encode()
        self.raw_headers = [(b"content-length", b"%d" % len(self.body)), *headers]


# The recordings show a charset at `/mfa/…` and `/userinfo`, and none at `/oauth/…`.
_WITH_CHARSET = [(b"content-type", b"application/json; charset=utf-8")]
_NOT_STORED = [(b"cache-control", b"no-store"), (b"pragma", b"no-cache")]
_OF_TOKENS = [(b"content-type", b"application/json"), *_NOT_STORED]
_OF_MFA = [*_WITH_CHARSET, *_NOT_STORED]


def refuse(refusal: Refusal, path: str = "") -> Response:
    """The HTTP answer of a refusal, in the shape of the MFA API and the token endpoint."""
    answer = refusal.answer
    headers = _OF_MFA if path.startswith(("/mfa/", "/userinfo")) else _OF_TOKENS
    if refusal.wait:
        headers = [*headers, *((name.encode(), value.encode()) for name, value in refusal.wait.headers().items())]
    return Json({"error": answer.error, "error_description": answer.text, **refusal.extra}, answer.status, headers)


def token_answer(body: dict[str, Any]) -> Response:
    """A yes of `/oauth/token`: not to be stored (recorded)."""
    return Json(body, 200, _OF_TOKENS)


def mfa_answer(body: Any) -> Response:
    """A yes of `/mfa/*`."""
    return Json(body, 200, _WITH_CHARSET)
