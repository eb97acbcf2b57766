"""Security findings about work without bounds: templates, mail servers, and messages."""

from __future__ import annotations

import base64
import smtplib
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests

from mfa_helpers.client.transport import LARGEST_ANSWER
from mfa_helpers.sandbox import addresses
from mfa_helpers.sandbox.store import Store
from mfa_helpers.sandbox.tenant import mailbox, messages

from ..support.management import Manage
from ..support.sandbox_api import JSON, MFA_REQUIRED, Api, refusal
from ..support.transport import needs_a_socket

PROVIDER = {"name": "sendgrid", "credentials": {"api_key": "x"}}  # nothing is sent by it: mail stays on this machine
_SPLIT = "{% assign s = '1' %}{% for i in (1..1900) %}{% assign s = s | append: ',' | append: i %}{% endfor %}"

#: Each of these takes between some seconds and some minutes, if nothing ends it.
TEMPLATES = {
    "a chain of times": "{{ 9" + " | times: 9999999999" * 60 + " }}",
    "squares": "{% assign a = 9 %}" + "{% assign a = a | times: a %}" * 40 + "{{ a | size }}",
    "a long literal": "{{ " + "9" * 4_000 + " | times: " + "9" * 4_000 + " }}",
    "plus": "{% assign a = 1 %}{% for i in (1..9999) %}{% assign a = a | plus: a %}{% endfor %}{{ a }}",
    "split and join": "{% assign s = 'ab' %}"
    + "{% assign s = s | append: s %}" * 14
    + "{{ s"
    + " | split: '' | join: '' " * 40
    + "}}",
    "concat": _SPLIT + "{% assign l = s | split: ',' %}" + "{% assign l = l | concat: l %}" * 20 + "{{ l | size }}",
    "sort": _SPLIT
    + "{% for i in (1..9000) %}{% assign l = s | split: ',' | sort | reverse | sort_natural %}{% endfor %}",
    "uniq": _SPLIT + "{% for i in (1..9000) %}{% assign l = s | split: ',' | uniq %}{% endfor %}",
    "a loop of outputs": "{% for i in (1..9999) %}" + "{{ a }}" * 1_900 + "{% endfor %}",
    "a loop of tags": "{% for i in (1..9999) %}" + "{% if true %}{% endif %}" * 990 + "{% endfor %}",
    "a loop of cases": "{% for i in (1..9999) %}{% case i %}" + "{% when 0 %}" * 990 + "{% endcase %}{% endfor %}",
    "tags without an end": "{% assign s = '<script' %}"
    + "{% assign s = s | append: s %}" * 13
    + "{{ s | strip_html }}",
    "a long date": "{% assign s = '1 ' %}" + "{% assign s = s | append: s %}" * 12 + "{{ s | date: '%Y' }}",
}


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What never ends by itself is ended sooner than in the course."""
    for module in (messages, mailbox):
        monkeypatch.setattr(module, "_SECONDS", 0.05)


@pytest.fixture
def manage(api: Api) -> Manage:
    manage = Manage(api)
    manage.done("POST", "emails/provider", PROVIDER, 201)
    return manage


def template(**changed: Any) -> dict[str, Any]:
    return {
        "template": "mfa_oob_code",
        "from": "a@example.com",
        "subject": "x",
        "syntax": "liquid",
        "body": "x",
        **changed,
    }


@pytest.mark.parametrize("name", TEMPLATES)
def test_s_12_a_template_that_computes_without_end_is_refused_with_the_reason(manage: Manage, name: str) -> None:
    assert_refused(manage, manage("POST", "email-templates", template(body=TEMPLATES[name])))


@pytest.mark.parametrize("place", ["subject", "from"])
def test_s_12_so_is_one_in_the_head(manage: Manage, place: str) -> None:
    assert_refused(manage, manage("POST", "email-templates", template(**{place: TEMPLATES["squares"]})))
    manage.done("POST", "email-templates", template())
    for method in ("PUT", "PATCH"):
        answer = manage(method, "email-templates/mfa_oob_code", {**template(), place: "x" * 501})
        assert_refused(manage, answer)


def assert_refused(manage: Manage, answer: requests.Response) -> None:
    status, code, message = manage.refused(answer)
    assert (status, code) == (400, "invalid_body")
    assert any(word in message for word in ("too long", "too large", "more than", "limit")), message


@needs_a_socket
def test_s_12_templates_are_filled_in_off_the_event_loop(
    api: Api, manage: Manage, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads, real = [], messages.compose_mail

    def composed(*args: Any) -> Any:
        threads.append(threading.current_thread().name)
        return real(*args)

    monkeypatch.setattr(messages, "compose_mail", composed)
    manage.done("POST", "email-templates", template(body="{{ code }}", enabled=False))
    api.begin()
    assert api.challenge(api.mfa_token()).status_code == 401
    assert len(threads) == 2 and all(name.startswith("mfa-sandbox-composing") for name in threads)


@pytest.mark.parametrize(
    "q", ["date:[" * 2_000, "a:" * 2_000, 'type:"' * 2_000, "type:(" + "fp " * 2_000 + ")", "x" * 1_001], ids=len
)
def test_s_12_a_log_query_without_end_is_refused(manage: Manage, q: str) -> None:
    answer = manage("GET", "logs", params={"q": q})
    assert manage.refused(answer) == (400, "invalid_query_string", "q can have at most 1,000 characters.")
    assert manage("GET", "logs", params={"q": "type:" + "f" * 995}).status_code == 200


def test_s_12_only_what_could_be_an_address_is_composed(api: Api) -> None:
    """Composing sorts the marks of a letter, which takes quadratic time: seconds for what a body can hold."""
    marks = "a" + "\u0315\u0300" * 1_000
    assert addresses.address_of(f"{marks}@example.com") is None
    assert addresses.comparable(marks) == marks, "in no other order: nothing has sorted them"
    assert refusal(api.login(username=marks))[1] == "invalid_grant"


def test_s_12_of_a_content_type_only_the_beginning_is_looked_at(api: Api) -> None:
    """Python takes seconds to find the parameters of a long one."""
    kind = f'{JSON}; a="' + ";" * 10_000 + '"; charset=klingon'
    assert (
        refusal(api.call("POST", "/oauth/token", json=api.login_fields(), headers={"content-type": kind}))
        == MFA_REQUIRED
    )


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A mail server that takes every connection and never says a word."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=64))
        yield listener


@needs_a_socket
def test_s_13_who_needs_no_mail_does_not_wait_for_a_silent_mail_server(api: Api, silent: socket.socket) -> None:
    manage = Manage(api)
    credentials = {"smtp_host": "127.0.0.1", "smtp_port": silent.getsockname()[1]}
    manage.done("POST", "emails/provider", {"name": "smtp", "credentials": credentials}, 201)
    tokens = [api.mfa_token() for _ in range(20)]
    callers = [Api(api.sandbox) for _ in tokens]
    with ThreadPoolExecutor(len(tokens)) as threads:
        mails = [threads.submit(caller.associate, token) for caller, token in zip(callers, tokens, strict=True)]
        connection, _ = silent.accept()  # the first mail is on its way, into the silence
        done = [mail.done() for mail in mails]
        assert not any(done)
        assert api.access_token().startswith("eyJ")
        assert api.rows(tokens[0])
        assert manage.token()
        assert not all(mail.done() for mail in mails)  # they still wait
        silent.close()
        connection.close()
        assert {mail.result().status_code for mail in mails} == {502}
    for caller in callers:
        caller.http.close()


# S24


def post(api: Api, raw: bytes, to: str = "ada@example.com", sender: str = "sender@example.com") -> tuple[int, bytes]:
    """What the tenant's own post office says at the end, or where it refuses."""
    host, port = api.sandbox.smtp.split(":")
    with smtplib.SMTP(host, int(port), local_hostname="localhost", timeout=60) as smtp:
        smtp.ehlo()
        smtp.command_encoding = "utf-8"
        said = smtp.docmd("MAIL", f"FROM:<{sender}> SMTPUTF8")
        if said[0] == 250:
            said = smtp.docmd("RCPT", f"TO:<{to}>")
        if said[0] == 250:
            said = smtp.data(raw)
        return said


STORM = b" ".join(b"=?utf-8?q?=C3=BC?=" for _ in range(40_000))
NESTED = b"".join(
    b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (number, number) for number in range(2_000)
)
MAILS = {
    "nested comments": b"From: " + b"(" * 500 + b"\r\nSubject: x\r\n\r\n004217\r\n",
    "nested comments in the subject's company": b"From: a@b.example\r\nSender: " + b"(" * 5_000 + b"\r\n\r\nx\r\n",
    "a storm of encoded words": b"Subject: " + STORM + b"\r\n\r\nx\r\n",
    "a storm in the sender": b"From: " + STORM + b" <a@example.com>\r\n\r\nx\r\n",
    "ten thousand senders": b"From: " + b"a@example.com, " * 10_000 + b"b@example.com\r\n\r\nx\r\n",
    "parts in parts": NESTED + b"x\r\n",
    "open groups": b"From: " + b"a:" * 5_000 + b"\r\n\r\nx\r\n",
    "routes": b"From: <" + b"@a," * 5_000 + b"\r\n\r\nx\r\n",
    "parameters": b"Content-Type: text/plain" + b"; a*0*=x" * 5_000 + b"\r\n\r\nx\r\n",
    "a charset that takes minutes": b"Content-Type: text/plain; charset=punycode\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(b"a-" + b"bcdefghijklmnopqrstuvwxyz" * 24_000).replace(b"\n", b"\r\n"),
    "too large": b"Subject: x\r\n\r\n" + (b"y" * 70 + b"\r\n") * 16_000,
}


@needs_a_socket
@pytest.mark.parametrize("name", MAILS)
def test_s_24_an_odd_mail_is_refused_or_read_and_the_inbox_goes_on(api: Api, name: str) -> None:
    code, _ = post(api, fold(MAILS[name]))
    assert code in (250, 500, 552, 554), code
    assert len(api.mails()) == (code == 250)
    api.begin()
    assert len(api.mails("ada@example.com")[0]["code"]) == 6


def fold(raw: bytes) -> bytes:
    """Lines of at most a thousand letters, as SMTP wants them."""
    return b"\r\n".join(
        b"\r\n ".join(line[start : start + 900] for start in range(0, len(line), 900)) or b""
        for line in raw.split(b"\r\n")
    )


@needs_a_socket
@pytest.mark.parametrize(
    "name",
    [
        "a storm of encoded words",
        "a storm in the sender",
        "nested comments",
        "a charset that takes minutes",
        "too large",
    ],
)
def test_s_24_what_nobody_could_read_is_not_taken(api: Api, name: str) -> None:
    assert post(api, fold(MAILS[name]))[0] in (500, 552, 554)
    assert api.mails() == []


@needs_a_socket
@pytest.mark.parametrize(
    "address",
    ["a\0b@example.com", "a\x07b@example.com", "a\x7fb@example.com", "a\u202eb@example.com", "a\u2066b@example.com",
     "a\u200bb@example.com", "a\ufeffb@example.com", "a\u00adb@example.com", "a@exa\u202emple.com", "nobody", "@", "a b@example.com"],
    ids=ascii,
)  # fmt: skip
def test_s_24_an_address_that_nobody_has_is_refused_as_recipient_and_as_sender(api: Api, address: str) -> None:
    raw = b"Subject: x\r\n\r\n004217\r\n"
    assert post(api, raw, to=address)[0] >= 500
    assert post(api, raw, sender=address)[0] >= 500
    assert post(api, raw, to="jörg@bücher.example")[0] == 250
    assert [mail["to"] for mail in api.mails()] == ["jörg@bücher.example"]


@needs_a_socket
def test_s_24_a_mail_has_so_many_recipients_and_no_more(api: Api) -> None:
    host, port = api.sandbox.smtp.split(":")
    many = [f"learner-{number}@example.com" for number in range(60)]
    with smtplib.SMTP(host, int(port), local_hostname="localhost", timeout=60) as smtp:
        smtp.ehlo()
        refused = smtp.sendmail("a@example.com", many, b"Subject: x\r\n\r\nx\r\n")
    assert set(refused) == set(many[50:]) and {code for code, _ in refused.values()} == {452}
    assert len(api.mails()) == 50


@needs_a_socket
@pytest.mark.parametrize("sign", [b"y", b"\x01"], ids=["plain", "written with six letters in JSON"])
def test_s_24_many_large_mails_are_no_answer_that_a_client_does_not_take(api: Api, sign: bytes) -> None:
    head = b"Content-Type: text/%s\r\n\r\n"
    parts = [b"--b\r\n" + head % kind + (sign * 900 + b"\r\n") * 500 for kind in (b"plain", b"html")]
    large = (
        b"Subject: "
        + sign
        + b"\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
        + b"".join(parts)
        + b"--b--\r\n"
    )
    api.begin()
    for _ in range(7):
        assert post(api, large)[0] == 250
    answer = api.call("GET", "/sandbox/inbox")
    assert 1 <= len(answer.json()) < 7 and len(answer.content) < LARGEST_ANSWER
    api.begin()
    assert len(api.mails()[0]["code"]) == 6


def test_s_24_an_odd_mail_of_an_older_tenant_leaves_the_inbox_readable(state: Path) -> None:
    store = Store(state)
    for raw in MAILS.values():
        store.add_mail("ada@example.com", channel="email", user_id="", raw=raw[:200_000], received_at=0)
    assert len(mailbox.read(store.mails(None))) == len(MAILS)
    store.close()
