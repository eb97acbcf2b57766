"""auth0-python's `ManagementClient` against the tenant: what an administrator does, in the SDK's own models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ...support.sandbox_api import Api
from .conftest import Tenant
from .driving import Driver

Call = Callable[..., Any]


@pytest.fixture(scope="session")
def _management(drive: Callable[..., Driver], _tenant: Tenant) -> Driver:
    return drive("auth0_management.py", SSL_CERT_FILE=_tenant.ca_file)


@pytest.fixture
def management(_management: Driver, tenant: Tenant) -> Driver:
    """A fresh client of the setup application."""
    _management.do("start", **tenant.set_up)
    return _management


@pytest.fixture
def call(management: Driver) -> Call:
    """`call("users.get", id)`: what the SDK's method returns."""

    def carry_out(method: str, *arguments: str, **values: Any) -> Any:
        return management.do("call", method=method, arguments=arguments, **values)["value"]

    return carry_out


@pytest.fixture
def user_id(call: Call, tenant: Tenant) -> str:
    """Of the tenant's one user."""
    (user,) = call("users.list_users_by_email", email=tenant.username)
    return str(user["user_id"])


def test_a_factor_is_switched_on(call: Call, api: Api) -> None:
    factors = {factor["name"]: factor["enabled"] for factor in call("guardian.factors.list")}
    assert {name for name, enabled in factors.items() if enabled} == {"email"}
    assert call("guardian.factors.set", "otp", enabled=True) == {"enabled": True}
    answer = api.associate(api.mfa_token(), authenticator_types=["otp"], oob_channels=None)
    assert answer.status_code == 200, answer.text


def test_the_policy_is_switched_off(call: Call, api: Api) -> None:
    assert call("guardian.policies.list") == ["all-applications"]
    assert call("guardian.policies.set", request=[]) == []
    assert api.login().status_code == 200


def test_an_application_loses_a_grant(call: Call, api: Api, tenant: Tenant) -> None:
    application = call("clients.get", tenant.client_id)
    assert "http://auth0.com/oauth/grant-type/mfa-oob" in application["grant_types"]
    assert call("clients.update", tenant.client_id, grant_types=["refresh_token"])["grant_types"] == ["refresh_token"]
    assert api.login().json()["error"] == "unauthorized_client"


def test_the_applications_are_listed(call: Call, tenant: Tenant) -> None:
    listed = [application["client_id"] for application in call("clients.list")]
    assert sorted(listed) == sorted([tenant.client_id, tenant.public_client_id, tenant.management_client_id])


def test_the_apis_are_listed(call: Call, tenant: Tenant) -> None:
    assert [api["identifier"] for api in call("resource_servers.list")] == [tenant.audience]


def test_an_api_is_made_and_removed(call: Call, api: Api) -> None:
    made = call("resource_servers.create", identifier="https://new.example/", name="New", scopes=[{"value": "read:it"}])
    assert made["scopes"] == [{"value": "read:it"}]
    assert api.login(audience="https://new.example/").json()["error"] == "mfa_required"
    call("resource_servers.delete", made["id"])
    assert api.login(audience="https://new.example/").json()["error"] == "access_denied"


def test_a_verified_address(call: Call, api: Api, user_id: str) -> None:
    assert call("users.get", user_id)["email_verified"] is False
    assert call("users.update", user_id, email_verified=True)["email_verified"] is True
    (row,) = api.rows(api.mfa_token())  # it is an authenticator now
    assert row["active"] is True


def test_a_new_user_signs_in(call: Call, api: Api, tenant: Tenant) -> None:
    person = {"email": "grace@example.com", "password": "correct horse battery staple"}
    made = call("users.create", connection="Username-Password-Authentication", **person)
    assert made["user_id"].startswith("auth0|")
    assert api.login(username=person["email"], password=person["password"]).json()["error"] == "mfa_required"


def test_the_authentication_methods_of_a_user_are_listed(call: Call, api: Api, user_id: str) -> None:
    assert call("users.authentication_methods.list", user_id) == []
    api.enroll()
    (method,) = call("users.authentication_methods.list", user_id)
    assert (method["type"], method["email"], method["confirmed"]) == ("email", "ada@example.com", True)


def test_an_administrator_gives_and_takes_an_authentication_method(call: Call, api: Api, user_id: str) -> None:
    given = call("users.authentication_methods.create", user_id, type="email", name="Second", email="b@example.com")
    assert (given["type"], given["email"], given["name"]) == ("email", "b@example.com", "Second")
    (row,) = api.rows(api.mfa_token())
    assert (row["id"], row["active"]) == (given["id"], True)
    call("users.authentication_methods.delete", user_id, given["id"])
    assert api.rows(api.mfa_token()) == []


def test_all_authenticators_of_a_user_are_reset(call: Call, api: Api, user_id: str) -> None:
    api.enroll()
    call("users.authenticators.delete_all", user_id)
    assert api.rows(api.mfa_token()) == []


def test_a_brute_force_block_is_ended(call: Call, api: Api, user_id: str) -> None:
    for _ in range(10):
        api.login(password="wrong")
    assert api.login().json()["error"] == "too_many_attempts"
    call("user_blocks.delete", user_id)
    assert api.login().json()["error"] == "mfa_required"


def test_a_new_recovery_code(call: Call, api: Api, user_id: str) -> None:
    api.set_up(factors=["email", "recovery-code"])
    api.enroll()
    assert call("users.regenerate_recovery_code", user_id) == {"recovery_code": "…"}


def test_the_default_directory_goes(call: Call, api: Api) -> None:
    assert call("tenants.settings.get")["default_directory"] == "Username-Password-Authentication"
    call("tenants.settings.update", default_directory="")
    assert api.login().json()["error"] == "server_error"


def test_the_mail_has_a_template(call: Call, management: Driver, api: Api, tenant: Tenant) -> None:
    error = management.fail("call", method="email_templates.get", arguments=["mfa_oob_code"])
    assert error["status_code"] == 404
    host, _, port = tenant.smtp.rpartition(":")  # the sandbox's own: as a provider that an administrator brings
    smtp = {"smtp_host": host, "smtp_port": int(port), "smtp_user": "u", "smtp_pass": "p"}
    call("emails.provider.create", name="smtp", enabled=True, default_from_address="a@example.com", credentials=smtp)
    template = {"syntax": "liquid", "enabled": True, "body": "Yours: {{ code }}", "from_": "a@example.com"}
    assert call("email_templates.create", template="mfa_oob_code", subject="Hallo", **template)["subject"] == "Hallo"
    assert call("email_templates.update", "mfa_oob_code", subject="Again")["subject"] == "Again"
    assert call("email_templates.get", "mfa_oob_code")["subject"] == "Again"
    api.begin()
    (mail,) = api.mails()
    assert mail["subject"] == "Again"


def test_the_log_tells_what_happened(call: Call, api: Api) -> None:
    api.enroll()
    types = [event["type"] for event in call("logs.list")]  # newest first
    assert types[:3] == ["seccft", "seoobft", "gd_auth_succeed"]  # the first is the SDK's own token for this call
    assert {"mfar", "gd_start_enroll", "gd_send_email"} < set(types)


def test_a_token_that_is_none_is_refused(management: Driver, tenant: Tenant) -> None:
    management.do("start", domain=tenant.domain, token="rubbish")
    error = management.fail("call", method="guardian.policies.list", arguments=[])
    assert (error["class"], error["status_code"]) == ("UnauthorizedError", 401)


def test_the_courses_application_gets_no_token_for_it(management: Driver, tenant: Tenant) -> None:
    management.do("start", **tenant.confidential)
    error = management.fail("call", method="guardian.policies.list", arguments=[])
    assert error["class"] == "HTTPStatusError" and "403" in error["text"]


def test_without_the_tenants_authority_it_does_not_connect(drive: Callable[..., Driver], tenant: Tenant) -> None:
    stranger = drive("auth0_management.py")
    stranger.do("start", **tenant.set_up)
    error = stranger.fail("call", method="guardian.policies.list", arguments=[])
    assert error["class"] == "ConnectError" and "CERTIFICATE_VERIFY_FAILED" in error["text"]
