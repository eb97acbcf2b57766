"""Four login SDKs against the tenant, each in its own process: out to the login page, and back with what it accepts.

The person is `tests/support/login_page.py`, a browser without scripts; Chromium is in `test_login_in_chromium.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ...support.login_page import MULTI_FACTOR, Browser, path, problem
from ...support.sandbox_api import Api, wrong
from .conftest import Tenant
from .driving import Driver

CALLBACK = "http://localhost:3000/auth/callback"
HOME = "http://localhost:3000"
JUDGES = {
    "openid-client": ("login/openid_client.mjs", "NODE_EXTRA_CA_CERTS"),
    "auth0-server-js": ("login/server_js.mjs", "NODE_EXTRA_CA_CERTS"),
    "nextjs-auth0": ("login/nextjs_auth0.mjs", "NODE_EXTRA_CA_CERTS"),
    "authlib": ("authlib_login.py", "REQUESTS_CA_BUNDLE"),
}
_running: dict[str, Driver] = {}

pytestmark = pytest.mark.parametrize("name", JUDGES)


@pytest.fixture
def browser(api: Api) -> Browser:
    api.set_up(callbacks=[CALLBACK], allowed_logout_urls=[HOME], email_verified=True)
    return Browser(api)


@pytest.fixture
def judge(name: str, drive: Callable[..., Driver], browser: Browser, tenant: Tenant) -> Driver:
    """A fresh client of that SDK, for the confidential application and the tenant's API."""
    file, trust = JUDGES[name]
    if name not in _running:
        _running[name] = drive(file, **{trust: tenant.ca_file})
    more = {} if name == "openid-client" else {"redirect_uri": CALLBACK, "audience": tenant.audience}
    _running[name].do("start", **tenant.confidential, **more)
    return _running[name]


@pytest.fixture
def begin(name: str, judge: Driver, browser: Browser, tenant: Tenant) -> Callable[..., Any]:
    """`begin()`: the page, or the redirect, that the SDK's address leads to."""

    def follow(**asked: str) -> Any:
        more = {"audience": tenant.audience} if name == "openid-client" else {}
        return browser.open(judge.do("begin", redirect_uri=CALLBACK, **more, **asked)["url"])

    return follow


@pytest.fixture
def sign_in(begin: Callable[..., Any], judge: Driver, browser: Browser, api: Api) -> Callable[..., dict[str, Any]]:
    """`sign_in()`: password and code, and what the SDK says then."""

    def through(**asked: str) -> dict[str, Any]:
        page = browser.password(begin(**asked))
        answer = browser.submit(page, code=api.code())
        return judge.do("complete", url=answer.headers["location"])

    return through


def test_password_and_mailed_code_sign_a_person_in(sign_in, tenant: Tenant) -> None:
    claims = sign_in()["claims"]
    assert claims["email"] == tenant.username and claims["sub"].startswith("auth0|")


def test_the_second_time_the_session_is_enough(sign_in, begin, judge: Driver) -> None:
    first = sign_in()["claims"]
    answer = begin()
    assert judge.do("complete", url=answer.headers["location"])["claims"]["sub"] == first["sub"]


def test_step_up_asks_for_the_code_and_the_id_token_says_so(name, sign_in, begin, judge, browser, api) -> None:
    sign_in()
    page = begin(acr_values=MULTI_FACTOR)
    assert path(page) == "/u/mfa-email-challenge"
    claims = judge.do("complete", url=browser.submit(page, code=api.code()).headers["location"])["claims"]
    # nextjs-auth0 shows the profile, without what is about the token itself
    assert name == "nextjs-auth0" or claims["amr"] == ["mfa"]


def test_a_wrong_code_is_said_and_the_right_one_still_works(begin, judge, browser, api) -> None:
    page = browser.password(begin())
    assert problem(browser.submit(page, code=wrong(api.code()))) == "Invalid binding_code."
    assert judge.do("complete", url=browser.submit(page, code=api.code()).headers["location"])["claims"]["sub"]


def test_what_the_tenant_refuses_is_an_error_of_the_sdk(begin, judge) -> None:
    answer = begin(prompt="none")
    assert "error=login_required" in answer.headers["location"]
    assert judge.fail("complete", url=answer.headers["location"])


def test_a_code_works_once(name, begin, judge, browser, api) -> None:
    if name in ("auth0-server-js", "nextjs-auth0"):
        pytest.skip("it forgets the login first, so it doesn't ask the tenant")
    page = browser.password(begin())
    location = browser.submit(page, code=api.code()).headers["location"]
    assert judge.do("complete", url=location)
    assert "invalid_grant" in json.dumps(judge.fail("complete", url=location))


def test_reauthentication_is_asked_for(name, sign_in, begin, judge, browser, api) -> None:
    sign_in()
    page = begin(max_age="0")
    assert path(page) == "/u/login"
    answer = browser.submit(browser.password(page), code=api.code())
    told = judge.do("complete", url=answer.headers["location"])
    claims = told["id_token"]["claims"] if "id_token" in told else told["claims"]  # not all show it with the profile
    assert name == "nextjs-auth0" or claims["auth_time"] <= claims["iat"]


def test_what_the_tokens_are_for(name, sign_in, judge, tenant: Tenant) -> None:
    told = sign_in()
    if name in ("openid-client", "authlib"):
        assert judge.do("profile")["email"] == tenant.username
    else:
        told = judge.do("access")
    assert told["access_token"]["claims"]["aud"] == [tenant.audience, tenant.issuer + "userinfo"]
    assert "openid" in told["scope"].split()


def test_signing_out_ends_the_session(name, sign_in, begin, judge, browser) -> None:
    if name == "authlib":
        pytest.skip("Authlib has no logout of its own")
    sign_in()
    left = browser.open(judge.do("leave", to=HOME)["url"])
    if name == "auth0-server-js":  # it sends no hint, so the person is asked
        assert "<h1>Sign out?</h1>" in left.text
        left = browser.submit(left)
    assert left.status_code == 302 and left.headers["location"].rstrip("/") == HOME
    assert path(begin()) == "/u/login"
