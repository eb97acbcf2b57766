"""The second collection, about bytes: charsets, escaped slashes, and names of senders (K-04, K-09, K-11)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.headerregistry import Address
from typing import Any
from urllib.parse import urlencode

import pytest

from mfa_helpers.sandbox.store import Store

from ..support.management import Manage
from ..support.sandbox_api import FORM, JSON, Api, refusal

NAME = "jörgen@example.com"


@pytest.fixture
def manage(api: Api) -> Manage:
    return Manage(api)


# K4

BAD = [
    pytest.param(NAME.encode("latin-1"), "", id="Latin-1 that is not declared"),
    pytest.param(NAME.encode("latin-1"), "; charset=utf-8", id="Latin-1 declared as UTF-8"),
    pytest.param(b"j\xc3@example.com", "", id="half a letter"),
    pytest.param(b"j\xed\xa0\xbd@example.com", "", id="half a surrogate pair"),
    pytest.param(b"j\xff\xfe@example.com", "", id="no letter at all"),
    pytest.param(NAME.encode(), "; charset=us-ascii", id="UTF-8 declared as ASCII"),
    pytest.param(b"j@example.com", "; charset=klingon", id="a charset that is not there"),
    pytest.param(b"j@example.com", "; charset=base64", id="no charset at all"),
    pytest.param(b"j@example.com", "; charset=idna", id="a codec for domains"),
    pytest.param(b"j@example.com", "; charset=unicode_escape", id="a codec of Python's own"),
]


@pytest.mark.parametrize(("name", "charset"), BAD)
def test_k_04_bytes_that_are_not_what_they_are_declared_to_be_are_refused_everywhere(
    api: Api, manage: Manage, name: bytes, charset: str
) -> None:
    token, machine = api.mfa_token(), manage.token()
    mfa = b'{"authenticator_types": ["oob"], "oob_channels": ["email"], "email": "%s"}' % name
    any_json = b'{"grant_type": "password", "mfa_token": "x", "advance_seconds": 1, "kind": "%s", "token": "x"}' % name
    json_type = {"content-type": JSON + charset}
    answers = [
        api.bearer("POST", "/mfa/associate", token, data=mfa, headers=json_type),
        *(
            api.call("POST", path, data=any_json, headers=json_type)
            for path in ("/oauth/token", "/oauth/revoke", "/mfa/challenge")
        ),
        *(
            api.call(
                "POST", path, data=b"grant_type=password&username=" + name, headers={"content-type": FORM + charset}
            )
            for path in ("/oauth/token", "/oauth/revoke", "/mfa/challenge")
        ),
    ]
    for answer in answers:
        status, error, text = refusal(answer)
        assert (status, error) == (400, "invalid_request") and "charset" in text, answer.url
    for path in ("/sandbox/clock", "/sandbox/faults", "/sandbox/reset", "/sandbox/push/x"):
        answer = api.call("POST", path, data=any_json, headers=json_type)
        assert (answer.status_code, "charset" in answer.json()["error_description"]) == (400, True), path
    for method, path in (
        ("POST", "users"),
        ("PATCH", f"users/{manage.user_id()}"),
        ("PATCH", "tenants/settings"),
        ("PUT", "guardian/policies"),
    ):
        body = b'{"friendly_name": "%s"}' % name
        answer = api.bearer(method, f"/api/v2/{path}", machine, data=body, headers=json_type)
        status, code, message = manage.refused(answer)
        assert (status, code) == (400, "invalid_body") and "charset" in message, path
    assert api.mails() == []


def test_k_04_what_a_form_escapes_is_no_other_text(api: Api) -> None:
    body = b"grant_type=password&username=j%F6rgen%40example.com&password=x"
    answer = api.call("POST", "/oauth/token", data=body, headers={"content-type": FORM})
    assert refusal(answer)[:2] == (400, "invalid_request")


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "iso-8859-1", "windows-1252", "utf-16", "utf-16-le"])
def test_k_04_a_declared_charset_is_decoded(api: Api, manage: Manage, charset: str) -> None:
    plain = charset.strip('"')
    body = json.dumps(
        {"authenticator_types": ["oob"], "oob_channels": ["email"], "email": NAME}, ensure_ascii=False
    ).encode(plain)
    headers = {"content-type": f"{JSON}; charset={charset}"}
    answer = api.bearer("POST", "/mfa/associate", api.mfa_token(), data=body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert [mail["to"] for mail in api.mails()] == [NAME]
    body = json.dumps({"friendly_name": "Süd"}, ensure_ascii=False).encode(plain)
    answer = api.bearer("PATCH", "/api/v2/tenants/settings", manage.token(), data=body, headers=headers)
    assert answer.json()["friendly_name"] == "Süd"


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
def test_k_04_a_form_of_a_declared_charset_signs_in(api: Api, manage: Manage, charset: str) -> None:
    user = {"connection": "Username-Password-Authentication", "email": NAME, "password": "pässwörd"}
    manage.done("POST", "users", user, 201)
    fields = urlencode(api.login_fields(username=NAME, password="pässwörd"), encoding=charset)
    raw = fields.replace("j%F6rgen" if charset == "iso-8859-1" else "j%C3%B6rgen", "jörgen").encode(charset)
    for body in (fields.encode(), raw):
        answer = api.call("POST", "/oauth/token", data=body, headers={"content-type": f"{FORM}; charset={charset}"})
        assert refusal(answer)[1] == "mfa_required"


def test_k_04_a_byte_order_mark_is_no_part_of_the_text(api: Api) -> None:
    body = b"\xef\xbb\xbf" + json.dumps(api.login_fields()).encode()
    answer = api.call("POST", "/oauth/token", data=body, headers={"content-type": JSON})
    assert refusal(answer)[1] == "mfa_required"


@pytest.mark.parametrize("half", ["\\ud800", "\\uDFFF"])
def test_k_04_half_a_surrogate_pair_makes_no_other_address(api: Api, half: str) -> None:
    body = '{"authenticator_types": ["oob"], "oob_channels": ["email"], "email": "j%srgen@example.com"}' % half
    answer = api.bearer("POST", "/mfa/associate", api.mfa_token(), data=body, headers={"content-type": JSON})
    assert refusal(answer)[::2] == (400, "Invalid email address")
    assert api.mails() == []


# K9


@pytest.mark.parametrize(
    "name",
    ["ACME: Süd", "Süd <Nord>", "Süd, Nord & Söhne", 'Das "Süd"', "Süd; (Nord) [Ost] @West", "Ü" * 80, "Süd: " * 30, "Süd\\Nord"],
    ids=ascii,
)  # fmt: skip
def test_k_09_the_senders_name_and_address_arrive_whole(api: Api, manage: Manage, state: Any, name: str) -> None:
    manage.done("PATCH", "tenants/settings", {"friendly_name": name})
    api.begin()
    (mail,) = api.mails()
    name = name.strip()
    assert mail["from"] == str(Address(name, addr_spec="no-reply@sandbox.example"))
    store = Store(api.sandbox.state)
    (row,) = store.mails(None)
    store.close()
    (address,) = message_from_bytes(row["raw"], policy=policy.default)["from"].addresses
    assert (address.display_name, address.addr_spec) == (name, "no-reply@sandbox.example")


@pytest.mark.parametrize("name", ["ACME: Süd", "Süd (Nord)", "Süd, Nord", "Ü" * 80], ids=ascii)
def test_k_09_so_does_that_of_a_template(api: Api, manage: Manage, name: str) -> None:
    manage.done("POST", "emails/provider", {"name": "sendgrid", "credentials": {"api_key": "x"}}, 201)
    template = {"template": "mfa_oob_code", "subject": "x", "syntax": "liquid", "body": "{{ code }}"}
    manage.done("POST", "email-templates", {**template, "from": "{{ friendly_name }} <south@example.com>"})
    manage.done("PATCH", "tenants/settings", {"friendly_name": name})
    api.begin()
    assert api.mails()[0]["from"] == str(Address(name, addr_spec="south@example.com"))


# K11

IDS = ["a%2Fb", "a%2fb", "%2F", "a%2Fb%2Fc", "email%7Cdev_x%2F..%2Fy", "%2e%2e%2Fx"]


@pytest.fixture
def access_token(api: Api) -> Iterator[str]:
    yield api.access_token()


@pytest.mark.parametrize("id", IDS)
def test_k_11_an_escaped_slash_in_an_id_reaches_the_handler(
    api: Api, manage: Manage, access_token: str, id: str
) -> None:
    path = f"/mfa/authenticators/{id}"
    assert refusal(api.bearer("DELETE", path, access_token))[:2] == (404, "invalid_authenticator")
    assert refusal(api.call("DELETE", path))[0] == 401
    machine = manage.token()
    for method, path, code in (
        ("GET", f"users/{id}", "inexistent_user"),
        ("PATCH", f"users/{id}", "inexistent_user"),
        ("DELETE", f"user-blocks/{id}", "inexistent_user"),
        ("GET", f"users/{id}/authentication-methods", "inexistent_user"),
        ("DELETE", f"users/{id}/authentication-methods/x", "inexistent_user"),
        ("DELETE", f"users/{manage.user_id()}/authentication-methods/{id}", "inexistent_authentication_method"),
        ("POST", f"users/{id}/recovery-code-regeneration", "inexistent_user"),
        ("GET", f"clients/{id}", "inexistent_client"),
        ("GET", f"resource-servers/{id}", "inexistent_resource_server"),
        ("GET", f"email-templates/{id}", "inexistent_email_template"),
    ):
        body = {} if method == "PATCH" else None
        answer = manage(method, path, body, token=machine)
        assert manage.refused(answer)[:2] == (404, code), (method, path)
        assert api.call(method, f"/api/v2/{path}", json=body).status_code == 401
    assert manage("GET", f"logs/{id}").json()["errorCode"] == "invalid_query_string"


def test_k_11_a_plain_slash_is_one_of_the_path_as_before(api: Api, access_token: str) -> None:
    assert api.bearer("DELETE", "/mfa/authenticators/a/b", access_token).json() == {
        "statusCode": 404,
        "error": "Not Found",
        "message": "Not Found",
    }
    assert api.call("POST", "/oauth%2Ftoken", data=api.login_fields()).status_code == 404


def test_k_11_an_id_with_a_slash_is_found_by_its_escaped_form(api: Api, manage: Manage) -> None:
    body = {"identifier": "https://api.example/a/b"}
    manage.done("POST", "resource-servers", body, 201)
    assert manage.done("GET", "resource-servers/https%3A%2F%2Fapi.example%2Fa%2Fb")["identifier"] == body["identifier"]
