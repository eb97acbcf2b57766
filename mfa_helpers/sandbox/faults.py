"""Faults on demand: the next answers on a path are slow, a limit, a page of HTML, or none at all."""

from __future__ import annotations

import asyncio
import math
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import answers
from .answers import Refusal, Wait, refuse
from .tenant import Tenant

KINDS = {
    "slow": "the answer comes `seconds` later",
    "rate_limit": "429, come back in `seconds`; nothing is done",
    "unavailable": "503 with a page of HTML, as from a proxy; nothing is done",
    "cut": "the connection breaks; nothing is done",
    "cut_after": "the connection breaks after the work is done: the answer is lost",
    "mail": "the sandbox's own mail server refuses a message (no path)",
}
_PAGE = (
    "<!doctype html>\n<html><head><title>503 Service Unavailable</title></head>\n"
    "<body><center><h1>503 Service Unavailable</h1></center><hr></body></html>\n"
)


def of_path(tenant: Tenant, path: str) -> Any:
    """The fault that is due for a path, already counted; `None` if there is none. `/sandbox/…` has none."""
    waiting = tenant.store.faults()
    for fault in waiting if not path.startswith("/sandbox/") else ():
        if fault["kind"] != "mail" and (path == fault["path"] or path.startswith(fault["path"].rstrip("/") + "/")):
            return fault if tenant.store.take_fault(fault["id"]) else None
    return None


def refuses_mail(tenant: Tenant) -> bool:
    """Whether the mail that is just coming in is to be refused."""
    return any(fault["kind"] == "mail" and tenant.store.take_fault(fault["id"]) for fault in tenant.store.faults())


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
    return refuse(Refusal(answers.TOO_MANY_REQUESTS, wait=wait), path)
