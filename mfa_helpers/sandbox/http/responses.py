"""How a response is written."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from ..refusals import Refusal

# The recordings show a charset at `/mfa/…` and `/userinfo`, and none at `/oauth/…`.
_WITH_CHARSET = "application/json; charset=utf-8"
_NOT_STORED = {"cache-control": "no-store", "pragma": "no-cache"}


def refuse(refusal: Refusal, path: str = "") -> Response:
    """The HTTP answer of a refusal, in the shape of the MFA API and the token endpoint."""
    answer = refusal.answer
    body = {"error": answer.error, "error_description": answer.text, **refusal.extra}
    headers = _NOT_STORED | (refusal.wait.headers() if refusal.wait else {})
    media_type = _WITH_CHARSET if path.startswith(("/mfa/", "/userinfo")) else None
    return JSONResponse(body, answer.status, headers, media_type)


def token_answer(body: dict[str, Any]) -> Response:
    """A yes of `/oauth/token`: not to be stored (recorded)."""
    return JSONResponse(body, headers=_NOT_STORED)


def mfa_answer(body: Any) -> Response:
    """A yes of `/mfa/*`."""
    return JSONResponse(body, media_type=_WITH_CHARSET)
