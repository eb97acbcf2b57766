"""What the sandbox's operator reads of errors inside it, and that a notebook reads nothing of them.

An error is logged by whoever meets it last: uvicorn what a handler raises (a
full disk, too), aiosmtpd what keeping a mail raises, and this package the rest.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
import traceback
from typing import Any, TextIO

logger = logging.getLogger("mfa_helpers.sandbox")
_PAUSE = 60  # seconds until the loop's error of the same number is told again
_silent_until: dict[int | None, float] = {}
_LOGGERS = (logger.name, "uvicorn", "mail")  # the last two are the parents of all that uvicorn and aiosmtpd log


def be_silent() -> None:
    """Log nowhere, unless somebody wants it: in a kernel, it would show in whatever cell is running."""
    for name in _LOGGERS:
        found = logging.getLogger(name)
        found.propagate = False
        if not found.handlers:
            found.addHandler(logging.NullHandler())


def show_errors(stream: TextIO) -> None:
    """Write each error to `stream`, with its traceback and without anything that may be a secret."""
    handler = logging.StreamHandler(stream)
    handler.addFilter(_is_error)
    handler.setFormatter(_WithoutValues())
    for name in _LOGGERS:
        logging.getLogger(name).addHandler(handler)


def log_error_of_loop(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An event loop's exception handler: what no task, callback or protocol has dealt with."""
    error = context.get("exception")
    if isinstance(error, OSError):  # of too many open files asyncio tells ten thousand times a second
        now = time.monotonic()
        if now < _silent_until.get(error.errno, 0):
            return
        _silent_until[error.errno] = now + _PAUSE
    logger.error(context["message"], exc_info=error)


def _is_error(record: logging.LogRecord) -> bool:
    """No answer that was cut on demand: uvicorn logs that without an exception. And no request that the server's end has cut."""
    error = _error_of(record)
    return error is not None and not isinstance(error, asyncio.CancelledError)


def _error_of(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if record.exc_info else None


class _WithoutValues(logging.Formatter):
    """A traceback shows lines of the source, no values. What an exception says may hold some, a password or a token."""

    def format(self, record: logging.LogRecord) -> str:
        words = record.getMessage().partition("(")[0].strip()  # asyncio puts a callback's arguments behind it
        return f"{self.formatTime(record)} {words}\n{_told(_error_of(record))}"


def _told(error: BaseException | None, later: tuple[BaseException, ...] = ()) -> str:
    """The error, and before it the one that led to it."""
    if error is None or error in later:
        return ""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    earlier = _told(before, (*later, error))
    frames = "".join(traceback.format_tb(error.__traceback__))
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    gap = "\n\n" if earlier else ""
    return f"{earlier}{gap}Traceback (most recent call last):\n{frames}{kind}{_reason(error)}"


def _reason(error: BaseException) -> str:
    if isinstance(error, sqlite3.Error):  # its words name tables and columns; values are bound, never written into SQL
        return f": {error}"
    if isinstance(error, OSError) and error.strerror:  # the system's words
        return f": {error.strerror}"
    return " (what it says is left out: it could hold a secret)"
