"""What a setup sends: applications, keys, grants, APIs, users, connections. All of it is kept and shown."""

import time
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import jwt
import pytest

from ....support.key_pairs import new_pair
from ....support.management import Manage
from ....support.sandbox_api import MFA_REQUIRED, refusal
from ....support.systems import posix

CONNECTION = "Username-Password-Authentication"
BOB = {"connection": CONNECTION, "email": "bob@example.com", "password": "bobs password"}
SENT = {
    "app_type": "spa",
    "callbacks": ["http://localhost:3000/callback"],
    "web_origins": ["http://localhost:3000"],
    "allowed_origins": ["http://localhost:3000"],
    "allowed_logout_urls": ["http://localhost:3000"],
    "is_first_party": True,
    "oidc_conformant": True,
    "client_metadata": {"team": "zoo"},
    "description": "Where the animals sign in",
}


# applications


def test_an_application_takes_all_that_it_shows_and_shows_all_that_it_takes(api, manage):
    path = f"clients/{api.sandbox.client_id}"
    shown = manage.done("GET", path)
    told = ("tenant", "global", "client_id", "cross_origin_auth")
    assert manage.done("PATCH", path, {name: value for name, value in shown.items() if name not in told}) == shown
    assert manage.done("PATCH", path, SENT) == {**shown, **SENT} == manage.done("GET", path)
    rotating = manage.done("PATCH", path, {"refresh_token": {"rotation_type": "rotating"}, "description": None})
    assert rotating["refresh_token"] == {**shown["refresh_token"], "rotation_type": "rotating"}
    assert "description" not in rotating and rotating["callbacks"] == SENT["callbacks"]


@pytest.mark.parametrize("name", ["tenant", "global", "client_id", "pigeon"])
def test_what_no_application_takes_is_refused(api, manage, name):
    text = f"Payload validation error: 'Additional properties not allowed: {name}'."
    answer = manage("PATCH", f"clients/{api.sandbox.client_id}", {name: "x"})
    assert manage.refused(answer) == (400, "invalid_body", text)


@pytest.mark.parametrize(
    ("kind", "method", "last"), [("spa", "none", "refresh_token"), ("regular_web", "client_secret_post", "client_credentials")]
)  # fmt: skip
def test_a_new_application_works_with_the_secret_it_was_told_and_is_removed(api, manage, kind, method, last):
    made = manage.done("POST", "clients", {"name": "Zoo", **SENT, "app_type": kind}, 201)
    assert (made["token_endpoint_auth_method"], made["grant_types"][-1]) == (method, last)
    assert len(made["client_id"]) == 32 and len(made["client_secret"]) == 64
    path = f"clients/{made['client_id']}"
    secret = made.pop("client_secret")
    assert manage.done("GET", path) == made == {**made, **SENT, "app_type": kind}
    assert [one["name"] for one in manage.done("GET", "clients")][-1] == "Zoo"
    manage.done("PATCH", path, {"grant_types": ["password"]})
    proof = {} if method == "none" else {"client_secret": secret}
    fields = {"client_id": made["client_id"], "client_secret": None, **proof}
    assert refusal(api.login(**fields)) == MFA_REQUIRED
    manage.done("DELETE", path, status=204)
    assert manage.refused(manage("GET", path))[:2] == (404, "inexistent_client")
    assert refusal(api.login(**fields)) == (401, "access_denied", "Unauthorized")


def test_a_tenant_with_more_applications_starts_again(state, serve):
    first = serve(state)
    Manage(first).done("POST", "clients", {"name": "Fourth"}, 201)
    first.sandbox.stop()
    again = serve(state)
    assert refusal(again.login()) == MFA_REQUIRED and len(Manage(again).done("GET", "clients")) == 4


@pytest.mark.parametrize("own", ["client_id", "public_client_id", "management_client_id"])
def test_the_sandbox_keeps_its_own_applications(api, manage, own):
    path = f"clients/{getattr(api.sandbox, own)}"
    assert manage.refused(manage("DELETE", path))[:2] == (403, "operation_not_supported")
    assert manage("GET", path).status_code == 200


@pytest.mark.parametrize("name", ["callbacks", "allowed_logout_urls"])
def test_what_is_no_address_is_refused(api, manage, name):
    wrong = (400, "invalid_body", f"Payload validation error: 'Expected type string' on property {name}.")
    assert manage.refused(manage("PATCH", f"clients/{api.sandbox.client_id}", {name: ["http://localhost", 1]})) == wrong
    if name == "allowed_logout_urls":
        assert manage.refused(manage("PATCH", "tenants/settings", {name: [None]})) == wrong
    text = f"Payload validation error: 'Object didn't pass validation for format url: http://[x' on property {name}."
    answer = manage("PATCH", f"clients/{api.sandbox.client_id}", {name: ["http://localhost", "http://[x"]})
    assert manage.refused(answer) == (400, "invalid_body", text)


def test_what_is_sent_as_null_is_as_if_it_were_not_sent(manage):
    for kind, method in (("regular_web", "client_secret_post"), ("spa", "none")):
        sent = {
            "name": "Zoo",
            "app_type": kind,
            "token_endpoint_auth_method": None,
            "client_authentication_methods": None,
        }
        assert manage.done("POST", "clients", sent, 201)["token_endpoint_auth_method"] == method


@posix
def test_a_time_without_a_zone_is_in_utc(api, manage, monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        sent = {"credential_type": "public_key", "pem": new_pair()[1], "expires_at": "2033-05-13T09:33:13"}
        assert manage.done("POST", credentials_of(api), sent, 201)["expires_at"] == "2033-05-13T09:33:13.000Z"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_new_application_can_bring_its_key(api, manage):
    private, public = new_pair()
    key = {"credential_type": "public_key", "name": "mine", "pem": public, "alg": "RS384"}
    methods = {"private_key_jwt": {"credentials": [key]}}
    made = manage.done("POST", "clients", {"name": "Zoo", "client_authentication_methods": methods}, 201)
    ((shown,),) = (made["client_authentication_methods"]["private_key_jwt"]["credentials"],)
    (kept,) = manage.done("GET", f"clients/{made['client_id']}/credentials")
    assert (kept["id"], kept["name"], kept["alg"]) == (shown["id"], "mine", "RS384")
    for broken in ({}, {"private_key_jwt": {"credentials": ["x"]}}, {"private_key_jwt": {"credentials": []}}):
        answer = manage("POST", "clients", {"name": "Zoo", "client_authentication_methods": broken})
        assert manage.refused(answer)[:2] == (400, "invalid_body")


def test_the_application_that_stands_for_all_is_told_to_whoever_asks_for_it(manage):
    (found,) = manage.done("GET", "clients", params={"is_global": "true"})
    assert (found["name"], found["global"]) == ("All Applications", True)
    page = {"custom_login_page": "<html></html>", "custom_login_page_on": True}
    assert manage.done("PATCH", f"clients/{found['client_id']}", page) == {**found, **page}
    assert manage.done("GET", "clients", params={"is_global": "true"}) == [{**found, **page}]
    assert len(manage.done("GET", "clients", params={"is_global": "false"})) == 3


def test_lists_of_some_applications(manage):
    (one,) = manage.done("GET", "clients", params={"app_type": "native"})
    assert one["name"] == "Course application, public"
    assert manage.done("GET", "clients", params={"is_first_party": "false"}) == []


# fields, pages, checkpoints


def test_only_the_fields_that_are_asked_for_are_told(api, manage):
    path = f"clients/{api.sandbox.client_id}"
    for place in (path, f"users/{manage.user_id()}", "tenants/settings", "clients"):
        body = manage.done("GET", place, params={"fields": "name,email,friendly_name", "include_fields": "true"})
        found = body[0] if isinstance(body, list) else body
        assert set(found) in ({"name"}, {"name", "email"}, {"friendly_name"}), place
    body = manage.done("GET", path, params={"fields": "name,callbacks", "include_fields": "false"})
    assert "client_id" in body and "name" not in body and "callbacks" not in body


def test_a_list_by_checkpoints_says_where_to_go_on(manage):
    first = manage.done("GET", "clients", params={"take": 2})
    assert list(first) == ["clients", "next"] and len(first["clients"]) == 2
    last = manage.done("GET", "clients", params={"take": 2, "from": first["next"]})
    assert list(last) == ["clients"] and len(last["clients"]) == 1


# keys


def credentials_of(api):
    return f"clients/{api.sandbox.client_id}/credentials"


def test_a_key_is_shown_changed_and_removed(api, manage):
    private, public = new_pair()
    made = manage.done("POST", credentials_of(api), {"credential_type": "public_key", "pem": public}, 201)
    place = f"{credentials_of(api)}/{made['id']}"
    assert manage.done("GET", place) == made and manage.done("GET", credentials_of(api)) == [made]
    assert len(made["kid"]) == 43 and datetime.fromisoformat(made["created_at"])
    changed = manage.done("PATCH", place, {"expires_at": "2033-05-13T09:33:13.000Z"})
    assert changed["expires_at"] == "2033-05-13T09:33:13.000Z"
    assert "expires_at" not in manage.done("PATCH", place, {"expires_at": None})
    answers = [
        manage("PATCH", place, {"expires_at": never})
        for never in ("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59")
    ]
    assert [manage.refused(answer)[:2] for answer in answers] == [(400, "invalid_body")] * 2
    answer = manage("PATCH", place, {"expires_at": "tomorrow"})
    assert manage.refused(answer)[:2] == (400, "invalid_body")
    manage.done("DELETE", place, status=204)
    assert manage.refused(manage("GET", place)) == (404, "inexistent_credential", "The credential does not exist")


def test_a_key_proves_nothing_once_it_has_expired(api, manage):
    private, public = new_pair()
    expires_at = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    sent = {"credential_type": "public_key", "pem": public, "expires_at": expires_at}
    id = manage.done("POST", credentials_of(api), sent, 201)["id"]
    methods = {"private_key_jwt": {"credentials": [{"id": id}]}}
    manage.done("PATCH", f"clients/{api.sandbox.client_id}", {"client_authentication_methods": methods})

    def login():
        now = api.now().timestamp()
        me = api.sandbox.client_id
        claims = {"iss": me, "sub": me, "aud": api.sandbox.issuer, "iat": now, "exp": now + 60, "jti": "1"}
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        assertion = jwt.encode(claims, private, "RS256")
        return api.login(client_secret=None, client_assertion=assertion, client_assertion_type=kind)

    assert refusal(login()) == MFA_REQUIRED
    api.advance(3601)
    assert refusal(login()) == (401, "access_denied", "Unauthorized")


def certificate(until):
    """A certificate that ends then, and its public key."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "zoo.example")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = builder.serial_number(1).not_valid_before(until - timedelta(days=9)).not_valid_after(until)
    return built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def test_a_key_comes_in_a_certificate_and_ends_with_it(api, manage):
    until = datetime(2033, 5, 13, 9, 33, 13, tzinfo=UTC)
    sent = {"credential_type": "public_key", "pem": certificate(until)}
    made = manage.done("POST", credentials_of(api), {**sent, "parse_expiry_from_cert": True}, 201)
    assert made["expires_at"] == "2033-05-13T09:33:13.000Z"
    assert "expires_at" not in manage.done("POST", credentials_of(api), sent, 201)
    bare = {"credential_type": "public_key", "pem": new_pair()[1], "parse_expiry_from_cert": True}
    text = "Payload validation error: 'Expected a certificate' on property pem."
    assert manage.refused(manage("POST", credentials_of(api), bare)) == (400, "invalid_body", text)


# client grants


def test_an_application_gets_its_own_token_as_its_grant_allows(api, manage):
    made = manage.done("POST", "clients", {"name": "Machine", "app_type": "non_interactive"}, 201)
    audience = api.sandbox.audience

    def token(audience=audience, **more):
        names = {"client_id": made["client_id"], "client_secret": made["client_secret"], "audience": audience}
        return api.call("POST", "/oauth/token", data={"grant_type": "client_credentials", **names, **more})

    assert token().json()["error"] == "access_denied"
    sent = {"client_id": made["client_id"], "audience": audience, "scope": ["read:reports"]}
    grant = manage.done("POST", "client-grants", sent, 201)
    assert grant == {**grant, **sent} and grant["id"].startswith("cgr_")
    assert manage.refused(manage("POST", "client-grants", sent))[:2] == (409, "conflict")
    assert manage.done("GET", "client-grants", params={"client_id": made["client_id"]}) == [grant]
    body = token(scope="read:reports write:reports").json()
    claims = jwt.decode(body["access_token"], options={"verify_signature": False})
    assert (body["scope"], claims["aud"], claims["gty"]) == ("read:reports", audience, "client-credentials")
    path = f"client-grants/{grant['id']}"
    assert manage.done("PATCH", path, {"scope": []}) == {**grant, "scope": []} == manage.done("GET", path)
    assert "scope" not in token().json()
    manage.done("DELETE", path, status=204)
    assert token().json()["error"] == "access_denied"
    assert manage.refused(manage("GET", path))[:2] == (404, "inexistent_client_grant")
    sent = {"client_id": made["client_id"], "audience": api.sandbox.management_audience, "scope": ["read:logs"]}
    manage.done("POST", "client-grants", sent, 201)
    own = token(api.sandbox.management_audience).json()["access_token"]
    assert manage("GET", "logs", token=own).status_code == 200 != manage("GET", "clients", token=own).status_code


@pytest.mark.parametrize("gone", ["the application", "the API"])
def test_a_grant_goes_with_what_it_is_for(manage, gone):
    machine = manage.done("POST", "clients", {"name": "Machine"}, 201)
    server = manage.done("POST", "resource-servers", {"identifier": "https://zoo.example/"}, 201)
    sent = {"client_id": machine["client_id"], "audience": server["identifier"]}
    manage.done("POST", "client-grants", sent, 201)
    path = f"clients/{machine['client_id']}" if gone == "the application" else f"resource-servers/{server['id']}"
    manage.done("DELETE", path, status=204)
    assert len(manage.done("GET", "client-grants")) == 1


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"client_id": "x"}, (404, "inexistent_client")),
        ({"audience": "https://nobody.example/"}, (404, "inexistent_resource_server")),
        ({"scope": ["read:pigeons"]}, (400, "invalid_body")),
        ({"pigeon": 1}, (400, "invalid_body")),
    ],
)
def test_a_grant_that_cannot_be_is_not_made(api, manage, changed, expected):
    sent = {"client_id": api.sandbox.client_id, "audience": api.sandbox.audience, **changed}
    assert manage.refused(manage("POST", "client-grants", sent))[:2] == expected
    assert len(manage.done("GET", "client-grants")) == 1


def test_the_set_up_application_keeps_its_grant(manage):
    (own,) = manage.done("GET", "client-grants")
    for call in (("PATCH", {"scope": []}), ("DELETE", None)):
        answer = manage(call[0], f"client-grants/{own['id']}", call[1])
        assert manage.refused(answer)[:2] == (403, "operation_not_supported")


def test_a_grant_for_one_api_opens_no_other_and_gives_no_scope_that_is_gone(api, manage):
    made = manage.done("POST", "clients", {"name": "Machine", "app_type": "non_interactive"}, 201)
    names = {name: made[name] for name in ("client_id", "client_secret")}

    def token(audience):
        fields = {"grant_type": "client_credentials", **names, "audience": audience}
        return api.call("POST", "/oauth/token", data=fields).json()

    for audience, scopes in (("https://x.example", "a"), ("https://x.example/", "bc")):
        sent = {"identifier": audience, "scopes": [{"value": one} for one in scopes]}
        own = manage.done("POST", "resource-servers", sent, 201)
    sent = {"client_id": made["client_id"], "audience": "https://x.example/", "scope": ["b", "c"]}
    manage.done("POST", "client-grants", sent, 201)
    assert token("https://x.example")["error_description"].startswith("Client is not authorized to access")
    assert token("https://x.example/")["scope"] == "b c"
    assert token(own["id"])["error_description"] == f"Service not enabled within domain: {own['id']}"
    manage.done("PATCH", f"resource-servers/{own['id']}", {"scopes": [{"value": "c"}]})
    assert token("https://x.example/")["scope"] == "c"
    sent = {
        "client_id": made["client_id"],
        "audience": api.sandbox.management_audience.rstrip("/"),
        "scope": ["read:logs"],
    }
    assert manage.done("POST", "client-grants", sent, 201)["audience"] == api.sandbox.management_audience
    for audience in (api.sandbox.management_audience, api.sandbox.management_audience.rstrip("/")):
        manage.done("GET", "logs", token=token(audience)["access_token"])


# APIs


def test_an_api_keeps_what_is_said_of_its_scopes_and_how_long_its_tokens_live(api, manage):
    sent = {
        "identifier": "https://zoo.example/",
        "name": "Zoo",
        "scopes": [{"value": "read:zoo", "description": "See the animals"}, {"value": "feed:zoo"}],
        "signing_alg": "RS256",
        "token_lifetime": 1800,
        "enforce_policies": True,
    }
    made = manage.done("POST", "resource-servers", sent, 201)
    assert made == {**made, **sent} == manage.done("GET", "resource-servers/" + quote(sent["identifier"], safe=""))
    manage.done("PUT", "guardian/policies", [])
    assert api.login(audience=sent["identifier"]).json()["expires_in"] == 1800
    path = f"resource-servers/{made['id']}"
    assert manage.done("PATCH", path, {"token_lifetime": 60}) == {**made, "token_lifetime": 60}
    assert api.login(audience=sent["identifier"]).json()["expires_in"] == 60


@pytest.mark.parametrize("wrong", [{"token_lifetime": 0}, {"token_lifetime": 2_592_001}, {"signing_alg": "HS256"}])
def test_an_api_that_the_sandbox_cannot_serve_is_refused(manage, wrong):
    answer = manage("PATCH", "resource-servers/5f0000000000000000000001", wrong)
    assert manage.refused(answer)[:2] == (400, "invalid_body")


# users


def test_a_user_is_made_with_a_whole_profile_and_userinfo_tells_it(api, manage):
    sent = {
        **BOB,
        "user_id": "bob",
        "username": "bob",
        "given_name": "Bob",
        "family_name": "Baker",
        "picture": "https://example.com/bob.png",
        "nickname": "bobby",
        "user_metadata": {"color": "red", "size": 5},
        "app_metadata": {"plan": "zoo"},
    }
    made = manage.done("POST", "users", sent, 201)
    known = {name: value for name, value in sent.items() if name not in ("password", "connection", "user_id")}
    assert made == {**made, **known, "user_id": "auth0|bob"} == manage.done("GET", "users/auth0|bob")
    assert manage.refused(manage("POST", "users", {**sent, "email": "b@example.com"}))[:2] == (409, "auth0_idp_error")
    manage.done("PUT", "guardian/policies", [])
    token = api.login(username=BOB["email"], password=BOB["password"], scope="openid profile").json()["access_token"]
    told = api.bearer("GET", "/userinfo", token).json()
    assert {name: told[name] for name in ("given_name", "family_name", "picture", "nickname")} == {
        name: sent[name] for name in ("given_name", "family_name", "picture", "nickname")
    }


def test_metadata_is_merged_at_its_first_level_and_the_rest_is_replaced(manage):
    path = f"users/{manage.user_id()}"
    manage.done("PATCH", path, {"user_metadata": {"a": {"x": 1}, "b": 2}, "nickname": "adi"})
    body = manage.done("PATCH", path, {"user_metadata": {"a": {"y": 1}, "b": None}})
    assert (body["user_metadata"], body["nickname"]) == ({"a": {"y": 1}}, "adi")
    body = manage.done("PATCH", path, {"user_metadata": {}, "nickname": None})
    assert (body["user_metadata"], body["nickname"]) == ({}, "ada")


def test_the_courses_user_was_made_when_the_tenant_was(api, manage):
    before = datetime.now(UTC) - timedelta(seconds=1)
    api.set_up()
    user = manage.done("GET", f"users/{manage.user_id()}")
    assert before < datetime.fromisoformat(user["created_at"]) == datetime.fromisoformat(user["updated_at"])
    changed = manage.done("PATCH", f"users/{manage.user_id()}", {"name": "Ada L."})
    assert changed["created_at"] == user["created_at"] < changed["updated_at"]


def test_an_address_is_changed_unless_it_is_somebody_elses(api, manage):
    path = f"users/{manage.done('POST', 'users', BOB, 201)['user_id']}"
    assert manage.done("PATCH", path, {"email": "bobby@example.com"})["email"] == "bobby@example.com"
    assert refusal(api.login(username="bobby@example.com", password=BOB["password"])) == MFA_REQUIRED
    answer = manage("PATCH", path, {"email": api.sandbox.username})
    assert manage.refused(answer) == (400, "auth0_idp_error", "The specified new email already exists")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["ada", "bob"]),
        ({"sort": "created_at:-1"}, ["bob", "ada"]),
        ({"q": 'email:"bob@example.com"'}, ["bob"]),
        ({"q": "name:A*"}, ["ada"]),
        ({"q": "email:*@example.com AND name:ada"}, ["ada"]),
        ({"q": "app_metadata.plan:zoo"}, ["bob"]),
        ({"q": "email:pigeon"}, []),
        ({"per_page": 1, "page": 1}, ["bob"]),
    ],
)
def test_users_are_found(manage, query, found):
    manage.done("POST", "users", {**BOB, "app_metadata": {"plan": "zoo"}}, 201)
    assert [user["nickname"] for user in manage.done("GET", "users", params=query)] == found
    body = manage.done("GET", "users", params={**query, "include_totals": "true"})
    assert list(body) == ["total", "start", "limit", "length", "users"] and body["length"] == len(found)


@pytest.mark.parametrize("query", [{"q": "bob"}, {"q": "x" * 1001}, {"sort": "name"}, {"per_page": 101}])
def test_a_search_that_is_none_is_refused(manage, query):
    assert manage.refused(manage("GET", "users", params=query))[:2] == (400, "invalid_query_string")


def test_a_user_who_is_removed_is_nobody_and_has_nothing(api, manage):
    user_id = manage.done("POST", "users", BOB, 201)["user_id"]
    own = {"username": BOB["email"], "password": BOB["password"]}
    token = api.mfa_token(**own)
    manage.done("PUT", "guardian/policies", [])
    refresh_token = api.login(**own, scope="openid offline_access").json()["refresh_token"]
    manage.done("DELETE", f"users/{user_id}", status=204)
    assert api.login(**own).json()["error"] == "invalid_grant"
    assert api.associate(token).json()["error"] == "invalid_grant"
    client = {"client_id": api.sandbox.client_id, "client_secret": api.sandbox.client_secret}
    fields = {"grant_type": "refresh_token", "refresh_token": refresh_token, **client}
    assert api.call("POST", "/oauth/token", data=fields).json()["error"] == "invalid_grant"
    assert manage.refused(manage("GET", f"users/{user_id}"))[:2] == (404, "inexistent_user")
    assert manage.done("POST", "users", BOB, 201)["user_id"] != user_id  # the address is free again


# connections


def test_the_connection_is_listed_and_keeps_its_options(api, manage):
    (one,) = manage.done("GET", "connections")
    assert (one["name"], one["strategy"], len(one["enabled_clients"])) == (CONNECTION, "auth0", 3)
    path = f"connections/{one['id']}"
    options = {"passwordPolicy": "excellent"}
    assert manage.done("PATCH", path, {"options": options}) == {**one, "options": options} == manage.done("GET", path)
    assert manage.done("GET", "connections", params={"strategy": "google-oauth2"}) == []
    assert (
        manage.done("GET", "connections", params={"take": 50, "strategy": "auth0"})["connections"][0]["id"] == one["id"]
    )
    assert manage.refused(manage("GET", "connections/con_x"))[:2] == (404, "inexistent_connection")


def test_the_applications_of_the_connection_are_changed_one_by_one(api, manage):
    (one,) = manage.done("GET", "connections")
    path = f"connections/{one['id']}/clients"
    ids = [row["client_id"] for row in manage.done("GET", path)["clients"]]
    assert ids == one["enabled_clients"]
    manage.done("PATCH", path, [{"client_id": ids[0], "status": False}], 204)
    assert [row["client_id"] for row in manage.done("GET", path)["clients"]] == ids[1:]
    manage.done("PATCH", path, [{"client_id": ids[0], "status": True}], 204)
    assert manage.done("GET", f"connections/{one['id']}")["enabled_clients"] == ids


# settings, mail


def test_settings_that_are_only_kept_are_shown_and_taken_away_by_null(manage):
    sent = {
        "session_lifetime": 24,
        "default_audience": "https://api.sandbox.example/",
        "enabled_locales": ["en", "de"],
        "error_page": {"html": "<html></html>", "show_log_link": False, "url": ""},
        "flags": {"revoke_refresh_token_grant": True},
    }
    before = manage.done("GET", "tenants/settings")
    body = manage.done("PATCH", "tenants/settings", sent)
    assert body == {**body, **sent, "flags": {**before["flags"], **sent["flags"]}}
    assert manage.done("GET", "tenants/settings") == {**before, **body}
    assert "error_page" not in manage.done("PATCH", "tenants/settings", {"error_page": None})
    body = manage.done(
        "PATCH", "tenants/settings", {"session_lifetime_in_minutes": 120, "idle_session_lifetime_in_minutes": 90}
    )
    assert (body["session_lifetime"], body["idle_session_lifetime"]) == (2, 1.5)


def test_another_mail_provider_brings_nothing_of_the_one_before_and_goes(manage):
    first = {"name": "ses", "credentials": {"region": "us-east-1"}, "settings": {"message": {"x": "y"}}}
    path = "emails/provider"
    assert manage.done("POST", path, {**first, "default_from_address": "a@example.com"}, 201)["settings"]
    assert manage.refused(manage("PATCH", path, {"name": "mandrill"}))[:2] == (400, "invalid_body")
    body = manage.done("PATCH", path, {"name": "mandrill", "credentials": {"api_key": "secret"}})
    expected = {"name": "mandrill", "enabled": True, "default_from_address": "a@example.com", "credentials": {}}
    assert body == expected
    assert manage.done("GET", path, params={"fields": "name", "include_fields": "true"}) == {"name": "mandrill"}
    manage.done("DELETE", path, status=204)
    for call in (("GET", None), ("DELETE", None)):
        assert manage.refused(manage(call[0], path))[:2] == (404, "inexistent_email_provider")
    manage.done("POST", path, first, 201)
