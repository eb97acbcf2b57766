"""A person at the tenant's login page: what happens if they don't get through."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from urllib.parse import urlencode

import pytest

from mfa_helpers.client.errors import SandboxUnusable
from mfa_helpers.client.secret import Secret
from mfa_helpers.lessons import login_page
from mfa_helpers.lessons.exercises.trial import PracticeTenant, practice_tenant

CALLBACK = "https://shop.example/callback"
NOBODY_ASKS: Callable[[], Secret] = pytest.fail


@pytest.fixture
def tenant() -> PracticeTenant:
    tenant = practice_tenant()
    tenant.controls.reset({"settings": {"callbacks": [CALLBACK], "mfa_policy": []}})
    return tenant


def visit(tenant: PracticeTenant, password: str, **changed: str) -> str:
    asked = {"client_id": tenant.client.client_id, "redirect_uri": CALLBACK, "response_type": "code", **changed}
    return opened(tenant, f"{tenant.details.base_url}/authorize?{urlencode(asked)}", password)


def opened(tenant: PracticeTenant, address: str, password: str) -> str:
    return login_page.visit(
        address,
        base_url=tenant.details.base_url,
        username=tenant.username,
        password=password,
        read_code=NOBODY_ASKS,
        ca_file=tenant.ca_file,
    )


def test_without_mfa_the_password_leads_back_to_the_app(tenant: PracticeTenant) -> None:
    back = visit(tenant, tenant.password)
    assert back.startswith(f"{CALLBACK}?") and login_page.query(back)["code"]


@pytest.mark.parametrize("password, client_id", [("wrong", ""), ("", "nobody")], ids=["password", "application"])
def test_who_is_not_let_in_does_not_try_forever(tenant: PracticeTenant, password: str, client_id: str) -> None:
    changed = {"client_id": client_id} if client_id else {}
    with pytest.raises(SandboxUnusable, match="The tenant's login page didn't accept the sign-in."):
        visit(tenant, password or tenant.password, **changed)


@pytest.mark.parametrize(
    "address", ["{other}/u/login?state=x", "{own}.example/u/login?state=x", "{own}@shop.example/u/login"]
)
def test_nobody_types_the_password_elsewhere(tenant: PracticeTenant, address: str) -> None:
    with closing(PracticeTenant()) as other:  # a page that would take it
        place = address.format(own=tenant.details.base_url, other=other.details.base_url)
        other.controls.forget_requests()
        with pytest.raises(SandboxUnusable, match=f"addresses begin with {tenant.details.base_url}/"):
            opened(tenant, place, tenant.password)
        assert other.controls.requests() == []


def test_what_is_no_address_is_told_in_a_sentence(tenant: PracticeTenant) -> None:
    """Such as a coroutine, if a program forgets to await it."""
    with pytest.raises(SandboxUnusable, match="Visit the address that the SDK returned."):
        opened(tenant, None, tenant.password)  # type: ignore[arg-type]


def test_a_login_page_that_nobody_was_sent_to_is_not_accepted(tenant: PracticeTenant) -> None:
    with pytest.raises(
        SandboxUnusable, match="The tenant's login page didn't accept the sign-in. Begin the login again."
    ):
        opened(tenant, f"{tenant.details.base_url}/u/login", tenant.password)
