"""node-auth0's `ManagementClient` against the tenant: each route that the tenant has, by the method that calls it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from mfa_helpers.sandbox.endpoints import management
from mfa_helpers.sandbox.endpoints.management.kept import EMPTY

from ...support.key_pairs import new_pair
from ...support.sandbox_api import Api
from .conftest import Tenant
from .driving import Driver

CONNECTION = "Username-Password-Authentication"
#: What the SDK calls the lists that are always empty.
LISTS = {
    "rules": "rules.list",
    "hooks": "hooks.list",
    "roles": "roles.list",
    "organizations": "organizations.list",
    "flows": "flows.list",
    "flows/vault/connections": "flows.vault.connections.list",
    "forms": "forms.list",
    "prompts/rendering": "prompts.rendering.list",
    "self-service-profiles": "selfServiceProfiles.list",
    "network-acls": "networkAcls.list",
}
#: Other lists of what there is none of, and what the SDK makes of the answer.
OTHER_LISTS = {
    "actions.list": [],
    "actions.modules.list": [],
    "actions.triggers.list": {"triggers": []},
    "branding.phone.providers.list": {"providers": []},
    "branding.phone.templates.list": {"templates": []},
    "userAttributeProfiles.list": [],
    "connectionProfiles.list": [],
    "tokenExchangeProfiles.list": [],
    "eventStreams.list": [],
    "rateLimitPolicies.list": [],
    "connections.directoryProvisioning.list": [],
    "rulesConfigs.list": [],
    "customDomains.list": [],
    "logStreams.list": [],
}
#: Objects that are read and changed: the client, its methods that read, replace, and change, and what is sent.
OBJECTS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("guardian.factors.phone", "getMessageTypes", "setMessageTypes", {"message_types": ["sms"]}),
    ("guardian.factors.phone", "getSelectedProvider", "setProvider", {"provider": "twilio"}),
    ("guardian.factors.phone", "getTwilioProvider", "setTwilioProvider", {"from": "+15550100167", "sid": "AC1"}),
    (
        "guardian.factors.phone",
        "getTemplates",
        "setTemplates",
        {"enrollment_message": "a", "verification_message": "b"},
    ),
    ("guardian.factors.sms", "getSelectedProvider", "setProvider", {"provider": "twilio"}),
    ("guardian.factors.sms", "getTwilioProvider", "setTwilioProvider", {"from": "+15550100167", "sid": "AC1"}),
    ("guardian.factors.sms", "getTemplates", "setTemplates", {"enrollment_message": "a", "verification_message": "b"}),
    ("guardian.factors.pushNotification", "getSelectedProvider", "setProvider", {"provider": "sns"}),
    ("guardian.factors.pushNotification", "getSnsProvider", "setSnsProvider", {"aws_region": "us-west-1"}),
    ("guardian.factors.pushNotification", "getSnsProvider", "updateSnsProvider", {"aws_access_key_id": "id"}),
    ("guardian.factors.pushNotification", "getApnsProvider", "setApnsProvider", {"bundle_id": "com.example.app"}),
    ("guardian.factors.pushNotification", "getApnsProvider", "updateApnsProvider", {"sandbox": True}),
    ("guardian.factors.pushNotification", "", "setFcmProvider", {"server_key": "x"}),
    ("guardian.factors.pushNotification", "", "updateFcmProvider", {"server_key": "y"}),
    ("guardian.factors.pushNotification", "", "setFcmv1Provider", {"server_credentials": "x"}),
    ("guardian.factors.pushNotification", "", "updateFcmv1Provider", {"server_credentials": "y"}),
    ("guardian.factors.duo.settings", "get", "set", {"ikey": "i", "host": "api.example.com"}),
    ("guardian.factors.duo.settings", "get", "update", {"ikey": "j"}),
    ("branding", "get", "update", {"colors": {"primary": "#0059d6"}}),
    ("prompts", "getSettings", "updateSettings", {"identifier_first": True}),
    ("attackProtection.bruteForceProtection", "get", "update", {"max_attempts": 5}),
    ("attackProtection.breachedPasswordDetection", "get", "update", {"enabled": True}),
    ("attackProtection.suspiciousIpThrottling", "get", "update", {"enabled": False}),
    ("attackProtection.botDetection", "get", "update", {"bot_detection_level": "low"}),
    ("attackProtection.captcha", "get", "update", {"active_provider_id": "simple_captcha"}),
    ("riskAssessments.settings", "get", "update", {"enabled": True}),
    ("riskAssessments.settings.newDevice", "get", "update", {"remember_for": 60}),
    ("supplementalSignals", "get", "patch", {"akamai_enabled": True}),
    ("tenants.settings", "get", "update", {"friendly_name": "Zoo", "session_lifetime": 24}),
]

Call = Callable[..., Any]


@pytest.fixture
def management_client(drive: Callable[..., Driver], tenant: Tenant) -> Driver:
    """A fresh client of the setup application; it remembers what it has called."""
    driver = drive("set_up/node_management.mjs", NODE_EXTRA_CA_CERTS=tenant.ca_file)
    driver.do("start", **tenant.set_up)
    return driver


@pytest.fixture
def call(management_client: Driver) -> Call:
    """`call("users.get", id)`: what the SDK's method returns."""
    return lambda method, *values: management_client.do("call", method=method, arguments=values)["value"]


def test_each_route_is_called_by_the_sdk_and_gives_it_what_was_sent(
    call: Call, management_client: Driver, api: Api, tenant: Tenant
) -> None:
    _objects(call)
    error = management_client.fail("call", method="branding.themes.getDefault", arguments=[])
    assert (error["class"], error["status"]) == ("NotFoundError", 404)
    _applications(call, tenant)
    _users(call, api, tenant)
    _mail(call, tenant)
    _factors_and_log(call)
    asked = {tuple(one.split(" ", 1)) for one in management_client.do("called")["paths"]}
    missing = [f"{method} {path}" for method, path in _routes() if not _is_among(method, path, asked)]
    assert missing == []


def test_a_client_that_may_not_is_told_so(management_client: Driver, tenant: Tenant) -> None:
    management_client.do("start", **tenant.confidential)
    error = management_client.fail("call", method="guardian.policies.list", arguments=[])
    assert error["status"] in (403, None) and "unauthorized_client" in str(error) + error["message"]


def test_an_unknown_field_is_an_error_of_the_sdk(management_client: Driver) -> None:
    error = management_client.fail("call", method="tenants.settings.update", arguments=[{"pigeon": 1}])
    assert (error["class"], error["status"]) == ("BadRequestError", 400)


def _objects(call: Call) -> None:
    assert {path for path, _, _ in EMPTY} == set(LISTS)
    assert {name: call(name) for name in LISTS.values()} == {name: [] for name in LISTS.values()}
    assert {name: call(name) for name in OTHER_LISTS} == OTHER_LISTS
    for client, reads, changes, sent in OBJECTS:
        answer = call(f"{client}.{changes}", sent)
        told = call(f"{client}.{reads}") if reads else answer
        kept = {} if not reads else sent
        assert answer == {**answer, **kept} and told == {**told, **kept}, (client, changes)
    call("prompts.customText.set", "login", "en", {"login": {"title": "Hello"}})
    assert call("prompts.customText.get", "login", "en") == {"login": {"title": "Hello"}}
    call("prompts.partials.set", "login", {"login": {"form-content-start": "<b>Hello</b>"}})
    assert call("prompts.partials.get", "login") == {"login": {"form-content-start": "<b>Hello</b>"}}


def _applications(call: Call, tenant: Tenant) -> None:
    made = call("clients.create", {"name": "Zoo", "callbacks": ["https://zoo.example/"], "app_type": "regular_web"})
    id = made["client_id"]
    assert call("clients.update", id, {"web_origins": ["https://zoo.example"]})["callbacks"] == ["https://zoo.example/"]
    assert call("clients.get", id)["web_origins"] == ["https://zoo.example"]
    assert [one["name"] for one in call("clients.list", {"per_page": 2})][-1] == "Zoo"  # on the second page
    (everybody,) = call("clients.list", {"is_global": True})
    call("clients.update", everybody["client_id"], {"custom_login_page": "<html></html>"})
    assert call("clients.get", everybody["client_id"])["custom_login_page"] == "<html></html>"

    key = call("clients.credentials.create", id, {"credential_type": "public_key", "pem": new_pair()[1]})
    call("clients.credentials.update", id, key["id"], {"expires_at": "2033-05-13T09:33:13.000Z"})
    assert call("clients.credentials.get", id, key["id"])["expires_at"] == "2033-05-13T09:33:13.000Z"
    assert [one["id"] for one in call("clients.credentials.list", id)] == [key["id"]]
    call("clients.credentials.delete", id, key["id"])

    server = {"identifier": "https://zoo.example/api", "name": "Zoo", "token_lifetime": 60}
    scopes = [{"value": "read:zoo", "description": "See the animals"}]
    api_id = call("resourceServers.create", {**server, "scopes": scopes})["id"]
    assert call("resourceServers.update", api_id, {"token_lifetime": 90})["scopes"] == scopes
    assert call("resourceServers.get", api_id)["token_lifetime"] == 90
    assert len(call("resourceServers.list")) == 2
    grant = call("clientGrants.create", {"client_id": id, "audience": server["identifier"], "scope": ["read:zoo"]})
    assert call("clientGrants.get", grant["id"]) == grant
    assert call("clientGrants.update", grant["id"], {"scope": []})["scope"] == []
    assert len(call("clientGrants.list")) == 2
    call("clientGrants.delete", grant["id"])
    call("resourceServers.delete", api_id)

    (connection,) = call("connections.list")
    assert connection["name"] == CONNECTION
    call("connections.update", connection["id"], {"options": {"passwordPolicy": "excellent"}})
    assert call("connections.get", connection["id"])["options"] == {"passwordPolicy": "excellent"}
    call("connections.clients.update", connection["id"], [{"client_id": id, "status": False}])
    assert {"client_id": id} not in call("connections.clients.get", connection["id"])
    call("clients.delete", id)


def _users(call: Call, api: Api, tenant: Tenant) -> None:
    bob = {"connection": CONNECTION, "email": "bob@example.com", "password": "bobs password"}
    made = call("users.create", {**bob, "user_metadata": {"color": "red"}, "given_name": "Bob"})
    id = made["user_id"]
    assert call("users.update", id, {"app_metadata": {"plan": "zoo"}})["user_metadata"] == {"color": "red"}
    assert call("users.get", id)["app_metadata"] == {"plan": "zoo"}
    assert [user["email"] for user in call("users.list", {"q": "app_metadata.plan:zoo"})] == [bob["email"]]
    (ada,) = call("users.listUsersByEmail", {"email": tenant.username})
    call("userBlocks.delete", id)

    method = call("users.authenticationMethods.create", id, {"type": "email", "email": "b@example.com"})
    assert call("users.authenticationMethods.update", id, method["id"], {"name": "Second"})["name"] == "Second"
    assert call("users.authenticationMethods.get", id, method["id"])["name"] == "Second"
    call("users.authenticationMethods.delete", id, method["id"])
    phone = {"type": "phone", "phone_number": "+15550100167"}
    (set_one,) = call("users.authenticationMethods.set", id, [phone])
    assert call("users.authenticationMethods.list", id) == [set_one] and set_one["id"].startswith("phone|dev_")
    call("users.authenticationMethods.deleteAll", id)
    assert call("users.regenerateRecoveryCode", id) == {"recovery_code": "…"}
    call("users.authenticators.deleteAll", id)
    call("users.delete", id)
    assert [user["user_id"] for user in call("users.list")] == [ada["user_id"]]


def _mail(call: Call, tenant: Tenant) -> None:
    host, _, port = tenant.smtp.rpartition(":")
    smtp = {"smtp_host": host, "smtp_port": int(port), "smtp_user": "u", "smtp_pass": "p"}
    call("emails.provider.create", {"name": "smtp", "default_from_address": "a@example.com", "credentials": smtp})
    call("emails.provider.update", {"enabled": True})
    assert call("emails.provider.get", {"fields": "name", "include_fields": True}) == {"name": "smtp"}
    mail = {"syntax": "liquid", "enabled": True, "body": "Yours: {{ code }}", "from": "a@example.com", "subject": "Hi"}
    call("emailTemplates.create", {"template": "mfa_oob_code", **mail})
    call("emailTemplates.set", "mfa_oob_code", {"template": "mfa_oob_code", **mail, "subject": "Hallo"})
    assert call("emailTemplates.update", "mfa_oob_code", {"subject": "Again"})["subject"] == "Again"
    assert call("emailTemplates.get", "mfa_oob_code")["body"] == mail["body"]
    call("emails.provider.delete")


def _factors_and_log(call: Call) -> None:
    assert call("guardian.factors.set", "otp", {"enabled": True}) == {"enabled": True}
    assert len(call("guardian.factors.list")) == 8
    assert call("guardian.policies.set", []) == [] == call("guardian.policies.list")
    event = call("logs.list", {"per_page": 1, "q": "type:sapi"})[0]
    assert call("logs.get", event["log_id"]) == event


def _routes() -> list[tuple[str, str]]:
    return [(method, route.path) for route in management.routes for method in sorted(route.methods - {"HEAD"})]


def _is_among(method: str, path: str, asked: set[Any]) -> bool:
    pattern = re.sub(r"\{[^}]*\}", "[^/]+", path)
    return any(method == one and re.fullmatch(pattern, where) for one, where in asked)
