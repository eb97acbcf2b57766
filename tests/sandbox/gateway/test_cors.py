"""Pages of the web: who is answered, by which headers of CORS, and that each application has pages of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from mfa_helpers.sandbox.tenant import origins

from ...support.management import Manage
from ...support.sandbox_api import MFA_REQUIRED, Api, public, refusal
from ...support.transport import needs_a_socket

pytestmark = needs_a_socket

PAGE = "http://localhost:3000"
OTHER = "http://localhost:3001"
REFUSED = (401, "access_denied", "Unauthorized")
SAID = "Origin {} is not allowed. Behavior used for check: WEB ORIGINS"
List = Callable[..., None]


@pytest.fixture
def manage(api: Api) -> Manage:
    return Manage(api)


@pytest.fixture
def list_page(api: Api, manage: Manage) -> List:
    """`list_page("web_origins", PAGE)`: the course's application lists it."""

    def change(field: str, *listed: str, client_id: str = api.sandbox.client_id) -> None:
        answer = manage("PATCH", f"clients/{client_id}", {field: list(listed)})
        assert answer.status_code == 200 and answer.json()[field] == list(listed), answer.text

    return change


def preflight(api: Api, path: str, method: str = "POST", origin: str = PAGE, headers: str = "") -> requests.Response:
    asked = {"origin": origin, "access-control-request-method": method, "sec-fetch-mode": "cors"}
    return api.call(
        "OPTIONS", path, headers={**asked, **({"access-control-request-headers": headers} if headers else {})}
    )


def login_from(api: Api, origin: str, **changed: Any) -> requests.Response:
    page = {"origin": origin, "sec-fetch-site": "same-site", "sec-fetch-mode": "cors"}
    return api.call("POST", "/oauth/token", data=api.login_fields(**changed), headers=page)


def events(manage: Manage) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = manage("GET", "logs?q=type:fco").json()
    return found


@pytest.mark.parametrize("field", origins.FIELDS)
def test_a_page_that_the_application_lists_is_answered_and_may_read_it(
    api: Api, list_page: List, manage: Manage, field: str
) -> None:
    list_page(field, PAGE)
    answer = login_from(api, PAGE)
    assert refusal(answer) == MFA_REQUIRED
    assert answer.headers["access-control-allow-origin"] == PAGE and "Origin" in answer.headers["vary"]
    assert "access-control-allow-credentials" not in answer.headers
    assert (
        answer.headers["access-control-expose-headers"]
        == "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Location"
    )
    refused = login_from(api, OTHER)
    assert refusal(refused) == REFUSED and "access-control-allow-origin" not in refused.headers
    assert [event["description"] for event in events(manage)] == [SAID.format(OTHER)]
    list_page(field)
    assert refusal(login_from(api, PAGE)) == REFUSED


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/oauth/token"),
        ("POST", "/oauth/revoke"),
        ("POST", "/mfa/associate"),
        ("GET", "/mfa/authenticators"),
        ("DELETE", "/mfa/authenticators/email%7Cdev_x"),
        ("POST", "/mfa/challenge"),
        ("GET", "/userinfo"),
        ("GET", "/api/v2/clients"),
    ],
)
def test_a_browser_that_asks_beforehand_is_told_for_listed_pages_alone(
    api: Api, list_page: List, manage: Manage, method: str, path: str
) -> None:
    refused = preflight(api, path, method)
    assert refused.status_code == 401 and "access-control-allow-origin" not in refused.headers
    assert [event["description"] for event in events(manage)] == [SAID.format(PAGE)]
    list_page("web_origins", PAGE)
    answer = preflight(api, path, method, headers="authorization,content-type,auth0-client")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert method in answer.headers["access-control-allow-methods"].split(", ")
    assert answer.headers["access-control-allow-headers"] == "authorization,content-type,auth0-client"


def test_a_listed_page_of_the_web_may_use_a_sandbox_in_a_private_network(api: Api, list_page: List) -> None:
    list_page("web_origins", "https://app.example.com")
    asked = {"access-control-request-method": "POST", "access-control-request-private-network": "true"}
    answer = api.call("OPTIONS", "/oauth/token", headers={"origin": "https://app.example.com", **asked})
    assert (answer.status_code, answer.headers["access-control-allow-private-network"]) == (200, "true")
    refused = api.call("OPTIONS", "/oauth/token", headers={"origin": PAGE, **asked})
    assert refused.status_code == 401 and "access-control-allow-private-network" not in refused.headers


@pytest.mark.parametrize(
    "text",
    [
        *(
            "*",
            "null",
            "localhost:3000",
            "http://",
            "http://a/b",
            "http://a?b",
            "http://a#b",
            "http://a:99999",
            "http://a:b",
        ),
        *(
            "http://a b",
            "http://a\nb",
            "http://a; script-src *",
            "http://user@a",
            "http://ż.example",
            "http://a\x00",
            "http://[::1",
        ),
    ],
)
def test_what_no_browser_writes_as_an_origin_is_not_listed(text: str) -> None:
    assert not origins.is_origin(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "http://localhost:3000",
            "http://localhost:3000/",
            "HTTPS://App.Example",
            "https://*.example.com",
            "http://[::1]:80",
        ),
        *("capacitor://localhost", "https://xn--4ca.example"),
    ],
)
def test_what_a_browser_writes_as_an_origin_is_listed(text: str) -> None:
    assert origins.is_origin(text)


def test_a_page_of_another_application_is_told_and_then_refused(api: Api, list_page: List, manage: Manage) -> None:
    list_page("web_origins", PAGE, client_id=api.sandbox.public_client_id)
    assert preflight(api, "/oauth/token").status_code == 200  # no application is named yet
    assert refusal(login_from(api, PAGE, **public(api.sandbox))) == MFA_REQUIRED
    assert refusal(login_from(api, PAGE)) == REFUSED
    assert [event["client_id"] for event in events(manage)] == [api.sandbox.client_id]


def test_a_token_of_another_application_serves_no_page_of_this_one(api: Api, list_page: List) -> None:
    list_page("web_origins", PAGE, client_id=api.sandbox.public_client_id)
    mine, others = api.mfa_token(**public(api.sandbox)), api.mfa_token()
    page = {"origin": PAGE}
    body = {"authenticator_types": ["oob"], "oob_channels": ["email"]}
    assert api.bearer("GET", "/mfa/authenticators", mine, headers=page).status_code == 200
    assert refusal(api.bearer("GET", "/mfa/authenticators", others, headers=page)) == REFUSED
    assert refusal(api.bearer("POST", "/mfa/associate", others, headers=page, json=body)) == REFUSED
    assert api.rows(others) == []  # without a browser all is as ever, and nothing was begun
    access = api.access_token()
    assert refusal(api.bearer("DELETE", "/mfa/authenticators/x", access, headers=page)) == REFUSED


def test_what_a_fault_or_a_limit_answers_can_be_read_too(api: Api) -> None:
    api.set_up(allowed_origins=[PAGE])
    api.call("POST", "/sandbox/faults", json={"path": "/oauth/token", "kind": "rate_limit"})
    answer = login_from(api, PAGE)
    assert answer.status_code == 429 and answer.headers["access-control-allow-origin"] == PAGE


@pytest.mark.parametrize("path", ["openid-configuration", "oauth-authorization-server", "jwks.json"])
def test_discovery_and_keys_can_be_read_by_every_page(api: Api, path: str) -> None:
    for headers in ({}, {"origin": "https://anywhere.example"}, {"origin": "null"}):
        answer = api.call("GET", "/.well-known/" + path, headers=headers)
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
        assert answer.headers["cache-control"] == "public, max-age=15, stale-while-revalidate=15, stale-if-error=86400"
    asked = preflight(api, "/.well-known/" + path, "GET", "https://anywhere.example", "auth0-client")
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (200, "*")


def test_a_setting_of_the_reset_is_what_the_courses_applications_begin_with(api: Api, manage: Manage) -> None:
    api.set_up(allowed_origins=[PAGE])
    assert [client.get("allowed_origins") for client in manage("GET", "clients").json()] == [[PAGE], [PAGE], None]
    api.set_up()
    assert refusal(login_from(api, PAGE)) == REFUSED


@pytest.mark.parametrize("field", origins.FIELDS)
@pytest.mark.parametrize(
    "wrong", ["localhost:3000", "http://", "/", "", "http://localhost:3000/path", "http://a.example?b", "http://[", 7, None]
)  # fmt: skip
def test_what_is_no_origin_is_not_listed(api: Api, manage: Manage, field: str, wrong: Any) -> None:
    answer = manage("PATCH", f"clients/{api.sandbox.client_id}", {field: [PAGE, wrong]})
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "invalid_body")
    assert f"on property {field}" in answer.json()["message"]
    assert field not in manage("GET", f"clients/{api.sandbox.client_id}").json()


def test_an_application_lists_a_hundred_origins_and_no_more(api: Api, list_page: List, manage: Manage) -> None:
    many = [f"https://{number}.example.com" for number in range(101)]
    list_page("web_origins", *many[:100])
    answer = manage("PATCH", f"clients/{api.sandbox.client_id}", {"web_origins": many})
    assert answer.status_code == 400 and "Array is too long" in answer.json()["message"]


@pytest.mark.parametrize(
    ("listed", "origin", "is_meant"),
    [
        (PAGE, PAGE, True),
        (PAGE + "/", PAGE, True),
        ("HTTP://LocalHost:3000", PAGE, True),
        (PAGE, OTHER, False),
        (PAGE, "https://localhost:3000", False),
        (PAGE, PAGE + ".evil.example", False),
        ("https://*.example.com", "https://a.example.com", True),
        ("https://prefix-*-suffix.example.com", "https://prefix-1-suffix.example.com", True),
        ("https://*.example.com:8443", "https://a.example.com:8443", True),
        ("https://*.example.com", "https://a.b.example.com", False),
        ("https://*.example.com", "https://example.com", False),
        ("https://*.example.com", "http://a.example.com", False),
        ("https://*.com", "https://a.com", False),
        ("https://sub.*.example.com", "https://sub.a.example.com", False),
        ("https://*.*.example.com", "https://a.b.example.com", False),
        ("com.example.app://*.example.com", "com.example.app://a.example.com", False),
        ("*", "https://a.example.com", False),
        ("https://*.example.com", "https://evil.example/.example.com", False),
        ("capacitor://localhost", "capacitor://localhost", True),
    ],
)
def test_a_star_stands_for_one_label_as_documented(listed: str, origin: str, is_meant: bool) -> None:
    client: Any = {"more": f'{{"web_origins": ["{listed}"]}}'}
    assert origins.lists(client, origin) is is_meant
