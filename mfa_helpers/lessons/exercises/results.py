"""What a function returned, read once, so that nothing of a learner's own runs while it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_WORDS = {
    "NoneType": "None",
    "str": "a string",
    "int": "a number",
    "float": "a number",
    "list": "a list",
    "tuple": "a list",
    "dict": "a dictionary",
    "set": "a set",
    "bytes": "bytes",
    "function": "a function",
    "method": "a function",
    "builtin_function_or_method": "a built-in function",
    "type": "a class",
    "module": "a module",
    "generator": "a generator",
    "coroutine": "a coroutine",
}


@dataclass(frozen=True)
class Other:
    """What is neither text, a dictionary, nor a list. `words` say what it is; they may hold a secret."""

    words: str


RESPONSE = Other("a response")
Result = str | dict[str, str | None] | list[str | None] | Other | None


def read(value: Any) -> Result:
    """`value` if it is text or `None`; of a dictionary, the names and texts; of a list, the texts; and for anything else, words.

    A class of one's own counts as something else, also one that inherits: its `==` or its `get` could do anything.
    """
    if value is None or type(value) is str:
        return value
    if type(value) is dict:
        return {name: text if type(text) is str else None for name, text in value.items() if type(name) is str}
    if type(value) in (list, tuple):
        return [text if type(text) is str else None for text in value]
    return Other(words(value))


def words(value: Any) -> str:
    """What `value` is, like `a list`."""
    if type(value) is bool:
        return str(value)
    name = class_name(value)
    if name.endswith("Response"):  # of requests, of httpx, and of the standard library
        return RESPONSE.words
    return _WORDS.get(name) or (f"an object of the class {name}" if name else "an object")


def class_name(value: Any) -> str:
    """The name of its class, also if a metaclass has another attribute of that name."""
    return str(vars(type)["__name__"].__get__(type(value)))
