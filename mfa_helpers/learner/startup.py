"""What a kernel does once the course is loaded."""

from __future__ import annotations

import gc
from functools import cache


@cache
def freeze_after_load() -> None:
    """What is loaded by now stays until the kernel ends.

    Not looking through it for garbage again saves a fifth of a second at each
    kernel's end (measured); looking less often saves some on the way, because
    libraries are still to be loaded then.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
