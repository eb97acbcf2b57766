"""Siblings of the security findings: other inputs of the same kinds."""

from __future__ import annotations

from typing import Any

import pytest

from mfa_helpers.client import errors
from mfa_helpers.client.transport import Transport
from mfa_helpers.sandbox.tenant import messages

from ..support.management import Manage
from ..support.misbehaving_server import answering, reply
from ..support.sandbox_api import JSON, MFA_REQUIRED, Api, refusal
from ..support.transport import needs_a_socket

PROVIDER = {"name": "sendgrid", "credentials": {"api_key": "x"}}  # nothing is sent by it: mail stays on this machine
BLANKS = " " * 90_000
#: Half a surrogate pair, and a line with a header behind it: what Python decodes without asking.
ENCODED = {"half a pair": "=?utf-7?q?+2AA-?=", "a header": "=?utf-8?b?DQpCY2M6IHhAZXhhbXBsZS5jb20NCg==?="}


@pytest.fixture
def manage(api: Api) -> Manage:
    return Manage(api)


def template(**changed: Any) -> dict[str, Any]:
    return {"template": messages.TEMPLATE, "body": "{{ code }}", "subject": "s", "syntax": "liquid"} | changed


# S-06: who asks


@needs_a_socket
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("path", ["/oauth/token", "/sandbox/inbox", "/api/v2/logs"])
def test_s_06_a_page_from_elsewhere_is_refused_whatever_origin_it_tells(api: Api, site: str, path: str) -> None:
    headers = {"origin": api.sandbox.base_url, "sec-fetch-site": site}
    answer = api.call("POST", path, headers=headers)
    assert answer.status_code == 401
    assert "access_denied" in answer.text


@needs_a_socket
@pytest.mark.parametrize(
    "host", ["localhost#x", "evil.example\\.localhost", "[::1].evil.example", "[::1]evil.example", "a b.localhost"]
)
def test_s_06_a_host_is_a_name_or_an_address_and_nothing_else(api: Api, host: str) -> None:
    answer = api.call("GET", "/userinfo", headers={"host": host})
    assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")


# S-12: bounded work


@pytest.mark.parametrize(
    "body",
    ["{{" + BLANKS + "}}", "{%" + BLANKS + "%}", "{{ a" + BLANKS + "b }}", "{% if" + BLANKS + "%}{% endif %}"],
    ids=["output", "tag", "between", "name"],
)
def test_s_12_a_tag_of_blanks_is_refused_before_it_is_read(manage: Manage, body: str) -> None:
    manage.done("POST", "emails/provider", PROVIDER, 201)
    answer = manage("PUT", f"email-templates/{messages.TEMPLATE}", template(body=body, **{"from": "a@example.com"}))
    assert answer.status_code == 400
    assert "more than 2,000 characters" in answer.json()["message"]


@pytest.mark.parametrize("sender", ["(" * 450, "(" * 200 + ")" * 200], ids=len)
def test_s_24_a_sender_of_brackets_is_refused(manage: Manage, sender: str) -> None:
    manage.done("POST", "emails/provider", PROVIDER, 201)
    answer = manage("PUT", f"email-templates/{messages.TEMPLATE}", template(**{"from": sender}))
    assert answer.status_code == 400, answer.text


# S-24: what looks encoded is text


@pytest.mark.parametrize("word", ENCODED.values(), ids=ENCODED)
def test_s_24_names_that_look_encoded_stay_as_they_are(api: Api, manage: Manage, word: str) -> None:
    manage.done("PATCH", "tenants/settings", {"friendly_name": word})
    manage.done("PATCH", f"clients/{api.sandbox.client_id}", {"name": word})
    manage.done("PATCH", f"users/{manage.user_id()}", {"name": word})
    assert api.associate(api.mfa_token()).status_code == 200
    (mail,) = api.mails()
    assert mail["from"].endswith("<no-reply@sandbox.example>") and word in mail["from"]
    assert word.replace("=?", "= ?") in mail["subject"] and word in mail["text"]


@pytest.mark.parametrize("sign", ['"', "\\", "ü", "\U0001f600", "e\u0301"], ids=ascii)
def test_s_24_a_name_of_the_tenant_that_no_mail_could_have_is_refused_when_it_is_set(
    api: Api, manage: Manage, sign: str
) -> None:
    for length in (60, 120, 250, 500):
        answer = manage("PATCH", "tenants/settings", {"friendly_name": (sign * length)[:length]})
        assert answer.status_code in (200, 400), answer.text
        assert api.associate(api.mfa_token()).status_code == 200


# S-16: what a server answers


CHARSETS = [
    "idna",
    "undefined",
    "punycode",
    "utf-7",
    "base64",
    "rot13",
    "raw_unicode_escape",
    "klingon",
    "a\x01",
    "\xff",
]


@needs_a_socket
@pytest.mark.parametrize("charset", CHARSETS, ids=ascii)
def test_s_16_a_page_in_a_charset_that_is_none_is_told_in_a_sentence(charset: str) -> None:
    page = reply(500, b"<p>+2AA- \xff not JSON", kind="").replace(
        b"Connection:", f"Content-Type: text/html; charset={charset}\r\nConnection:".encode("latin-1")
    )
    with answering(page) as server:
        with pytest.raises(errors.UnreadableAnswer) as told:
            Transport(server.base_url).send("POST", "/oauth/token", form={})
    assert "isn't one that the MFA API sends" in str(told.value)
    str(told.value).encode()


HEADS = {
    "a header of 70 kB": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
    "200 headers": b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 200 + b"\r\n",
    "no HTTP": b"hello\r\n\r\n",
    "a status that is none": b"HTTP/1.1 99999 OK\r\n\r\n",
}


@needs_a_socket
@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_s_16_a_head_without_end_is_an_answer_that_nobody_can_read(head: bytes) -> None:
    with answering(head) as server:
        with pytest.raises(errors.UnreadableAnswer):
            Transport(server.base_url).send("POST", "/oauth/token", form={})


@needs_a_socket
def test_s_16_halves_of_surrogate_pairs_can_be_shown() -> None:
    with answering(reply(403, b'{"error": "\\ud800", "error_description": "\\uDFFF no", "\\udc00": 1}')) as server:
        with pytest.raises(errors.Refused) as told:
            Transport(server.base_url).send("POST", "/oauth/token", form={})
    (str(told.value) + repr(told.value.exchange)).encode()
    assert "? no" in str(told.value)


@needs_a_socket
@pytest.mark.parametrize("status", [200, 403])
def test_s_16_an_answer_that_is_nested_without_end_is_not_readable(status: int) -> None:
    for depth in (101, 200, *range(470, 510, 3), 900):
        for body in (b'{"a":' * depth + b"1" + b"}" * depth, b'{"a":' + b"[" * depth + b"]" * depth + b"}"):
            with answering(reply(status, body)) as server:
                with pytest.raises(errors.UnreadableAnswer):
                    Transport(server.base_url).send("POST", "/oauth/token", form={})


# S-24, K-04: no charset lets half a letter in


@pytest.mark.parametrize("path", ["/oauth/token", "/mfa/challenge", "/mfa/associate", "/oauth/revoke"])
def test_s_24_halves_of_surrogate_pairs_in_utf_7_are_refused(api: Api, path: str) -> None:
    names = ("mfa_token", "username", "password", "grant_type", "client_id", "token", "authenticator_types")
    text = b"{" + b", ".join(b'"%s": "+2AA-"' % name.encode() for name in names) + b"}"
    headers = {"authorization": f"Bearer {api.mfa_token()}", "content-type": JSON + "; charset=utf-7"}
    answer = api.call("POST", path, data=text, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request"), answer.text
    assert "charset utf-7" in answer.json()["error_description"]


def test_s_24_halves_of_surrogate_pairs_in_utf_7_are_refused_in_a_form_and_by_the_management_api(
    api: Api, manage: Manage
) -> None:
    fields = api.login_fields()
    for name in ("username", "password", "grant_type", "scope"):
        form = "&".join(f"{key}={'%2B2AA-' if key == name else value}" for key, value in {**fields, name: 1}.items())
        headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-7"}
        answer = api.call("POST", "/oauth/token", data=form.encode(), headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request"), answer.text
    assert refusal(api.login()) == MFA_REQUIRED
    body = b'{"friendly_name": "+2AA-"}'
    headers = {"content-type": "application/json; charset=utf-7"}
    answer = api.bearer("PATCH", "/api/v2/tenants/settings", manage.token(), data=body, headers=headers)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "invalid_body")
