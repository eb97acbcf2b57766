"""Whether a file is its user's alone to change."""

from __future__ import annotations

import os
import stat
from pathlib import Path

ANOTHERS = "belongs to another user"
OPEN = "can be changed by other users"
A_LINK = "is a link"
NO_FILE = "is not a file"


def why_not(path: Path) -> str:
    """Why `path` isn't used, in words that follow its name; empty if it is this user's own, or not there.

    On Windows, permissions don't say who may change a file, so only its kind is looked at. Raises `OSError`.
    """
    try:
        found = path.lstat()
    except FileNotFoundError:
        return ""
    if stat.S_ISLNK(found.st_mode):
        return A_LINK
    if not stat.S_ISREG(found.st_mode):
        return NO_FILE
    if os.name == "nt":
        return ""
    if found.st_uid not in (os.getuid(), 0):  # the system's administrator can change everything anyway
        return ANOTHERS
    return OPEN if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) else ""
