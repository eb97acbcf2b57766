"""Kernels of tests meet their clients in files: a port that is free when it is chosen may be taken when a kernel starts.

As a plugin (`pytest -p tests.support.ipc_kernels`), this does so for nbval, which has no option for it.
"""

from __future__ import annotations

import atexit
import os
import tempfile
from functools import cache, partial


def settings() -> dict[str, str]:
    """What a `KernelManager` is given. Windows has no such files: there it stays with ports."""
    if os.name != "posix":
        return {}
    return {"transport": "ipc", "ip": f"{_folder()}/k"}


@cache
def _folder() -> str:
    """Of this process. Its name is short, because the path of such a file has 107 bytes at most."""
    folder = tempfile.TemporaryDirectory(prefix="kernel-")
    atexit.register(folder.cleanup)
    return folder.name


def pytest_configure() -> None:
    from jupyter_client import KernelManager
    from nbval import kernel

    kernel.KernelManager = partial(KernelManager, **settings())
