"""One tenant for a whole class: a user for each learner, and what each may read of `/sandbox/…`.

A learner joins with the class's token and a secret that their own notebook has
made. The same secret joins again as the same user; a name could be guessed. It
is the learner's key, too: it opens what that learner's own user has set off,
and nothing else of the sandbox. Tokens and secrets travel as
`Authorization: Bearer …`.

Nobody trusts the class's certificate beforehand. So its authority is told over
plain HTTP, on a port of its own, and learners compare it with the fingerprint
in the *join line* that the instructor shows them.

The authority stays the same for as long as the tenant's file does, wherever the tenant is reached: learners file
their secret under its fingerprint. The next group gets another join token, and nobody of the one before is left.

Whoever has the join line can make users, as many as they like. So a seat counts
only once its learner has signed in; of too many empty ones, those go first that
one connection has made in numbers. A learner whose empty seat is gone joins
again. An address that holds many empty seats waits a second for each more,
which a class that begins at nine o'clock does not notice.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sqlite3
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ... import defaults
from ...crypto import opaque_strings, passwords
from ...gateway.class_access import NOT_YOURS, learner_of
from ...gateway.token_strength import is_weak
from ...http.call import Call, read_object
from ...store.log_search import Matches
from ...tenant import seed
from ...tenant.clock import as_text
from ...tenant.tenant import tenant_of
from ..management.log_events import as_event

ONLY_HERE = {"x-sandbox-only": "This address exists only in the sandbox. A real tenant doesn't have it."}
LEAST_SECRET, _MOST_SECRET = 32, 200  # characters
MOST_NAME = 60  # characters of the name by which the instructor knows a learner
MOST_TOPICS = 50_000  # characters of JSON; the whole course with all exercises has 6,000
MOST = 500  # learners who have signed in
MOST_EMPTY = 2000  # seats whose learner has not
_FREED = 100  # empty seats at once, when there are too many
_AT_ONCE = 100  # empty seats of one address that cost no wait
_WAIT = 1  # seconds
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
SEND_ABOUT = 'Send JSON like {"name": "Ada"} or {"topics": {"tenant": {"begun": "…"}}}.'
BAD_NAME = f"name must be text of 1 to {MOST_NAME} printable characters."
BAD_TOPICS = f"topics must be an object of at most {MOST_TOPICS:,} characters of JSON."
FULL = f"The class is full: {MOST} learners have signed in."


async def join(request: Request) -> Response:
    """`POST /sandbox/join {"secret": …}`: a user of one's own, the same for the same secret. The instructor gets the management application."""
    tenant, call = tenant_of(request), Call(request, {})
    secret = (await read_object(request) or {}).get("secret")
    secrets_of = {row["client_id"]: row["client_secret"] for row in tenant.store.clients()}
    if learner_of(request) is None:
        return _said(
            {
                "management_client_id": defaults.MANAGEMENT_CLIENT_ID,
                "management_client_secret": secrets_of.get(defaults.MANAGEMENT_CLIENT_ID, ""),
                "management_audience": tenant.management_audience,
            }
        )
    if not (isinstance(secret, str) and LEAST_SECRET <= len(secret) <= _MOST_SECRET and _is_random(secret)):
        return _refused(400, f'Send JSON like {{"secret": "…"}}, with {LEAST_SECRET} or more random characters.')
    hashed = opaque_strings.fingerprint(secret)
    learner = tenant.store.learner(hashed)
    if learner is None:
        if tenant.store.count_seats() >= MOST:
            return _refused(403, FULL)
        if tenant.store.count_empty_seats(call.address) >= _AT_ONCE:
            await asyncio.sleep(_WAIT)
        learner = _seated(call, hashed)
    return _said(
        {
            "username": learner["email"],
            "password": learner["password"],
            "client_id": defaults.CLIENT_ID,
            "client_secret": secrets_of.get(defaults.CLIENT_ID, ""),
            "audience": defaults.API_AUDIENCE,
        }
    )


def _seated(call: Call, hashed: str) -> sqlite3.Row:
    """The seat of whoever has that secret, made if there is none."""
    store = call.tenant.store
    with store.change():
        learner = store.learner(hashed)
        if learner is None:
            if store.count_empty_seats() >= MOST_EMPTY:
                store.remove_empty_seats(_FREED)
            number = store.next_learner()
            # The end of the name cannot be guessed: ten wrong passwords would block a neighbor.
            name = f"learner{number:02d}-{''.join(secrets.choice(_LETTERS) for _ in range(5))}"
            call.user_id, password = "auth0|" + secrets.token_hex(12), secrets.token_urlsafe(12)
            store.add_user(
                call.user_id,
                email=f"{name}@class.example",
                name=name,
                password_hash=passwords.hash_password(password),
                email_verified=store.settings().email_verified,
                now=call.now,
            )
            port = call.request.client.port if call.request.client else 0
            store.add_learner(hashed, call.user_id, password=password, number=number, came_from=(call.address, port))
            call.log("ss")  # as a sign-up (documentation, log-event-type-codes): the instructor's board begins here
            learner = store.learner(hashed)
            assert learner is not None
    return learner


def _is_random(secret: str) -> bool:
    return secret.isascii() and secret.isprintable() and not is_weak(secret)


async def remove_empty_seats(request: Request) -> Response:
    """`DELETE /sandbox/join`, for the instructor: those who have joined and never signed in are gone, and their events."""
    if learner_of(request) is not None:
        return _refused(403, NOT_YOURS)
    return _said({"removed": tenant_of(request).store.remove_empty_seats()})


async def group(request: Request) -> Response:
    """`GET /sandbox/group`, for the instructor: the join token of the group that is there."""
    return _said({"token": request.app.state.join_token.value})


async def begin_group(request: Request) -> Response:
    """`POST /sandbox/group`, for the instructor: as on the first day, without the learners, and with another join token."""
    store = tenant_of(request).store
    with store.change():
        store.remove_seats()
        seed.plant(store, seed.kept(store))
        request.app.state.join_token.renew(store)
    return _said({"token": request.app.state.join_token.value})


async def errors(request: Request) -> Response:
    """`GET /sandbox/errors`, for the instructor: what has gone wrong inside the tenant since it was started, oldest first."""
    return _said({"errors": tenant_of(request).errors.told()})


async def log(request: Request) -> Response:
    """`GET /sandbox/log`: the newest 200 events of the learner's own user, newest first, as `GET /api/v2/logs` has them."""
    own = Matches("user_id", (learner_of(request) or "",))
    rows = tenant_of(request).store.logs(own, ascending=False, skip=0, take=200)
    return JSONResponse([as_event(row) for row in rows], headers=ONLY_HERE)


async def about(request: Request) -> Response:
    """`POST /sandbox/learner {"name": …, "topics": …}`: who this learner is, and what their notebooks have noted. Either can be left out.

    Notebooks that use a sandbox of their own leave nothing in this tenant's log. So what was noted there is kept for the
    instructor, with the time at which it came: in the user's `app_metadata`, under `course`.
    """
    tenant, user_id = tenant_of(request), learner_of(request)
    sent = await read_object(request) or {}
    name, topics = sent.get("name"), sent.get("topics")
    if user_id is None or (name is None and topics is None):
        return _refused(400, SEND_ABOUT)
    if name is not None and not (isinstance(name, str) and 1 <= len(name) <= MOST_NAME and name.isprintable()):
        return _refused(400, BAD_NAME)
    if topics is not None and not (isinstance(topics, dict) and len(json.dumps(topics)) <= MOST_TOPICS):
        return _refused(400, BAD_TOPICS)
    with tenant.store.change():
        user = tenant.store.user(user_id)
        more = json.loads(user["more"])
        if topics is not None:
            told = {"topics": topics, "at": as_text(tenant.clock.now())}
            more["app_metadata"] = {**more.get("app_metadata", {}), "course": told}
        tenant.store.change_user(user_id, name=name or user["name"], more=json.dumps(more))
    return _said({"kept": True})


def _said(body: dict[str, Any]) -> Response:
    return JSONResponse({**body, "only_here": True}, headers=ONLY_HERE)


def _refused(status: int, text: str) -> Response:
    return JSONResponse({"error": "invalid_request", "error_description": text}, status, ONLY_HERE)
