"""`/v2/logout` and `/oidc/logout`."""

from __future__ import annotations

import pytest

from ....support.login_page import CALLBACK, Browser, problem, told
from ....support.management import Manage
from ....support.sandbox_api import Api
from ....support.transport import needs_a_socket
from .conftest import HOME

pytestmark = needs_a_socket


def is_signed_in(browser: Browser) -> bool:
    return "code" in told(browser.authorize(prompt="none"))


@pytest.mark.parametrize("with_client", [True, False])
def test_it_ends_the_session_and_leads_to_a_listed_address(browser: Browser, api: Api, with_client) -> None:
    browser.tokens()
    assert is_signed_in(browser)
    params = {"returnTo": HOME + "?left=1", **({"client_id": api.sandbox.client_id} if with_client else {})}
    answer = browser.open("/v2/logout", params=params)
    assert (answer.status_code, answer.headers["location"]) == (302, HOME + "?left=1")
    assert not is_signed_in(browser)


def test_the_tenants_own_addresses_are_a_setting_of_it(browser: Browser, manage: Manage) -> None:
    elsewhere = "http://localhost:4000/bye"
    for listed, status in (([elsewhere], 302), (None, 400)):
        manage.done("PATCH", "tenants/settings", {"allowed_logout_urls": listed})
        assert manage.done("GET", "tenants/settings")["allowed_logout_urls"] == (listed or [])
        assert browser.open("/v2/logout", params={"returnTo": elsewhere}).status_code == status


def test_without_an_address_it_leads_to_the_first_or_says_ok(browser: Browser, api: Api) -> None:
    answer = browser.open("/v2/logout", params={"client_id": api.sandbox.client_id})
    assert answer.headers["location"] == HOME
    assert browser.open("/v2/logout").text == "OK"


@pytest.mark.parametrize(("params", "status", "text"), [
    ({"returnTo": "https://evil.example/"}, 400, 'invalid_request: The "returnTo" querystring parameter '
     '"https://evil.example/" is not defined as a valid URL in "Allowed Logout URLs".'),
    ({"returnTo": "http://[x"}, 400, 'invalid_request: The "returnTo" querystring parameter "http://[x" is not '
     'defined as a valid URL in "Allowed Logout URLs".'),
    ({"client_id": "nobody"}, 403, "invalid_request: Unknown client: nobody"),
])  # fmt: skip
def test_an_address_that_is_not_listed_ends_nothing(browser: Browser, manage: Manage, params, status, text) -> None:
    browser.tokens()
    page = browser.open("/v2/logout", params=params)
    assert (page.status_code, problem(page)) == (status, text)
    assert is_signed_in(browser)
    assert "flo" in manage.types()


def test_with_the_id_token_nobody_is_asked(browser: Browser, manage: Manage) -> None:
    token = browser.tokens()["id_token"]
    params = {"id_token_hint": token, "post_logout_redirect_uri": HOME, "state": "a b"}
    answer = browser.open("/oidc/logout", params=params)
    assert answer.headers["location"] == HOME + "?state=a+b"
    assert not is_signed_in(browser)
    assert "slo" in manage.types()


def test_without_a_hint_the_person_is_asked(browser: Browser, api: Api) -> None:
    browser.tokens()
    page = browser.open("/oidc/logout", params={"client_id": api.sandbox.client_id, "post_logout_redirect_uri": HOME})
    assert page.status_code == 200 and "<h1>Sign out?</h1>" in page.text and is_signed_in(browser)
    assert "<h1>Sign out?</h1>" in browser.submit(page, confirmed="guessed").text and is_signed_in(browser)
    assert browser.submit(page).headers["location"] == HOME
    assert not is_signed_in(browser)


def test_a_hint_of_another_session_is_no_consent(browser: Browser, api: Api) -> None:
    browser.tokens()
    token = Browser(api).tokens()["id_token"]
    assert "<h1>Sign out?</h1>" in browser.open("/oidc/logout", params={"id_token_hint": token}).text


def test_what_contradicts_itself_is_refused(browser: Browser, api: Api) -> None:
    token = browser.tokens()["id_token"]
    for more in ({"client_id": api.sandbox.public_client_id}, {"logout_hint": "another"}):
        assert browser.open("/oidc/logout", params={"id_token_hint": token, **more}).status_code == 400
    assert browser.open("/oidc/logout", params={"id_token_hint": token[:-9]}).status_code == 400
    listed = {"id_token_hint": token, "post_logout_redirect_uri": CALLBACK}
    assert problem(browser.open("/oidc/logout", params=listed)).endswith('valid URL in "Allowed Logout URLs".')
    assert is_signed_in(browser)
