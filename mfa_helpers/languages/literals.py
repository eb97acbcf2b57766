"""How texts and trees of fields are written down, for the languages that differ only in the signs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .request import Placeholder, Text


def units(point: int) -> str:
    r"""A character as `\u` and its UTF-16 units: JSON, Java."""
    raw = chr(point).encode("utf-16-be")
    return "".join(f"\\u{raw[at : at + 2].hex()}" for at in range(0, len(raw), 2))


def four_or_eight(point: int) -> str:
    r"""A character as `\u0000` or `\U00000000`: C#, Go, Python."""
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def braced(point: int) -> str:
    r"""A character as `\u{0}`: JavaScript, PHP, Ruby."""
    return f"\\u{{{point:x}}}"


def quoted(text: str, escape: Callable[[int], str], *, also: str = "", ascii_only: bool = False) -> str:
    r"""`text` as a literal in double quotes.

    What is not to be seen (control characters, marks that turn the direction)
    is written by its number. `also` are the signs that need a `\` in this language.
    """
    short = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"} | {sign: f"\\{sign}" for sign in also}

    def one(sign: str) -> str:
        if sign in short:
            return short[sign]
        return sign if sign.isprintable() and (sign.isascii() or not ascii_only) else escape(ord(sign))

    return f'"{"".join(map(one, text))}"'


@dataclass(frozen=True)
class Syntax:
    """The signs of a language. `text` writes a text or a placeholder; `last` follows the last of several lines."""

    text: Callable[[Text], str]
    mapping: tuple[str, str] = ("{", "}")
    entry: str = "{}: {}"
    sequence: tuple[str, str] = ("[", "]")
    words: tuple[str, str, str] = ("null", "true", "false")
    last: str = ","
    step: str = "    "

    def write(self, value: Any, indent: str = "") -> str:
        """`value` with each field of a mapping on a line of its own; `indent` is that of the first line."""
        if isinstance(value, (str, Placeholder)):
            return self.text(value)
        if isinstance(value, list):
            opening, closing = self.sequence
            return opening + ", ".join(self.write(inner, indent) for inner in value) + closing
        if not isinstance(value, dict):
            known = [word for word, meant in zip(self.words, (None, True, False), strict=True) if value is meant]
            return known[0] if known else json.dumps(value)
        opening, closing = self.mapping
        if not value:
            return opening + closing
        inside = indent + self.step
        entries = [self.entry.format(self.text(name), self.write(inner, inside)) for name, inner in value.items()]
        return f"{opening}\n{inside}" + f",\n{inside}".join(entries) + f"{self.last}\n{indent}{closing}"
