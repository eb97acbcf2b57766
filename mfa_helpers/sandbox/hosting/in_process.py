"""The tenant without a server: an adapter of `requests` that calls the same ASGI application in this process.

For a browser, where nothing can listen and no thread can start. Mail reaches
the same inbox without SMTP. The tenant can be kept in a second file, which it
shares with tenants of other processes: see `browser_copy`.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .. import defaults
from .asgi_adapter import AsgiAdapter
from .ready import Ready, described, state_file

_numbers = itertools.count(1)


@dataclass(kw_only=True)
class InProcessSandbox(Ready):
    """A tenant in this process. What is sent to its address through `adapter` reaches it."""

    state: Path
    adapter: AsgiAdapter = field(repr=False)

    def stop(self) -> None:
        """End it. What it holds stays in its file."""
        _started.pop(self.state, None)
        self.adapter.stop()


_started: dict[Path, InProcessSandbox] = {}


def start(
    state: str | os.PathLike[str] | None = None,
    *,
    kept: Path | None = None,
    lock: Callable[[], AbstractContextManager[object]] = nullcontext,
    is_lent: Callable[[], bool] = lambda: True,
    issuer: str | None = defaults.NOTEBOOK_ISSUER,
    records: bool = False,
) -> InProcessSandbox:
    """The tenant of this process. Every call with the same `state` gives the same.

    `kept` is the file that it is kept in between two calls, `lock` is held while it is replaced, and `is_lent` says
    whether its place is still there. `issuer` is its address if it is `None`. `records` keeps what arrives. Raises
    `StateUnusable`, `CannotKeep`.
    """
    path = state_file(state)
    if path not in _started:
        adapter = AsgiAdapter(path, kept, lock, is_lent)
        # Only a name: nobody listens there. The tenant answers to names of this machine.
        base_url = f"http://localhost:{next(_numbers)}"
        adapter.serve(issuer or base_url + "/", records)
        # No token: nobody but this process reaches it.
        told = described(
            adapter.store.clients(), adapter.store.get("password") or "", base_url, issuer or base_url + "/", "", ""
        )
        _started[path] = InProcessSandbox(**asdict(told), state=path, adapter=adapter)
    return _started[path]
