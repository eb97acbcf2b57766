"""Python reads this first in the kernels of the tests: of the network, only this machine is left.

As on Binder, where no mail goes out: what leads elsewhere is refused, and noted in the file that MFA_TEST_OUTSIDE names.
"""

import errno
import os
import sys
from typing import Any

_HERE = ("", "localhost", "::1", "0.0.0.0")
_WHERE = {"socket.connect": 1, "socket.sendto": 1, "socket.getaddrinfo": 0, "socket.gethostbyname": 0}


def _cut(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in _WHERE:
        return
    address = arguments[_WHERE[event]]
    host = address[0] if isinstance(address, tuple) else address
    if isinstance(host, bytes):
        host = host.decode("latin-1")
    is_file = not isinstance(address, tuple) and event in ("socket.connect", "socket.sendto")
    if is_file or host is None or host in _HERE or host.startswith("127.") or host.endswith(".localhost"):
        return
    with open(os.environ["MFA_TEST_OUTSIDE"], "a", encoding="utf-8") as file:
        file.write(f"{event} {host}\n")
    raise OSError(errno.ENETUNREACH, "Network is unreachable")


if os.environ.get("MFA_TEST_OUTSIDE"):
    sys.addaudithook(_cut)
