"""Who may call the Management API, and how it says no."""

import re

import pytest

from mfa_helpers.sandbox import defaults
from mfa_helpers.sandbox.endpoints import management
from mfa_helpers.sandbox.endpoints.management import kept

from ....support.key_pairs import new_pair
from ....support.sandbox_api import refusal

PAIR = new_pair()

USER, METHOD = "auth0|none", "email|dev_none"
#: Each route with its scope, and a body that gets through. Ids are those of nobody: a 404 is through as well.
NEEDED = {
    ("GET", "/api/v2/guardian/factors"): ("read:guardian_factors", None),
    ("PUT", "/api/v2/guardian/factors/{name}"): ("update:guardian_factors", {"enabled": True}),
    ("GET", "/api/v2/guardian/policies"): ("read:mfa_policies", None),
    ("PUT", "/api/v2/guardian/policies"): ("update:mfa_policies", []),
    ("GET", "/api/v2/clients"): ("read:clients", None),
    ("GET", "/api/v2/clients/{id}"): ("read:clients", None),
    ("PATCH", "/api/v2/clients/{id}"): ("update:clients", {}),
    ("POST", "/api/v2/clients"): ("create:clients", {"name": "New"}),
    ("DELETE", "/api/v2/clients/{id}"): ("delete:clients", None),
    ("GET", "/api/v2/clients/{id}/credentials"): ("read:client_credentials", None),
    ("POST", "/api/v2/clients/{id}/credentials"): ("create:client_credentials", {}),
    ("GET", "/api/v2/clients/{id}/credentials/{key}"): ("read:client_credentials", None),
    ("PATCH", "/api/v2/clients/{id}/credentials/{key}"): ("update:client_credentials", {}),
    ("DELETE", "/api/v2/clients/{id}/credentials/{key}"): ("delete:client_credentials", None),
    ("GET", "/api/v2/client-grants"): ("read:client_grants", None),
    ("POST", "/api/v2/client-grants"): ("create:client_grants", {}),
    ("GET", "/api/v2/client-grants/{id}"): ("read:client_grants", None),
    ("PATCH", "/api/v2/client-grants/{id}"): ("update:client_grants", {}),
    ("DELETE", "/api/v2/client-grants/{id}"): ("delete:client_grants", None),
    ("GET", "/api/v2/connections"): ("read:connections", None),
    ("GET", "/api/v2/connections/{id}"): ("read:connections", None),
    ("PATCH", "/api/v2/connections/{id}"): ("update:connections", {}),
    ("GET", "/api/v2/connections/{id}/clients"): ("read:connections", None),
    ("PATCH", "/api/v2/connections/{id}/clients"): ("update:connections", []),
    ("GET", "/api/v2/resource-servers"): ("read:resource_servers", None),
    ("POST", "/api/v2/resource-servers"): ("create:resource_servers", {"identifier": "https://new.example/"}),
    ("GET", "/api/v2/resource-servers/{id:path}"): ("read:resource_servers", None),
    ("PATCH", "/api/v2/resource-servers/{id:path}"): ("update:resource_servers", {}),
    ("DELETE", "/api/v2/resource-servers/{id:path}"): ("delete:resource_servers", None),
    ("GET", "/api/v2/users"): ("read:users", None),
    ("DELETE", "/api/v2/users/{id}"): ("delete:users", None),
    ("POST", "/api/v2/users"): (
        "create:users",
        {"connection": "Username-Password-Authentication", "email": "new@example.com", "password": "pw"},
    ),
    ("GET", "/api/v2/users-by-email"): ("read:users", None),
    ("GET", "/api/v2/users/{id}"): ("read:users", None),
    ("PATCH", "/api/v2/users/{id}"): ("update:users", {}),
    ("DELETE", "/api/v2/user-blocks/{id}"): ("update:users", None),
    ("GET", "/api/v2/users/{id}/authentication-methods"): ("read:authentication_methods", None),
    ("POST", "/api/v2/users/{id}/authentication-methods"): ("create:authentication_methods", {}),
    ("PUT", "/api/v2/users/{id}/authentication-methods"): ("update:authentication_methods", []),
    ("DELETE", "/api/v2/users/{id}/authentication-methods"): ("delete:authentication_methods", None),
    ("GET", "/api/v2/users/{id}/authentication-methods/{method}"): ("read:authentication_methods", None),
    ("PATCH", "/api/v2/users/{id}/authentication-methods/{method}"): ("update:authentication_methods", {}),
    ("DELETE", "/api/v2/users/{id}/authentication-methods/{method}"): ("delete:authentication_methods", None),
    ("DELETE", "/api/v2/users/{id}/authenticators"): ("delete:guardian_enrollments", None),
    ("POST", "/api/v2/users/{id}/recovery-code-regeneration"): ("update:users", None),
    ("GET", "/api/v2/emails/provider"): ("read:email_provider", None),
    ("POST", "/api/v2/emails/provider"): ("create:email_provider", {"name": "ses", "credentials": {}}),
    ("PATCH", "/api/v2/emails/provider"): ("update:email_provider", {}),
    ("DELETE", "/api/v2/emails/provider"): ("delete:email_provider", None),
    ("POST", "/api/v2/email-templates"): ("create:email_templates", {}),
    ("GET", "/api/v2/email-templates/{name}"): ("read:email_templates", None),
    ("PUT", "/api/v2/email-templates/{name}"): ("update:email_templates", {}),
    ("PATCH", "/api/v2/email-templates/{name}"): ("update:email_templates", {}),
    ("GET", "/api/v2/tenants/settings"): ("read:tenant_settings", None),
    ("PATCH", "/api/v2/tenants/settings"): ("update:tenant_settings", {}),
    ("GET", "/api/v2/logs"): ("read:logs", None),
    ("GET", "/api/v2/logs/{id}"): ("read:logs", None),
    ("GET", "/api/v2/branding/themes/default"): ("read:branding", None),
    **{("GET", f"/api/v2/{path}"): (f"read:{scope}", None) for path, scope, _ in kept.EMPTY},
    **{("GET", f"/api/v2/{one.path}"): (f"read:{one.scope}", None) for one in kept.KEPT if one.readable},
    **{(name, f"/api/v2/{one.path}"): (f"update:{one.scope}", {}) for one in kept.KEPT for name in one.methods},
}
ROUTES = [(method, route.path) for route in management.routes for method in sorted(route.methods - {"HEAD"})]
WRITES = [route for route in ROUTES if route[0] not in ("GET", "DELETE") and not route[1].endswith("-regeneration")]
#: What wants a list, and what takes any object.
LISTS = ("policies", "connections/{id}/clients", "PUT /api/v2/users/{id}/authentication-methods")
ANYTHING = {f"/api/v2/{one.path}" for one in kept.KEPT if one.fields is None}
UNREAD = "Payload validation error: 'Expected type object'."


def address(path):
    """A route's path below `/api/v2/`, its ids filled in."""
    return re.sub(r"\{[^}]*\}", "none", path).removeprefix("/api/v2/")


def test_each_route_has_its_scope_here_and_the_set_up_application_may_ask_for_it():
    assert set(ROUTES) ^ set(NEEDED) == set()
    assert {scope for scope, _ in NEEDED.values()} == set(defaults.MANAGEMENT_SCOPES)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_without_its_scope_a_call_is_refused_and_with_nothing_else_it_gets_through(manage, method, path):
    scope, body = NEEDED[method, path]
    others = " ".join(name for name in defaults.MANAGEMENT_SCOPES if name != scope)
    answer = manage(method, address(path), body, token=manage.token(others))
    assert manage.refused(answer) == (403, "insufficient_scope", f"Insufficient scope, expected any of: {scope}")
    answer = manage(method, address(path), body, token=manage.token(scope))
    assert answer.status_code in (200, 201, 204, 400, 404), answer.text


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_without_a_token_nothing_is_told(api, manage, method, path):
    answer = api.call(method, "/api/v2/" + address(path), json={})
    assert manage.refused(answer) == (401, None, "Missing authentication")


def test_a_call_without_a_token_changes_nothing(api, manage):
    api.call("PUT", "/api/v2/guardian/policies", json=[])
    assert manage.done("GET", "guardian/policies") == ["all-applications"]


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic YTpi", "Token x", ""])
def test_only_a_bearer_token_is_one(api, manage, header):
    answer = api.call("GET", "/api/v2/logs", headers={"authorization": header})
    assert manage.refused(answer) == (401, None, "Missing authentication")


@pytest.mark.parametrize("token", ["x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "Fe26.2*1*2*3*4*5*6*7", "é" * 10])
def test_what_this_tenant_did_not_sign_is_invalid(api, manage, token):
    answer = api.call("GET", "/api/v2/logs", headers={"authorization": f"Bearer {token}".encode()})
    assert manage.refused(answer) == (401, None, "Invalid token")


def test_a_token_of_another_tenant_is_invalid(manage, serve, state):
    other = type(manage)(serve(state))
    assert manage.refused(manage("GET", "logs", token=other.token())) == (401, None, "Invalid token")


def test_tokens_for_anything_else_are_invalid(api, manage):
    tokens = [api.mfa_token(), api.access_token()]
    api.set_up(mfa_policy=[])
    tokens += api.login(scope="openid").json()["access_token"], api.login(scope="openid").json()["id_token"]
    tokens += [api.login(audience=api.sandbox.audience).json()["access_token"]]
    for token in tokens:
        assert manage.refused(manage("GET", "logs", token=token)) == (401, None, "Invalid token")


def test_no_api_of_ones_own_makes_tokens_that_open_the_management_api(api, manage):
    manage.done("PUT", "guardian/policies", [])
    for identifier in (api.sandbox.management_audience, "https://own.example/api/v2/"):
        manage("POST", "resource-servers", {"identifier": identifier, "scopes": [{"value": "read:logs"}]})
        answer = api.login(audience=identifier, scope="read:logs")
        token = answer.json().get("access_token", "x")
        assert manage.refused(manage("GET", "logs", token=token)) == (401, None, "Invalid token")


def test_a_token_ends_after_a_day_of_the_tenants_clock(api, manage):
    token = manage.token()
    api.advance(86_390)
    assert manage.done("GET", "guardian/policies", token=token)
    api.advance(20)
    expected = (401, None, "Expired token received for JSON Web Token validation")
    assert manage.refused(manage("GET", "guardian/policies", token=token)) == expected


# tokens


def test_the_token_tells_its_scopes_and_nothing_of_a_user(api):
    fields = {
        "grant_type": "client_credentials",
        "client_id": api.sandbox.management_client_id,
        "client_secret": api.sandbox.management_client_secret,
        "audience": api.sandbox.management_audience,
    }
    body = api.call("POST", "/oauth/token", json={**fields, "scope": "read:logs read:everything"}).json()
    assert list(body) == ["access_token", "expires_in", "scope", "token_type"]
    assert (body["expires_in"], body["scope"], body["token_type"]) == (86_400, "read:logs", "Bearer")
    body = api.call("POST", "/oauth/token", json={**fields, "scope": "read:everything"}).json()
    assert list(body) == ["access_token", "expires_in", "token_type"]


@pytest.mark.parametrize("public", [False, True])
def test_the_applications_of_the_course_get_no_token_of_their_own(api, manage, public):
    id = api.sandbox.public_client_id if public else api.sandbox.client_id
    asked = {
        "grant_type": "client_credentials",
        "client_id": id,
        "client_secret": None if public else api.sandbox.client_secret,
        "audience": api.sandbox.management_audience,
    }
    text = "Grant type 'client_credentials' not allowed for the client."
    assert refusal(api.call("POST", "/oauth/token", data=asked)) == (403, "unauthorized_client", text)
    manage.done("PATCH", f"clients/{id}", {"grant_types": ["client_credentials"]})
    if public:  # without a secret never
        assert refusal(api.call("POST", "/oauth/token", data=asked)) == (403, "unauthorized_client", text)
        return
    text = (
        f'Client is not authorized to access "{api.sandbox.management_audience}". '
        'You need to create a "client-grant" associated to this API.'
    )
    assert refusal(api.call("POST", "/oauth/token", data=asked)) == (403, "access_denied", text)


@pytest.mark.parametrize(
    ("audience", "text"),
    [
        (None, "No audience parameter was provided, and no default audience has been configured."),
        ("https://nobody.example/", "Service not enabled within domain: https://nobody.example/"),
        (
            "https://api.sandbox.example/",
            'Client is not authorized to access "https://api.sandbox.example/". '
            'You need to create a "client-grant" associated to this API.',
        ),
    ],
)
def test_the_set_up_application_gets_tokens_for_the_management_api_only(api, audience, text):
    fields = {
        "grant_type": "client_credentials",
        "client_id": api.sandbox.management_client_id,
        "client_secret": api.sandbox.management_client_secret,
        "audience": audience,
    }
    assert refusal(api.call("POST", "/oauth/token", data=fields)) == (403, "access_denied", text)


def test_the_set_up_application_needs_its_secret(api):
    fields = {
        "grant_type": "client_credentials",
        "client_id": api.sandbox.management_client_id,
        "audience": api.sandbox.management_audience,
    }
    assert refusal(api.call("POST", "/oauth/token", data=fields)) == (401, "access_denied", "Unauthorized")


# bodies


@pytest.mark.parametrize(("method", "path"), WRITES)
@pytest.mark.parametrize("raw", [b"", b"{", b"[1]", b'"x"', b"5", b"null", b"[" * 50_000, b'{"x": 1}'])
def test_a_body_that_means_nothing_is_refused(api, manage, method, path, raw):
    place = address(path).replace("connections/none", "connections/con_SandboxUsers0001")
    place = place.replace("resource-servers/none", "resource-servers/5f0000000000000000000001")
    place = place.replace("factors/none", "factors/email")
    if place.startswith("users/none"):
        user, body = f"users/{manage.user_id()}", {"type": "email", "email": "x@example.com"}
        own = manage.done("POST", f"{user}/authentication-methods", body, 201)["id"]
        place = place.replace("users/none", user).replace("methods/none", f"methods/{own}")
    if place.startswith("clients/none"):
        client, body = f"clients/{api.sandbox.client_id}", {"credential_type": "public_key", "pem": PAIR[1]}
        key = manage.done("POST", f"{client}/credentials", body, 201)["id"]
        place = place.replace("clients/none", client).replace("credentials/none", f"credentials/{key}")
    if place == "client-grants/none":
        body = {"client_id": api.sandbox.client_id, "audience": api.sandbox.audience}
        place = f"client-grants/{manage.done('POST', 'client-grants', body, 201)['id']}"
    if path.endswith(("emails/provider", "email-templates/{name}")):
        manage.done("POST", "emails/provider", {"name": "ses", "credentials": {}}, 201)
    if path.endswith("email-templates/{name}"):
        place = place.replace("none", "mfa_oob_code")
        body = {"template": "mfa_oob_code", "body": "b", "from": "a@example.com", "subject": "s", "syntax": "liquid"}
        manage.done("POST", "email-templates", body)
    before = manage.done("GET", "tenants/settings")
    answer = manage(method, place, data=raw, headers={"content-type": "application/json"})
    if raw == b'{"x": 1}' and path in ANYTHING:
        assert answer.status_code == 200
        return
    status, code, text = manage.refused(answer)
    assert (status, code) == (400, "invalid_body")
    if f"{method} {path}".endswith(LISTS):
        assert text in (
            "Payload validation error: 'Expected type array'.",
            "Payload validation error: 'Expected at most one of all-applications, confidence-score'.",
            UNREAD,  # of what is in the list
        )
    elif raw == b'{"x": 1}':
        assert text == "Payload validation error: 'Additional properties not allowed: x'."
    else:
        assert text == UNREAD
    assert manage.done("GET", "tenants/settings") == before


@pytest.mark.parametrize(
    ("method", "path", "body", "text"),
    [
        ("PUT", "guardian/factors/email", {"enabled": 1}, "'Expected type boolean' on property enabled."),
        ("PUT", "guardian/factors/email", {"enabled": None}, "'Expected type boolean' on property enabled."),
        ("PUT", "guardian/factors/email", {}, "'Missing required property: enabled'."),
        ("PATCH", "tenants/settings", {"friendly_name": 5}, "'Expected type string' on property friendly_name."),
        (
            "PATCH",
            "tenants/settings",
            {"friendly_name": " "},
            "'String is too short (0 chars), minimum 1' on property friendly_name.",
        ),
        (
            "PATCH",
            "tenants/settings",
            {"default_directory": "other"},
            "'There is no connection other' on property default_directory.",
        ),
        ("POST", "users", {"email": True}, "'Expected type string' on property email."),
        ("POST", "users", {"email": "x@example.com"}, "'Missing required property: connection'."),
        ("POST", "resource-servers", {"identifier": ""}, "'Missing required property: identifier'."),
    ],
)
def test_a_wrong_field_is_named(manage, method, path, body, text):
    assert manage.refused(manage(method, path, body)) == (400, "invalid_body", f"Payload validation error: {text}")


def test_a_body_beyond_all_reason_is_refused_in_this_apis_own_shape(manage):
    answer = manage("PATCH", "tenants/settings", data=b" " * 100_001)
    assert manage.refused(answer) == (413, None, "Request body is too large")


def test_an_address_that_is_not_there_is_said_in_the_same_shape(api):
    answer = api.call("GET", "/api/v2/nothing")
    assert (answer.status_code, answer.json()["statusCode"], answer.json()["error"]) == (404, 404, "Not Found")
    answer = api.call("DELETE", "/api/v2/guardian/factors")
    assert (answer.status_code, answer.json()["statusCode"]) == (405, 405)


FIELDS = {"clients": "addons", "users": "app_metadata", "tenants": "flags", "attack-protection": "x"}


@pytest.mark.parametrize("path", ["clients/{client}", "users/{user}", "tenants/settings", "attack-protection/captcha"])
def test_json_that_is_nested_beyond_reason_is_refused_and_breaks_nothing(api, manage, path):
    """What can just be read can't always be written again."""
    path = path.format(client=api.sandbox.client_id, user=manage.user_id())
    field = FIELDS[path.partition("/")[0]]
    for depth in (99, 100, 500, *range(920, 1000, 3), 5_000):
        body = f'{{"{field}": ' + '{"a":' * depth + "1" + "}" * (depth + 1)
        answer = manage("PATCH", path, data=body, headers={"content-type": "application/json"})
        assert answer.status_code == (200 if depth < 100 else 400), depth
        assert manage("GET", path).status_code == 200, depth
    assert manage("GET", "clients").status_code == 200
