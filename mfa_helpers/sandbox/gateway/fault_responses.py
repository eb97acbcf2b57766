"""Faults on demand: the next answers on a path are slow, a limit, a page of HTML, or none at all."""

from __future__ import annotations

import asyncio
import math
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .. import refusals
from ..http.responses import refuse
from ..refusals import Refusal, Wait
from ..tenant.tenant import Tenant

_PAGE = (
    "<!doctype html>\n<html><head><title>503 Service Unavailable</title></head>\n"
    "<body><center><h1>503 Service Unavailable</h1></center><hr></body></html>\n"
)


async def happen(fault: Any, tenant: Tenant, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Let it go wrong as it was asked for; `app` does what is done all the same."""
    if fault["kind"] == "slow":
        await asyncio.sleep(fault["seconds"])
        await app(scope, receive, send)
    elif fault["kind"] in ("cut", "cut_after"):
        if fault["kind"] == "cut_after":
            await app(scope, receive, _nowhere)
        await _cut(send)
    else:
        await _answer(scope["path"], tenant, fault)(scope, receive, send)


async def _nowhere(message: Message) -> None:
    """Where an answer goes that is to be lost."""


async def _cut(send: Send) -> None:
    """Promise an answer and say no more: the server then closes the connection, on any ASGI server."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})


def _answer(path: str, tenant: Tenant, fault: Any) -> Response:
    if fault["kind"] == "unavailable":
        return HTMLResponse(_PAGE, 503)
    seconds = max(math.ceil(fault["seconds"]), 1)
    wait = Wait(30, seconds, tenant.clock.now())
    if path.startswith("/api/v2/"):
        body = {
            "statusCode": 429,
            "error": "Too Many Requests",
            "message": "Global limit has been reached",
            "errorCode": "too_many_requests",
        }
        return JSONResponse(body, 429, wait.headers(), media_type="application/json; charset=utf-8")
    return refuse(Refusal(refusals.TOO_MANY_REQUESTS, wait=wait), path)
