"""`/oauth/token` and `/userinfo`."""

import gzip
import json
import re
import sqlite3
from contextlib import closing
from urllib.parse import urlencode

import jwt
import pytest

from mfa_helpers.sandbox.crypto.opaque_strings import code_fingerprint, fingerprint
from mfa_helpers.sandbox.store import Store

from ...support.management import Manage
from ...support.sandbox_api import (
    FORM,
    INVALID_CODE,
    JSON,
    MFA_OOB,
    MFA_OTP,
    MFA_RECOVERY,
    MFA_REQUIRED,
    PASSWORD,
    PASSWORD_REALM,
    TOO_MANY_CODES,
    Api,
    public,
    refusal,
    wrong,
)

WRONG_PASSWORD = (403, "invalid_grant", "Wrong email or password.")
UNAUTHORIZED = (401, "access_denied", "Unauthorized")
MALFORMED_TOKEN = (403, "invalid_grant", "Malformed mfa_token")
TOKEN_EXPIRED = (401, "expired_token", "mfa_token is expired")
OOB_EXPIRED = (401, "expired_token", "oob_code is expired")
OTHER_CLIENT = (400, "invalid_request", "mfa_token not issued to this client")
BLOCKED = (
    429,
    "too_many_attempts",
    "Your account has been blocked after multiple consecutive login attempts. We've sent you a notification via "
    "your preferred contact method with instructions on how to unblock it.",
)


def missing(name: str) -> tuple[int, str, str]:
    return 400, "invalid_request", f"Missing required parameter: {name}"


def not_allowed(grant: str) -> tuple[int, str, str]:
    return 403, "unauthorized_client", f"Grant type '{grant}' not allowed for the client."


def claims(api: Api, token: str, audience: str) -> dict:
    """A token's claims, its signature, issuer and audience proven with the published key. The clock is the tenant's."""
    keys = {key["kid"]: key for key in api.call("GET", "/.well-known/jwks.json").json()["keys"]}
    key = jwt.get_algorithm_by_name("RS256").from_jwk(keys[jwt.get_unverified_header(token)["kid"]])
    return jwt.decode(
        token,
        key,
        algorithms=["RS256"],
        audience=audience,
        issuer=api.sandbox.issuer,
        options={"verify_exp": False, "verify_iat": False},
    )


# the login


def test_a_right_password_brings_an_mfa_token_instead_of_tokens(api):
    answer = api.login()
    assert refusal(answer) == MFA_REQUIRED
    assert answer.json()["mfa_token"].startswith("Fe26.2*")


@pytest.mark.parametrize("encoding", ["data", "json"])
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"password": "wrong"}, WRONG_PASSWORD),
        ({"username": "nobody@example.com"}, WRONG_PASSWORD),
        ({"username": None}, missing("username")),
        ({"username": ""}, missing("username")),
        ({"password": None}, missing("password")),
        ({"password": ""}, missing("password")),
        ({"grant_type": None}, missing("grant_type")),
        ({"client_id": None}, missing("client_id")),
        ({"client_id": "somebody"}, UNAUTHORIZED),
        ({"client_secret": "wrong"}, UNAUTHORIZED),
        ({"client_secret": None}, UNAUTHORIZED),
        ({"client_secret": ""}, UNAUTHORIZED),
        (
            {"audience": "https://nobody.example/"},
            (403, "access_denied", "Service not enabled within domain: https://nobody.example/"),
        ),
        (
            {"grant_type": "implicit"},
            (501, "unsupported_grant_type", "Unsupported grant type: implicit"),
        ),
        ({"grant_type": PASSWORD_REALM}, missing("realm")),
        (
            {"grant_type": PASSWORD_REALM, "realm": "elsewhere"},
            (400, "invalid_request", "Unknown realm elsewhere."),
        ),
    ],
)
def test_a_login_that_cannot_be_is_refused_alike_as_form_and_as_json(api, encoding, changed, expected):
    assert refusal(api.call("POST", "/oauth/token", **{encoding: api.login_fields(**changed)})) == expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"password": 123456}, (400, "invalid_request", "password must be a string")),
        ({"username": ["ada@example.com"]}, (400, "invalid_request", "username must be a string")),
        ({"client_secret": 5}, (400, "invalid_request", "client_secret must be a string")),
        ({"scope": 5}, (400, "invalid_scope", "Scope must be an array or a string")),
        ({"scope": [1]}, (400, "invalid_scope", "Scope must be an array or a string")),
        ({"scope": ["openid", "email"]}, MFA_REQUIRED),
    ],
)
def test_json_fields_must_be_text_and_a_scope_may_be_an_array(api, changed, expected):
    assert refusal(api.call("POST", "/oauth/token", json=api.login_fields(**changed))) == expected


@pytest.mark.parametrize(
    ("settings", "grant", "expected"),
    [
        ({"grant_types": [MFA_OOB]}, PASSWORD, not_allowed("password")),
        ({"grant_types": [PASSWORD]}, PASSWORD_REALM, not_allowed(PASSWORD_REALM)),
        ({"grant_types": [PASSWORD]}, MFA_OOB, not_allowed(MFA_OOB)),
        ({"grant_types": [PASSWORD]}, MFA_OTP, not_allowed(MFA_OTP)),
        ({"grant_types": [PASSWORD]}, MFA_RECOVERY, not_allowed(MFA_RECOVERY)),
        (
            {"default_directory": ""},
            PASSWORD,
            (500, "server_error", "Authorization server not configured with default connection."),
        ),
        ({"default_directory": ""}, PASSWORD_REALM, MFA_REQUIRED),
        ({}, PASSWORD_REALM, MFA_REQUIRED),
    ],
)
def test_grants_and_directory_are_as_the_tenant_is_set_up(api, set_up, settings, grant, expected):
    set_up(**settings)
    assert refusal(api.login(grant_type=grant, realm="Username-Password-Authentication")) == expected


def test_without_an_mfa_policy_the_password_brings_tokens(api, set_up):
    set_up(mfa_policy=[])
    assert api.login().status_code == 200


def test_the_address_may_be_written_in_other_capitals(api):
    assert refusal(api.login(username=api.sandbox.username.upper())) == MFA_REQUIRED


# how a body is read


@pytest.mark.parametrize(
    ("content_type", "write"),
    [
        (FORM, urlencode),
        (FORM + ";charset=UTF-8", urlencode),
        ("Application/X-WWW-Form-Urlencoded ; charset=utf-8", urlencode),
        (JSON, json.dumps),
        (JSON + "; charset=utf-8", json.dumps),
        ("APPLICATION/JSON;charset=UTF-8", json.dumps),
    ],
)
def test_a_content_type_may_carry_parameters(api, content_type, write):
    body = write(api.login_fields())
    assert refusal(api.call("POST", "/oauth/token", data=body, headers={"content-type": content_type})) == MFA_REQUIRED


@pytest.mark.parametrize("content_type", [None, FORM, "text/plain", "application/jsonp", "multipart/form-data"])
def test_json_without_its_label_is_no_login(api, content_type):
    body = json.dumps(api.login_fields()).encode()
    headers = {"content-type": content_type} if content_type else {}
    assert refusal(api.call("POST", "/oauth/token", data=body, headers=headers)) == missing("grant_type")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"null", b"1", b"[" * 50_000])
def test_json_that_is_no_object_has_no_fields(api, body):
    answer = api.call("POST", "/oauth/token", data=body, headers={"content-type": JSON})
    assert refusal(answer) == missing("grant_type")


def test_a_body_beyond_all_reason_is_refused(api):
    answer = api.call("POST", "/oauth/token", data={"grant_type": "x" * 200_000})
    assert refusal(answer) == (413, "invalid_request", "Request body is too large")


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "deflate", "br", "gzip, identity"])
def test_a_body_that_is_packed_is_refused_by_name(api, encoding):
    headers = {"content-type": FORM, "content-encoding": encoding}
    answer = api.call(
        "POST", "/oauth/token", data=gzip.compress(urlencode(api.login_fields()).encode()), headers=headers
    )
    assert refusal(answer) == (
        415,
        "invalid_request",
        f"Unsupported content encoding: {encoding}. Send the body as it is, without the header Content-Encoding.",
    )
    answer = api.bearer("POST", "/mfa/associate", api.mfa_token(), data=b"x", headers=headers)
    assert refusal(answer)[0] == 415


@pytest.mark.parametrize("encoding", ["identity", ""])
def test_a_body_may_say_that_it_is_not_packed(api, encoding):
    headers = {"content-type": FORM, "content-encoding": encoding}
    assert refusal(api.call("POST", "/oauth/token", data=api.login_fields(), headers=headers)) == MFA_REQUIRED


@pytest.mark.parametrize("star", ["*", "%2A", "%2a"])
def test_stars_of_a_sealed_string_may_arrive_encoded_or_not(api, star):
    body = urlencode(api.verify_fields(*api.begin()))
    assert body.count("%2A") == 14  # two seals of eight parts
    answer = api.call("POST", "/oauth/token", data=body.replace("%2A", star), headers={"content-type": FORM})
    assert answer.status_code == 200


def test_a_bare_plus_in_a_form_is_a_blank(state, serve):
    address = "ada+lab@example.test"
    api = serve(state)
    with closing(sqlite3.connect(state)) as db, db:
        db.execute("UPDATE users SET email = ?", (address,))
    db.close()
    encoded = urlencode(api.login_fields(username=address))
    assert "ada%2Blab%40" in encoded
    for body, expected in [(encoded, MFA_REQUIRED), (encoded.replace("%2B", "+"), WRONG_PASSWORD)]:
        answer = api.call("POST", "/oauth/token", data=body, headers={"content-type": FORM})
        assert refusal(answer) == expected
    assert refusal(api.call("POST", "/oauth/token", json=api.login_fields(username=address))) == MFA_REQUIRED


# which application asks


def test_a_public_application_needs_no_secret_from_login_to_tokens(api):
    nobody = public(api.sandbox)
    token = api.mfa_token(**nobody)
    oob_code = api.associate(token).json()["oob_code"]
    answer = api.verify(token, oob_code, api.code(), **nobody)
    assert answer.status_code == 200
    assert claims(api, answer.json()["id_token"], api.sandbox.public_client_id)


@pytest.mark.parametrize("secret", [None, "", "wrong"])
def test_the_confidential_application_needs_its_secret_for_the_code_too(api, secret):
    scene = api.begin()
    assert refusal(api.verify(*scene, client_secret=secret)) == UNAUTHORIZED
    assert api.verify(*scene).status_code == 200


def test_an_mfa_token_is_good_for_the_application_it_was_issued_to(api):
    assert refusal(api.verify(*api.begin(), **public(api.sandbox))) == OTHER_CLIENT


# the code


def test_a_wrong_code_can_be_corrected_and_the_right_one_works_once(api):
    token, oob_code, code = api.begin()
    assert refusal(api.verify(token, oob_code, wrong(code))) == INVALID_CODE
    assert refusal(api.verify(token, oob_code, wrong(code))) == INVALID_CODE
    assert api.verify(token, oob_code, code).status_code == 200
    assert refusal(api.verify(token, oob_code, code)) == INVALID_CODE


def test_a_wrong_code_leaves_the_login_good_for_a_new_mail(api):
    token, oob_code, code = api.begin()
    assert refusal(api.verify(token, oob_code, wrong(code))) == INVALID_CODE
    assert api.verify(*api.begin(token)).status_code == 200


def test_a_completed_login_cannot_be_used_again(api):
    token, oob_code, code = api.begin()
    other = api.begin(token)
    assert api.verify(token, oob_code, code).status_code == 200
    assert refusal(api.verify(*other)) == MALFORMED_TOKEN
    assert refusal(api.challenge(token)) == MALFORMED_TOKEN
    invalid = (401, "invalid_grant", "The mfa_token provided is invalid. Try getting a new token.")
    assert refusal(api.authenticators(token)) == invalid


@pytest.mark.parametrize("written", ["12345", "1234567", "12345a", " 123456", "１２３４５６", "\x00", "x" * 5000])
def test_what_is_no_six_digits_is_a_wrong_code(api, written):
    token, oob_code, _ = api.begin()
    assert refusal(api.verify(token, oob_code, written)) == INVALID_CODE


@pytest.mark.parametrize("code", ["000000", "004217", "012345"])
def test_leading_zeros_are_part_of_the_code(api, code):
    token, oob_code, _ = api.begin()
    store = Store(api.sandbox.state)  # a second server of the same tenant, as far as the file can tell
    row = store.oob_code(fingerprint(oob_code))
    store.remove_oob_code(row["hash"])
    store.add_oob_code(
        row["hash"],
        token_hash=row["token_hash"],
        user_id=row["user_id"],
        authenticator_id=row["authenticator_id"],
        code_hash=code_fingerprint(oob_code, code),
        expires_at=row["expires_at"],
    )
    store.close()
    assert refusal(api.verify(token, oob_code, str(int(code)))) == INVALID_CODE
    number = api.call("POST", "/oauth/token", json=api.verify_fields(token, oob_code, int(code)))
    assert refusal(number) == (400, "invalid_request", "binding_code must be a string")
    assert api.verify(token, oob_code, code).status_code == 200


@pytest.mark.parametrize("name", ["mfa_token", "oob_code", "binding_code", "client_id"])
def test_each_field_of_the_code_is_named_when_it_is_missing(api, name):
    fields = api.verify_fields(*api.begin())
    for body in (fields | {name: ""}, {other: fields[other] for other in fields if other != name}):
        assert refusal(api.call("POST", "/oauth/token", data=body)) == missing(name)
        assert refusal(api.call("POST", "/oauth/token", json=body)) == missing(name)


def test_sealed_strings_that_nobody_issued_are_malformed(api):
    token, oob_code, code = api.begin()
    assert refusal(api.verify("Fe26.2*x", oob_code, code)) == MALFORMED_TOKEN
    assert refusal(api.verify(token[:-1], oob_code, code)) == MALFORMED_TOKEN
    assert refusal(api.verify(token, "Fe26.2*x", code)) == (403, "invalid_grant", "Malformed oob_code")
    assert refusal(api.verify(oob_code, token, code)) == MALFORMED_TOKEN


def test_an_access_token_of_another_audience_is_no_mfa_token(api):
    api.set_up(mfa_policy=[])
    other = api.login(audience=api.sandbox.audience).json()["access_token"]
    api.set_up()
    _, oob_code, code = api.begin()
    assert refusal(api.verify(other, oob_code, code)) == MALFORMED_TOKEN


def test_an_access_token_for_the_mfa_audience_confirms_the_enrollment_it_began(api):
    token = api.access_token(scope="openid enroll")
    oob_code = api.associate(token).json()["oob_code"]
    assert refusal(api.verify(token, oob_code, api.code(), **public(api.sandbox))) == OTHER_CLIENT
    body = api.verify(token, oob_code, api.code()).json()
    assert (body["expires_in"], body["scope"]) == (600, "openid enroll")
    assert refusal(api.verify(token, oob_code, api.code())) == INVALID_CODE


def challenged(api: Api, **changed: str) -> tuple[str, str, str]:
    """A login of an enrolled user, challenged: the MFA token, the `oob_code` and the mailed code."""
    token = api.mfa_token(**changed)
    answer = api.challenge(token)
    assert answer.status_code == 200, answer.text
    return token, answer.json()["oob_code"], api.code()


def test_a_code_belongs_to_its_login(api):
    mine, theirs = api.begin(), api.begin()
    answer = api.verify(mine[0], theirs[1], theirs[2])
    assert refusal(answer) == (400, "invalid_request", "The oob_code doesn't match the mfa_token")
    assert api.verify(*theirs).status_code == 200


def test_the_mail_of_another_login_does_not_open_this_one(api):
    mine, theirs = api.begin(), api.begin()
    if mine[2] != theirs[2]:
        assert refusal(api.verify(mine[0], mine[1], theirs[2])) == INVALID_CODE
    assert api.verify(*mine).status_code == 200


def test_what_one_tenant_issued_is_malformed_at_another(api, state, serve):
    other = serve(state)
    mine, theirs = api.begin(), other.begin()
    assert refusal(other.verify(*mine)) == MALFORMED_TOKEN
    assert refusal(other.verify(theirs[0], mine[1], mine[2])) == (403, "invalid_grant", "Malformed oob_code")
    assert other.verify(*theirs).status_code == 200


# the two clocks


@pytest.mark.parametrize(
    ("seconds", "expected"), [(285, None), (301, OOB_EXPIRED), (585, OOB_EXPIRED), (601, TOKEN_EXPIRED)]
)
def test_a_code_lives_five_minutes_and_its_login_ten(api, advance, seconds, expected):
    scene = api.begin()
    advance(seconds)
    answer = api.verify(*scene)
    assert (None if answer.status_code == 200 else refusal(answer)) == expected


@pytest.mark.parametrize("enrolled", [False, True])
def test_an_expired_code_is_replaced_within_the_same_login(api, advance, enrolled):
    if enrolled:
        api.enroll()
    token, oob_code, code = challenged(api) if enrolled else api.begin()
    advance(301)
    assert refusal(api.verify(token, oob_code, code)) == OOB_EXPIRED
    again = api.challenge(token) if enrolled else api.associate(token)
    assert api.verify(token, again.json()["oob_code"], api.code()).status_code == 200


# limits


def spend_ten_codes(api: Api, scene: tuple[str, str, str]) -> None:
    token, oob_code, code = scene
    for _ in range(10):
        assert refusal(api.verify(token, oob_code, wrong(code))) == INVALID_CODE


def test_after_ten_wrong_codes_even_the_right_one_must_wait(api):
    scene = api.begin()
    spend_ten_codes(api, scene)
    for _ in range(2):
        answer = api.verify(*scene)
        assert refusal(answer) == TOO_MANY_CODES
        assert 300 < int(answer.headers["retry-after"]) <= 360


def test_six_minutes_later_there_is_one_try_and_no_more(api, advance):
    scene = api.begin()
    spend_ten_codes(api, scene)
    advance(360)
    token, oob_code, code = api.begin(scene[0])
    assert refusal(api.verify(token, oob_code, wrong(code))) == INVALID_CODE
    assert refusal(api.verify(token, oob_code, code)) == TOO_MANY_CODES


def test_six_minutes_later_the_right_code_gets_through(api, advance):
    scene = api.begin()
    spend_ten_codes(api, scene)
    advance(330)
    assert refusal(api.verify(*api.begin(scene[0]))) == TOO_MANY_CODES
    advance(30)
    assert api.verify(*api.begin(scene[0])).status_code == 200


def test_wrong_codes_count_for_the_user_over_all_logins(api):
    spend_ten_codes(api, api.begin())
    assert refusal(api.verify(*api.begin())) == TOO_MANY_CODES


def test_a_right_code_costs_no_try(api):
    api.enroll()
    for _ in range(11):
        assert api.verify(*challenged(api)).status_code == 200


def test_ten_wrong_passwords_block_even_the_right_one_for_a_while(api, advance):
    for _ in range(10):
        assert refusal(api.login(password="wrong")) == WRONG_PASSWORD
    answer = api.login()
    assert refusal(answer) == BLOCKED
    wait = int(answer.headers["retry-after"])
    assert 500 < wait <= 601
    assert answer.headers["x-ratelimit-limit"] == "10"
    advance(wait)
    assert refusal(api.login()) == MFA_REQUIRED


def test_a_right_password_forgets_the_wrong_ones_before_it(api):
    for _ in range(2):
        for _ in range(9):
            assert refusal(api.login(password="wrong")) == WRONG_PASSWORD
        assert refusal(api.login()) == MFA_REQUIRED


def test_wrong_passwords_for_nobody_block_nobody(api):
    for _ in range(11):
        assert refusal(api.login(username="nobody@example.com")) == WRONG_PASSWORD
    assert refusal(api.login()) == MFA_REQUIRED


# the other factors


def test_an_otp_cannot_be_given_by_a_user_without_one(api):
    fields = {"grant_type": MFA_OTP, "mfa_token": api.mfa_token()}
    assert refusal(api.login(**fields)) == missing("otp")
    assert refusal(api.login(**fields, otp="123456")) == (
        401,
        "unsupported_challenge_type",
        "User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator.",
    )


def test_a_recovery_code_cannot_be_given_by_a_user_without_one(api):
    fields = {"grant_type": MFA_RECOVERY, "mfa_token": api.mfa_token()}
    assert refusal(api.login(**fields)) == missing("recovery_code")
    answer = api.login(**fields, recovery_code="N3BGPZZWJ85JLCNPZBDW6QXC")
    assert refusal(answer) == (403, "unsupported_challenge_type", "User does not have a recovery-code.")


# tokens


def tokens(api: Api, **changed: object) -> dict:
    """The tokens that a login without a second factor brings."""
    api.set_up(mfa_policy=[])
    return api.login(**changed).json()


def test_token_answers_are_json_that_nobody_may_store(api):
    answer = api.enroll()
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["pragma"] == "no-cache"


def test_token_answers_have_the_recorded_order_of_keys(api):
    assert list(api.enroll().json()) == ["access_token", "id_token", "expires_in", "scope", "token_type"]


@pytest.mark.parametrize(
    ("scope", "keys", "granted"),
    [
        ("openid profile", ["access_token", "id_token", "expires_in", "scope", "token_type"], "openid profile"),
        ("email", ["access_token", "expires_in", "scope", "token_type"], "email"),
        ("openid made-up", ["access_token", "id_token", "expires_in", "scope", "token_type"], "openid"),
        ("extra-scope", ["access_token", "expires_in", "token_type"], None),
    ],
)
def test_an_id_token_comes_with_openid_and_a_scope_if_one_was_granted(api, scope, keys, granted):
    body = tokens(api, scope=scope)
    assert list(body) == keys
    assert body.get("scope") == granted
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 86400)


def test_tokens_after_the_code_belong_to_what_the_password_asked_for(api):
    api.enroll()
    body = api.verify(
        *challenged(api, audience=api.sandbox.audience, scope="openid read:reports"),
        audience="https://ignored.example/",
        scope="write:reports",
    ).json()
    assert body["scope"] == "openid read:reports"
    access = claims(api, body["access_token"], api.sandbox.audience)
    assert access.pop("exp") - access.pop("iat") == body["expires_in"] == 86400
    identity = claims(api, body["id_token"], api.sandbox.client_id)
    assert access == {
        "iss": api.sandbox.issuer,
        "sub": identity["sub"],
        "aud": [api.sandbox.audience, api.sandbox.issuer + "userinfo"],
        "scope": "openid read:reports",
        "gty": "password",
        "azp": api.sandbox.client_id,
    }


def test_an_id_token_tells_who_for_whom_and_how_long_and_nothing_of_the_second_factor(api):
    identity = claims(api, api.enroll().json()["id_token"], api.sandbox.client_id)
    assert identity.pop("exp") - identity.pop("iat") == 36000
    assert re.fullmatch(r"auth0\|[0-9a-f]{24}", identity.pop("sub"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", identity.pop("updated_at"))
    assert identity == {  # so no amr and no acr
        "iss": api.sandbox.issuer,
        "aud": api.sandbox.client_id,
        "nickname": "ada",
        "name": "Ada",
        "picture": "https://s.gravatar.com/avatar/3e3417d7ef77d5932a6734b916515ed5?s=480&r=pg",
        "email": "ada@example.com",
        "email_verified": False,
    }


def test_an_id_token_says_no_more_of_a_person_than_its_scope(api):
    for scope, told in [
        ("openid", set()),
        ("openid profile", {"nickname", "name", "picture", "updated_at"}),
        ("openid email", {"email", "email_verified"}),
    ]:
        identity = claims(api, tokens(api, scope=scope)["id_token"], api.sandbox.client_id)
        assert identity.keys() - {"iss", "sub", "aud", "iat", "exp"} == told


def test_tokens_are_dated_by_the_tenants_clock(api):
    api.set_up(mfa_policy=[])
    dates = []
    for seconds in (0, 1_000_000):
        api.advance(seconds)
        identity = claims(api, api.login().json()["id_token"], api.sandbox.client_id)
        dates.append(identity["iat"])
    assert 1_000_000 <= dates[1] - dates[0] < 1_000_060


def test_an_access_token_without_an_audience_cannot_be_read(api):
    body = tokens(api)
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", body["access_token"])
    assert body["scope"] == "openid profile email address phone"


def test_without_a_scope_all_scopes_of_the_audience_are_granted(api):
    body = tokens(api, audience=api.sandbox.audience)
    assert list(body) == ["access_token", "expires_in", "scope", "token_type"]
    assert body["scope"] == "read:reports write:reports"
    assert claims(api, body["access_token"], api.sandbox.audience)["aud"] == api.sandbox.audience


@pytest.mark.parametrize("slash", [True, False])
def test_a_token_for_the_mfa_audience_needs_no_code_and_lives_ten_minutes(api, slash):
    audience = api.sandbox.mfa_audience if slash else api.sandbox.mfa_audience.rstrip("/")
    body = api.login(audience=audience).json()
    assert (body["expires_in"], body["scope"]) == (600, "enroll read:authenticators remove:authenticators")
    access = claims(api, body["access_token"], audience)
    assert access["exp"] - access["iat"] == 600


# /userinfo


def assert_closed(answer):
    assert (answer.status_code, answer.text) == (401, "Unauthorized")
    assert answer.headers["www-authenticate"] == 'Bearer realm="Users", error="invalid_token"'


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("with_audience", [False, True])
def test_userinfo_opens_to_both_kinds_of_access_token(api, method, with_audience):
    audience = api.sandbox.audience if with_audience else None
    body = tokens(api, audience=audience, scope="openid profile email")
    answer = api.bearer(method, "/userinfo", body["access_token"])
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    told = answer.json()
    identity = claims(api, body["id_token"], api.sandbox.client_id)
    assert list(told) == ["sub", "nickname", "name", "picture", "updated_at", "email", "email_verified"]
    assert told == {name: identity[name] for name in told}


def test_userinfo_tells_no_more_than_the_scope_of_the_token(api):
    told = api.bearer("GET", "/userinfo", tokens(api, scope="openid email")["access_token"]).json()
    assert told.keys() == {"sub", "email", "email_verified"}


@pytest.mark.parametrize("with_audience", [False, True])
def test_userinfo_is_closed_to_a_token_without_openid(api, with_audience):
    body = tokens(api, audience=api.sandbox.audience if with_audience else None, scope="email read:reports")
    assert_closed(api.bearer("GET", "/userinfo", body["access_token"]))


@pytest.mark.parametrize("with_audience", [False, True])
def test_userinfo_is_closed_to_an_expired_token(api, with_audience):
    body = tokens(api, audience=api.sandbox.audience if with_audience else None, scope="openid")
    api.advance(86_380)
    assert api.bearer("GET", "/userinfo", body["access_token"]).status_code == 200
    api.advance(21)
    assert_closed(api.bearer("GET", "/userinfo", body["access_token"]))


def test_userinfo_is_closed_to_everything_else(api):
    token, oob_code, code = api.begin()
    identity = api.verify(token, oob_code, code).json()["id_token"]
    for other in (identity, token, oob_code, "x", ""):
        assert_closed(api.bearer("GET", "/userinfo", other))
    assert_closed(api.call("GET", "/userinfo"))


# refresh tokens


def refresh(api: Api, token: str, **changed: object):
    return api.login(grant_type="refresh_token", refresh_token=token, username=None, password=None, **changed)


def revoke(api: Api, token: str, **changed: object) -> None:
    fields = {**api.login_fields(username=None, password=None, grant_type=None, **changed), "token": token}
    answer = api.call("POST", "/oauth/revoke", data=fields)
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.fixture
def lasting(api) -> str:
    """A refresh token."""
    return tokens(api, audience=api.sandbox.audience, scope="read:reports offline_access")["refresh_token"]


def test_a_refresh_keeps_audience_and_token_and_grants_no_more_than_before(api, lasting):
    body = refresh(api, lasting, scope="read:reports write:reports offline_access").json()
    assert (body["refresh_token"], body["scope"]) == (lasting, "read:reports offline_access")
    assert claims(api, body["access_token"], api.sandbox.audience)["aud"] == api.sandbox.audience
    database = sqlite3.connect(api.sandbox.state)
    assert database.execute("SELECT count(*) FROM refresh_tokens").fetchone() == (1,)
    database.close()


def test_a_refresh_token_rests_while_its_user_is_blocked(api, lasting):
    manage = Manage(api)
    path = f"users/{manage.user_id()}"
    manage.done("PATCH", path, {"blocked": True})
    assert refusal(refresh(api, lasting)) == (401, "unauthorized", "user is blocked")
    manage.done("PATCH", path, {"blocked": False})
    assert refresh(api, lasting).status_code == 200


def test_only_the_own_application_uses_or_revokes_a_refresh_token(api, lasting):
    dead = (403, "invalid_grant", "Unknown or invalid refresh token.")
    assert refusal(refresh(api, lasting, **public(api.sandbox))) == dead
    revoke(api, lasting, **public(api.sandbox))
    revoke(api, "nobody's")
    assert refresh(api, lasting).status_code == 200
    revoke(api, lasting)
    assert refusal(refresh(api, lasting)) == dead
