"""Security findings about what every answer tells a browser: S23. The workflows' actions are in `tests/processes/test_fork.py`."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
import requests

from ..support.sandbox_api import Api

ANYTHING = [
    ("GET", "/"),
    ("GET", "/.well-known/openid-configuration"),
    ("GET", "/.well-known/jwks.json"),
    ("POST", "/oauth/token"),
    ("POST", "/oauth/revoke"),
    ("GET", "/oauth/token"),
    ("GET", "/userinfo"),
    ("POST", "/mfa/associate"),
    ("GET", "/mfa/authenticators"),
    ("DELETE", "/mfa/authenticators/x"),
    ("POST", "/mfa/challenge"),
    ("GET", "/api/v2/users"),
    ("GET", "/api/v2/logs"),
    ("PATCH", "/api/v2/nothing"),
    ("GET", "/sandbox/inbox"),
    ("GET", "/sandbox/push"),
    ("POST", "/sandbox/push/x"),
    ("GET", "/sandbox/phone"),
    ("GET", "/sandbox/clock"),
    ("GET", "/sandbox/faults"),
    ("DELETE", "/sandbox/limits"),
    ("GET", "/sandbox/nothing"),
    ("HEAD", "/sandbox/inbox"),
]


def check(answer: requests.Response, path: str) -> None:
    assert answer.headers["x-content-type-options"] == "nosniff"
    if not path.startswith("/.well-known/"):
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("method", "path"), ANYTHING)
def test_s_23_no_answer_lets_a_browser_guess_and_none_of_a_users_is_kept(api: Api, method: str, path: str) -> None:
    check(api.call(method, path), path)
    check(api.call(method, path, headers={"host": "evil.example"}), path)  # the guard's


def test_s_23_what_is_answered_well_has_them_too(api: Api) -> None:
    api.enroll()
    sandbox = api.sandbox
    fields = {
        "grant_type": "client_credentials",
        "client_id": sandbox.management_client_id,
        "client_secret": sandbox.management_client_secret,
        "audience": sandbox.management_audience,
    }
    token = api.call("POST", "/oauth/token", data=fields).json()["access_token"]
    for path in ("/api/v2/clients", "/api/v2/logs", "/api/v2/guardian/factors"):
        answer = api.bearer("GET", path, token)
        assert answer.status_code == 200
        check(answer, path)
    check(api.call("GET", "/sandbox/inbox"), "/sandbox/inbox")
    token = api.mfa_token()
    check(api.authenticators(token), "/mfa/authenticators")
    check(api.challenge(token), "/mfa/challenge")
    access = api.login(audience=sandbox.mfa_audience, scope="openid enroll").json()["access_token"]
    check(api.associate(access), "/mfa/associate")
    check(api.bearer("GET", "/userinfo", access), "/userinfo")
    answer = api.login(audience=sandbox.mfa_audience)
    check(answer, "/oauth/token")
    assert answer.headers["cache-control"] == "no-store"


def test_s_23_an_answer_that_goes_wrong_has_them(api: Api) -> None:
    for kind in ("rate_limit", "unavailable"):
        for path in ("/mfa/challenge", "/api/v2/logs"):
            fault = {"path": path, "kind": kind, "seconds": 1, "times": 1}
            assert api.call("POST", "/sandbox/faults", json=fault).ok
            answer = api.call("POST", path)
            assert answer.status_code in (429, 503)
            check(answer, path)


def test_s_23_the_phones_page_runs_its_own_script_and_no_other(api: Api) -> None:
    answer = api.call("GET", "/sandbox/phone")
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert "unsafe" not in answer.headers["content-security-policy"]
    for tag in ("script", "style"):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", answer.text, re.S)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert policy[f"{tag}-src"] == f"'sha256-{digest}'"
    assert not re.search(r"""\s(style|on\w+)=["']""", answer.text), "an attribute would not be run"
    for nothing in ("default-src", "base-uri", "form-action", "frame-ancestors"):
        assert policy[nothing] == "'none'"
