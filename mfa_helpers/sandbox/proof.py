"""How a kernel and the tenant show each other that both know the tenant's token, without sending it.

After the tenant has been killed, anybody on this machine can answer at its
port. So a kernel sends a nonce first, and nothing that is secret before the
proof has come back: the nonce, the port, and who speaks, under HMAC-SHA256 with
the token of the note that only this user can read. The port is in it so that
nobody can pass the question on to the real tenant, which listens at another.
"""

from __future__ import annotations

import hashlib
import hmac

NONCE, PROOF = "x-sandbox-nonce", "x-sandbox-proof"
KERNEL, TENANT = "kernel", "tenant"


def proof(token: str, who: str, port: int, nonce: str) -> str:
    """What `who` answers to that nonce at that port."""
    return hmac.new(
        token.encode(), f"{who} {port} {nonce}".encode("utf-8", "surrogateescape"), hashlib.sha256
    ).hexdigest()


def is_proven(found: str | None, token: str, who: str, port: int, nonce: str) -> bool:
    """Whether `found` is that answer. Without a token, nothing can be proven."""
    return bool(found and token and nonce) and hmac.compare_digest(
        str(found).encode("utf-8", "surrogateescape"), proof(token, who, port, nonce).encode()
    )
