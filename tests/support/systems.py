"""What a test needs of the operating system it runs on."""

from __future__ import annotations

import os
import sys

import pytest

file_modes = pytest.mark.skipif(os.name != "posix", reason="Windows has no file modes: the profile's folder is private")
posix = pytest.mark.skipif(
    os.name != "posix", reason="it needs what only POSIX has: signals, symbolic links, its words"
)
linux = pytest.mark.skipif(sys.platform != "linux", reason="it needs Linux's /proc")
