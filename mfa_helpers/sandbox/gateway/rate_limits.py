"""The limits of the whole tenant, in front of the Authentication API; off unless `request_limits` is on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .. import refusals
from ..defaults import LIMITS
from ..http.call import hostname_of
from ..refusals import Refusal
from ..tenant.token_buckets import left, spend

if TYPE_CHECKING:
    from starlette.types import Message, Scope, Send

    from ..tenant.tenant import Tenant


def are_on(tenant: Tenant, path: str) -> bool:
    """Whether requests to `path` are counted."""
    return path.startswith(("/oauth/", "/mfa/")) and tenant.store.settings().request_limits


def count(tenant: Tenant, scope: Scope, send: Send) -> Send | Refusal:
    """A `send` that tells in each answer what is left, as a real one does (community article 56087); the refusal if nothing is."""
    store, now = tenant.store, tenant.clock.now()
    buckets = {"requests": LIMITS.requests}
    if scope["path"] == "/oauth/token":
        buckets["token_requests"] = LIMITS.token_requests
    for name, bucket in buckets.items():
        try:
            spend(store, "", name, bucket, now=now, refusal=refusals.TOO_MANY_REQUESTS)
        except Refusal as refusal:
            limit = {"size": bucket.size, "bucket": name, "global": True}
            store.add_log(
                "api_limit",
                date=now,
                description=refusal.answer.text,
                hostname=hostname_of(scope),
                details={"limit": limit},
            )
            return refusal
    told = {
        b"x-ratelimit-limit": bucket.size,
        b"x-ratelimit-remaining": left(store, "", name, bucket, now),
        b"x-ratelimit-reset": math.ceil(now + bucket.refill),
    }

    async def tell(message: Message) -> None:
        if message["type"] == "http.response.start":
            known = {header for header, _ in message["headers"]}
            more = [(key, str(value).encode()) for key, value in told.items() if key not in known]
            message = {**message, "headers": [*message["headers"], *more]}
        await send(message)

    return tell
