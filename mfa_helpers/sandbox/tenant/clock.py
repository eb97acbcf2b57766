"""The tenant's time. A test or a lesson can move it; it is the same for every kernel."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime

from ..store import Store


class Clock:
    """The tenant's time: the machine's, and by how much it was moved."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def now(self) -> float:
        """Seconds since 1970 on the tenant's clock."""
        return time.time() + float(self._store.get("clock_offset") or 0)

    def advance(self, seconds: float) -> float:
        """Move the clock and return its new time."""
        with self._store.change():
            self._store.put("clock_offset", str(float(self._store.get("clock_offset") or 0) + seconds))
        return self.now()


def of_text(text: str) -> float:
    """A time as ISO 8601 in seconds since 1970; in UTC, if it names no zone. Raises `ValueError`, `OverflowError`."""
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def as_text(moment: float) -> str:
    """A time as ISO 8601 in UTC, to the millisecond before it: what happened is found by the date it tells."""
    return (
        datetime.fromtimestamp(math.floor(moment * 1000) / 1000, UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
    )
