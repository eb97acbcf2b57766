"""Whatever stands in a field: each program sends what the course's own client sent."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from mfa_helpers.client.errors import MfaError
from mfa_helpers.client.secret import Secret
from mfa_helpers.client.transport import Transport

from ...support.misbehaving_server import Asked, IllBehaved, answering, reply
from .conftest import Run

NASTY = [
    "plain",
    "a'b",
    'a"b',
    "a\\b",
    "\\",
    "\\n",
    "\\u0041",
    "\\\\'",
    "'''",
    '"""',
    "$HOME",
    "${HOME}",
    "$(id)",
    "`id`",
    "#{1 + 1}",
    "#$0",
    "#@x",
    "%s %d %% %n",
    "%41",
    "{0}",
    "{{x}}",
    "+ +",
    "a&b=c;d",
    " blank ",
    "@file",
    "-v",
    "!!",
    "~",
    "JSON",
    "<?php ?>",
    "*/ // # --",
    "<b>&amp;</b>",
    "é",
    "漢字",
    "😀",
    "ada+1@bücher.example",
    "two\nlines",
    "a\r\nb",
    "\ttab",
    "\x00",
    "\x07\x08\x0b\x0c\x1a\x1b\x7f",
    "\x85\u2028\u2029",
    "\ufeff",
    "\u202eright to left",
    "\U000e0001",
]
FORM_SECRET = "p'\"\\$HOME`id`#{1}%s&=+ é漢😀\nsecond line!"
JSON_SECRET = "s'\"\\$HOME`id`#{1}%s&=+ é漢😀!"


def sent(server: IllBehaved, execute: Run, language: str, secrets: dict[str, str], **body: Any) -> tuple[Asked, Asked]:
    """The same call as the client makes it and as the program does."""
    wire = Transport(server.base_url)
    with suppress(MfaError):
        wire.send("POST", "/some%7Cwhere", bearer="a.b*c~d-e", **body)
    assert wire.last is not None
    outcome = execute(wire.last, language, ACCESS_TOKEN="a.b*c~d-e", **secrets)
    assert (outcome.status, outcome.out, outcome.err) == (0, "HTTP 200\nright\n", "")
    ours, theirs = server.asked
    assert (theirs.method, theirs.path) == ("POST", "/some%7Cwhere")
    for name in ("accept", "authorization"):
        assert theirs.headers[name] == ours.headers[name]
    assert theirs.headers["content-type"].split(";")[0].lower() == ours.headers["content-type"]
    return ours, theirs


def test_a_form(language: str, start: Run) -> None:
    fields = {f"field{number}": value for number, value in enumerate(NASTY)}
    fields |= {value: "name" for value in NASTY if value.isprintable() and value.strip() == value}
    with answering(reply(200, {"right": 1})) as server:
        body = {**fields, "password": Secret(FORM_SECRET)}
        ours, theirs = sent(server, start, language, {"PASSWORD": FORM_SECRET}, form=body)
    assert theirs.form == ours.form == {**fields, "password": FORM_SECRET}


def test_json(language: str, start: Run) -> None:
    deep = {"yes": True, "no": False, "nothing": None, "number": 3, "part": -1.5, "none": [], "empty": ""}
    deep["deeper"] = {"a": ["b"]}
    fields = {"texts": NASTY, **{f"n{name}": "name" for name in NASTY}, "deep": deep}
    with answering(reply(200, {"right": 1})) as server:
        body = {**fields, "client_secret": Secret(JSON_SECRET)}
        ours, theirs = sent(server, start, language, {"CLIENT_SECRET": JSON_SECRET}, json_body=body)
    assert theirs.json == ours.json == {**fields, "client_secret": JSON_SECRET}


@pytest.mark.parametrize("half", ["\ud800", "a\udfffb"])
def test_half_a_character_is_replaced(half: str, start: Run) -> None:
    with answering(reply(200, {"right": 1})) as server:
        wire = Transport(server.base_url)
        with suppress(MfaError):
            wire.send("POST", "/", json_body={"a": half})
        assert wire.last is not None
        exchange = replace(wire.last, request_body={"a": half})
        start(exchange, "python")
        assert server.asked[-1].json == {"a": half.encode("utf-16", "surrogatepass").decode("utf-16", "replace")}
