"""@auth0/auth0-spa-js in a page on http://localhost:3000, in Chromium: CORS as a browser minds it, over TLS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from ...support.browser import new_page
from ...support.management import Manage
from ...support.sandbox_api import Api
from .conftest import SCOPE, Tenant
from .driving import Refused

MFA_REQUIRED = {"status": 403, "error": "mfa_required", "error_description": "Multifactor authentication required"}
ASKED = {"class": "MfaRequiredError", "error": "mfa_required", "text": "Multifactor authentication required"}
NOT_LET_IN = {"class": "TypeError", "error": None, "text": "Failed to fetch"}


class SpaPage:
    """The page, told what to do."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def do(self, step: str, **values: Any) -> Any:
        """Carry out a step that succeeds; what it brought."""
        __tracebackhide__ = True  # the values may be secret, and pytest would print them
        answer = self.page.evaluate("run", [step, values])
        if "error" in answer:
            raise Refused(json.dumps(answer["error"], indent=1))
        return answer["result"]

    def fail(self, step: str, **values: Any) -> dict[str, Any]:
        """Carry out a step that fails; the error."""
        __tracebackhide__ = True
        answer = self.page.evaluate("run", [step, values])
        assert "error" in answer, f"{step} succeeded"
        error: dict[str, Any] = answer["error"]
        return error


@pytest.fixture
def spa(chrome: Browser, origin: str, tenant: Tenant) -> Iterator[SpaPage]:
    """A page with a fresh client of the public application."""
    page = new_page(chrome)
    page.goto(origin + "/spa")
    spa = SpaPage(page)
    start(spa, tenant)
    yield spa
    page.context.close()


def start(spa: SpaPage, tenant: Tenant) -> None:
    spa.do("start", **tenant.public, audience=tenant.audience, scope=SCOPE)


@pytest.fixture
def manage(api: Api) -> Manage:
    return Manage(api)


@pytest.fixture
def listed(manage: Manage, tenant: Tenant, origin: str) -> None:
    """The page's application lists its origin."""
    manage.done("PATCH", f"clients/{tenant.public_client_id}", {"web_origins": [origin]})


def check(tokens: dict[str, Any], tenant: Tenant) -> None:
    assert tokens["is_new"]
    assert tokens["access_token"]["azp"] == tokens["id_token"]["aud"] == tenant.public_client_id
    assert tokens["id_token"]["iss"] == tenant.issuer and tokens["id_token"]["email"] == tenant.username
    assert (tokens["expires_in"], tokens["scope"]) == (86_400, f"{SCOPE} offline_access")


@pytest.mark.usefixtures("listed")
def test_a_page_signs_in_enrolls_confirms_lists_challenges_proves_and_refreshes(
    spa: SpaPage, api: Api, tenant: Tenant, manage: Manage
) -> None:
    assert spa.do("sign_in", **tenant.person) == MFA_REQUIRED
    assert spa.do("enroll") == {"authenticatorType": "oob", "oobChannel": "email", "bindingMethod": "prompt"}
    check(spa.do("verify", code=api.code()), tenant)

    api.advance(1)  # what is signed in the same second is the same
    assert spa.do("sign_in", **tenant.person) == MFA_REQUIRED
    (row,) = spa.do("list")["rows"]
    assert row["id"].startswith("email|dev_") and row["active"] is True
    assert spa.do("challenge", id=row["id"]) == {"challengeType": "oob", "bindingMethod": "prompt"}
    check(spa.do("verify", code=api.code()), tenant)
    assert spa.do("user")["email"] == spa.do("userinfo")["email"] == tenant.username
    assert len(spa.do("keys")["keys"]) == 1

    api.advance(1)
    manage.done("PUT", "guardian/policies", [])  # a refresh that asks for nothing
    check(spa.do("refresh"), tenant)
    spa.do("revoke")
    assert spa.fail("refresh")["error"] in ("missing_refresh_token", "invalid_grant")
    assert manage.done("GET", "logs?q=type:fco") == []


def test_the_sdk_alone_signs_in_by_a_redirect_and_is_asked_for_the_factor_at_each_refresh(
    spa: SpaPage, api: Api, tenant: Tenant, manage: Manage, origin: str
) -> None:
    api.set_up(callbacks=[origin + "/spa"], allowed_origins=[origin], mfa_policy=[])
    spa.do("leave")
    spa.page.get_by_label("Email address").fill(tenant.username)
    spa.page.get_by_label("Password").fill(tenant.password)
    spa.page.get_by_role("button", name="Continue").click()
    spa.page.wait_for_url(f"{origin}/spa?code=**")
    start(spa, tenant)  # the page has been loaded again
    assert spa.do("come_back")["email"] == tenant.username

    manage.done("PUT", "guardian/policies", ["all-applications"])
    assert spa.fail("refresh") == ASKED
    spa.do("enroll")
    check(spa.do("verify", code=api.code()), tenant)
    assert spa.fail("refresh") == ASKED
    (row,) = spa.do("list")["rows"]
    spa.do("challenge", id=row["id"])
    api.advance(1)
    check(spa.do("verify", code=api.code()), tenant)

    manage.done("PUT", "guardian/policies", [])
    api.advance(1)
    check(spa.do("refresh"), tenant)


def test_a_page_that_no_application_lists_reads_nothing_and_the_log_says_why(
    spa: SpaPage, tenant: Tenant, manage: Manage, origin: str
) -> None:
    assert spa.fail("sign_in", **tenant.person) == NOT_LET_IN
    events = manage.done("GET", "logs?q=type:fco")
    assert {event["description"] for event in events} == {
        f"Origin {origin} is not allowed. Behavior used for check: WEB ORIGINS"
    }
    assert len(spa.do("keys")["keys"]) == 1  # these are for every page
    manage.done("PATCH", f"clients/{tenant.public_client_id}", {"allowed_origins": [origin]})
    assert spa.do("sign_in", **tenant.person) == MFA_REQUIRED


def test_a_page_of_another_application_is_refused_in_words_that_it_can_read(
    spa: SpaPage, tenant: Tenant, manage: Manage, origin: str
) -> None:
    manage.done("PATCH", f"clients/{tenant.client_id}", {"web_origins": [origin]})
    assert spa.do("sign_in", **tenant.person) == {
        "status": 401,
        "error": "access_denied",
        "error_description": "Unauthorized",
    }
