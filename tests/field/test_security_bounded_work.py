"""Security findings about work without bounds: templates, mail servers, and messages."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest

from mfa_helpers.sandbox.tenant import messages

from ..sandbox.endpoints.management.conftest import Manage
from ..support.sandbox_api import Api
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
    for place in ("body", "subject", "from"):
        answer = manage("POST", "email-templates", template(**{place: TEMPLATES[name]}))
        status, code, message = manage.refused(answer)
        assert (status, code) == (400, "invalid_body"), name
        assert any(word in message for word in ("too long", "more than", "limit")), message


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
    assert manage.refused(answer) == (400, "invalid_query_string", "q has at most 1,000 letters.")
    assert manage("GET", "logs", params={"q": "type:" + "f" * 995}).status_code == 200


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
