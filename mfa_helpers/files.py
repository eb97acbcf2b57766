"""Replacing a small file: all or nothing, also for a reader, and only its owner can read it."""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

_LEFT = 60  # seconds after which a half-written file is nobody's: writing one takes milliseconds


def replace(path: Path, text: str) -> None:
    """Put `text` in the place of what `path` holds. Raises `OSError`, and then `path` is as it was."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in path.parent.glob(path.name + ".*.part"):  # by a kernel that was killed while it wrote
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _LEFT:
                left.unlink()
    handle, name = tempfile.mkstemp(prefix=path.name + ".", suffix=".part", dir=path.parent)  # 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
