"""Loading fast and quietly."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache


@contextmanager
def without_gc() -> Iterator[None]:
    """Loading makes very many objects that stay. Searching them for garbage meanwhile took a fifth of the load (measured)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@cache
def freeze_after_load() -> None:
    """What is loaded by now stays until the kernel ends.

    Not looking through it for garbage again saves a fifth of a second at each
    kernel's end (measured); looking less often saves some on the way, because
    libraries are still to be loaded then.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
