"""`/sandbox/…`: what exists only here. A real tenant answers none of it, and each answer says so."""

from __future__ import annotations

import math
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from ...gateway.class_access import learner_of
from ...gateway.page_links import PAGES
from ...http.call import read_object
from ...proof import NONCE, PROOF, TENANT, proof
from ...tenant import mailbox, planned_faults, seed
from ...tenant.clock import as_text
from ...tenant.presence import Presence
from ...tenant.tenant import tenant_of
from ...tenant.workers import COMPOSING, done_by
from .class_members import ONLY_HERE

_SEND_SECONDS = 'Send JSON like {"advance_seconds": 300}.'
_SEND_SEED = 'Send nothing, or JSON like {"settings": {"factors": ["email", "otp"]}}.'
_SEND_FAULT = 'Send JSON like {"path": "/oauth/token", "kind": "unavailable"}.'
_TEN_YEARS = 315_360_000  # seconds; far enough for any lesson, and dates stay printable


async def inbox(request: Request) -> Response:
    """`GET /sandbox/inbox?to=ADDRESS`: the messages to one address or number (or all), newest first."""
    to = request.query_params.get("to") or None
    if to is not None and to[0] == " " and to[1:].isdigit():
        to = "+" + to[1:]  # a phone number whose plus was not encoded
    rows = tenant_of(request).store.mails(to, learner_of(request))
    return JSONResponse(await done_by(COMPOSING, mailbox.read, rows), headers=ONLY_HERE)


async def time(request: Request) -> Response:
    """`GET /sandbox/clock`: the tenant's time."""
    return JSONResponse({"now": as_text(tenant_of(request).clock.now()), "only_here": True}, headers=ONLY_HERE)


async def clock(request: Request) -> Response:
    """`POST /sandbox/clock {"advance_seconds": N}`: move the tenant's clock."""
    tenant = tenant_of(request)
    seconds = (await read_object(request) or {}).get("advance_seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        return _bad(_SEND_SECONDS)
    if isinstance(seconds, float) and not math.isfinite(seconds):
        return _bad(_SEND_SECONDS)
    try:
        offset = float(tenant.store.get("clock_offset") or 0) + seconds
    except OverflowError:  # a whole number beyond what a float holds
        offset = math.inf
    if abs(offset) > _TEN_YEARS:
        return _bad("The clock can't be more than ten years from the real time.")
    return JSONResponse({"now": as_text(tenant.clock.advance(seconds)), "only_here": True}, headers=ONLY_HERE)


async def reset(request: Request) -> Response:
    """`POST /sandbox/reset`: as on the first day, or as a seed says, like `{"settings": {…}, "users": […]}`.

    Without a body, or with `{}`, it is set up as the seed says that its file was last started with.
    Credentials and the signing key stay, so that everybody who knows them can go on.
    A learner of a class resets their own user only: other users and the setup stay as they are.
    """
    tenant = tenant_of(request)
    learner = learner_of(request)
    if learner is not None:
        tenant.store.forget_user(learner)
        return JSONResponse({"reset": True, "only_here": True}, headers=ONLY_HERE)
    wanted = await read_object(request)
    if wanted is None:
        return _bad(_SEND_SEED)
    try:
        planted = seed.read(wanted) if wanted else seed.kept(tenant.store)
    except seed.BadSeed as error:
        return _bad(str(error))
    seed.plant(tenant.store, planted)
    return JSONResponse({"reset": True, "settings": asdict(planted.settings), "only_here": True}, headers=ONLY_HERE)


async def link(request: Request) -> Response:
    """`POST /sandbox/link {"page": "/sandbox/phone"}`: an address that opens the page in a browser, once.

    A learner's shows what belongs to them, and nothing else.
    """
    wanted = await read_object(request)
    page = None if wanted is None else wanted.get("page", PAGES[0])
    if page not in PAGES:
        return _bad(f"page must be one of {', '.join(PAGES)}.")
    url = str(request.base_url).rstrip("/") + request.app.state.links.new(page, learner_of(request))
    return JSONResponse({"url": url, "only_here": True}, headers=ONLY_HERE)


async def stay(request: Request) -> Response:
    """`GET /sandbox/stay`: an answer without an end, for as long as somebody needs the tenant. Its headers prove who answers."""
    presence = tenant_of(request).presence
    if presence.is_closed:
        return JSONResponse({"error": "closing", "error_description": "The sandbox is shutting down."}, 503, ONLY_HERE)
    nonce, port = request.headers.get(NONCE), (request.scope.get("server") or ("", 0))[1]
    proven = {PROOF: proof(presence.token, TENANT, port, nonce)} if nonce and presence.token else {}
    return _Stay(presence, {**ONLY_HERE, **proven})


class _Stay(Response):
    def __init__(self, presence: Presence, headers: dict[str, str]) -> None:
        self._presence = presence
        self._told = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        told = [(name.encode(), value.encode()) for name, value in self._told.items()]

        async def gone() -> None:  # by now the kernel is counted, so whoever reads the answer is
            await send({"type": "http.response.start", "status": 200, "headers": told})
            await send({"type": "http.response.body", "body": b"", "more_body": True})
            while (await receive())["type"] != "http.disconnect":
                pass

        await self._presence.count_until(gone)
        await send({"type": "http.response.body", "body": b""})


async def list_faults(request: Request) -> Response:
    """`GET /sandbox/faults`: what is still to go wrong."""
    rows = [dict(row) for row in tenant_of(request).store.faults()]
    return JSONResponse({"faults": rows, "kinds": planned_faults.KINDS, "only_here": True}, headers=ONLY_HERE)


async def add_fault(request: Request) -> Response:
    """`POST /sandbox/faults {"path", "kind", "times", "seconds"}`: let the next answers on a path go wrong."""
    body = await read_object(request)
    if body is None:
        return _bad(_SEND_FAULT)
    path, kind = body.get("path"), body.get("kind")
    times, seconds = body.get("times", 1), body.get("seconds", 1)
    if not isinstance(kind, str) or kind not in planned_faults.KINDS:
        return _bad(f"kind must be one of {', '.join(planned_faults.KINDS)}.")
    if kind not in planned_faults.WITHOUT_PATH and not (
        isinstance(path, str) and path.startswith("/") and not path.startswith("/sandbox")
    ):
        return _bad(
            'path must be an address of the tenant, like "/oauth/token". Addresses under /sandbox/ can\'t have faults.'
        )
    if isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= 1000:
        return _bad("times must be a whole number from 1 to 1000.")
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 <= seconds <= 60:
        return _bad("seconds must be a number from 0 to 60.")
    tenant_of(request).store.add_fault(
        str(path) if kind not in planned_faults.WITHOUT_PATH else "", kind=kind, seconds=float(seconds), times=times
    )
    return await list_faults(request)


async def remove_faults(request: Request) -> Response:
    """`DELETE /sandbox/faults`: nothing goes wrong any more."""
    tenant_of(request).store.remove_faults()
    return await list_faults(request)


async def refill_limits(request: Request) -> Response:
    """`DELETE /sandbox/limits`: nobody has tried anything yet, as if time enough had passed; lifetimes go on."""
    tenant_of(request).store.refill_buckets()
    return JSONResponse({"refilled": True, "only_here": True}, headers=ONLY_HERE)


def _bad(text: str) -> Response:
    return JSONResponse({"error": "invalid_request", "error_description": text}, 400, ONLY_HERE)
