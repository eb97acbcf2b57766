"""The second collection, about pages on another origin: they call the tenant once their application lists them (K-12)."""

from __future__ import annotations

import pytest

from ..support.management import Manage
from ..support.sandbox_api import Api

PAGE = "http://localhost:3000"
ASKED = {"origin": PAGE, "access-control-request-method": "POST", "access-control-request-headers": "content-type"}
CALLS = [
    ("POST", "/oauth/token"),
    ("POST", "/oauth/revoke"),
    ("GET", "/userinfo"),
    ("POST", "/mfa/associate"),
    ("GET", "/mfa/authenticators"),
    ("DELETE", "/mfa/authenticators/email%7Cdev_x"),
    ("POST", "/mfa/challenge"),
]


@pytest.fixture
def listed(api: Api) -> Api:
    """The course's application lists the page."""
    manage = Manage(api)
    manage.done("PATCH", f"clients/{api.sandbox.client_id}", {"web_origins": [PAGE]})
    return api


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_k_12_the_page_can_read_each_answer_a_refusal_too(listed: Api, method: str, path: str) -> None:
    answer = listed.call(method, path, headers={"origin": PAGE})
    assert answer.status_code in (400, 401)
    assert answer.headers["access-control-allow-origin"] in (PAGE, "*")


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_k_12_no_answer_is_for_a_page_that_nobody_lists(listed: Api, method: str, path: str) -> None:
    for headers in ({"origin": "https://evil.example"}, {**ASKED, "origin": "https://evil.example"}):
        for verb in (method, "OPTIONS"):
            answer = listed.call(verb, path, headers=headers)
            assert answer.status_code == 401 and "access-control-allow-origin" not in answer.headers


def test_k_12_a_page_signs_in_enrolls_challenges_and_completes(listed: Api) -> None:
    listed.http.headers["origin"] = PAGE
    listed.enroll()
    token = listed.mfa_token()
    (row,) = listed.rows(token)
    challenge = listed.challenge(token, authenticator_id=row["id"])
    assert challenge.headers["access-control-allow-origin"] in (PAGE, "*")
    del listed.http.headers["origin"]
    code = listed.code()
    listed.http.headers["origin"] = PAGE
    assert listed.verify(token, challenge.json()["oob_code"], code).status_code == 200
