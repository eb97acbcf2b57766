"""The IPv4 addresses of this machine by which others may reach it."""

from __future__ import annotations

import ipaddress
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress

_ADDRESS_OF_INTERFACE = 0x8915  # SIOCGIFADDR of Linux (netdevice(7))


def own_addresses() -> list[str]:
    """First the one by which this machine reaches other networks, if it does. Empty if there is none but loopback."""
    found = dict.fromkeys([*_by_default_route(), *_of_interfaces()])
    return [address for address in found if not ipaddress.ip_address(address).is_loopback]


def _by_default_route() -> Iterator[str]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # for documentation only (RFC 5737); choosing a way sends nothing
        yield str(probe.getsockname()[0])


def _of_interfaces() -> Iterator[str]:
    if sys.platform != "linux":  # whose own name often stands for 127.0.1.1
        with suppress(OSError):
            yield from socket.gethostbyname_ex(socket.gethostname())[2]
        return
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for _, name in socket.if_nameindex():
            with suppress(OSError):  # it has no IPv4 address
                told = fcntl.ioctl(any_socket, _ADDRESS_OF_INTERFACE, struct.pack("256s", name.encode()[:15]))
                yield socket.inet_ntoa(told[20:24])
