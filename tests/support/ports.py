"""Ports at which a class can come back."""

from __future__ import annotations

import random
import socket


def two_free_ports() -> int:
    """The first of two, one after the other, that are free, and that no system gives to a connection or a server by itself."""
    while True:
        port = random.randrange(10_000, 30_000)
        with socket.socket() as one, socket.socket() as other:
            try:
                one.bind(("127.0.0.1", port))
                other.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
