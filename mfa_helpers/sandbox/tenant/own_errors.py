"""What has gone wrong inside the tenant: for its instructor, who may not look at the terminal."""

from __future__ import annotations

import time
from collections import deque

from ..store import cannot_write, is_busy
from .clock import as_text

_MOST = 50


class OwnErrors:
    """The newest ones since the start, in memory, because a full disk is one of them. No words of an exception: they may hold a secret."""

    def __init__(self) -> None:
        self._kept: deque[dict[str, str]] = deque(maxlen=_MOST)

    def note(self, error: BaseException) -> None:
        """`error` has ended a call."""
        if cannot_write(error):
            what = "its file can't be written, because the disk is full or the location isn't writable"
        elif is_busy(error):
            what = "another program is using its file"
        else:
            what = f"an error of its own ({type(error).__name__})"
        self._kept.append({"at": as_text(time.time()), "what": what})

    def told(self) -> list[dict[str, str]]:
        """`at` and `what` of each, oldest first."""
        return list(self._kept)
