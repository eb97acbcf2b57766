"""`/authorize` and the login pages, with a browser that runs no script."""

from __future__ import annotations

import re
import time

import pyotp
import pytest

from mfa_helpers.sandbox.refusals import LOGIN_OVER

from ....support.login_page import CALLBACK, MULTI_FACTOR, Browser, path, problem, told
from ....support.management import Manage
from ....support.sandbox_api import Api, wrong
from ....support.transport import needs_a_socket
from ..test_oauth import claims

pytestmark = needs_a_socket

REALM = "Username-Password-Authentication"
OVER = f"{LOGIN_OVER.error}: {LOGIN_OVER.text}"


# the whole way


def test_password_and_mailed_code_bring_a_code_that_brings_tokens(browser: Browser, api: Api) -> None:
    page = browser.authorize()
    assert path(page) == "/u/login" and "Course application" in page.text
    page = browser.password(page)
    assert path(page) == "/u/mfa-email-challenge"
    assert "@exam*******" in page.text and api.sandbox.username not in page.text
    answer = browser.submit(page, code=api.code())
    assert answer.headers["location"].startswith(CALLBACK + "?code=")
    assert told(answer) == {"code": told(answer)["code"], "state": "state-of-the-app"}
    body = browser.exchange(told(answer)["code"]).json()
    assert list(body) == ["access_token", "id_token", "expires_in", "scope", "token_type"]
    said = claims(api, body["id_token"], api.sandbox.client_id)
    assert (said["nonce"], said["amr"], said["acr"]) == ("nonce-of-the-app", ["mfa"], MULTI_FACTOR)
    assert said["email"] == api.sandbox.username and said["sid"] and "auth_time" not in said


def test_the_first_code_enrolls_the_address_and_the_next_login_asks_for_it(browser: Browser, api: Api) -> None:
    assert api.rows(api.mfa_token()) == []
    browser.tokens()
    (row,) = api.rows(api.mfa_token())
    assert (row["authenticator_type"], row["oob_channel"], row["active"]) == ("oob", "email", True)
    Browser(api).tokens()
    assert len(api.rows(api.mfa_token())) == 1


def test_a_login_that_is_left_lying_enrolls_nothing(browser: Browser, api: Api) -> None:
    """Whoever has only the password begins early, and confirms when the owner has enrolled."""
    page = browser.password(browser.authorize())
    early = api.code()
    api.enroll(email="owner@example.com")
    page = browser.submit(page, code=early)
    assert path(page) == "/u/mfa-email-challenge" and "owne*@exam*******" in page.text
    assert problem(browser.submit(page, code=early)) == "Invalid binding_code."
    assert [row["active"] for row in api.rows(api.mfa_token())].count(True) == 1


def test_without_the_policy_the_password_is_enough_and_there_is_no_amr(browser: Browser, api: Api) -> None:
    api.set_up(callbacks=[CALLBACK], mfa_policy=[])
    said = claims(api, browser.tokens()["id_token"], api.sandbox.client_id)
    assert "amr" not in said and "acr" not in said


def test_the_public_application_needs_no_secret(browser: Browser, api: Api) -> None:
    id = api.sandbox.public_client_id
    answer = browser.exchange(told(browser.sign_in(client_id=id))["code"], client_id=id, client_secret=None)
    assert answer.status_code == 200


def test_the_tokens_open_an_api_and_the_profile(browser: Browser, api: Api) -> None:
    body = browser.tokens(audience=api.sandbox.audience, scope="openid email read:reports offline_access")
    said = claims(api, body["access_token"], api.sandbox.audience)
    assert said["scope"] == body["scope"] == "openid email read:reports offline_access" and "gty" not in said
    assert api.bearer("GET", "/userinfo", body["access_token"]).json()["email"] == api.sandbox.username
    assert body["refresh_token"]


def test_the_audience_of_the_documented_step_up_request_is_no_api(browser: Browser, api: Api) -> None:
    body = browser.tokens(audience=api.sandbox.issuer + "userinfo", scope="openid")
    assert "." not in body["access_token"]


# wrong and too often


def test_a_wrong_password_and_an_unknown_address_are_told_alike(browser: Browser) -> None:
    page = browser.authorize()
    answers = [browser.password(page, password="wrong"), browser.password(page, username="nobody@example.com")]
    assert [(one.status_code, problem(one)) for one in answers] == [(400, "Wrong email or password.")] * 2
    assert 'value="nobody@example.com"' in answers[1].text and "wrong" not in answers[0].text
    assert path(browser.password(answers[0])) == "/u/mfa-email-challenge"


def test_wrong_passwords_on_the_page_and_through_the_api_are_counted_together(browser: Browser, api: Api) -> None:
    page = browser.authorize()
    for _ in range(5):
        assert browser.password(page, password="wrong").status_code == 400
        assert api.login(password="wrong").status_code == 403
    blocked = browser.password(page)
    assert blocked.status_code == 429 and problem(blocked).startswith("Your account has been blocked")
    assert api.login().status_code == 429


def test_wrong_codes_on_the_page_and_through_the_api_are_counted_together(browser: Browser, api: Api) -> None:
    token, oob_code, code = api.begin()
    page = browser.password(browser.authorize())
    right = api.code()
    for _ in range(5):
        assert problem(browser.submit(page, code=wrong(right))) == "Invalid binding_code."
        assert api.verify(token, oob_code, wrong(code)).status_code == 403
    blocked = browser.submit(page, code=right)
    assert blocked.status_code == 429 and problem(blocked).startswith("Too many failed codes")


def test_an_old_code_is_over_and_another_one_can_be_sent(browser: Browser, api: Api) -> None:
    page = browser.password(browser.authorize())
    api.advance(301)
    assert problem(browser.submit(page, code=api.code())) == "oob_code is expired"
    page = browser.submit(page, form=1, action="resend-code")
    assert told(browser.submit(page, code=f" {api.code()[:3]} {api.code()[3:]}"))["code"]


def test_too_many_mails_are_said_on_the_page_and_the_last_code_is_still_good(browser: Browser, api: Api) -> None:
    page = browser.password(browser.authorize())
    for _ in range(19):
        page = browser.submit(page, form=1, action="resend-code")
    assert problem(page) == ""
    page = browser.submit(page, form=1, action="resend-code")
    assert page.status_code == 429 and problem(page).startswith("You have exceeded the amount of emails")
    assert told(browser.submit(page, code=api.code()))["code"]


def test_where_the_code_cannot_be_sent_at_once_it_is_sent_by_the_pages_button(browser: Browser, api: Api) -> None:
    assert api.call("POST", "/sandbox/faults", json={"kind": "mail"}).status_code == 200
    page = browser.password(browser.authorize())
    assert problem(page) == "The email could not be sent."
    page = browser.submit(page, form=1, action="resend-code")
    assert told(browser.submit(page, code=api.code()))["code"]


def test_a_blocked_user_is_sent_back(browser: Browser, manage: Manage) -> None:
    assert manage("PATCH", f"users/{manage.user_id()}", {"blocked": True}).status_code == 200
    answer = browser.password(browser.authorize())
    assert told(answer) == {
        "error": "unauthorized", "error_description": "user is blocked", "state": "state-of-the-app",
    }  # fmt: skip


def test_who_is_blocked_between_the_two_pages_is_sent_back(browser: Browser, api: Api, manage: Manage) -> None:
    page = browser.password(browser.authorize())
    assert manage("PATCH", f"users/{manage.user_id()}", {"blocked": True}).status_code == 200
    assert told(browser.submit(page, code=api.code()))["error"] == "unauthorized"


# other factors


def test_an_authenticator_app(browser: Browser, api: Api) -> None:
    api.set_up(callbacks=[CALLBACK], factors=["otp"])
    token = api.mfa_token()
    app = pyotp.TOTP(api.associate(token, authenticator_types=["otp"], oob_channels=None).json()["secret"])
    fields = {"grant_type": "http://auth0.com/oauth/grant-type/mfa-otp", "otp": app.now()}
    assert api.verify(token, None, None, **fields).status_code == 200  # type: ignore[arg-type]
    page = browser.password(browser.authorize())
    assert path(page) == "/u/mfa-otp-challenge" and "Send another code" not in page.text
    api.advance(30)
    assert problem(browser.submit(page, code=fields["otp"])) == "Invalid otp_code."
    assert told(browser.submit(page, code=app.at(int(time.time()) + 30)))["code"]


def test_another_method_is_chosen(browser: Browser, api: Api) -> None:
    api.set_up(callbacks=[CALLBACK], factors=["email", "sms"], email_verified=True)
    token = api.access_token(scope="enroll")
    answer = api.associate(token, oob_channels=["sms"], phone_number="+15550100167").json()
    assert api.verify(token, answer["oob_code"], api.code("+15550100167")).status_code == 200
    page = browser.password(browser.authorize())
    assert path(page) == "/u/mfa-sms-challenge" and "XXXXXXXX0167" in page.text
    email = re.search(r'value="(email\|[^"]*)"', page.text)
    assert email
    page = browser.submit(page, form=2, authenticator=email[1])
    assert path(page) == "/u/mfa-email-challenge"
    assert told(browser.submit(page, code=api.code()))["code"]


def test_a_recovery_code_is_replaced_and_shown_once(browser: Browser, api: Api) -> None:
    api.set_up(callbacks=[CALLBACK], factors=["email", "recovery-code"])
    token = api.mfa_token()
    enrollment = api.associate(token).json()
    assert api.verify(token, enrollment["oob_code"], api.code()).status_code == 200
    (code,) = enrollment["recovery_codes"]
    page = browser.password(browser.authorize())
    chosen = re.search(r'value="(recovery-code\|[^"]*)"', page.text)
    assert chosen
    page = browser.submit(page, form=2, authenticator=chosen[1])
    assert problem(browser.submit(page, code="A" * 24)) == "MFA Authorization rejected."
    shown = browser.submit(page, code=code)
    fresh = re.search(r"<strong>([A-Z0-9]{24})</strong>", shown.text)
    assert fresh and fresh[1] != code
    assert told(browser.submit(shown))["code"]


def test_where_email_is_off_and_nothing_enrolled_the_application_is_told(browser: Browser, api: Api) -> None:
    api.set_up(callbacks=[CALLBACK], factors=["otp"])
    assert told(browser.password(browser.authorize()))["error"] == "access_denied"


# sessions


def test_who_is_signed_in_comes_back_at_once_also_silently(browser: Browser, api: Api) -> None:
    first = claims(api, browser.tokens()["id_token"], api.sandbox.client_id)
    again = browser.exchange(told(browser.authorize())["code"]).json()
    second = claims(api, again["id_token"], api.sandbox.client_id)
    assert second["sid"] == first["sid"] and "amr" not in second
    assert told(browser.authorize(prompt="none", client_id=api.sandbox.public_client_id))["code"]


def test_silently_without_a_session_login_is_required(browser: Browser) -> None:
    assert told(browser.authorize(prompt="none")) == {
        "error": "login_required", "error_description": "Login required", "state": "state-of-the-app",
    }  # fmt: skip


def test_step_up_asks_for_the_factor_each_time_and_says_so(browser: Browser, api: Api) -> None:
    api.set_up(callbacks=[CALLBACK], mfa_policy=[])
    browser.tokens()
    assert told(browser.authorize(prompt="none", acr_values=MULTI_FACTOR)) == {
        "error": "login_required",
        "error_description": "Multifactor authentication required",
        "state": "state-of-the-app",
    }
    for _ in range(2):
        page = browser.authorize(acr_values=f"urn:other {MULTI_FACTOR}")
        assert path(page) == "/u/mfa-email-challenge"
        answer = browser.exchange(told(browser.submit(page, code=api.code()))["code"]).json()
        assert claims(api, answer["id_token"], api.sandbox.client_id)["amr"] == ["mfa"]
    assert told(browser.authorize())["code"]


@pytest.mark.parametrize(("asked", "seconds", "is_asked"), [
    ({"prompt": "login"}, 0, True), ({"max_age": "0"}, 0, True), ({"max_age": "600"}, 601, True),
    ({"max_age": "600"}, 30, False), ({}, 258_600, False), ({}, 259_300, True),
])  # fmt: skip
def test_a_session_that_is_too_old_is_asked_again(browser: Browser, api: Api, asked, seconds, is_asked) -> None:
    browser.tokens()
    api.advance(seconds)
    again = int(api.now().timestamp())
    answer = browser.authorize(**asked)
    if is_asked:
        assert path(answer) == "/u/login"
        answer = browser.password(answer)
        answer = browser.submit(answer, code=api.code())
    body = browser.exchange(told(answer)["code"]).json()
    said = claims(api, body["id_token"], api.sandbox.client_id)
    assert ("auth_time" in said) == bool(asked)
    assert not asked or (said["auth_time"] >= again) == is_asked


def test_a_session_ends_after_seven_days_however_much_it_is_used(browser: Browser, api: Api) -> None:
    browser.tokens()
    for _ in range(3):
        api.advance(200_000)
        assert told(browser.authorize(prompt="none"))["code"]
    api.advance(10_000)
    assert told(browser.authorize(prompt="none"))["error"] == "login_required"


# what is not sent back


@pytest.mark.parametrize(("changed", "status", "text"), [
    ({"client_id": None}, 400, "invalid_request: Missing required parameter: client_id"),
    ({"client_id": "<i>nobody"}, 403, "invalid_request: Unknown client: <i>nobody"),
    ({"redirect_uri": "https://evil.example/<i>"}, 403,
     "unauthorized_client: Callback URL mismatch. https://evil.example/<i> is not in the list of allowed callback URLs"),
    ({"redirect_uri": CALLBACK + "/"}, 403,
     f"unauthorized_client: Callback URL mismatch. {CALLBACK}/ is not in the list of allowed callback URLs"),
])  # fmt: skip
def test_what_cannot_be_sent_back_is_said_on_a_page(browser: Browser, changed, status, text) -> None:
    page = browser.authorize(**changed)
    assert (page.status_code, problem(page)) == (status, text)
    assert "<i>" not in page.text and "location" not in page.headers


@pytest.mark.parametrize(("changed", "error"), [
    ({"response_type": None}, "invalid_request"), ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_mode": "jwt"}, "invalid_request"), ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge_method": None}, "invalid_request"), ({"code_challenge": "short"}, "invalid_request"),
    ({"audience": "https://nobody.example/"}, "access_denied"), ({"connection": "google-oauth2"}, "invalid_request"),
    ({"max_age": "soon"}, "invalid_request"),
])  # fmt: skip
def test_everything_else_goes_back_to_the_application(browser: Browser, changed, error) -> None:
    answer = told(browser.authorize(**changed))
    assert (answer["error"], answer["state"]) == (error, "state-of-the-app")


def test_without_a_redirect_uri_the_first_callback_is_meant(browser: Browser) -> None:
    answer = browser.sign_in(redirect_uri=None)
    assert answer.headers["location"].startswith(CALLBACK + "?")
    assert browser.exchange(told(answer)["code"], redirect_uri=None).status_code == 200


def test_an_application_without_the_grant_is_told(browser: Browser, api: Api) -> None:
    api.set_up(callbacks=[CALLBACK], grant_types=["password"])
    assert told(browser.authorize())["error"] == "unauthorized_client"


def test_the_answer_may_come_in_the_fragment_and_beside_a_query(browser: Browser, api: Api) -> None:
    api.set_up(callbacks=[CALLBACK + "?a=1"], mfa_policy=[])
    first = browser.sign_in(redirect_uri=CALLBACK + "?a=1")
    assert first.headers["location"].startswith(CALLBACK + "?a=1&code=")
    second = browser.authorize(redirect_uri=CALLBACK + "?a=1", response_mode="fragment", state="a b&c")
    assert re.fullmatch(re.escape(CALLBACK) + r"\?a=1#code=[\w-]{43}&state=a\+b%26c", second.headers["location"])


def test_the_answer_may_come_as_a_form(browser: Browser) -> None:
    page = browser.sign_in(response_mode="form_post", state='"><i>')
    assert page.status_code == 200 and f'<form method="post" action="{CALLBACK}">' in page.text
    assert re.search(r'name="code" value="[\w-]{43}"', page.text)
    assert "<i>" not in page.text and 'name="state" value="&#34;&gt;&lt;i&gt;"' in page.text


# the pages keep others away


def test_a_login_belongs_to_the_browser_that_began_it(browser: Browser, api: Api) -> None:
    page = browser.authorize()
    stranger = Browser(api)
    assert problem(stranger.open(page.url)) == OVER
    assert problem(stranger.password(page)) == OVER
    stranger.authorize()  # with a login of its own it has a cookie, but another one
    assert problem(stranger.password(page)) == OVER
    page = browser.password(page)
    assert problem(stranger.submit(page, code=api.code())) == OVER
    assert told(browser.submit(page, code=api.code()))["code"]
    assert problem(browser.open(page.url)) == OVER


def test_an_application_that_a_set_up_has_made_signs_people_in_until_it_is_removed(
    browser: Browser, manage: Manage
) -> None:
    made = manage.done("POST", "clients", {"name": "Zoo", "callbacks": [CALLBACK]}, 201)
    own = {name: made[name] for name in ("client_id", "client_secret")}
    code = told(browser.sign_in(client_id=own["client_id"]))["code"]
    assert browser.exchange(code, **own).status_code == 200
    page = browser.authorize(client_id=own["client_id"], prompt="login")
    manage.done("DELETE", f"clients/{own['client_id']}", status=204)
    assert problem(browser.password(page)) == OVER
    assert problem(browser.authorize(client_id=own["client_id"])).startswith("invalid_request: Unknown client")


def test_who_is_removed_is_signed_in_no_more(browser: Browser, manage: Manage) -> None:
    bob = {"connection": REALM, "email": "bob@example.com", "password": "bobs password"}
    user_id = manage.done("POST", "users", bob, 201)["user_id"]
    manage.done("PUT", "guardian/policies", [])
    page = browser.authorize()
    code = told(browser.password(page, username=bob["email"], password=bob["password"]))["code"]
    manage.done("DELETE", f"users/{user_id}", status=204)
    assert "code" not in told(browser.authorize(prompt="none"))
    assert browser.exchange(code).status_code == 403


def test_the_second_page_is_closed_until_the_password_was_right(browser: Browser) -> None:
    page = browser.authorize()
    for where in ("/u/mfa", "/u/mfa-email-challenge"):
        assert problem(browser.open(page.url.replace("/u/login", where))) == OVER


def test_a_code_of_one_person_does_not_end_the_login_of_another(browser: Browser, api: Api, manage: Manage) -> None:
    other = {
        "email": "eve@example.com",
        "password": "Eve's own, 4711",
        "connection": REALM,
    }
    manage.done("POST", "users", other, 201)
    first = browser.authorize()
    page = browser.password(first, username="eve@example.com", password=other["password"])
    code = api.code("eve@example.com")
    browser.http.post(first.url, data={"state": first.url.partition("state=")[2], "username": api.sandbox.username,
                      "password": api.sandbox.password}, allow_redirects=False)  # fmt: skip
    assert path(browser.submit(page, code=code)) == "/u/mfa-email-challenge"  # of the second person, not sent back
    assert "a**" not in page.text and problem(browser.submit(page, code=code)) == "Invalid binding_code."


def test_a_login_goes_to_whoever_gave_the_last_password(browser: Browser, api: Api, manage: Manage) -> None:
    """Ann is signed in, her factor is asked for, and Grace, who has none, signs in at the same page."""
    people = [
        {"connection": REALM, "email": f"{name}@example.com", "password": f"{name} 4711"} for name in ("ann", "grace")
    ]
    ann, grace = (manage.done("POST", "users", one, 201)["user_id"] for one in people)
    manage.done("PUT", "guardian/policies", [])
    manage.done("PUT", "guardian/factors/otp", {"enabled": True})
    assert told(browser.password(browser.authorize(), username="ann@example.com", password="ann 4711"))["code"]
    totp = {"type": "totp", "totp_secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"}
    manage.done("POST", f"users/{ann}/authentication-methods", totp, 201)
    page = browser.authorize(audience=f"{api.sandbox.issuer}me/")
    assert path(page) == "/u/mfa-otp-challenge"
    fields = {"state": page.url.partition("state=")[2], "username": "grace@example.com", "password": "grace 4711"}
    answer = browser.http.post(f"{api.sandbox.base_url}/u/login", data=fields, allow_redirects=False)
    body = browser.exchange(told(answer)["code"]).json()
    assert claims(api, body["id_token"], api.sandbox.client_id)["sub"] == grace
    again = browser.exchange(told(browser.authorize())["code"]).json()
    assert claims(api, again["id_token"], api.sandbox.client_id)["sub"] == grace


def test_a_login_ends_after_an_hour_and_a_code_after_ten_minutes(browser: Browser, api: Api) -> None:
    page = browser.authorize()
    api.advance(3601)
    assert problem(browser.password(page)) == OVER
    code = told(browser.sign_in())["code"]
    api.advance(601)
    assert browser.exchange(code).json()["error_description"] == "Invalid authorization code"


def test_what_another_page_sends_is_refused(browser: Browser, api: Api) -> None:
    page = browser.authorize()
    headers = {"origin": "https://evil.example", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate",
               "sec-fetch-dest": "document"}  # fmt: skip
    state = page.url.partition("state=")[2]
    data = {"state": state, "username": api.sandbox.username, "password": api.sandbox.password}
    assert browser.http.post(page.url, data=data, headers=headers).status_code == 401
    del headers["origin"]
    assert browser.http.get(page.url, headers=headers).status_code == 200  # a link leads here
    assert browser.http.get(page.url, headers={**headers, "sec-fetch-dest": "iframe"}).status_code == 401
    assert browser.http.get(page.url, headers={**headers, "sec-fetch-mode": "cors"}).status_code == 401


def test_no_page_is_framed_kept_or_told_of_and_none_runs_a_script(browser: Browser, api: Api) -> None:
    first = browser.authorize()
    second = browser.password(first)
    failed = browser.authorize(client_id="nobody")
    for page in (first, second, failed):
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "script-src" not in policy
        assert page.headers["cache-control"] == "no-store" and page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["referrer-policy"] == "same-origin"
        assert api.sandbox.password not in page.text and api.code() not in page.text


def test_the_cookies_cannot_be_read_and_another_login_makes_another_session(browser: Browser, api: Api) -> None:
    browser.tokens()
    before = {cookie.name: cookie.value for cookie in browser.http.cookies}
    assert all(cookie.has_nonstandard_attr("HttpOnly") for cookie in browser.http.cookies) and len(before) == 2
    page = browser.password(browser.authorize(prompt="login"))
    browser.submit(page, code=api.code())
    after = {cookie.name: cookie.value for cookie in browser.http.cookies}
    session = next(name for name in before if not name.startswith("auth0-login"))
    assert after[session] != before[session]


# silently, in a frame


def test_a_frame_gets_a_page_that_posts_the_answer_to_a_listed_origin_only(browser: Browser, api: Api) -> None:
    silent = {"prompt": "none", "response_mode": "web_message"}
    text = f"The specified redirect_uri '{CALLBACK}' does not have a registered origin."
    assert problem(browser.authorize(**silent)) == f"unauthorized_client: {text}"
    api.set_up(callbacks=[CALLBACK], allowed_origins=["http://localhost:3000"])
    page = browser.authorize(**silent)
    assert page.status_code == 200 and 'data-origin="http://localhost:3000"' in page.text
    assert (
        "login_required" in page.text
        and "frame-ancestors http://localhost:3000" in page.headers["content-security-policy"]
    )
    browser.tokens()
    assert re.search(r'data-answer="{&#34;code&#34;: &#34;[\w-]{43}&#34;', browser.authorize(**silent).text)


def test_a_page_that_may_not_have_the_answer_is_told_before_anybody_signs_in(
    browser: Browser, api: Api, manage: Manage
) -> None:
    browser.tokens()
    for silently in ({"prompt": "none"}, {}):
        assert problem(browser.authorize(response_mode="web_message", **silently)).startswith("unauthorized_client")
    assert manage.types()[-4:] == ["fco", "f"] * 2


# the log


def test_the_log_tells_what_happened(browser: Browser, api: Api, manage: Manage) -> None:
    browser.authorize(prompt="none")
    browser.authorize(redirect_uri="https://evil.example/")
    page = browser.authorize()
    browser.password(page, password="wrong")
    page = browser.password(page)
    browser.submit(page, code=wrong(api.code()))
    browser.exchange(told(browser.submit(page, code=api.code()))["code"])
    browser.exchange("nobody-issued-this")
    browser.authorize(prompt="none")
    assert manage.types() == [
        "fsa", "f", "fp", "gd_start_enroll", "gd_send_email", "gd_auth_failed", "gd_enrollment_complete",
        "gd_auth_succeed", "s", "seacft", "feacft", "ssa",
    ]  # fmt: skip
