"""Security findings about who asks: pages of the web, other users of this machine, whoever answers at a port."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from mfa_helpers.sandbox.app import create_app
from mfa_helpers.sandbox.defaults import LIMITS

from ..support.sandbox_api import FORM, MFA_REQUIRED, Api, refusal
from ..support.transport import needs_a_socket

pytestmark = needs_a_socket

ROUTES = [
    (method, route.path.replace("{id:int}", "1").replace("{id}", "x"))
    for route in create_app(None).routes  # type: ignore[arg-type]
    for method in sorted(route.methods - {"HEAD"})
]
OPEN = [("GET", "/.well-known/openid-configuration"), ("GET", "/.well-known/jwks.json")]
FOREIGN = {
    "origin": {"origin": "https://evil.example"},
    "no origin, from a file or a frame": {"origin": "null"},
    "another port of this machine": {"origin": "http://localhost:3000", "sec-fetch-site": "same-site"},
    "origin of a form": {"origin": "https://evil.example", "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
    "a picture": {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
    "a picture of another port": {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
    "a frame": {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"},
    "a form that leads to a page": {
        "origin": "https://evil.example", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document",
    },
}  # fmt: skip
LINK = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


@pytest.fixture
def api(sandbox) -> Api:
    return Api(sandbox)


def error_of(answer: requests.Response) -> tuple[int, str]:
    body = answer.json()
    return answer.status_code, body.get("errorCode") or body["error"]


def events(api: Api, type: str) -> list[dict[str, object]]:
    token = api.call(
        "POST",
        "/oauth/token",
        data={
            "grant_type": "client_credentials",
            "client_id": api.sandbox.management_client_id,
            "client_secret": api.sandbox.management_client_secret,
            "audience": api.sandbox.management_audience,
        },
    ).json()["access_token"]
    return api.bearer("GET", f"/api/v2/logs?q=type:{type}", token).json()


# S-06: a page of the web


def test_s_06_eleven_forms_of_a_foreign_page_lock_nobody_out(api: Api) -> None:
    page = {"content-type": FORM, "origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    for _ in range(LIMITS.failed_logins + 1):
        answer = api.call("POST", "/oauth/token", data=api.login_fields(password="x"), headers=page)
        assert refusal(answer) == (401, "access_denied", "Unauthorized")
    assert refusal(api.login()) == MFA_REQUIRED
    assert all(event["ip"] == "127.0.0.1" for event in events(api, "fco"))
    assert len(events(api, "fco")) == LIMITS.failed_logins + 1


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize(("method", "path"), sorted({*ROUTES, ("GET", "/none"), ("OPTIONS", "/oauth/token")} - {*OPEN}))
def test_s_06_a_foreign_page_reaches_nothing(api: Api, method: str, path: str, headers: dict[str, str]) -> None:
    assert error_of(api.call(method, path, headers=headers)) == (401, "access_denied")


@pytest.mark.parametrize("headers", [*FOREIGN.values(), LINK], ids=[*FOREIGN, "a link"])
@pytest.mark.parametrize(("method", "path"), OPEN)
def test_s_06_discovery_and_keys_stay_open_to_every_page(
    api: Api, method: str, path: str, headers: dict[str, str]
) -> None:
    assert api.call(method, path, headers=headers).status_code == 200


def test_s_06_a_link_from_elsewhere_opens_a_page_of_the_sandbox_and_nothing_else(api: Api) -> None:
    assert api.call("GET", "/sandbox/phone", headers=LINK).status_code == 200
    for method, path in [("GET", "/sandbox/push"), ("POST", "/sandbox/phone"), ("GET", "/userinfo")]:
        assert error_of(api.call(method, path, headers=LINK)) == (401, "access_denied")


@pytest.mark.parametrize("listed", ["http://localhost:3000", "http://localhost:3000/", "HTTP://LocalHost:3000"])
def test_s_06_a_page_whose_origin_is_listed_may_use_the_tenant(api: Api, listed: str) -> None:
    api.set_up(allowed_origins=[listed])
    page = {"origin": "http://localhost:3000", "sec-fetch-site": "same-site", "sec-fetch-mode": "cors"}
    assert refusal(api.call("POST", "/oauth/token", data=api.login_fields(), headers=page)) == MFA_REQUIRED
    for other in ("http://localhost:3001", "https://localhost:3000", "http://localhost:3000.evil.example", "null"):
        answer = api.call("POST", "/oauth/token", data=api.login_fields(), headers={**page, "origin": other})
        assert error_of(answer) == (401, "access_denied")


def test_s_06_a_second_origin_helps_nobody(api: Api) -> None:
    import http.client

    host = api.sandbox.base_url.removeprefix("http://")
    for origins in ([f"http://{host}", "https://evil.example"], ["https://evil.example", f"http://{host}"]):
        line = http.client.HTTPConnection(host)
        line.putrequest("POST", "/oauth/token")
        for origin in origins:
            line.putheader("origin", origin)
        line.endheaders()
        assert line.getresponse().status == 401
        line.close()


def test_s_06_the_log_is_not_flushed_by_a_page_that_keeps_on(api: Api, advance: Callable[[float], None]) -> None:
    for _ in range(3 * LIMITS.strangers.size):
        assert api.call("GET", "/oauth/token", headers=FOREIGN["origin"]).status_code == 401
    assert len(events(api, "fco")) == LIMITS.strangers.size
    advance(LIMITS.strangers.refill)
    assert api.call("GET", "/oauth/token", headers=FOREIGN["origin"]).status_code == 401
    assert len(events(api, "fco")) == LIMITS.strangers.size + 1


@pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "none"}, {"sec-fetch-site": "same-origin"}])
def test_s_06_programs_and_the_sandboxs_own_pages_are_not_affected(api: Api, headers: dict[str, str]) -> None:
    own = {**headers, **({"origin": api.sandbox.base_url} if headers.get("sec-fetch-site") == "same-origin" else {})}
    assert refusal(api.call("POST", "/oauth/token", data=api.login_fields(), headers=own)) == MFA_REQUIRED
    assert api.call("GET", "/sandbox/push", headers=own).json() == []
