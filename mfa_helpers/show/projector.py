"""Mask what an audience must not read."""

from __future__ import annotations

import re

# Bounded, so that a long text costs no more than its length.
_LOCAL = r"[^\s@\"(),:;<>\[\]=&|/*•]"
_ADDRESS = re.compile(
    rf"(?<!{_LOCAL})(?P<first>'*{_LOCAL}){_LOCAL}{{0,200}}?(?P<at>@|%40)"
    r"(?P<host>\w)(?:[\w.-]{0,250}(?P<top>\.\w{1,63})|[\w-]{0,250})"
)
_NUMBER = re.compile(r"(?P<plus>\+|%2B)[1-9]\d{4,12}(?P<last>\d\d)(?!\w)")
_CODE = re.compile(r"(?<![\w#])(?:\d{3}[ \u00a0-]?\d{3}|[A-Z0-9]{24,})(?!\w)")  # of a mail; to recover, or of an app


def for_the_room(text: str) -> str:
    """`text` fit for a projector: addresses and phone numbers by their outline, codes as dots.

    It is for what people may see and others not: the wire's own secrets never get as far as this.
    """
    text = _ADDRESS.sub(r"\g<first>•••\g<at>\g<host>•••\g<top>", text)
    text = _NUMBER.sub(r"\g<plus>•••\g<last>", text)
    return without_codes(text)


def without_codes(text: str) -> str:
    """`text` with dots for what looks like a code: of a mail, to recover, or of an app."""
    return _CODE.sub("••••••", text)
