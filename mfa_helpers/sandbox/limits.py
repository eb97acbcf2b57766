"""Token buckets: so many tries at once, then one more every so many seconds.

Kept with the tenant and filled by its clock, so that every kernel counts alike
and a lesson can move the time. (Libraries for this count by the machine's
clock, in one process.)
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from . import answers
from .answers import Answer, Refusal, Wait
from .profile import LIMITS, Bucket
from .store import Store

if TYPE_CHECKING:
    from starlette.types import Message, Send

    from .tenant import Tenant


def spend(store: Store, owner: str, name: str, bucket: Bucket, now: float, refusal: Answer) -> None:
    """Spend one try of `owner`. Raises `Refusal` if there is none left."""
    with store.change():
        wait = seconds_until_one(store, owner, name, bucket, now)
        if not wait:
            take_one(store, owner, name, bucket, now)
    if wait:
        raise Refusal(refusal, wait=Wait(bucket.size, wait, now))


def seconds_until_one(store: Store, owner: str, name: str, bucket: Bucket, now: float) -> int:
    """0 if a try is left, else the whole seconds until there is one."""
    level = _level(store, owner, name, bucket, now)
    return max(math.ceil(round((1 - level) * bucket.refill, 3)), 0)  # whoever waited as told is not held up by rounding


def take_one(store: Store, owner: str, name: str, bucket: Bucket, now: float) -> None:
    """Spend one try, if there is one."""
    with store.change():
        store.fill_bucket(owner, name, max(_level(store, owner, name, bucket, now) - 1, 0), now)


def left(store: Store, owner: str, name: str, bucket: Bucket, now: float) -> int:
    """Whole tries that are left."""
    return int(_level(store, owner, name, bucket, now))


def _level(store: Store, owner: str, name: str, bucket: Bucket, now: float) -> float:
    row = store.bucket(owner, name)
    if row is None:
        return float(bucket.size)
    level: float = row["level"] + max(now - row["updated_at"], 0) / bucket.refill
    return min(float(bucket.size), level)


# The limits of the whole tenant, in front of the Authentication API; off unless `request_limits` is on.


def are_on(tenant: Tenant, path: str) -> bool:
    """Whether requests to `path` are counted."""
    return path.startswith(("/oauth/", "/mfa/")) and tenant.store.settings().request_limits


def count(tenant: Tenant, path: str, send: Send) -> Send | Refusal:
    """A `send` that tells in each answer what is left, as a real one does (community article 56087); the refusal if nothing is."""
    store, now = tenant.store, tenant.clock.now()
    name, bucket = (
        ("token_requests", LIMITS.token_requests) if path == "/oauth/token" else ("requests", LIMITS.requests)
    )
    try:
        spend(store, "", "requests", LIMITS.requests, now, answers.TOO_MANY_REQUESTS)
        if name != "requests":
            spend(store, "", name, bucket, now, answers.TOO_MANY_REQUESTS)
    except Refusal as refusal:
        store.add_log("api_limit", now, refusal.answer.text, "", "", "", "")
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
