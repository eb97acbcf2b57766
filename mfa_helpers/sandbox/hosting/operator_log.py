"""What the sandbox's operator reads of errors inside it, and that a notebook reads nothing of them.

An error is logged by whoever meets it last: uvicorn what a handler raises (a
full disk, too), aiosmtpd what keeping a mail raises, and this package the rest.
"""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import sqlite3
import threading
import time
import traceback
from contextlib import suppress
from typing import Any, TextIO

logger = logging.getLogger("mfa_helpers.sandbox")
_PAUSE = 60  # seconds until the loop's error of the same number is told again
MOST_ERRORS = 30  # errors in a minute; what is more is counted
_WAITING = 100  # errors that wait for somebody to read what has been written
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
    handler = _Writer(stream)
    handler.addFilter(_is_error)
    handler.addFilter(_Pace())
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


class _Pace(logging.Filter):
    """A minute has so many errors; the first one after them tells how many were left out."""

    def __init__(self) -> None:
        super().__init__()
        self._since, self._told, self._left_out = 0.0, 0, 0

    def filter(self, record: logging.LogRecord) -> bool:
        if record.created - self._since >= 60:
            if self._left_out:
                record.msg = f"{self._left_out} {'error was' if self._left_out == 1 else 'errors were'} left out. Then: {record.msg}"
            self._since, self._told, self._left_out = record.created, 0, 0
        self._told += 1
        self._left_out += self._told > MOST_ERRORS
        return self._told <= MOST_ERRORS


class _Writer(logging.Handler):
    """Writes in a thread of its own, so that a pipe which nobody reads holds up nobody; what finds no room is left out."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._texts: queue.Queue[str] = queue.Queue(_WAITING)
        self._thread = threading.Thread(target=self._write, name="mfa-sandbox-log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(queue.Full):
            self._texts.put_nowait(self.format(record) + "\n")

    def flush(self) -> None:
        """Wait for what is to be written, but not for long: perhaps nobody reads it."""
        deadline = time.monotonic() + 2
        while self._texts.unfinished_tasks and time.monotonic() < deadline:
            time.sleep(0.01)

    def _write(self) -> None:
        while True:
            text = self._texts.get()
            with suppress(OSError, ValueError):  # nobody is there to read it
                _put(self._stream, text)
            self._texts.task_done()


def _put(stream: TextIO, text: str) -> None:
    try:
        number = stream.fileno()
    except OSError:  # no file
        stream.write(text)
        return
    left = text.encode("utf-8", "replace")
    while left:  # not by the stream: Python's end would wait for its lock
        left = left[os.write(number, left) :]


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
    return " (its message is left out, because it could contain a secret)"
