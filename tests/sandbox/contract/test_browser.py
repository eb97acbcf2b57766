"""A login in a browser: `/authorize`, its pages, the code, and logout. A setting lists the callback, which only the sandbox has."""

import json

import requests

from ...support.login_page import CALLBACK, MULTI_FACTOR, Browser, path, problem, told
from ...support.sandbox_api import Api, wrong
from .rows import row

HOME = "http://localhost:3000/"
SET_UP = ("setup",)


def browser_of(target, **settings):
    target.set_up(**{"callbacks": [CALLBACK], "allowed_logout_urls": [HOME], "mfa_policy": [], **settings})
    return Browser(target)


def as_told(answer):
    """The answer with a body of what it tells: the query for the application, what a page says is wrong, or that it's a page."""
    made = requests.Response()
    made.status_code, made.url, made.request = answer.status_code, answer.url, answer.request
    made.headers["content-type"] = "application/json; charset=utf-8"
    error, _, text = problem(answer).partition(": ")
    if answer.is_redirect:
        body = told(answer)
        if "error" in body:
            assert body.pop("state") == "state-of-the-app"
    elif text and " " not in error:
        body = {"error": error, "error_description": text}
    else:
        body = {"page": path(answer)}
    made._content = json.dumps(body).encode() if body else b""
    return made


@row("authorize-page", SET_UP)
def test_authorize_page(target):
    return as_told(browser_of(target).authorize())


@row("authorize-session", SET_UP)
def test_authorize_session(target):
    browser = browser_of(target)
    browser.tokens()
    return as_told(browser.authorize())


@row("authorize-silently", SET_UP)
def test_authorize_silently(target):
    browser = browser_of(target)
    browser.tokens()
    return as_told(browser.authorize(prompt="none"))


@row("authorize-login-required", SET_UP)
def test_authorize_login_required(target):
    return as_told(browser_of(target).authorize(prompt="none"))


@row("authorize-factor-required", SET_UP)
def test_authorize_factor_required(target):
    browser = browser_of(target)
    browser.tokens()
    return as_told(browser.authorize(prompt="none", acr_values=MULTI_FACTOR))


@row("authorize-step-up", SET_UP)
def test_authorize_step_up(target):
    browser = browser_of(target)
    browser.tokens()
    page = browser.authorize(acr_values=MULTI_FACTOR)
    assert path(page) == "/u/mfa-email-challenge"
    return as_told(page)


@row("authorize-prompt-login", SET_UP)
def test_authorize_prompt_login(target):
    browser = browser_of(target)
    browser.tokens()
    page = browser.authorize(prompt="login")
    assert path(page) == "/u/login"
    return as_told(page)


@row("authorize-web-message", SET_UP)
def test_authorize_web_message(target):
    browser = browser_of(target, allowed_origins=["http://localhost:3000"])
    page = browser.authorize(prompt="none", response_mode="web_message")
    assert "login_required" in page.text
    return as_told(page)


@row("authorize-web-origin", SET_UP, uri=CALLBACK)
def test_authorize_web_origin(target):
    return as_told(browser_of(target).authorize(prompt="none", response_mode="web_message"))


@row("authorize-unknown-client", SET_UP, client_id="nobody")
def test_authorize_unknown_client(target):
    return as_told(browser_of(target).authorize(client_id="nobody"))


@row("authorize-callback", SET_UP, url=CALLBACK + "/")
def test_authorize_callback(target):
    return as_told(browser_of(target).authorize(redirect_uri=CALLBACK + "/"))


@row("authorize-response-type", SET_UP, type="token")
def test_authorize_response_type(target):
    return as_told(browser_of(target).authorize(response_type="token"))


@row("authorize-challenge-method", SET_UP, name="code_challenge_method", value="plain")
def test_authorize_challenge_method(target):
    return as_told(browser_of(target).authorize(code_challenge_method="plain"))


@row("authorize-grant-off", SET_UP, grant="authorization_code")
def test_authorize_grant_off(target):
    return as_told(browser_of(target, grant_types=["password"]).authorize())


@row("authorize-audience", SET_UP, audience="https://nobody.example/")
def test_authorize_audience(target):
    return as_told(browser_of(target).authorize(audience="https://nobody.example/"))


@row("authorize-connection", SET_UP)
def test_authorize_connection(target):
    return as_told(browser_of(target).authorize(connection="google-oauth2"))


@row("login-page-ok", SET_UP)
def test_login_page_ok(target):
    browser = browser_of(target)
    return as_told(browser.password(browser.authorize()))


@row("login-page-factor", SET_UP)
def test_login_page_factor(target):
    browser = browser_of(target, mfa_policy=["all-applications"])
    page = browser.password(browser.authorize())
    assert path(page) == "/u/mfa-email-challenge" and Api.code(target)
    return as_told(page)


@row("login-page-wrong-password", SET_UP)
def test_login_page_wrong_password(target):
    browser = browser_of(target)
    page = browser.password(browser.authorize(), password="wrong")
    assert problem(page) == "Wrong email or password."
    return as_told(page)


@row("login-page-over", SET_UP)
def test_login_page_over(target):
    page = browser_of(target).authorize()
    return as_told(Browser(target).password(page))


@row("login-page-user-blocked", ("setup", "management"))
def test_login_page_user_blocked(target):
    browser = browser_of(target)
    with target.changed(user={"blocked": True}):
        return as_told(browser.password(browser.authorize()))


@row("login-page-no-factor", SET_UP)
def test_login_page_no_factor(target):
    browser = browser_of(target, mfa_policy=["all-applications"], factors=["otp"])
    return as_told(browser.password(browser.authorize()))


@row("login-page-code", SET_UP)
def test_login_page_code(target):
    return as_told(browser_of(target, mfa_policy=["all-applications"]).sign_in())


@row("login-page-wrong-code", SET_UP)
def test_login_page_wrong_code(target):
    browser = browser_of(target, mfa_policy=["all-applications"])
    page = browser.submit(browser.password(browser.authorize()), code=wrong(Api.code(target)))
    assert problem(page) == "Invalid binding_code."
    return as_told(page)


@row("code-ok", SET_UP)
def test_code_ok(target):
    browser = browser_of(target)
    return browser.exchange(told(browser.sign_in())["code"])


@row("code-after-factor", SET_UP)
def test_code_after_factor(target):
    browser = browser_of(target, mfa_policy=["all-applications"])
    return browser.exchange(told(browser.sign_in())["code"])


@row("code-used", SET_UP)
def test_code_used(target):
    browser = browser_of(target)
    code = told(browser.sign_in())["code"]
    assert browser.exchange(code).ok
    return browser.exchange(code)


@row("code-expired", ("setup", "clock"))
def test_code_expired(target):
    browser = browser_of(target)
    code = told(browser.sign_in())["code"]
    target.advance(601)
    return browser.exchange(code)


@row("code-verifier", SET_UP)
def test_code_verifier(target):
    browser = browser_of(target)
    return browser.exchange(told(browser.sign_in())["code"], code_verifier="a" * 43)


@row("code-other-redirect", SET_UP, sent=HOME, expected=CALLBACK)
def test_code_other_redirect(target):
    browser = browser_of(target)
    return browser.exchange(told(browser.sign_in())["code"], redirect_uri=HOME)


@row("logout-ok", SET_UP)
def test_logout_ok(target):
    browser = browser_of(target)
    browser.tokens()
    return as_told(browser.open("/v2/logout", params={"returnTo": HOME}))


@row("logout-not-listed", SET_UP, name="returnTo", url="https://nobody.example/")
def test_logout_not_listed(target):
    return as_told(browser_of(target).open("/v2/logout", params={"returnTo": "https://nobody.example/"}))


@row("oidc-logout-ok", SET_UP)
def test_oidc_logout_ok(target):
    browser = browser_of(target)
    hint = browser.tokens()["id_token"]
    return as_told(browser.open("/oidc/logout", params={"id_token_hint": hint, "post_logout_redirect_uri": HOME}))


@row("oidc-logout-asked", SET_UP)
def test_oidc_logout_asked(target):
    browser = browser_of(target)
    browser.tokens()
    return as_told(browser.open("/oidc/logout", params={"client_id": target.sandbox.client_id}))


@row("oidc-logout-contradiction", SET_UP, name="client_id")
def test_oidc_logout_contradiction(target):
    browser = browser_of(target)
    params = {"id_token_hint": browser.tokens()["id_token"], "client_id": target.sandbox.public_client_id}
    return as_told(browser.open("/oidc/logout", params=params))
