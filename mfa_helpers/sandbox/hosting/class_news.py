"""What the operator of a class reads in the terminal: its join line, and later what has become of it."""

from __future__ import annotations

from urllib.parse import urlsplit

from .own_addresses import own_addresses
from .server import ServedSandbox


class ClassNews:
    """`is_found` says that nobody has set the address in the line: it's one that this machine has."""

    def __init__(self, sandbox: ServedSandbox, *, is_found: bool) -> None:
        self._sandbox, self._line = sandbox, sandbox.join_line
        self._address = str(urlsplit(sandbox.base_url).hostname) if is_found else ""

    def first(self) -> str:
        """A room may read it, so there are no credentials in it."""
        told = f"The class's tenant is at {self._sandbox.base_url}. Its join line:\n\n{self._line}\n"
        others = [address for address in own_addresses() if address != self._address]
        if self._address and others:
            told += (
                f"\nOther addresses of this machine: {', '.join(others)}. If learners can't reach the one in the line, "
                "start again with --name and one of these."
            )
        return told

    def later(self) -> str:
        """What has changed since; empty if nothing has."""
        if self._line != self._sandbox.join_line:
            self._line = self._sandbox.join_line
            return f"A new group begins. Its join line:\n\n{self._line}\n"
        if self._address and self._address not in own_addresses():
            gone, self._address = self._address, ""
            return (
                f"This machine no longer has the address {gone}, so learners can't reach it there. Press Ctrl+C, and start "
                "the class again to get a join line with the new address. Learners who paste it keep their user."
            )
        return ""
