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


def with_addresses(*addresses: str) -> list[str]:
    """Put before a command: it has no network but loopback and interfaces with these addresses (with `/24`), no default route."""
    add = "".join(
        f"ip link add v{n} type veth peer name w{n} && ip addr add {address} dev v{n} && ip link set v{n} up && "
        for n, address in enumerate(addresses)
    )
    return ["unshare", "--map-root-user", "--net", "bash", "-c", f'ip link set lo up && {add}exec "$@"', "-"]
