"""The authorization code at `/oauth/token`."""

from __future__ import annotations

import pytest

from ....support.login_page import CALLBACK, Browser, told
from ....support.management import Manage
from ....support.sandbox_api import Api, refusal
from ....support.transport import needs_a_socket

pytestmark = needs_a_socket

INVALID_CODE = (403, "invalid_grant", "Invalid authorization code")
BAD_VERIFIER = (403, "invalid_grant", "Failed to verify code verifier")


def test_a_code_works_once(browser: Browser) -> None:
    code = told(browser.sign_in())["code"]
    assert browser.exchange(code).status_code == 200
    assert refusal(browser.exchange(code)) == INVALID_CODE


@pytest.mark.parametrize(("changed", "expected"), [
    ({"code": "nobody-issued-this"}, INVALID_CODE),
    ({"code": None}, (400, "invalid_request", "Missing required parameter: code")),
    ({"code_verifier": "a" * 43}, BAD_VERIFIER),
    ({"code_verifier": None}, BAD_VERIFIER),
    ({"redirect_uri": "http://localhost:4000/callback"}, (403, "unauthorized_client",
     f"The redirect URI is wrong. You sent http://localhost:4000/callback, and we expected {CALLBACK}")),
    ({"redirect_uri": None}, (400, "invalid_request", "Missing required parameter: redirect_uri")),
    ({"client_secret": "wrong"}, (401, "access_denied", "Unauthorized")),
])  # fmt: skip
def test_what_is_wrong_is_said(browser: Browser, changed, expected) -> None:
    code = told(browser.sign_in())["code"]
    assert refusal(browser.exchange(code, **changed)) == expected


def test_one_verifier_is_tried_and_no_second_one(browser: Browser) -> None:
    code = told(browser.sign_in())["code"]
    assert refusal(browser.exchange(code, code_verifier="a" * 43)) == BAD_VERIFIER
    assert refusal(browser.exchange(code)) == INVALID_CODE


def test_another_application_cannot_use_it_nor_use_it_up(browser: Browser, api: Api) -> None:
    code = told(browser.sign_in())["code"]
    other = {"client_id": api.sandbox.public_client_id, "client_secret": None}
    assert refusal(browser.exchange(code, **other)) == INVALID_CODE
    assert browser.exchange(code).status_code == 200


def test_with_a_secret_pkce_may_be_left_out_and_without_one_it_may_not(browser: Browser, api: Api) -> None:
    plain = {"code_challenge": None, "code_challenge_method": None}
    assert browser.exchange(told(browser.sign_in(**plain))["code"], code_verifier=None).status_code == 200
    assert refusal(browser.exchange(told(browser.authorize(**plain))["code"])) == BAD_VERIFIER
    id = api.sandbox.public_client_id
    code = told(browser.authorize(client_id=id, **plain))["code"]
    answer = browser.exchange(code, client_id=id, client_secret=None, code_verifier=None)
    assert refusal(answer) == BAD_VERIFIER


def test_a_user_who_is_blocked_in_the_meantime_gets_nothing(browser: Browser, manage: Manage) -> None:
    code = told(browser.sign_in())["code"]
    assert manage("PATCH", f"users/{manage.user_id()}", {"blocked": True}).status_code == 200
    assert refusal(browser.exchange(code)) == (401, "unauthorized", "user is blocked")


def test_a_reset_forgets_sessions_logins_and_codes(browser: Browser, api: Api) -> None:
    code = told(browser.sign_in())["code"]
    api.set_up(callbacks=[CALLBACK])
    assert refusal(browser.exchange(code)) == INVALID_CODE
    assert told(browser.authorize(prompt="none"))["error"] == "login_required"
