"""Token buckets: so many tries at once, then one more every so many seconds.

Kept with the tenant and filled by its clock, so that every kernel counts alike
and a lesson can move the time. (Libraries for this count by the machine's
clock, in one process.)
"""

from __future__ import annotations

import math

from ..defaults import Bucket
from ..refusals import Refusal, RefusalText, Wait
from ..store import Store


def spend(store: Store, owner: str, name: str, bucket: Bucket, *, now: float, refusal: RefusalText) -> None:
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
