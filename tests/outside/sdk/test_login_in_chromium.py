"""The login page in Chromium, over TLS: for a single-page application, for the login SDKs, and for whoever can't see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from ...support.axe import look
from ...support.browser import OPTIONS, WAIT
from ...support.login_page import MULTI_FACTOR
from ...support.sandbox_api import Api, wrong
from .conftest import Tenant
from .driving import Driver
from .test_login import CALLBACK, HOME, JUDGES


@pytest.fixture
def page(chrome: Browser, trust: str, tmp_path: Path) -> Iterator[Page]:
    """A page of a browser that lets frames of other sites have their cookies, which Chromium does no longer unless it's told to."""
    (tmp_path / "Default").mkdir()
    (tmp_path / "Default/Preferences").write_text('{"profile": {"cookie_controls_mode": 0}}', "utf-8")
    more = {**OPTIONS, "args": [*OPTIONS["args"], trust]}
    with chrome.browser_type.launch_persistent_context(tmp_path, **more) as context:
        context.set_default_timeout(WAIT)
        yield context.new_page()


def password(page: Page, tenant: Tenant) -> None:
    page.get_by_label("Email address").fill(tenant.username)
    page.get_by_label("Password").fill(tenant.password)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Verify your identity")


def code(page: Page, digits: str) -> None:
    page.get_by_label("Code", exact=True).fill(digits)
    page.get_by_label("Code", exact=True).press("Enter")


# a single-page application


@pytest.fixture
def spa(page: Page, api: Api, tenant: Tenant, origin: str) -> Callable[..., Any]:
    """`spa("client.getUser()")`: what the application's page gets; `more` are options of the SDK."""
    api.set_up(callbacks=[origin], allowed_logout_urls=[origin], allowed_origins=[origin])
    page.goto(origin)

    def run(what: str, **more: Any) -> Any:
        values = {**tenant.public, "audience": tenant.audience}
        return page.evaluate(
            f"([values, more]) => outcome(async () => {{ const client = await make(values, more); return {what}; }})",
            [values, more],
        )

    return run


def signed_in(page: Page, spa: Callable[..., Any], api: Api, tenant: Tenant, origin: str, **more: Any) -> Any:
    """`loginWithRedirect`, the pages, and what the SDK says of the way back."""
    spa("setTimeout(() => client.loginWithRedirect())", **more)  # the answer comes before the page goes
    password(page, tenant)
    code(page, api.code())
    page.wait_for_url(f"{origin}/?code=**")
    return spa(
        "(await client.handleRedirectCallback(), { user: await client.getUser(), "
        "id_token: await client.getIdTokenClaims(), access_token: claims(await client.getTokenSilently()) })",
        **more,
    )


def test_a_single_page_application_signs_in_asks_silently_and_signs_out(page, spa, api, tenant, origin) -> None:
    told = signed_in(page, spa, api, tenant, origin)["result"]
    assert told["user"]["email"] == tenant.username and told["id_token"]["amr"] == ["mfa"]
    assert told["access_token"]["azp"] == tenant.public_client_id
    # A reload forgets the tokens, which are in memory; a hidden frame fetches others.
    page.goto(origin)
    assert spa("claims(await client.getTokenSilently())")["result"]["sub"] == told["user"]["sub"]
    with page.expect_navigation(url=origin + "/"):  # the page is there already, and comes back
        spa(f"setTimeout(() => client.logout({{ logoutParams: {{ returnTo: '{origin}' }} }}))")
    refused = spa("client.getTokenSilently()")
    assert (refused["error"], refused["text"]) == ("login_required", "Login required")


def test_silently_where_a_factor_is_wanted_the_application_is_told_to_ask(page, spa, api, tenant, origin) -> None:
    signed_in(page, spa, api, tenant, origin)
    page.goto(origin)
    refused = spa("client.getTokenSilently()", authorizationParams={"acr_values": MULTI_FACTOR})
    assert (refused["error"], refused["text"]) == ("login_required", "Multifactor authentication required")


def test_a_single_page_application_signs_in_with_a_popup(page, spa, api, tenant, origin) -> None:
    with page.expect_popup() as opened:
        page.evaluate(
            "([values]) => { window.done = outcome(async () => { const client = await make(values); "
            "await client.loginWithPopup(); return client.getUser(); }) }",
            [{**tenant.public, "audience": tenant.audience}],
        )
    password(opened.value, tenant)
    code(opened.value, api.code())
    assert page.evaluate("window.done")["result"]["email"] == tenant.username


# applications with a server


@pytest.mark.parametrize("name", JUDGES)
def test_an_applications_server_gets_what_it_accepts_from_pages_without_a_script(
    name: str, chrome: Browser, drive: Callable[..., Driver], api: Api, tenant: Tenant
) -> None:
    api.set_up(callbacks=[CALLBACK], allowed_logout_urls=[HOME])
    file, trust = JUDGES[name]
    judge = drive(file, **{trust: tenant.ca_file})
    judge.do("start", **tenant.confidential, **({} if name == "openid-client" else {"redirect_uri": CALLBACK}))
    page = chrome.new_context(java_script_enabled=False).new_page()
    page.route(HOME + "/**", lambda route: route.fulfill(body="An application"))
    page.goto(judge.do("begin", redirect_uri=CALLBACK)["url"])
    password(page, tenant)
    code(page, wrong(api.code()))
    expect(page.get_by_role("alert")).to_have_text("Invalid binding_code.")
    code(page, api.code())
    page.wait_for_url(CALLBACK + "?**")
    assert judge.do("complete", url=page.url)["claims"]["email"] == tenant.username
    page.context.close()


# who can't see it


def test_axe_finds_nothing_on_any_of_the_pages(page: Page, api: Api, tenant: Tenant) -> None:
    api.set_up(callbacks=[CALLBACK], factors=["email", "sms", "recovery-code"], email_verified=True)
    token = api.access_token(scope="enroll")
    enrollment = api.associate(token, oob_channels=["sms"], phone_number="+15550100167").json()
    assert api.verify(token, enrollment["oob_code"], api.code("+15550100167")).status_code == 200
    start = f"https://{tenant.domain}/authorize?client_id={tenant.client_id}&response_type=code&redirect_uri={CALLBACK}"

    def seen(what: str) -> None:
        look(page, what, within="html")
        expect(page.locator("html")).to_have_attribute("lang", "en")

    page.route(HOME + "/**", lambda route: route.fulfill(body="An application"))
    page.goto(start.replace(CALLBACK, "https://nobody.example/"))
    seen("a page that says what is wrong")
    page.goto(start)
    seen("the password")
    page.get_by_label("Email address").fill(tenant.username)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_have_text("Wrong email or password.")
    seen("a wrong password")
    password(page, tenant)
    seen("the code")
    page.get_by_role("button", name="Recovery code").click()
    page.get_by_label("Recovery code").fill("A" * 24)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_be_visible()
    seen("a wrong recovery code")
    page.get_by_label("Recovery code").fill(enrollment["recovery_codes"][0])
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Write down your new recovery code")
    seen("the new recovery code")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(CALLBACK + "?**")
    page.goto(f"https://{tenant.domain}/oidc/logout")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign out?")
    seen("whether to sign out")
