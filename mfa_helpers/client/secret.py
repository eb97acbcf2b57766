"""A text that is not shown, and what kind of token a text is."""

from __future__ import annotations

import base64
import json
from typing import Any

STARS = "*****MASKED*****"


class Secret(str):
    """Text that is sent as it is and shown as stars.

    It equals the plain text, and `requests`, `json` and `"Bearer " + secret`
    use the plain text. `repr`, `str`, `print` and f-strings show stars, so a
    secret that strays into an output, a log line or a traceback stays hidden.
    `reveal()` is the only way to see it.
    """

    __slots__ = ()

    def __new__(cls, value: str) -> Secret:
        # `str(secret)` is stars, so a secret made from a secret must not go through it.
        return super().__new__(cls, value.reveal() if isinstance(value, Secret) else value)

    def reveal(self) -> str:
        """The plain text."""
        return str.__str__(self)

    def __str__(self) -> str:
        return STARS

    def __repr__(self) -> str:
        return f"Secret('{STARS}')"

    def __format__(self, spec: str) -> str:
        return format(STARS, spec)

    def __reduce__(self) -> tuple[Any, ...]:
        return (Secret, (self.reveal(),))


def secret(value: str | None) -> Secret | None:
    """`value` as a `Secret`; empty text and `None` give `None`."""
    return Secret(value) if value else None


def describe_token(value: str) -> str:
    """What a token is, without the token: its kind and its length in characters.

    Three kinds are met: the sealed string that the MFA API hands out (starts
    with `Fe26.2*`), a signed JWT (three parts), an encrypted JWT (five parts).
    """
    parts = value.split(".")
    if value.startswith("Fe26.2*"):
        kind = "sealed text Fe26.2*…"
    elif len(parts) == 3 and _is_jwt_header(parts[0]):
        kind = "signed JWT"
    elif len(parts) == 5 and _is_jwt_header(parts[0]):
        kind = "encrypted JWT"
    else:
        kind = "opaque text"
    return f"<{kind}, {len(value)} characters>"


def is_jwt(value: str) -> bool:
    """Whether `value` has the outline of a JWT, signed or encrypted."""
    parts = value.split(".")
    return len(parts) in (3, 5) and _is_jwt_header(parts[0])


def _is_jwt_header(part: str) -> bool:
    try:
        header = json.loads(base64.urlsafe_b64decode(part + "=="))  # what is too much is ignored
    except ValueError:
        return False
    return isinstance(header, dict) and "alg" in header
