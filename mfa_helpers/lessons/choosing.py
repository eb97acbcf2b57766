"""Which of the listed authenticators an application can challenge. Pure: it asks nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..client.models import Authenticator

#: A kind of authenticator -> its type in `mfa_requirements` (documentation, the page of this course; Auth0.swift).
TYPES = {
    "email": "email",
    "sms": "phone",
    "voice": "phone",
    "push": "push-notification",
    "otp": "otp",
    "recovery-code": "recovery-code",
}


def type_of(row: Authenticator) -> str:
    """Its type: as the tenant says, or derived from its kind, for ordinary tenants send none."""
    return row.type or TYPES.get(row.kind, row.kind)


def types_in(requirements: Any, part: str) -> list[str]:
    """The types that `mfa_requirements` lists under `challenge` or `enroll`; what has another shape names none."""
    listed = requirements.get(part) if isinstance(requirements, Mapping) else None
    return [str(one.get("type")) for one in (listed if isinstance(listed, list) else ()) if isinstance(one, Mapping)]


def choose(
    rows: Iterable[Authenticator], supported: Sequence[str], requirements: Mapping[str, Any] | None = None
) -> list[Authenticator]:
    """Those that can be challenged now, best first.

    An authenticator fits if it is active, if its type is among `supported`
    (what your application can do, in the order it prefers), and if
    `requirements` (the `mfa_requirements` of the login, where there are any)
    lists its type under `challenge`. Of one type the order of `rows` is kept.
    """
    wanted: set[str] | None = None
    if requirements:
        wanted = set(types_in(requirements, "challenge"))
    fitting = [
        row for row in rows if row.active and type_of(row) in supported and (wanted is None or type_of(row) in wanted)
    ]
    return sorted(fitting, key=lambda row: supported.index(type_of(row)))
