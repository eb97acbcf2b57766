"""Liquid, bounded in time and size."""

from __future__ import annotations

import re
from functools import lru_cache, wraps
from typing import Any

_LONGEST_TEXT = 50_000
_LONGEST_LIST = 2_000
_LONGEST_TAG = 2_000  # letters: the library's pattern takes quadratic time for blanks, and nothing can end it
#: Of these, longer texts take quadratic time.
_LONGEST_FOR = {"strip_html": 5_000, "date": 200}


class Unsendable(ValueError):
    """The tenant's own template does not make a mail. The message says why."""


@lru_cache
def _environment() -> Any:
    from liquid import Environment

    class Bounded(Environment):
        """A template comes from whoever sets the tenant up: it must not hang it, nor fill its memory."""

        loop_iteration_limit = 10_000
        output_stream_limit = 200_000
        local_namespace_limit = 200_000
        context_depth_limit = 20

    environment = Bounded()
    environment.filters.update({name: _bounded(name, filter) for name, filter in environment.filters.items()})
    return environment


def _bounded(name: str, filter: Any) -> Any:
    """A filter that does not make millions of letters out of thousands. No step of it is long: see `workers.in_time`."""

    @wraps(filter)
    def bounded(*values: Any, **named: Any) -> Any:
        sizes = sorted(len(value) for value in values if isinstance(value, (str, list, tuple, range)))
        if len(sizes) > 1 and sizes[-1] * sizes[-2] > 2_000_000:
            raise ValueError("a filter would return text that is too long")
        if sizes and sizes[-1] > _LONGEST_FOR.get(name, _LONGEST_TEXT):
            raise ValueError("the input of a filter is too long")
        made = filter(*values, **named)
        if isinstance(made, str) and len(made) > _LONGEST_TEXT:
            raise ValueError("a filter returns text that is too long")
        if isinstance(made, (list, tuple)) and len(made) > _LONGEST_LIST:
            raise ValueError(f"a filter returns a list of more than {_LONGEST_LIST:,} items")
        if isinstance(made, int) and made.bit_length() > 128:
            raise ValueError("a filter returns a number that is too large")
        return made

    return bounded


@lru_cache(maxsize=100)
def template(source: str) -> Any:
    """A Liquid template. Raises `Unsendable` if it is none."""
    from liquid.exceptions import LiquidError

    if max(source.count(mark) for mark in ("{{", "{%", "(")) > 2_000:  # the library takes quadratic time to read them
        raise Unsendable("The template has more than 2,000 tags or brackets.")
    for rest in re.split(r"\{[{%]", source)[1:]:
        tag, *closed = re.split(r"[%}]\}", rest, maxsplit=1)
        if not closed:
            raise Unsendable("A tag in the template isn't closed.")
        if len(tag) > _LONGEST_TAG:
            raise Unsendable(f"A tag in the template has more than {_LONGEST_TAG:,} characters.")
        # A library that walks or copies a range of millions hangs whoever serves it.
        small = re.findall(r"\(\s*-?\d{1,4}\s*\.\.\s*-?\d{1,4}\s*\)", tag)
        if tag.count("..") > len(small):
            raise Unsendable("A range in a template must consist of two plain numbers with at most four digits.")
    try:
        return _environment().from_string(source)
    except LiquidError as error:
        raise Unsendable(f"The template isn't valid Liquid: {error}") from None


def render(source: str, values: dict[str, Any]) -> str:
    """Raises `Unsendable`."""
    from liquid.exceptions import LiquidError

    made = template(source)
    try:
        text: str = made.render(**values)
    except (LiquidError, ArithmeticError, LookupError, ValueError, RecursionError) as error:
        raise Unsendable(f"The template can't be rendered: {error}") from None
    return text
