"""Namespaces of Linux: a disk or a network of one's own for one command, where the machine permits it."""

from __future__ import annotations

import shutil
import subprocess

#: Put before a command: it has no network but loopback.
OFFLINE = ["unshare", "--map-root-user", "--net", "bash", "-c", 'ip link set lo up && exec "$@"', "-"]


def refusal(kind: str) -> str:
    """Why there is no namespace of that `kind` (an option of unshare) here; empty if there is."""
    if shutil.which("unshare") is None:
        return "unshare is not installed (Debian: util-linux)"
    tried = subprocess.run(["unshare", "--map-root-user", kind, "true"], capture_output=True, text=True)
    return f"namespaces are not permitted here: {tried.stderr.strip()}" if tried.returncode else ""
