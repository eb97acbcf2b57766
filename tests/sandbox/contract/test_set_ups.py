"""The Management API, by which a tenant is set up: what is sent is kept and shown. Whatever is made is removed again."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ...support.key_pairs import new_pair
from .rows import row

MANAGED = ("management",)
#: What a real tenant may need for itself: only the sandbox is asked.
ONLY_HERE = ("management", "setup")


@contextmanager
def made(target: Any, path: str, body: dict[str, Any]) -> Iterator[Any]:
    """What `POST` answers, until the end."""
    answer = target.manage("POST", path, body)
    assert answer.status_code == 201, answer.text
    id = answer.json()[{"clients": "client_id", "users": "user_id"}.get(path, "id")]
    try:
        yield answer
    finally:
        target.manage("DELETE", f"{path}/{id}")


@contextmanager
def put_back(target: Any, path: str) -> Iterator[None]:
    """What is there now is there at the end."""
    before = target.manage("GET", path).json()
    try:
        yield
    finally:
        target.manage("PUT", path, before)


def application(target: Any, **more: Any) -> Any:
    return made(target, "clients", {"name": f"Contract {secrets.token_hex(4)}", **more})


def person(target: Any, **more: Any) -> Any:
    name = secrets.token_hex(6)
    connection = getattr(target.sandbox, "realm", "") or "Username-Password-Authentication"
    body = {"connection": connection, "email": f"{name}@example.com", "password": f"Contract {name}!", **more}
    return made(target, "users", body)


def api(target: Any, **more: Any) -> Any:
    return made(target, "resource-servers", {"identifier": f"https://{secrets.token_hex(6)}.example/", **more})


# applications


@row("management-client-changed", needs=MANAGED)
def test_management_client_changed(target):
    with application(target) as answer:
        path = f"clients/{answer.json()['client_id']}"
        shown = target.manage("GET", path).json()
        names = ("app_type", "callbacks", "web_origins", "is_first_party", "jwt_configuration", "refresh_token")
        sent = {name: shown[name] for name in names if name in shown}
        sent |= {"callbacks": ["https://zoo.example/callback"], "web_origins": ["https://zoo.example"]}
        answer = target.manage("PATCH", path, sent)
        assert {name: answer.json()[name] for name in sent} == sent
    return answer


@row("management-client-made", needs=MANAGED)
def test_management_client_made(target):
    with application(target) as answer:
        grants = ["authorization_code", "implicit", "refresh_token", "client_credentials"]
        assert answer.json()["grant_types"] == grants and answer.json()["client_secret"]
    return answer


@row("management-client-removed", needs=MANAGED)
def test_management_client_removed(target):
    with application(target) as answer:
        path = f"clients/{answer.json()['client_id']}"
        answer = target.manage("DELETE", path)
        assert target.manage("GET", path).status_code == 404
    return answer


@row("management-unknown-field", needs=MANAGED)
def test_management_unknown_field(target):
    answer = target.manage("PATCH", "tenants/settings", {"pigeon": 1})
    assert answer.json()["errorCode"] == "invalid_body"
    assert "Additional properties not allowed: pigeon" in answer.json()["message"]
    return answer


@row("management-credential", needs=MANAGED)
def test_management_credential(target):
    key = {"credential_type": "public_key", "name": "Contract", "alg": "RS256", "pem": new_pair()[1]}
    with application(target) as answer:
        path = f"clients/{answer.json()['client_id']}/credentials"
        answer = target.manage("POST", path, {**key, "expires_at": "2033-05-13T09:33:13.000Z"})
        assert answer.json()["expires_at"] == "2033-05-13T09:33:13.000Z"
    return answer


@row("management-credentials", needs=MANAGED)
def test_management_credentials(target):
    with application(target) as answer:
        path = f"clients/{answer.json()['client_id']}/credentials"
        return target.manage("GET", path + "?include_totals=true&per_page=50")


@row("management-fields", needs=MANAGED)
def test_management_fields(target):
    return target.manage("GET", f"clients/{target.sandbox.client_id}?fields=client_id&include_fields=true")


@row("management-totals", needs=MANAGED)
def test_management_totals(target):
    answer = target.manage("GET", "clients?include_totals=true&per_page=1")
    assert (answer.json()["start"], answer.json()["limit"], len(answer.json()["clients"])) == (0, 1, 1)
    return answer


@row("management-checkpoint", needs=MANAGED)
def test_management_checkpoint(target):
    answer = target.manage("GET", "client-grants?include_totals=true&take=50")
    assert "total" not in answer.json()
    return answer


@row("management-client-grant", needs=MANAGED)
def test_management_client_grant(target):
    with api(target, scopes=[{"value": "read:zoo"}]) as server, application(target) as machine:
        ids = {"client_id": machine.json()["client_id"], "audience": server.json()["identifier"]}
        with made(target, "client-grants", {**ids, "scope": ["read:zoo"]}) as answer:
            assert answer.json() == {**answer.json(), **ids, "scope": ["read:zoo"]}
            return answer


@row("machine-own-api", needs=MANAGED)
def test_machine_own_api(target):
    with api(target, scopes=[{"value": "read:zoo"}]) as server, application(target) as machine:
        audience, own = server.json()["identifier"], machine.json()
        grant = {"client_id": own["client_id"], "audience": audience, "scope": ["read:zoo"]}
        with made(target, "client-grants", grant):
            answer = target.machine(client_id=own["client_id"], client_secret=own["client_secret"], audience=audience)
            assert answer.json()["scope"] == "read:zoo"
            return answer


# APIs, settings, connections


@row("management-api", needs=MANAGED)
def test_management_api(target):
    scopes = [{"value": "read:zoo", "description": "See the animals"}]
    with api(target, scopes=scopes, signing_alg="RS256", token_lifetime=1800) as answer:
        body = answer.json()
        assert (body["scopes"], body["signing_alg"], body["token_lifetime"]) == (scopes, "RS256", 1800)
    return answer


@row("management-settings", needs=MANAGED)
def test_management_settings(target):
    before = target.manage("GET", "tenants/settings").json()
    flags = {"revoke_refresh_token_grant": before["flags"].get("revoke_refresh_token_grant", False)}
    with target.changed(settings={"session_lifetime": 24}):
        sent = {"enabled_locales": before["enabled_locales"], "session_lifetime": 24, "flags": flags}
        answer = target.manage("PATCH", "tenants/settings", sent)
        assert answer.json()["session_lifetime"] == 24
    return answer


@row("management-connections", needs=MANAGED)
def test_management_connections(target):
    answer = target.manage("GET", "connections?strategy=auth0")
    assert {"id", "name", "strategy", "options", "enabled_clients"} <= set(answer.json()[0])
    return answer


@row("management-connection-clients", needs=MANAGED)
def test_management_connection_clients(target):
    with application(target) as answer:
        id = answer.json()["client_id"]
        path = f"connections/{target.manage('GET', 'connections?strategy=auth0').json()[0]['id']}/clients"
        answer = target.manage("PATCH", path, [{"client_id": id, "status": True}])
        assert {"client_id": id} in target.manage("GET", path).json()["clients"]
        target.manage("PATCH", path, [{"client_id": id, "status": False}])
    return answer


# users


@row("management-user-made", needs=MANAGED)
def test_management_user_made(target):
    profile = {"given_name": "Bob", "family_name": "Baker", "picture": "https://example.com/bob.png"}
    more = {**profile, "user_metadata": {"color": "red"}, "app_metadata": {"plan": "zoo"}}
    with person(target, user_id=f"contract{secrets.token_hex(4)}", **more) as answer:
        assert {name: answer.json()[name] for name in more} == more
        assert answer.json()["user_id"].startswith("auth0|contract")
    return answer


@row("management-user", needs=MANAGED)
def test_management_user(target):
    answer = target.manage("GET", f"users/{target.user_id()}")
    known = {
        "created_at",
        "email",
        "email_verified",
        "identities",
        "name",
        "nickname",
        "picture",
        "updated_at",
        "user_id",
    }
    assert known <= set(answer.json()) and answer.json()["created_at"] > "2000"
    return answer


@row("management-users", needs=MANAGED)
def test_management_users(target):
    answer = target.manage("GET", f'users?q=email:"{target.sandbox.username}"&include_totals=true')
    assert [user["email"] for user in answer.json()["users"]] == [target.sandbox.username]
    return answer


@row("management-user-metadata", needs=MANAGED)
def test_management_user_metadata(target):
    with person(target, user_metadata={"a": {"x": 1}, "b": 2}) as answer:
        path = f"users/{answer.json()['user_id']}"
        answer = target.manage("PATCH", path, {"user_metadata": {"a": {"y": 1}}})
        assert answer.json()["user_metadata"] == {"a": {"y": 1}, "b": 2}
    return answer


@row("management-user-removed", needs=MANAGED)
def test_management_user_removed(target):
    with person(target) as answer:
        path = f"users/{answer.json()['user_id']}"
        answer = target.manage("DELETE", path)
        assert target.manage("GET", path).status_code == 404
    return answer


# mail


def provider(target: Any) -> None:
    sent = {"name": "ses", "default_from_address": "a@example.com", "credentials": {"region": "us-east-1"}}
    answer = target.manage(
        "POST", "emails/provider", {**sent, "settings": {"message": {"configuration_set_name": "x"}}}
    )
    assert answer.status_code == 201 and "settings" in answer.json()


@row("management-email-provider", needs=ONLY_HERE)
def test_management_email_provider(target):
    provider(target)
    return target.manage("PATCH", "emails/provider", {"name": "mandrill", "credentials": {"api_key": "x"}})


@row("management-email-provider-removed", needs=ONLY_HERE)
def test_management_email_provider_removed(target):
    provider(target)
    answer = target.manage("DELETE", "emails/provider")
    assert target.manage("GET", "emails/provider").json()["errorCode"] == "inexistent_email_provider"
    return answer


# what is only kept and shown


def kept(target: Any, path: str, sent: dict[str, Any]) -> Any:
    with put_back(target, path):
        answer = target.manage("PUT", path, sent)
        assert answer.json() == sent == target.manage("GET", path).json()
    return answer


@row("management-message-types", needs=MANAGED)
def test_management_message_types(target):
    return kept(target, "guardian/factors/phone/message-types", {"message_types": ["sms"]})


@row("management-selected-provider", needs=MANAGED)
def test_management_selected_provider(target):
    return kept(target, "guardian/factors/phone/selected-provider", {"provider": "auth0"})


@row("management-sms-templates", needs=ONLY_HERE)
def test_management_sms_templates(target):
    texts = {"enrollment_message": "Enroll with {{code}}", "verification_message": "Sign in with {{code}}"}
    return kept(target, "guardian/factors/sms/templates", texts)


@row("management-push-provider", needs=ONLY_HERE)
def test_management_push_provider(target):
    path = "guardian/factors/push-notification/providers/sns"
    keys = {"aws_access_key_id": "id", "aws_region": "us-west-1", "aws_secret_access_key": "secret"}
    target.manage("PUT", path, keys)
    return target.manage("GET", path)


@row("management-none", needs=ONLY_HERE)
def test_management_none(target):
    answer = target.manage("GET", "rules?include_totals=true&page=0&per_page=100")
    assert answer.json() == {"total": 0, "start": 0, "limit": 100, "rules": []}
    return answer


@row("management-theme", needs=ONLY_HERE)
def test_management_theme(target):
    answer = target.manage("GET", "branding/themes/default")
    assert answer.json()["errorCode"] == "theme_not_found"
    return answer


# authentication methods


@row("management-method", needs=MANAGED)
def test_management_method(target):
    target.enroll()
    path = f"users/{target.user_id()}/authentication-methods"
    (method,) = target.manage("GET", path).json()
    answer = target.manage("GET", f"{path}/{method['id']}")
    assert answer.json() == method
    return answer


@row("management-method-renamed", needs=MANAGED)
def test_management_method_renamed(target):
    path = f"users/{target.user_id()}/authentication-methods"
    method = target.manage("POST", path, {"type": "email", "email": target.address}).json()
    answer = target.manage("PATCH", f"{path}/{method['id']}", {"name": "Second"})
    assert answer.json()["name"] == "Second"
    return answer


@row("management-methods-replaced", needs=MANAGED)
def test_management_methods_replaced(target):
    path = f"users/{target.user_id()}/authentication-methods"
    target.manage("POST", path, {"type": "email", "email": target.address, "name": "First"})
    answer = target.manage("PUT", path, [{"type": "email", "email": target.address, "name": "Second"}])
    assert [method["name"] for method in answer.json()] == ["Second"]
    return answer


@row("management-phone", needs=MANAGED)
def test_management_phone(target):
    sent = {"type": "phone", "phone_number": "+15550100167", "preferred_authentication_method": "voice"}
    answer = target.manage("POST", f"users/{target.user_id()}/authentication-methods", sent)
    assert answer.json()["id"].startswith("phone|dev_") and answer.json() == {**answer.json(), **sent}
    assert {inside["type"] for inside in answer.json()["authentication_methods"]} == {"sms", "voice"}
    return answer


@row("management-recovery-code", needs=MANAGED)
def test_management_recovery_code(target):
    with target.changed(factors={"recovery-code": True}):
        target.enroll()
        return target.manage("POST", f"users/{target.user_id()}/recovery-code-regeneration")
