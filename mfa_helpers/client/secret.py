"""A text that is not shown, and what kind of token a text is."""

from __future__ import annotations

import base64
import hmac
import json
from typing import TYPE_CHECKING, Any, NoReturn, SupportsIndex, TypeVar

STARS = "*****MASKED*****"

Plain = TypeVar("Plain")


class Secret:
    """Text that is sent as it is and shown as stars. It is not a `str`.

    `str`, `repr`, f-strings and notebooks show stars, so a secret that strays
    into an output, a log line or a traceback stays hidden. `reveal()` is the
    only way to the text. What would need the text and was not given it raises
    `TypeError`: to add it to a text, to look through it, `json.dumps`, `pickle`,
    and a field or header of `requests`.

    Two secrets are equal if their texts are; the comparison takes as long
    whether they differ early or late. To compare one with a `str` raises
    `TypeError`: `False` would look like an answer, and `!=` would always hold.
    An empty secret is false.

    Raises `TypeError` if `text` is neither text nor a `Secret`.
    """

    __slots__ = ("__text",)

    def __init__(self, text: str | Secret) -> None:
        if isinstance(text, Secret):
            text = text.reveal()
        if not isinstance(text, str):
            raise TypeError("A Secret must be a string.")
        self.__text = text

    def reveal(self) -> str:
        """The plain text, for the line that sends it or keeps it."""
        return self.__text

    def __bool__(self) -> bool:
        return bool(self.__text)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (str, bytes)):
            raise TypeError("A Secret can be compared only with another Secret. To compare its text, use .reveal().")
        if not isinstance(other, Secret):
            return NotImplemented
        mine, theirs = (one.__text.encode("utf-8", "surrogatepass") for one in (self, other))
        return hmac.compare_digest(mine, theirs)

    def __hash__(self) -> int:
        return hash((Secret, self.__text))

    def __str__(self) -> str:
        return STARS

    def __repr__(self) -> str:
        return f"Secret('{STARS}')"

    def __format__(self, spec: str) -> str:
        return format(STARS, spec)

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Secret:
        return self

    def __getstate__(self) -> NoReturn:
        raise TypeError("A Secret can't be pickled, because that would write its text to a file.")

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        self.__getstate__()

    if not TYPE_CHECKING:  # mypy refuses these as it is; whoever runs them is told what to do

        def _is_no_text(self, *_: object) -> NoReturn:
            raise TypeError("A Secret isn't a string. Use .reveal() where its text is sent.")

        __add__ = __radd__ = __iter__ = _is_no_text


def secret(value: str | Secret | None) -> Secret | None:
    """`value` as a `Secret`; empty text and `None` give `None`."""
    return Secret(value) if value else None


def plain(value: Plain | Secret) -> Plain | str:
    """The text of a `Secret`, and anything else as it is: for the line that sends it or keeps it."""
    return value.reveal() if isinstance(value, Secret) else value


def describe_token(value: str | Secret) -> str:
    """What a token is, without the token: its kind and its length in characters.

    Three kinds are met: the sealed string that the MFA API hands out (starts
    with `Fe26.2*`), a signed JWT (three parts), an encrypted JWT (five parts).
    """
    text = plain(value)
    parts = text.split(".")
    if text.startswith("Fe26.2*"):
        kind = "sealed text Fe26.2*…"
    elif len(parts) == 3 and _is_jwt_header(parts[0]):
        kind = "signed JWT"
    elif len(parts) == 5 and _is_jwt_header(parts[0]):
        kind = "encrypted JWT"
    else:
        kind = "opaque text"
    return f"<{kind}, {len(text)} characters>"


def is_jwt(value: str | Secret) -> bool:
    """Whether `value` has the outline of a JWT, signed or encrypted."""
    parts = plain(value).split(".")
    return len(parts) in (3, 5) and _is_jwt_header(parts[0])


def _is_jwt_header(part: str) -> bool:
    try:
        header = json.loads(base64.urlsafe_b64decode(part + "=="))  # what is too much is ignored
    except ValueError:
        return False
    return isinstance(header, dict) and "alg" in header
