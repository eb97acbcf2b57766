"""The course inside a page of a browser (JupyterLite, Python as WebAssembly): all that is different there, in one place.

Nothing can listen there, no thread can start, and a page may not call another
host that does not allow it (CORS). Files in the folder below outlive the page:
JupyterLite keeps them in the browser's storage, for all notebooks and tabs.
"""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

IS_HERE = sys.platform == "emscripten"

_STORAGE = Path("/drive")  # there if the browser lets the page have a service worker
_OURS = _STORAGE / ".mfa-course"
_OK = 200  # HTTP
_LOCK = "../../../../api/lock"  # seen from Python's own worker
_HEARTBEAT = "/api/service-worker-heartbeat"

#: What cannot be had there, for whoever chooses a tenant.
LIMITS = (
    "This is the browser edition, and the tenant runs inside this page. Your own Auth0 tenant, a class's tenant, a mail server "
    "(SMTP), and the command line need the course on your machine or on Binder, because a page can't start programs, and "
    "it can call only hosts that allow it (CORS)."
)
_FORGETFUL = (
    "Your browser can't store anything for this page, because its storage is full or blocked. Notebooks can't share what you "
    "did, and you lose it when you reload the page. Free some space, leave the private window, or allow this site to store "
    "data. Then reload the page."
)
_INSECURE = (
    "Your browser can't store anything for this page, because it was opened over plain HTTP. Notebooks can't share what you "
    "did, and you lose it when you reload the page. Open the course at an address that begins with https:// or "
    "http://localhost."
)


def settle() -> None:
    """Let what Jupyter and the course write be kept. What the environment names already stays."""
    if IS_HERE and _STORAGE.is_dir():
        os.environ.setdefault("JUPYTER_RUNTIME_DIR", str(_OURS))
        os.environ.setdefault("JUPYTER_DATA_DIR", str(_OURS))


def kept(name: str) -> Path | None:
    """The file that keeps `name` in the browser's storage; `None` if there is none."""
    return _OURS / name if _STORAGE.is_dir() else None


@contextmanager
def lock(name: str, wait: float) -> Iterator[bool]:
    """Keep other notebooks and tabs from changing `name`. Waits at most `wait` seconds; gives `False` if it isn't held then.

    The service worker (binder/lite/service-worker.js) lends it, and takes it back from a page that has ended, and from
    each one after five seconds. Without a service worker nothing is shared, so there is nothing to lock. Raises
    `OSError` if nobody answers.
    """
    if not _STORAGE.is_dir():
        yield True
        return
    status, token = _ask("POST", _LOCK, name=name, wait=wait)
    try:
        yield status == _OK
    finally:
        if status == _OK:
            with suppress(OSError):  # it's taken back after some seconds
                _ask("DELETE", _LOCK, token=token)


def is_lent() -> bool:
    """Whether the browser still lends the storage. It takes it back with the service worker if this site's data is cleared."""
    try:
        return _ask("GET", _HEARTBEAT) == (_OK, "ok")
    except OSError:
        return False


def _ask(method: str, path: str, **query: object) -> tuple[int, str]:
    """What the service worker says, which hears each request of the page. Python waits for it. Raises `OSError` if nobody answers."""
    js = importlib.import_module("js")
    request = js.XMLHttpRequest.new()
    request.open(method, js.URL.new(f"{path}?{urlencode(query)}", js.location.href).href, False)
    try:
        request.send(None)
    except Exception as error:  # what JavaScript throws is no OSError
        raise OSError(errno.EIO, os.strerror(errno.EIO)) from error
    return int(request.status), str(request.responseText)


def trouble() -> str:
    """A sentence if the page can keep nothing; empty if it can, and outside of a browser."""
    if not IS_HERE:
        return ""
    probe = kept("probe.txt")
    try:
        if probe is not None:
            probe.parent.mkdir(parents=True, exist_ok=True)
            probe.write_text("kept")
            if probe.read_text() == "kept":
                return ""
    except OSError:
        pass
    is_secure = getattr(importlib.import_module("js"), "isSecureContext", True)
    return _FORGETFUL if is_secure else _INSECURE
