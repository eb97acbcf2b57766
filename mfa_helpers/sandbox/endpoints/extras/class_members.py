"""One tenant for a whole class: a user for each learner, and what each may read of `/sandbox/…`.

A learner joins with the class's token and a secret that their own notebook has
made. The same secret joins again as the same user; a name could be guessed. It
is the learner's key, too: it opens what that learner's own user has set off,
and nothing else of the sandbox. Tokens and secrets travel as
`Authorization: Bearer …`.

Nobody trusts the class's certificate beforehand. So its authority is told over
plain HTTP, on a port of its own, and learners compare it with the fingerprint
in the *join line* that the instructor shows them.
"""

from __future__ import annotations

import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ... import defaults
from ...crypto import opaque_strings, passwords
from ...gateway.class_access import learner_of
from ...http.call import Call, read_body
from ...tenant.tenant import tenant_of
from ..management.logs import as_event

ONLY_HERE = {"x-sandbox-only": "This address exists only in the sandbox. A real tenant does not have it."}
LEAST_SECRET = 32  # characters
MOST = 500  # learners: whoever has the join line can make users
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
FULL = f"The class is full: {MOST} learners have joined."


async def join(request: Request) -> Response:
    """`POST /sandbox/join {"secret": …}`: a user of one's own, the same for the same secret. The instructor gets the management application."""
    tenant, call = tenant_of(request), Call(request, {})
    secret = (await read_body(request)).get("secret")
    course, _, management = tenant.store.clients()
    if learner_of(request) is None:
        return _said(
            {
                "management_client_id": management["client_id"],
                "management_client_secret": management["client_secret"],
                "management_audience": tenant.management_audience,
            }
        )
    if not (isinstance(secret, str) and len(secret) >= LEAST_SECRET and secret.isascii() and secret.isprintable()):
        return _refused(400, f'Send JSON like {{"secret": "…"}}, of {LEAST_SECRET} characters or more, made at random.')
    hashed = opaque_strings.fingerprint(secret)
    with tenant.store.change():
        learner = tenant.store.learner(hashed)
        if learner is None:
            number = tenant.store.count_learners() + 1
            if number > MOST:
                return _refused(403, FULL)
            # The end of the name cannot be guessed: ten wrong passwords would block a neighbour.
            name = f"learner{number:02d}-{''.join(secrets.choice(_LETTERS) for _ in range(5))}"
            call.user_id, password = "auth0|" + secrets.token_hex(12), secrets.token_urlsafe(12)
            verified = tenant.store.settings().email_verified
            hash = passwords.hash_password(password)
            tenant.store.add_user(
                call.user_id,
                email=f"{name}@class.example",
                name=name,
                password_hash=hash,
                email_verified=verified,
                now=0,
            )
            tenant.store.add_learner(hashed, call.user_id, password)
            call.log("ss")  # as a sign-up (documentation, log-event-type-codes): the instructor's board begins here
            learner = tenant.store.learner(hashed)
            assert learner is not None
    return _said(
        {
            "username": learner["email"],
            "password": learner["password"],
            "client_id": course["client_id"],
            "client_secret": course["client_secret"],
            "audience": defaults.API_AUDIENCE,
        }
    )


async def log(request: Request) -> Response:
    """`GET /sandbox/log`: the newest 200 events of the learner's own user, newest first, as `GET /api/v2/logs` has them."""
    where = {"user_id": [learner_of(request) or ""]}
    rows = tenant_of(request).store.logs(where, ascending=False, skip=0, take=200)
    return JSONResponse([as_event(row) for row in rows], headers=ONLY_HERE)


def _said(body: dict[str, Any]) -> Response:
    return JSONResponse({**body, "only_here": True}, headers={**ONLY_HERE, "cache-control": "no-store"})


def _refused(status: int, text: str) -> Response:
    return JSONResponse({"error": "invalid_request", "error_description": text}, status, ONLY_HERE)
