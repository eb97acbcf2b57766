"""The tenant's memory: one SQLite file, all of its SQL, one way to change things.

The file is the tenant. Several processes may serve it at once, each with a connection
of its own; a change takes the write lock at its start (`BEGIN IMMEDIATE`),
because a reader that turns writer would get "database is locked" at once.
"""

from __future__ import annotations

from .browser_logins import BrowserLogins
from .connection import StateUnusable, cannot_write, is_busy
from .credentials import Credentials
from .directory import Directory, addresses_in, names_in
from .journal import Journal
from .seats import Seats

__all__ = ["StateUnusable", "Store", "addresses_in", "cannot_write", "is_busy", "names_in"]


class Store(Directory, Credentials, BrowserLogins, Journal, Seats):
    """One connection to the tenant. Used from one thread: the server's."""
