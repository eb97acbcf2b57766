"""How the tests reach a tenant: over a socket, or in this process if `MFA_TRANSPORT=in-process` says so."""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from mfa_helpers.client import transport
from mfa_helpers.sandbox.hosting import server

IN_PROCESS = os.environ.get("MFA_TRANSPORT") == "in-process"

#: For tests of hashes that were made with it; a browser's Python has none.
needs_scrypt = pytest.mark.skipif(not hasattr(hashlib, "scrypt"), reason="it needs scrypt")

#: For tests of what only a server has: sockets, TLS, SMTP, a thread, other processes.
needs_a_socket = pytest.mark.skipif(IN_PROCESS, reason="it needs a socket")


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as one:
            one.bind(("::1", 0))
    except OSError:
        return False
    return True


needs_ipv6 = pytest.mark.skipif(not _has_ipv6(), reason="this machine has no ::1")


def start(path: Path, **options: Any) -> Any:
    """A tenant for that file; `options` are those of `server.start_on_own_address`."""
    if not IN_PROCESS:
        return server.start_on_own_address(path, **options)
    if options:
        pytest.skip("it needs a socket")
    from mfa_helpers.sandbox.hosting import in_process

    sandbox = in_process.start(path, kept=path.with_suffix(".kept"), issuer=None)
    transport.route_to_adapter(sandbox.base_url, sandbox.adapter)
    return sandbox
