"""What is logged of an error: where it happened, and nothing that may be a secret."""

import asyncio
import errno
import io
import logging
import os
import sqlite3
from contextlib import closing

import pytest
import requests

from mfa_helpers.sandbox.hosting import operator_log, server

from ...support.deadline import DEADLINE

SECRET = "s3cret-of-somebody"


class Shown(io.StringIO):
    """What has been logged by now."""

    def getvalue(self):
        for handler in logging.getLogger("uvicorn").handlers:
            handler.flush()
        return super().getvalue()


@pytest.fixture
def shown():
    """What `show_errors` writes."""
    before = {name: list(logging.getLogger(name).handlers) for name in ("mfa_helpers.sandbox", "uvicorn", "mail")}
    stream = Shown()
    operator_log.be_silent()
    operator_log.show_errors(stream)
    yield stream
    for name, handlers in before.items():
        logging.getLogger(name).handlers[:] = handlers


def log(error, name="uvicorn"):
    logging.getLogger(name).error("Exception in ASGI application\n", exc_info=error)


def raised(act):
    try:
        act()
    except Exception as error:
        return error


def test_an_error_that_led_to_another_is_told_before_it_and_neither_tells_values(shown):
    def look_up(password):
        try:
            {}[password]
        except KeyError as error:
            error.add_note(f"The password was {password}")
            raise ValueError(f"{password} is wrong") from error

    log(raised(lambda: look_up(SECRET)))
    told = shown.getvalue()
    first, second = told.split("Traceback (most recent call last):\n")[1:]
    assert "{}[password]" in first and first.endswith(
        "\nKeyError (its message is left out, because it could contain a secret)\n\n"
    )
    assert "raise ValueError" in second
    assert second.endswith("\nValueError (its message is left out, because it could contain a secret)\n")
    assert SECRET not in told


def test_an_error_that_was_hidden_on_purpose_stays_hidden(shown):
    def act():
        try:
            raise KeyError(SECRET)
        except KeyError:
            raise ValueError(SECRET) from None

    log(raised(act))
    assert "KeyError (" not in shown.getvalue() and "ValueError (" in shown.getvalue()


def test_errors_that_lead_to_each_other_have_an_end(shown):
    one, other = ValueError("one"), ValueError("other")
    one.__cause__, other.__cause__ = other, one
    log(one)
    assert shown.getvalue().count("ValueError (") == 2


def test_what_the_system_and_sqlite_say_is_told(shown, tmp_path):
    log(raised(lambda: (tmp_path / "none" / SECRET).write_text("")))
    with closing(sqlite3.connect(":memory:")) as db:
        log(raised(lambda: db.execute("SELECT * FROM users WHERE password = ?", (SECRET,))), "mail")
    assert "\nFileNotFoundError: No such file or directory\n" in shown.getvalue()
    assert "\nsqlite3.OperationalError: no such table: users\n" in shown.getvalue()
    assert SECRET not in shown.getvalue()


def test_what_is_logged_without_an_error_is_not_shown(shown):
    logging.getLogger("uvicorn").error("ASGI callable returned without completing response.")
    logging.getLogger("mail").warning("something")
    assert shown.getvalue() == ""


def test_what_no_task_of_the_loop_has_dealt_with_is_shown(tmp_path, shown):
    sandbox = server.start(tmp_path / "tenant.sqlite3")
    try:

        def fail():
            raise ValueError(SECRET)

        sandbox._thread.loop.call_soon_threadsafe(fail)
        assert requests.get(sandbox.base_url + "/.well-known/jwks.json", timeout=DEADLINE).status_code == 200
    finally:
        sandbox.stop()
    assert "raise ValueError(SECRET)\nValueError (" in shown.getvalue()
    assert SECRET not in shown.getvalue()


def test_what_the_loop_repeats_is_told_once(shown, monkeypatch):
    """Where there are too many open connections, asyncio says so for each place in its queue, again and again."""
    monkeypatch.setattr(operator_log, "_silent_until", {})
    context = {
        "message": "socket.accept() out of system resource",
        "exception": OSError(errno.EMFILE, os.strerror(errno.EMFILE)),
    }
    loop = asyncio.new_event_loop()
    try:
        for _ in range(2000):
            operator_log.log_error_of_loop(loop, context)
    finally:
        loop.close()
    assert shown.getvalue().count("OSError: Too many open files") == 1
