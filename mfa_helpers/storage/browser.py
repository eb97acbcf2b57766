"""The course inside a page of a browser (JupyterLite, Python as WebAssembly): all that is different there, in one place.

Nothing can listen there, no thread can start, and a page may not call another
host that does not allow it (CORS). Files in the folder below outlive the page:
JupyterLite keeps them in the browser's storage, for all notebooks and tabs.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

IS_HERE = sys.platform == "emscripten"

_STORAGE = Path("/drive")  # there if the browser lets the page have a service worker
_OURS = _STORAGE / ".mfa-course"

#: What cannot be had there, for whoever chooses a tenant.
LIMITS = (
    "This is the browser edition, and the tenant runs inside this page. Your own Auth0 tenant, a class's tenant, a mail server "
    "(SMTP), and the command line need the course on your machine or on Binder, because a page can call only hosts that "
    "allow it (CORS)."
)
_FORGETFUL = (
    "Your browser can't store anything for this page, because its storage is full or blocked. Notebooks can't share what you "
    "did, and you lose it when you reload the page. Free some space, leave the private window, or allow this site to store "
    "data. Then reload the page."
)


def settle() -> None:
    """Let what Jupyter and the course write be kept. What the environment names already stays."""
    if IS_HERE and _STORAGE.is_dir():
        os.environ.setdefault("JUPYTER_RUNTIME_DIR", str(_OURS))
        os.environ.setdefault("JUPYTER_DATA_DIR", str(_OURS))


def kept(name: str) -> Path | None:
    """The file that keeps `name` in the browser's storage; `None` if there is none."""
    return _OURS / name if _STORAGE.is_dir() else None


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
    return _FORGETFUL
