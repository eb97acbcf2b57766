"""Exchanges and errors as words. Plain functions: no widget, no network."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlsplit

from ..client.errors import MfaError
from ..client.lifetimes import minutes
from ..client.models import Exchange
from ..client.secret import STARS
from .html import PRE, WRAPPED, Html

_PLAIN = f"{PRE}line-height: 1.4; {WRAPPED}"


def exchange_text(exchange: Exchange) -> str:
    """Request and answer as they went over the wire, secrets masked, and how long it took."""
    if exchange.status is None:
        return f"{request_text(exchange)}\n\n\n(no response, {took(exchange)})"
    return f"{request_text(exchange)}\n\n\n{answer_text(exchange)}\n\n({took(exchange)})"


def request_text(exchange: Exchange) -> str:
    """Request line, headers and body."""
    lines = [f"{exchange.method} {exchange.path} HTTP/1.1", f"Host: {urlsplit(exchange.url).netloc}"]
    lines += [f"{header_name(name)}: {value}" for name, value in exchange.request_headers.items()]
    if exchange.request_body is not None:
        is_form = "urlencoded" in exchange.request_headers.get("content-type", "")
        lines += ["", _body(exchange.request_body, is_form)]
    return "\n".join(lines)


def answer_text(exchange: Exchange) -> str:
    """Status line, headers and body; empty if no answer came."""
    if exchange.status is None:
        return ""
    lines = [f"HTTP/1.1 {exchange.status} {exchange.reason}".rstrip()]
    lines += [f"{header_name(name)}: {value}" for name, value in exchange.response_headers.items()]
    if exchange.body_text:
        lines += ["", exchange.body_text]
    return "\n".join(lines)


def took(exchange: Exchange) -> str:
    """How long it took, in milliseconds."""
    return f"after {exchange.elapsed_ms:,.0f} ms"


def error_text(error: BaseException) -> str:
    """What happened, what to do next, and the tenant's own words."""
    if not isinstance(error, MfaError):
        return (
            f"Something in the course itself failed ({type(error).__name__}). It wasn't caused by anything that you typed. "
            "Run the notebook's cells again from the top."
        )
    next_step = error.next_step
    if error.retry_after and error.status == 429:
        # The response's own number in place of a usual one, so that the wait is said once.
        told = f"Wait {duration(error.retry_after)}"
        next_step, replaced = re.subn(r"\bWait\b[^,.]*?(?=[,.]| and\b)", told, next_step, count=1)
        if not replaced:
            next_step += f" {told}."
    text = f"{error.what} {next_step}"
    if error.told:
        text += f" (The tenant's response: {error.told})"
    return text


_IN_ASCII = str.maketrans({"✔": "OK", "✘": "NO", "“": '"', "”": '"', "’": "'", "…": "..."})


def printable(text: str) -> str:
    """`text` with what this process's output has no letters for spelled out: a script in a C locale says it all the same."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_IN_ASCII).encode(encoding, "backslashreplace").decode(encoding)
    return text


def duration(seconds: int) -> str:
    """A wait in words, rounded up."""
    if seconds < 90:
        return f"{seconds} second{'s' if seconds != 1 else ''}"
    return minutes(seconds)


def listed(things: Sequence[str]) -> str:
    """At least one thing as a part of a sentence: `a`, `a and b`, or `a, b, and c`."""
    *others, last = things
    return f"{', '.join(others)}{',' if len(others) > 1 else ''} and {last}" if others else last


def header_name(name: str) -> str:
    """The name of a header as it's usually written."""
    return "-".join(part.capitalize() for part in name.split("-"))


def _body(body: Any, is_form: bool) -> str:
    if isinstance(body, str):  # as it was sent, whatever its label says
        return body
    return form_text(body) if is_form else _json(body)


def form_text(fields: dict[str, Any]) -> str:
    """Fields as a form body, one to a line."""
    pairs = [f"{name}={_shown(str(value))}" for name, value in fields.items()]
    return "\n&".join(pairs)


def _shown(value: str) -> str:
    return value if STARS in value or value.startswith("<") else quote_plus(value)


def _json(body: Any) -> str:
    return json.dumps(body, indent=2, ensure_ascii=False)


def missing_name(error: NameError) -> str:
    """What to do about a name that nothing has."""
    if isinstance(error, UnboundLocalError):
        name = re.search(r"'(\w+)'", str(error))
        return f"{name[1] if name else 'a name'} has no value yet. The line that assigns it must come first."
    if error.name in ("requests", "pyotp", "json", "httpx"):
        more = f"Add import {error.name} at the top of the cell."
    else:
        more = "If a cell above defines it, run that cell first, or click Run all. Otherwise, correct its spelling."
    return f"the name {error.name} isn't defined. {more}"


@dataclass(frozen=True)
class Words:
    """A text, and the same as HTML; without `marked_up`, as it would be printed."""

    text: str
    marked_up: Html | None = None

    def __repr__(self) -> str:
        return printable(self.text)

    def html(self) -> Html:
        return self.marked_up or Html('<pre style="{}">{}</pre>').format(_PLAIN, self.text)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {"text/plain": repr(self), "text/html": str(self.html())}
