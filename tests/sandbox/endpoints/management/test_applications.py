"""Applications with other grants and other proofs; APIs that come and go."""

import base64
from contextlib import closing
from datetime import datetime
from urllib.parse import quote, quote_plus

import jwt
import pytest

from mfa_helpers.sandbox.store import Store

from ....support.key_pairs import new_pair
from ....support.sandbox_api import MFA_OOB, MFA_REQUIRED, PASSWORD, PASSWORD_REALM, refusal

UNAUTHORIZED = (401, "access_denied", "Unauthorized")
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TWO_METHODS = (
    400,
    "invalid_request",
    "Multiple authentication methods provided, please use one.",
)


def client_of(api):
    return f"clients/{api.sandbox.client_id}"


# applications


def test_the_applications_are_listed_without_secrets(api, manage):
    body = manage.done("GET", "clients")
    ids = (api.sandbox.client_id, api.sandbox.public_client_id, api.sandbox.management_client_id)
    assert tuple(item["client_id"] for item in body) == ids
    assert [item["token_endpoint_auth_method"] for item in body] == ["client_secret_post", "none", "client_secret_post"]
    assert manage.done("GET", client_of(api)) == body[0]
    assert api.sandbox.client_secret not in str(body) and api.sandbox.management_client_secret not in str(body)


def test_lists_have_pages_and_totals(api, manage):
    (second,) = manage.done("GET", "clients", params={"per_page": 1, "page": 1})
    assert second["client_id"] == api.sandbox.public_client_id
    body = manage.done("GET", "clients", params={"per_page": 2, "page": 1, "include_totals": "true"})
    assert list(body) == ["total", "start", "limit", "clients"]
    assert (body["start"], body["limit"], body["total"], len(body["clients"])) == (2, 2, 3, 1)
    body = manage.done("GET", "resource-servers", params={"include_totals": "true"})
    assert (body["start"], body["total"], len(body["resource_servers"])) == (0, 1, 1)


def test_an_application_that_nobody_knows_is_not_there(manage):
    for method, path, body in (
        ("GET", "clients/x", None),
        ("PATCH", "clients/x", {}),
        ("POST", "clients/x/credentials", {}),
    ):
        assert manage.refused(manage(method, path, body)) == (404, "inexistent_client", "The client does not exist")


@pytest.mark.parametrize(
    ("grant", "fields"), [(PASSWORD, {}), (PASSWORD_REALM, {"realm": "Username-Password-Authentication"})]
)
def test_a_grant_type_that_was_taken_away_is_refused_by_name(api, manage, grant, fields):
    before = manage.done("GET", client_of(api))["grant_types"]
    after = [name for name in before if name != grant]
    assert manage.done("PATCH", client_of(api), {"grant_types": after})["grant_types"] == after
    expected = (403, "unauthorized_client", f"Grant type '{grant}' not allowed for the client.")
    assert refusal(api.login(grant_type=grant, **fields)) == expected
    manage.done("PATCH", client_of(api), {"grant_types": before})
    assert refusal(api.login(grant_type=grant, **fields)) == MFA_REQUIRED


def test_without_the_mfa_grant_the_code_is_refused_and_still_good(api, manage):
    token, oob_code, code = api.begin()
    before = manage.done("GET", client_of(api))["grant_types"]
    manage.done("PATCH", client_of(api), {"grant_types": [name for name in before if name != MFA_OOB]})
    expected = (403, "unauthorized_client", f"Grant type '{MFA_OOB}' not allowed for the client.")
    assert refusal(api.verify(token, oob_code, code)) == expected
    manage.done("PATCH", client_of(api), {"grant_types": before})
    assert api.verify(token, oob_code, code).status_code == 200


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"grant_types": "password"}, "'Expected type array' on property grant_types."),
        ({"grant_types": ["passwort"]}, "'Unknown grant type: passwort' on property grant_types."),
        ({"grant_types": [["password"]]}, "\"Unknown grant type: ['password']\" on property grant_types."),
        (
            {"token_endpoint_auth_method": "tls"},
            "'Expected one of none, client_secret_post, client_secret_basic' on property token_endpoint_auth_method.",
        ),
        ({"client_secret": "x"}, "'Additional properties not allowed: client_secret'."),
    ],
)
def test_a_change_that_makes_no_sense_changes_nothing(api, manage, body, text):
    before = manage.done("GET", client_of(api))
    status, code, said = manage.refused(manage("PATCH", client_of(api), body))
    assert (status, code) == (400, "invalid_body")
    assert said.replace('"', "'").replace("''", "'") == f"Payload validation error: {text}".replace('"', "'").replace(
        "''", "'"
    )
    assert manage.done("GET", client_of(api)) == before


def test_a_new_name_is_in_the_next_mail(api, manage):
    manage.done("PATCH", client_of(api), {"name": "Zoo"})
    api.associate(api.mfa_token())
    assert api.mails()[0]["subject"] == "Your verification code for Zoo"


# basic and post


def basic(id, secret):
    return {"authorization": "Basic " + base64.b64encode(f"{id}:{secret}".encode()).decode()}


def login_with(api, headers, **changed):
    fields = api.login_fields(**{"client_id": None, "client_secret": None, **changed})
    return api.call("POST", "/oauth/token", data=fields, headers=headers)


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
def test_a_secret_is_good_in_the_header_and_in_the_body(api, manage, method):
    assert (
        manage.done("PATCH", client_of(api), {"token_endpoint_auth_method": method})["token_endpoint_auth_method"]
        == method
    )
    sandbox = api.sandbox
    assert refusal(login_with(api, basic(sandbox.client_id, sandbox.client_secret))) == MFA_REQUIRED
    assert (
        refusal(login_with(api, basic(sandbox.client_id, sandbox.client_secret), client_id=sandbox.client_id))
        == MFA_REQUIRED
    )
    assert refusal(api.login()) == MFA_REQUIRED


@pytest.mark.parametrize(
    "spell", [quote_plus, lambda text: quote(text, safe=""), lambda text: "".join(f"%{b:02X}" for b in text.encode())]
)
def test_id_and_secret_are_form_encoded_inside_the_header(api, spell):
    sandbox = api.sandbox
    assert refusal(login_with(api, basic(spell(sandbox.client_id), spell(sandbox.client_secret)))) == MFA_REQUIRED


@pytest.mark.parametrize("value", ["", "x", "éé", "OnNlY3JldA==", "eA==", "eDp5", "/////w=="])
def test_a_header_that_proves_nothing_is_refused(api, value):
    answer = login_with(api, {"authorization": f"Basic {value}".encode()})
    assert answer.status_code in (400, 401) and answer.json()["error"] in ("access_denied", "invalid_request")


def test_only_the_first_colon_parts_the_id_from_the_secret(api, state, serve):
    with closing(Store(state)) as store:
        store.change_client(api.sandbox.client_id, client_secret="of: two parts")
    other = serve(state)
    answers = [
        login_with(other, basic(other.sandbox.client_id, spelt)) for spelt in ("of: two parts", "of%3A+two+parts")
    ]
    assert [refusal(answer) for answer in answers] == [MFA_REQUIRED, MFA_REQUIRED]
    assert refusal(login_with(other, basic(other.sandbox.client_id, "of"))) == UNAUTHORIZED


def test_a_right_header_with_something_strange_in_it_is_refused(api):
    right = basic(api.sandbox.client_id, api.sandbox.client_secret)["authorization"]
    for header in (right[:-8] + "!" + right[-8:], right.replace("Basic ", "Basic x ")):
        assert refusal(login_with(api, {"authorization": header})) == UNAUTHORIZED


def test_wrong_secret_or_other_id_in_the_header_is_refused(api):
    sandbox = api.sandbox
    assert refusal(login_with(api, basic(sandbox.client_id, "wrong"))) == UNAUTHORIZED
    headers = basic(sandbox.client_id, sandbox.client_secret)
    assert refusal(login_with(api, headers, client_id=sandbox.public_client_id)) == UNAUTHORIZED


def test_two_proofs_at_once_are_one_too_many(api):
    headers = basic(api.sandbox.client_id, api.sandbox.client_secret)
    assert refusal(login_with(api, headers, client_secret=api.sandbox.client_secret)) == TWO_METHODS
    assert refusal(login_with(api, headers, client_assertion="x")) == TWO_METHODS
    assert refusal(api.login(client_assertion="x", client_assertion_type=ASSERTION)) == TWO_METHODS


def test_an_application_that_became_public_needs_no_secret(api, manage):
    manage.done("PATCH", client_of(api), {"token_endpoint_auth_method": "none"})
    assert refusal(api.login(client_secret=None)) == MFA_REQUIRED


def test_an_application_without_a_secret_cannot_be_asked_for_one(api, manage):
    answer = manage(
        "PATCH", f"clients/{api.sandbox.public_client_id}", {"token_endpoint_auth_method": "client_secret_post"}
    )
    text = "Payload validation error: 'This application has no secret' on property token_endpoint_auth_method."
    assert manage.refused(answer) == (400, "invalid_body", text)


# keys


@pytest.fixture(scope="module")
def keys():
    return [new_pair() for _ in range(2)]


def add_key(api, manage, key, **more):
    body = {"credential_type": "public_key", "pem": key[1], **more}
    return manage.done("POST", client_of(api) + "/credentials", body, 201)


def use_keys(api, manage, *ids):
    methods = {"private_key_jwt": {"credentials": [{"id": id} for id in ids]}}
    return manage.done(
        "PATCH", client_of(api), {"client_authentication_methods": methods, "token_endpoint_auth_method": None}
    )


def assertion(api, pair, algorithm="RS256", **changed):
    key = pair[0] if isinstance(pair, tuple) else pair
    now = int(
        datetime.fromisoformat(
            api.call("POST", "/sandbox/clock", json={"advance_seconds": 0}).json()["now"]
        ).timestamp()
    )
    id = api.sandbox.client_id
    claims = {"iss": id, "sub": id, "aud": api.sandbox.issuer, "iat": now, "exp": now + 60, "jti": "1"}
    for name, value in changed.items():
        claims[name] = now + value if name in ("exp", "nbf") and value is not None else value
    return jwt.encode({name: value for name, value in claims.items() if value is not None}, key, algorithm)


def assert_login(api, token, **changed):
    return api.login(
        **{"client_secret": None, "client_assertion": token, "client_assertion_type": ASSERTION, **changed}
    )


@pytest.fixture
def keyed(api, manage, keys):
    """The application proves itself by the first key."""
    use_keys(api, manage, add_key(api, manage, keys[0])["id"])
    return api


def test_a_key_is_named_and_the_application_shows_its_id(api, manage, keys):
    body = add_key(api, manage, keys[0], name="mine")
    assert list(body) == ["id", "credential_type", "kid", "alg", "name", "created_at", "updated_at"]
    assert body["id"].startswith("cred_") and (body["name"], body["alg"]) == ("mine", "RS256")
    shown = use_keys(api, manage, body["id"])
    assert shown["client_authentication_methods"] == {"private_key_jwt": {"credentials": [{"id": body["id"]}]}}
    assert "token_endpoint_auth_method" not in shown


def test_a_key_that_is_only_added_changes_nothing(api, manage, keys):
    add_key(api, manage, keys[0])
    assert refusal(api.login()) == MFA_REQUIRED
    assert refusal(assert_login(api, assertion(api, keys[0]))) == UNAUTHORIZED


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "PS256"])
def test_the_own_key_opens_the_whole_flow(api, manage, keys, algorithm):
    keyed = api
    use_keys(api, manage, add_key(api, manage, keys[0], alg=algorithm)["id"])

    def proof():
        return {
            "client_secret": None,
            "client_assertion": assertion(keyed, keys[0], algorithm),
            "client_assertion_type": ASSERTION,
        }

    token = keyed.mfa_token(**proof())
    begun = keyed.begin(token)
    assert keyed.verify(*begun, **proof()).status_code == 200
    assert keyed.challenge(keyed.mfa_token(**proof()), **proof()).status_code == 200


def test_the_id_may_be_left_to_the_assertion(keyed, keys):
    assert refusal(assert_login(keyed, assertion(keyed, keys[0]), client_id=None)) == MFA_REQUIRED


@pytest.mark.parametrize("audience", ["{0}", "{1}", "{0}oauth/token", ["https://other.example/", "{0}"]])
def test_the_assertion_may_be_for_the_issuer_or_for_the_token_endpoint(keyed, keys, audience):
    issuer = keyed.sandbox.issuer
    fill = lambda text: text.format(issuer, issuer.rstrip("/"))  # noqa: E731
    aud = [fill(text) for text in audience] if isinstance(audience, list) else fill(audience)
    assert refusal(assert_login(keyed, assertion(keyed, keys[0], aud=aud))) == MFA_REQUIRED


def test_the_secret_is_no_longer_accepted(keyed):
    assert refusal(keyed.login()) == UNAUTHORIZED
    assert refusal(login_with(keyed, basic(keyed.sandbox.client_id, keyed.sandbox.client_secret))) == UNAUTHORIZED


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": 0},
        {"exp": -5},
        {"exp": 330},
        {"exp": None},
        {"aud": "https://other.example/"},
        {"aud": None},
        {"aud": []},
        {"iss": "other"},
        {"iss": None},
        {"sub": "other"},
        {"sub": None},
    ],
    ids=str,
)
def test_an_assertion_that_is_not_for_here_and_now_is_refused(keyed, keys, changed):
    assert refusal(assert_login(keyed, assertion(keyed, keys[0], **changed))) == UNAUTHORIZED


@pytest.mark.parametrize("client_id", [{}, {"client_id": None}])
def test_an_assertion_nested_beyond_reason_is_refused(keyed, client_id):
    header = base64.urlsafe_b64encode(b'{"alg":' + b"[" * 3_000).rstrip(b"=").decode()
    assert refusal(assert_login(keyed, f"{header}.e30.x", **client_id)) == UNAUTHORIZED


def test_an_assertion_expires_by_the_tenants_clock(keyed, keys):
    token = assertion(keyed, keys[0], exp=300)
    assert refusal(assert_login(keyed, token)) == MFA_REQUIRED
    keyed.advance(301)
    assert refusal(assert_login(keyed, token)) == UNAUTHORIZED


@pytest.mark.parametrize("seconds", [-3600, 3600])
def test_an_assertion_is_dated_by_the_tenants_clock_and_not_by_the_machines(keyed, keys, seconds):
    keyed.advance(seconds)
    assert refusal(assert_login(keyed, assertion(keyed, keys[0], nbf=0))) == MFA_REQUIRED


def test_an_assertion_may_be_a_few_seconds_too_long(keyed, keys):
    assert refusal(assert_login(keyed, assertion(keyed, keys[0], exp=305))) == MFA_REQUIRED


def test_an_assertion_that_names_nobody_is_refused_where_nobody_is_named_beside_it(keyed, keys):
    assert refusal(assert_login(keyed, "x", client_id=None)) == UNAUTHORIZED
    for subject in (None, 5, ["x"]):
        answer = assert_login(keyed, assertion(keyed, keys[0], sub=subject), client_id=None)
        assert refusal(answer) == (400, "invalid_request", "Missing required parameter: client_id")


def test_another_key_or_a_shared_secret_or_no_key_is_refused(keyed, keys):
    wrong = [
        assertion(keyed, keys[1]),
        assertion(keyed, keyed.sandbox.client_secret, "HS256"),
        assertion(keyed, "", "none"),
    ]
    for token in [*wrong, "x", "a.b.c", assertion(keyed, keys[0])[:-9], assertion(keyed, keys[0]).upper()]:
        assert refusal(assert_login(keyed, token)) == UNAUTHORIZED


@pytest.mark.parametrize("kind", [None, "jwt-bearer", ASSERTION + "x"])
def test_the_type_of_the_assertion_must_be_named(keyed, keys, kind):
    assert refusal(assert_login(keyed, assertion(keyed, keys[0]), client_assertion_type=kind)) == UNAUTHORIZED


def test_keys_take_turns(api, manage, keys):
    first, second = (add_key(api, manage, key)["id"] for key in keys)
    use_keys(api, manage, first, second)
    for key in keys:
        assert refusal(assert_login(api, assertion(api, key))) == MFA_REQUIRED
    use_keys(api, manage, second)
    assert refusal(assert_login(api, assertion(api, keys[0]))) == UNAUTHORIZED
    assert refusal(assert_login(api, assertion(api, keys[1]))) == MFA_REQUIRED


def test_the_way_back_to_the_secret(keyed, manage, keys):
    body = {"token_endpoint_auth_method": "client_secret_post", "client_authentication_methods": None}
    manage.done("PATCH", client_of(keyed), body)
    assert refusal(keyed.login()) == MFA_REQUIRED
    assert refusal(assert_login(keyed, assertion(keyed, keys[0]))) == UNAUTHORIZED


def test_associate_takes_the_key_too_and_refuses_a_wrong_one(keyed, keys):
    token = keyed.mfa_token(
        client_secret=None, client_assertion=assertion(keyed, keys[0]), client_assertion_type=ASSERTION
    )
    wrong = {"client_assertion": assertion(keyed, keys[1]), "client_assertion_type": ASSERTION}
    answer = keyed.associate(token, **wrong)
    assert refusal(answer) == UNAUTHORIZED
    right = {"client_assertion": assertion(keyed, keys[0]), "client_assertion_type": ASSERTION}
    assert keyed.associate(token, **right).status_code == 200


@pytest.mark.parametrize(
    "pem",
    [
        "x",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        "é",
        "\x00",
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n",  # RFC 8410, section 10.1
        "-----BEGIN PUBLIC KEY-----\nMDIwEAYHKoZIzj0CAQYFK4EEAAYDHgAEt8prPa3KYBatJjJJaChR95gnUGYdRJ99\n8+Fv+w==\n-----END PUBLIC KEY-----\n",
    ],
    ids=["word", "broken", "letter", "zero", "curve", "a curve that no library knows"],
)
def test_what_is_no_rsa_key_is_refused(api, manage, pem):
    body = {"credential_type": "public_key", "pem": pem}
    text = "Payload validation error: 'Expected an RSA public key in PEM format' on property pem."
    assert manage.refused(manage("POST", client_of(api) + "/credentials", body)) == (400, "invalid_body", text)


@pytest.mark.parametrize(
    "methods",
    [
        {},
        {"private_key_jwt": None},
        {"private_key_jwt": {"credentials": []}},
        {"private_key_jwt": {"credentials": "abc"}},
        {"private_key_jwt": {"credentials": [{"id": "cred_x"}]}},
        {"private_key_jwt": {"credentials": [{"id": []}]}},
        {"tls_client_auth": {}},
        {"private_key_jwt": {"credentials": 5}},
    ],
    ids=str,
)
def test_a_method_without_a_known_key_changes_nothing(api, manage, methods):
    answer = manage("PATCH", client_of(api), {"client_authentication_methods": methods})
    assert manage.refused(answer)[:2] == (400, "invalid_body")
    assert refusal(api.login()) == MFA_REQUIRED


def test_secret_and_key_exclude_each_other(api, manage, keys):
    id = add_key(api, manage, keys[0])["id"]
    body = {
        "token_endpoint_auth_method": "client_secret_post",
        "client_authentication_methods": {"private_key_jwt": {"credentials": [{"id": id}]}},
    }
    text = (
        "Payload validation error: 'token_endpoint_auth_method and client_authentication_methods exclude each other'."
    )
    assert manage.refused(manage("PATCH", client_of(api), body)) == (400, "invalid_body", text)


# APIs


def test_the_api_of_the_course_is_found_by_its_id_and_by_its_audience(api, manage):
    (item,) = manage.done("GET", "resource-servers")
    assert item["identifier"] == api.sandbox.audience
    assert item["scopes"] == [{"value": "read:reports"}, {"value": "write:reports"}]
    for id in (item["id"], quote(api.sandbox.audience, safe="")):
        assert manage.done("GET", f"resource-servers/{id}") == item


def test_an_api_that_was_removed_is_unknown_to_the_login_and_can_come_back(api, manage):
    audience = api.sandbox.audience
    manage.done("DELETE", "resource-servers/" + quote(audience, safe=""), status=204)
    expected = (403, "access_denied", f"Service not enabled within domain: {audience}")
    assert refusal(api.login(audience=audience)) == expected
    assert manage.refused(manage("GET", "resource-servers/" + quote(audience, safe="")))[:2] == (
        404,
        "inexistent_resource_server",
    )
    manage.done("POST", "resource-servers", {"identifier": audience, "scopes": [{"value": "read:zoo"}]}, 201)
    body = api.verify(*api.begin(api.mfa_token(audience=audience))).json()
    assert body["scope"] == "read:zoo"


def test_scopes_of_an_api_are_changed(api, manage):
    path = "resource-servers/5f0000000000000000000001"
    manage.done("PATCH", path, {"scopes": [{"value": "read:zoo"}], "name": "Zoo", "allow_offline_access": False})
    item = manage.done("GET", path)
    assert (item["name"], item["scopes"], item["allow_offline_access"]) == ("Zoo", [{"value": "read:zoo"}], False)
    manage.done("PUT", "guardian/policies", [])
    body = api.login(audience=api.sandbox.audience, scope="read:zoo read:reports offline_access").json()
    assert body["scope"] == "read:zoo" and "refresh_token" not in body


@pytest.mark.parametrize(
    "identifier", ["https://api.sandbox.example/", "{mfa}", "{mfa_bare}", "{management}", "{management_bare}"]
)
def test_an_audience_that_is_taken_is_refused(api, manage, identifier):
    sandbox = api.sandbox
    name = identifier.format(
        mfa=sandbox.mfa_audience,
        mfa_bare=sandbox.mfa_audience.rstrip("/"),
        management=sandbox.management_audience,
        management_bare=sandbox.management_audience.rstrip("/"),
    )
    text = "A resource server with the same identifier already exists"
    assert manage.refused(manage("POST", "resource-servers", {"identifier": name})) == (409, "conflict", text)


@pytest.mark.parametrize("scopes", [["read"], [{}], [{"value": ""}], [{"value": 5}], [{"value": "a b"}], [None]])
def test_scopes_of_another_shape_are_refused(manage, scopes):
    for method, path, more in (
        ("POST", "resource-servers", {"identifier": "https://n.example/"}),
        ("PATCH", "resource-servers/5f0000000000000000000001", {}),
    ):
        status, code, _ = manage.refused(manage(method, path, {**more, "scopes": scopes}))
        assert (status, code) == (400, "invalid_body")
