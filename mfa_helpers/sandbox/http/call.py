"""One call to the tenant: its fields, read with care, and what the log will say of it."""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Scope

from .. import refusals
from ..refusals import Refusal
from ..tenant.tenant import tenant_of

#: Charsets, by the names of Python's codecs; its other codecs are none (base64, idna, unicode_escape …).
_CHARSET = re.compile(r"ascii|(utf|iso|cp|koi|mac|euc|gb|big5|shift|hz|johab|tis|ptcp|kz|hp|iso2022)[\w-]*")
_MAX_BODY = 100_000  # bytes; the largest honest request has a few hundred
_DEEPEST = 100  # lists and objects in each other: what is deeper could be read, and not be written again
_LONGEST_TYPE = 200  # letters of a Content-Type that are looked at: its parameters take quadratic time to read


class Call:
    """A request whose body has been read. `client_id`, `user_id`, and `audience` are filled in when they are known."""

    def __init__(self, request: Request, fields: dict[str, Any]) -> None:
        self.request = request
        self.fields = fields
        self.tenant = tenant_of(request)
        self._now: float | None = None
        self.client_id = ""
        self.user_id = ""
        self.audience = ""

    @classmethod
    async def of(cls, request: Request) -> Call:
        """Read the body. Raises `Refusal` if it cannot be read."""
        return cls(request, await read_body(request))

    @property
    def now(self) -> float:
        """The tenant's time, the same throughout the call."""
        if self._now is None:
            self._now = self.tenant.clock.now()
        return self._now

    @property
    def address(self) -> str:
        """The address that the call comes from."""
        return self.request.client.host if self.request.client else ""

    # fields

    def text(self, name: str) -> str:
        """A required field. Raises `Refusal` if it is missing, empty or not text."""
        value = self.optional(name)
        if not value:
            raise Refusal(refusals.MISSING, name=name)
        return value

    def optional(self, name: str) -> str | None:
        """A field that may be missing. Raises `Refusal` if it is not text."""
        value = self.fields.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise Refusal(refusals.NOT_TEXT, name=name)
        return value

    def texts(self, name: str) -> list[str]:
        """A required array of strings. Raises `Refusal`."""
        value = self.fields.get(name)
        if not value:
            raise Refusal(refusals.MISSING, name=name)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise Refusal(refusals.NOT_TEXT, name=f"each of {name}")
        return value

    def scopes(self) -> list[str] | None:
        """`scope` as a list, `None` if it was not sent. Raises `Refusal`."""
        scope = self.fields.get("scope")
        if scope is None or scope == "":
            return None
        if isinstance(scope, str):
            return scope.split()
        if isinstance(scope, list) and all(isinstance(item, str) for item in scope):
            return list(scope)
        raise Refusal(refusals.BAD_SCOPE)

    def bearer(self) -> str | None:
        """The token of `Authorization: Bearer …`."""
        scheme, _, token = self.request.headers.get("authorization", "").partition(" ")
        return (token.strip() or None) if scheme.lower() == "bearer" else None

    @property
    def user_agent(self) -> str:
        """The program that made the call, as it names itself."""
        named = self.request.headers.get("user-agent", "")[:200]
        return "".join(one if one.isascii() and one.isprintable() else "?" for one in named)

    # the log

    def log(self, type: str, description: str = "", **details: Any) -> None:
        """Write an event of that type code (documentation, log-event-type-codes) into the tenant's log.

        `details` are those of the type's published schema that nothing else tells.
        """
        self.tenant.store.add_log(
            type,
            date=self.now,
            description=description[:500],
            client_id=self.client_id,
            user_id=self.user_id,
            ip=self.address,
            user_agent=self.user_agent,
            hostname=hostname_of(self.request.scope),
            audience=self.audience[:200],
            details=details,
        )


def hostname_of(scope: Scope) -> str:
    """How the caller named the tenant; empty if it didn't."""
    try:
        return urlsplit("//" + Headers(scope=scope).get("host", "")[:255]).hostname or ""
    except ValueError:  # brackets that do not fit
        return ""


async def read_body(request: Request) -> dict[str, Any]:
    """The fields of a form or of a JSON object.

    Anything else reads as no fields, so the caller's first missing parameter is
    named: JSON that is labeled as a form, or not labeled at all, ends there.
    An empty body is fine whatever its label (auth0-auth-js labels empty ones).
    Raises `Refusal` if there are too many bytes, if they are packed, or if they are no text in the declared charset.
    """
    raw = await read_raw(request)
    kind, charset = content_type(request)
    if kind == "application/x-www-form-urlencoded":
        text = _text(raw, charset)
        with _bytes_of(charset):  # what is escaped are bytes of the same charset
            fields = parse_qsl(text, keep_blank_values=True, encoding=charset, errors="strict")
            "".join(name + value for name, value in fields).encode()  # see `_text`
            return dict(fields)  # of two fields with one name, the last
    body = json_of(raw, charset) if kind == "application/json" else None
    return body if isinstance(body, dict) else {}


async def read_object(request: Request) -> dict[str, Any] | None:
    """The JSON object in a body, whatever its label: `{}` if there is no body, `None` if it is anything else.

    Raises `Refusal`, as `read_body` does.
    """
    raw = await read_raw(request)
    body = json_of(raw, content_type(request)[1]) if raw else {}
    return body if isinstance(body, dict) else None


def content_type(request: Request) -> tuple[str, str]:
    """The kind of a body, and the charset that is declared, or else UTF-8."""
    header, declared = Message(), request.headers.get("content-type", "")
    header["content-type"] = declared[:_LONGEST_TYPE]
    return declared.partition(";")[0].strip().lower(), str(header.get_param("charset") or "utf-8")


@contextmanager
def _bytes_of(charset: str) -> Iterator[None]:
    """Raises `Refusal` if bytes are no text in that charset, or if there is no such charset."""
    try:
        if not _CHARSET.fullmatch(codecs.lookup(charset).name):
            raise LookupError(charset)
        yield
    except (LookupError, ValueError):  # that bytes cannot be decoded is a ValueError
        raise Refusal(refusals.BAD_CHARSET, charset=charset[:40]) from None


def _text(raw: bytes, charset: str) -> str:
    """Without a byte order mark, which some programs write.

    Raises `Refusal`, also for half a surrogate pair, which UTF-7 lets through: neither SQLite nor an answer can hold it.
    """
    with _bytes_of(charset):
        text = raw.decode(charset)
        text.encode()
    return text.removeprefix("\ufeff")


async def read_raw(request: Request) -> bytes:
    """The body's bytes. Raises `Refusal` if there are too many, or if they are packed."""
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.lower() not in ("", "identity"):
        raise Refusal(refusals.ENCODED, encoding=encoding[:40])
    raw = b""
    async for part in request.stream():
        raw += part
        if len(raw) > _MAX_BODY:
            raise Refusal(refusals.TOO_LARGE)
    return raw


def _finite(text: str) -> float:
    """Numbers that JSON has no word for could be kept, but not told again. Raises `ValueError`."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def json_of(raw: bytes, charset: str) -> Any:
    """The value of a JSON text, `None` if it is none or is nested too deeply. Raises `Refusal` if the bytes are none of that charset."""
    text = _text(raw, charset)
    try:
        body = json.loads(text, parse_constant=_finite, parse_float=_finite)
        if "\\ud" in text.lower():
            # JSON can spell half a surrogate pair, which neither SQLite nor an answer can hold. What is lost is seen to
            # be lost: a question mark could be part of somebody's address.
            whole = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass").decode("utf-8", "replace")
            body = json.loads(whole)
    except (ValueError, RecursionError):
        return None
    return None if is_deeper(body, _DEEPEST) else body


def is_deeper(value: Any, levels: int) -> bool:
    """Whether lists and objects are nested deeper in each other than that."""
    if not isinstance(value, (dict, list)):
        return False
    inside = value.values() if isinstance(value, dict) else value
    return not levels or any(is_deeper(one, levels - 1) for one in inside)
