"""What the environment and `.env` say, and what this process trusts."""

from __future__ import annotations

import ipaddress
import os

from ..client.validation import LOOPBACK, clean_ends


def read_settings() -> dict[str, str]:
    """`AUTH0_…` and `MFA_CLASS` from the nearest `.env` file and the environment, which wins."""
    from dotenv import dotenv_values, find_dotenv

    file = find_dotenv(usecwd=True)
    found: dict[str, str] = {}
    for source in (dotenv_values(file) if file else {}, os.environ):  # an empty variable does not hide the file's
        found |= {name: clean_ends(value) for name, value in source.items() if value and clean_ends(value)}
    return {name: value for name, value in found.items() if name.startswith("AUTH0_") or name == "MFA_CLASS"}


def environment_line() -> str:
    """The join line of `MFA_CLASS`; empty if there is none."""
    return read_settings().get("MFA_CLASS", "")


def trust(ca_file: str | None, host: str = "") -> None:
    """Let plain `requests` in a lesson's own cells trust that authority; `None` puts back what was.

    A `host` in the own network is reached past a company's proxy.
    """
    if ca_file is not None:
        _displaced.setdefault(_BUNDLE, os.environ.get(_BUNDLE))
        os.environ[_BUNDLE] = ca_file
    elif _displaced:
        before = _displaced.pop(_BUNDLE)
        os.environ.pop(_BUNDLE)
        os.environ |= {} if before is None else {_BUNDLE: before}
    if is_near(host):
        past_the_proxy(host)


def past_the_proxy(*hosts: str) -> None:
    """Plain `requests` in a lesson's own cells must reach `hosts` past a company's proxy, too."""
    both = ("NO_PROXY", "no_proxy")  # requests reads the lower-case one first, so both must say the same
    listed = [host.strip() for name in both for host in os.environ.get(name, "").split(",") if host.strip()]
    if "*" not in listed:
        for name in both:
            os.environ[name] = ",".join(dict.fromkeys([*listed, *hosts]))


_BUNDLE = "REQUESTS_CA_BUNDLE"
_displaced: dict[str, str | None] = {}  # what the environment named before the class


def is_near(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host in LOOPBACK
