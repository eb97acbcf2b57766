"""A tenant on your own machine: a real HTTP server with Auth0's MFA API, and what a setup needs beside it.

It sends real email to a local inbox and keeps its state in one SQLite file. It's
for learning and testing, so its users are throwaway users, and its own addresses
(`/sandbox/…`) don't exist on a real tenant. `FIDELITY.md` says how each response is
known.

It doesn't import the client, because they meet only over HTTP.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from .hosting.in_process import InProcessSandbox
    from .hosting.ready import Ready
    from .hosting.server import ServedSandbox

__all__ = ["has_ended", "join", "start", "start_in_process", "start_on_own_address"]


def join(state: str | None = None) -> Ready:
    """Find the tenant of this user's notebooks, or start it. See `hosting.shared_process.join`."""
    from .hosting import shared_process

    return shared_process.join(state)


def has_ended(base_url: str) -> bool:
    """Whether the tenant that was joined there is over. See `hosting.shared_process.has_ended`."""
    from .hosting import shared_process

    return shared_process.has_ended(base_url)


def start(*args: Any, **kwargs: Any) -> ServedSandbox:
    """Start the tenant in this process, or find it running. See `hosting.server.start`."""
    from .hosting import server  # loaded when first asked for: importing the client must stay cheap

    return server.start(*args, **kwargs)


def start_on_own_address(*args: Any, **kwargs: Any) -> ServedSandbox:
    """As `start`, with its address as the issuer, as SDKs expect. See `hosting.server.start_on_own_address`."""
    from .hosting import server

    return server.start_on_own_address(*args, **kwargs)


def start_in_process(
    state: str | None = None,
    kept: Path | None = None,
    *,
    lock: Callable[[], AbstractContextManager[object]] = nullcontext,
    is_lent: Callable[[], bool] = lambda: True,
    records: bool = False,
) -> InProcessSandbox:
    """Start the tenant without a server, or find it started. See `hosting.in_process.start`."""
    from .hosting import in_process

    return in_process.start(state, kept=kept, lock=lock, is_lent=is_lent, records=records)
