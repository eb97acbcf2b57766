"""Token buckets: so many tries at once, then one more every so many seconds. Kept with the tenant."""

from __future__ import annotations

import math

from .profile import Bucket
from .store import Store


def seconds_until_one(store: Store, user_id: str, name: str, bucket: Bucket, now: float) -> int:
    """0 if a try is left, else the whole seconds until there is one."""
    level = _level(store, user_id, name, bucket, now)
    return 0 if level >= 1 else math.ceil(round((1 - level) * bucket.refill, 3))


def take_one(store: Store, user_id: str, name: str, bucket: Bucket, now: float) -> None:
    """Spend one try."""
    with store.change():
        store.fill_bucket(user_id, name, max(_level(store, user_id, name, bucket, now) - 1, 0), now)


def _level(store: Store, user_id: str, name: str, bucket: Bucket, now: float) -> float:
    row = store.bucket(user_id, name)
    if row is None:
        return float(bucket.size)
    return min(float(bucket.size), row["level"] + max(now - row["updated_at"], 0) / bucket.refill)
