"""Exchanges and errors as words. Plain functions: no widget, no network."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote_plus, urlsplit

from .errors import MfaError
from .inputs import LOOPBACK
from .masking import STARS
from .models import Exchange

_PORT = re.compile(r"(//127\.0\.0\.1):\d+")
_DEVICE = re.compile(r"(\||%7C)dev_[A-Za-z0-9]{16}")


def exchange_text(exchange: Exchange) -> str:
    """Request and answer as they went over the wire, secrets masked.

    What differs from run to run is named instead of shown (the sandbox's port,
    the random part of an authenticator's id), so that a stored lesson stays true.
    """
    host = urlsplit(exchange.url).hostname or ""
    lines = [f"{exchange.method} {exchange.path} HTTP/1.1"]
    lines.append("Host: 127.0.0.1 (your sandbox)" if host in LOOPBACK else f"Host: {host}")
    lines += [f"{_header(name)}: {value}" for name, value in exchange.request_headers.items()]
    if exchange.request_body is not None:
        is_form = "urlencoded" in exchange.request_headers.get("content-type", "")
        lines += ["", _form(exchange.request_body) if is_form else _json(exchange.request_body)]
    if exchange.status is None:
        return _steady("\n".join([*lines, "", "(no answer came)"]))
    lines += ["", "", f"HTTP/1.1 {exchange.status} {exchange.reason}".rstrip()]
    lines += [f"{_header(name)}: {value}" for name, value in exchange.response_headers.items()]
    if exchange.body_text:
        lines += ["", exchange.body_text]
    return _steady("\n".join(lines))


def error_text(error: BaseException) -> str:
    """What happened, what to do next, and the tenant's own words."""
    if not isinstance(error, MfaError):
        return (
            f"Something in the course itself broke ({type(error).__name__}). Nothing you typed is the cause. "
            "Run the notebook's cells again from the top."
        )
    text = f"{error.what} {error.next_step}"
    if error.retry_after and error.status == 429:
        text += f" Wait {_duration(error.retry_after)}."
    if error.error:
        text += f" (The tenant said: {error.status} {error.error}, “{error.error_description or 'no more words'}”)"
    return text


def _duration(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} second{'s' if seconds != 1 else ''}"
    return f"{-(-seconds // 60)} minutes"


def _header(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("-"))


def _form(fields: dict[str, Any]) -> str:
    pairs = [f"{name}={_shown(str(value))}" for name, value in fields.items()]
    return "\n&".join(pairs)


def _shown(value: str) -> str:
    return value if STARS in value or value.startswith("<") else quote_plus(value)


def _json(body: Any) -> str:
    return json.dumps(body, indent=2, ensure_ascii=False)


def _steady(text: str) -> str:
    return _DEVICE.sub(r"\1dev_<16 characters>", _PORT.sub(r"\1", text))
