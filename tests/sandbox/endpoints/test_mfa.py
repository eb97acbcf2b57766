"""`/mfa/associate`, `/mfa/authenticators` and `/mfa/challenge`."""

import json
import re

import pyotp
import pytest

from mfa_helpers.sandbox.tenant.authenticators import masked_address

from ...support.sandbox_api import FORM, INVALID_CODE, JSON, MFA_REQUIRED, Api, public, refusal

INVALID_TOKEN = (401, "invalid_grant", "The mfa_token provided is invalid. Try getting a new token.")
TOKEN_EXPIRED = (401, "expired_token", "mfa_token is expired")
MALFORMED_TOKEN = (403, "invalid_grant", "Malformed mfa_token")
NO_BEARER = (401, "invalid_request", "Missing bearer token in the Authorization header")
UNAUTHORIZED = (401, "access_denied", "Unauthorized")
ALREADY_ENROLLED = (403, "access_denied", "User is already enrolled.")
UNKNOWN = (404, "invalid_authenticator", "Authenticator not found")
NOT_ENROLLED = (
    401,
    "association_required",
    "User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator.",
)
TOO_MANY_MAILS = (
    429,
    "too_many_requests",
    "You have exceeded the amount of emails. Wait a few minutes and try again.",
)
MFA_JSON = "application/json; charset=utf-8"
EMAIL_ID = re.compile(r"email\|dev_[A-Za-z0-9]{16}")

ENDPOINTS = [
    ("POST", "/mfa/associate", "enroll"),
    ("GET", "/mfa/authenticators", "read:authenticators"),
    ("DELETE", "/mfa/authenticators/email%7Cdev_0123456789abcdef", "remove:authenticators"),
]


def missing(name: str) -> tuple[int, str, str]:
    return 400, "invalid_request", f"Missing required parameter: {name}"


def bad(text: str) -> tuple[int, str, str]:
    return 400, "invalid_request", text


# the bearer of a token


@pytest.mark.parametrize(("method", "path", "scope"), ENDPOINTS)
@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic eDp5", "Token x", "Fe26.2*x"])
def test_without_a_bearer_token_nothing_opens(api, method, path, scope, header):
    headers = {} if header is None else {"authorization": header}
    assert refusal(api.call(method, path, headers=headers)) == NO_BEARER


@pytest.mark.parametrize(("method", "path", "scope"), ENDPOINTS)
def test_a_token_that_nobody_issued_opens_nothing(api, method, path, scope):
    for token in ("x", "Fe26.2*x", api.mfa_token()[:-1], "eyJhbGciOiJub25lIn0.e30.", api.access_token()[:-9]):
        assert refusal(api.bearer(method, path, token)) == INVALID_TOKEN


@pytest.mark.parametrize(("method", "path", "scope"), ENDPOINTS)
def test_tokens_of_another_audience_open_nothing(api, set_up, method, path, scope):
    set_up(mfa_policy=[])
    body = api.login(audience=api.sandbox.audience, scope="openid enroll read:authenticators").json()
    for token in (body["access_token"], body["id_token"], api.login().json()["access_token"]):
        assert refusal(api.bearer(method, path, token)) == INVALID_TOKEN


@pytest.mark.parametrize(("method", "path", "scope"), ENDPOINTS)
def test_an_expired_token_says_so(api, advance, method, path, scope):
    for token in (api.mfa_token(), api.access_token()):
        advance(601)
        assert refusal(api.bearer(method, path, token)) == TOKEN_EXPIRED


@pytest.mark.parametrize(("method", "path", "scope"), ENDPOINTS)
def test_an_access_token_needs_the_scope_of_what_it_opens(api, method, path, scope):
    others = {"enroll", "read:authenticators", "remove:authenticators"} - {scope}
    token = api.access_token(scope=" ".join(sorted(others)))
    expected = (403, "insufficient_scope", f"Insufficient scope, expected: {scope}")
    assert refusal(api.bearer(method, path, token)) == expected


def test_the_scheme_may_be_written_in_other_letters(api):
    assert api.call("GET", "/mfa/authenticators", headers={"authorization": f"bEARER  {api.mfa_token()}"}).ok


# associate


def test_enrolling_mails_a_code_and_answers_as_recorded(api):
    answer = api.associate(api.mfa_token(), email="ada.l@example.org")
    assert (answer.status_code, answer.headers["content-type"]) == (200, MFA_JSON)
    body = answer.json()
    assert list(body) == ["authenticator_type", "binding_method", "oob_channel", "oob_code"]
    assert body.pop("oob_code").startswith("Fe26.2*")
    assert body == {"authenticator_type": "oob", "binding_method": "prompt", "oob_channel": "email"}
    assert [mail["to"] for mail in api.mails()] == ["ada.l@example.org"]


def test_without_an_address_the_profiles_own_is_enrolled(api):
    for nothing in (None, ""):
        api.associate(api.mfa_token(), email=nothing)
    assert [mail["to"] for mail in api.mails()] == [api.sandbox.username] * 2


def test_the_documentations_slip_authentication_types_is_not_accepted(api):
    answer = api.associate(api.mfa_token(), authenticator_types=None, authentication_types=["oob"])
    assert refusal(answer) == missing("authenticator_types")


@pytest.mark.parametrize("content_type", [None, FORM, "text/plain"])
def test_json_without_its_label_enrolls_nobody(api, content_type):
    body = json.dumps({"authenticator_types": ["oob"], "oob_channels": ["email"]}).encode()
    headers = {"content-type": content_type} if content_type else {}
    answer = api.bearer("POST", "/mfa/associate", api.mfa_token(), data=body, headers=headers)
    assert refusal(answer) == missing("authenticator_types")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"authenticator_types": []}, missing("authenticator_types")),
        ({"authenticator_types": "oob"}, bad("each of authenticator_types must be a string")),
        ({"authenticator_types": [1]}, bad("each of authenticator_types must be a string")),
        ({"authenticator_types": ["otp"]}, bad("The otp factor is not enabled for this tenant.")),
        ({"authenticator_types": ["recovery-code"]}, bad("Unsupported authenticator type: recovery-code")),
        ({"oob_channels": None}, missing("oob_channels")),
        ({"oob_channels": []}, missing("oob_channels")),
        ({"oob_channels": {"email": True}}, bad("each of oob_channels must be a string")),
        ({"oob_channels": ["sms"]}, bad("The sms factor is not enabled for this tenant.")),
        ({"oob_channels": ["voice"]}, bad("The sms factor is not enabled for this tenant.")),
        ({"oob_channels": ["auth0"]}, bad("The push-notification factor is not enabled for this tenant.")),
        ({"oob_channels": ["pigeon"]}, bad("Unsupported oob channel: pigeon")),
        ({"email": 5}, bad("email must be a string")),
        ({"client_secret": "wrong"}, missing("client_id")),
    ],
)
def test_what_cannot_be_enrolled_is_named(api, changed, expected):
    token = api.mfa_token()
    assert refusal(api.associate(token, **changed)) == expected
    assert (api.rows(token), api.mails()) == ([], [])


@pytest.mark.parametrize("name", ["authenticator_types", "oob_channels"])
def test_half_a_surrogate_pair_is_a_bad_request_like_any_other(api, name):
    status, error, _ = refusal(api.associate(api.mfa_token(), **{name: ["\ud800"]}))
    assert (status, error) == (400, "invalid_request")


@pytest.mark.parametrize(
    "address",
    [
        "ada",
        "@example.com",
        "ada@",
        "a@b@c.example",
        "a b@example.com",
        "a@exam ple.com",
        "a@example.com\nBcc: b@c.d",
        "a@example.com,b@example.com",
        "<a@example.com>",
        '"a"@example.com',
        "a@.example.com",
        "x" * 65 + "@example.com",
        "a@" + "x" * 300,
    ],
)
def test_what_is_no_address_is_refused(api, address):
    token = api.mfa_token()
    assert refusal(api.associate(token, email=address)) == bad("Invalid email address")
    assert (api.rows(token), api.mails()) == ([], [])


@pytest.mark.parametrize(
    "address",
    ["a@example.", "a@example..com", "=?utf-8?q?b?=@example.com", "ü" * 64 + "@" + "ü" * 250],
    ids=["a dot at the end", "two dots", "an encoded word", "more than SMTP takes"],
)
def test_a_mail_goes_to_the_very_address_that_was_accepted(api, address):
    answer = api.associate(api.mfa_token(), email=address)
    if answer.status_code != 200:
        assert refusal(answer) == bad("Invalid email address")
    assert [mail["to"] for mail in api.mails()] == ([address] if answer.status_code == 200 else [])


@pytest.mark.parametrize("address", ["ada+1@example.com", "o'neil@example.com", "ä@bücher.example", "a_b-c.d@x.co"])
def test_unusual_addresses_are_addresses_too(api, address):
    assert api.associate(api.mfa_token(), email=address).status_code == 200
    assert [mail["to"] for mail in api.mails()] == [address]


def test_with_the_email_factor_off_there_is_nothing_to_enroll(api, set_up):
    set_up(factors=[], email_verified=True)
    token = api.mfa_token()
    assert refusal(api.associate(token)) == bad("The email factor is not enabled for this tenant.")
    assert api.rows(token) == []


def test_credentials_of_the_application_are_optional_and_must_be_right_if_sent(api):
    right = {"client_id": api.sandbox.client_id, "client_secret": api.sandbox.client_secret}
    assert api.associate(api.mfa_token(), **right).status_code == 200
    assert api.associate(api.mfa_token(), client_id=api.sandbox.client_id).status_code == 200
    assert refusal(api.associate(api.mfa_token(), **{**right, "client_secret": "wrong"})) == UNAUTHORIZED


def test_an_active_authenticator_closes_enrollment_to_an_mfa_token(api):
    api.enroll()
    assert refusal(api.associate(api.mfa_token(), email="second@example.com")) == ALREADY_ENROLLED
    assert len(api.rows(api.mfa_token())) == 1


def test_an_access_token_with_scope_enroll_adds_a_second_authenticator(api):
    api.enroll()
    token = api.access_token(scope="enroll read:authenticators")
    assert api.verify(*api.begin(token, email="second@example.com")).status_code == 200
    assert [row["active"] for row in api.rows(token)] == [True, True]


def test_an_unconfirmed_enrollment_closes_nothing(api):
    token = api.begin()[0]
    assert api.verify(*api.begin(token)).status_code == 200


# list


def test_the_list_of_somebody_new_is_an_empty_array(api):
    answer = api.authenticators(api.mfa_token())
    assert (answer.status_code, answer.headers["content-type"], answer.text) == (200, MFA_JSON, "[]")


def test_an_empty_body_that_calls_itself_json_lists_all_the_same(api):
    headers = {"content-type": JSON}
    answer = api.bearer("GET", "/mfa/authenticators", api.mfa_token(), headers=headers, data=b"")
    assert (answer.status_code, answer.json()) == (200, [])


def test_a_row_is_inactive_until_its_code_is_given(api):
    token, oob_code, code = api.begin(email="second@example.com")
    assert [row["active"] for row in api.rows(token)] == [False]
    api.verify(token, oob_code, code)
    assert [row["active"] for row in api.rows(api.mfa_token())] == [True]


def test_a_row_has_the_documented_fields_in_the_recorded_order(api):
    token = api.begin()[0]
    (row,) = api.rows(token)
    assert list(row) == ["id", "authenticator_type", "active", "oob_channel", "name"]  # and no oob_channels
    assert EMAIL_ID.fullmatch(row.pop("id"))
    assert row == {"authenticator_type": "oob", "active": False, "oob_channel": "email", "name": "***@exam*******"}


def test_each_enrollment_leaves_a_row_and_only_the_confirmed_one_counts(api):
    token = api.begin()[0]
    second = api.begin(token, email="second@example.com")
    third = api.begin(token)
    assert api.verify(*second).status_code == 200
    rows = api.rows(api.mfa_token())
    assert [row["active"] for row in rows] == [False, True, False]
    assert len({row["id"] for row in rows}) == 3
    assert refusal(api.verify(*third)) == MALFORMED_TOKEN


def test_an_access_token_lists_too(api):
    api.enroll()
    assert api.rows(api.access_token()) == api.rows(api.mfa_token())


def test_a_verified_profile_address_is_an_authenticator_by_itself(api, set_up):
    set_up(email_verified=True)
    token = api.mfa_token()
    (row,) = api.rows(token)
    assert EMAIL_ID.fullmatch(row["id"])
    assert (row["active"], row["name"]) == (True, "***@exam*******")
    answer = api.challenge(token, authenticator_id=row["id"])
    assert api.verify(token, answer.json()["oob_code"], api.code()).status_code == 200


def test_the_implicit_authenticator_leaves_enrollment_open_to_an_access_token_only(api, set_up):
    set_up(email_verified=True)
    assert refusal(api.associate(api.mfa_token(), email="second@example.com")) == ALREADY_ENROLLED
    assert api.verify(*api.begin(api.access_token(), email="second@example.com")).status_code == 200
    assert [row["name"] for row in api.rows(api.mfa_token())] == ["seco**@exam*******", "***@exam*******"]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("user@example.com", "****@exam*******"),
        ("dlozada12345@gmail.com", "dloz********@gmai*****"),
        ("a@example.com", "*@exam*******"),
        ("alice@example.com", "alic*@exam*******"),
        ("alice@b.de", "alic*@b.de"),
        ("a@b.c", "*@b.c"),
        ("ä.über@bücher.example", "ä.üb**@büch**********"),
    ],
)
def test_an_address_is_listed_masked_and_as_long_as_it_is(api, address, name):
    assert len(address) == len(name)
    token = api.begin(email=address)[0]
    assert [row["name"] for row in api.rows(token)] == [name]
    assert masked_address(address) == name


def test_fifty_one_rows_are_the_end_of_enrolling(api, advance):
    for _ in range(3):
        token = api.mfa_token()
        for _ in range(17):
            assert api.associate(token).status_code == 200
        advance(1200)
    token = api.mfa_token()
    assert len(api.rows(token)) == 51
    full = bad("User has created the maximum amount of authenticators")
    assert refusal(api.associate(token)) == full
    access_token = api.access_token()
    assert refusal(api.associate(access_token)) == full
    assert api.delete(access_token, api.rows(token)[0]["id"]).status_code == 204
    assert api.associate(token).status_code == 200


# delete


@pytest.mark.parametrize("headers", [{}, {"content-type": JSON}])
@pytest.mark.parametrize("bar", ["%7C", "%7c", "|"])
def test_an_access_token_deletes_an_authenticator(api, headers, bar):
    api.enroll()
    token = api.access_token()
    path = "/mfa/authenticators/" + api.rows(token)[0]["id"].replace("|", bar)
    answer = api.bearer("DELETE", path, token, headers=headers, data=b"")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (204, b"", JSON)
    assert api.rows(token) == []


def test_after_the_last_one_is_deleted_the_mfa_token_enrolls_again(api):
    api.enroll()
    token = api.access_token()
    api.delete(token, api.rows(token)[0]["id"])
    assert refusal(api.challenge(api.mfa_token())) == NOT_ENROLLED
    assert api.verify(*api.begin()).status_code == 200


def test_the_code_of_a_deleted_authenticator_is_good_for_nothing(api):
    scene = api.begin()
    token = api.access_token()
    api.delete(token, api.rows(token)[0]["id"])
    assert refusal(api.verify(*scene)) == (403, "invalid_grant", "Malformed oob_code")
    assert api.rows(token) == []


def test_an_mfa_token_deletes_nothing(api):
    token = api.begin()[0]
    assert refusal(api.delete(token, api.rows(token)[0]["id"])) == INVALID_TOKEN
    assert len(api.rows(token)) == 1


def test_what_is_not_there_cannot_be_deleted(api):
    api.enroll()
    token = api.access_token()
    id = api.rows(token)[0]["id"]
    for other in ("email|dev_0123456789abcdef", id[:-1], id.upper(), id.removeprefix("email|"), "\x00", "ü"):
        assert refusal(api.delete(token, other)) == UNKNOWN
    assert api.delete(token, id).status_code == 204
    assert refusal(api.delete(token, id)) == UNKNOWN


def test_the_implicit_authenticator_cannot_be_deleted(api, set_up):
    set_up(email_verified=True)
    token = api.access_token()
    answer = api.delete(token, api.rows(token)[0]["id"])
    assert refusal(answer) == bad("The profile's verified email cannot be removed as an authenticator.")
    assert len(api.rows(token)) == 1


# challenge


def enrolled(api: Api) -> str:
    """Enroll, log in again, and return the new MFA token."""
    api.enroll()
    return api.mfa_token()


def test_a_challenge_mails_a_code_and_answers_as_documented(api):
    token = enrolled(api)
    answer = api.challenge(token)
    assert (answer.status_code, answer.headers["content-type"]) == (200, MFA_JSON)
    body = answer.json()
    assert list(body) == ["challenge_type", "oob_code", "binding_method"]  # no channel, no address, no oob_channels
    assert body["oob_code"].startswith("Fe26.2*")
    assert (body["challenge_type"], body["binding_method"]) == ("oob", "prompt")
    assert len(api.mails()) == 2
    assert api.verify(token, body["oob_code"], api.code()).status_code == 200


@pytest.mark.parametrize("challenge_type", ["oob", "oob otp", "otp oob", None, ""])
def test_a_challenge_may_name_several_types_or_none(api, challenge_type):
    assert api.challenge(enrolled(api), challenge_type=challenge_type).status_code == 200


@pytest.mark.parametrize("types", ["otp", "recovery-code", "otp push"])
def test_a_type_that_the_user_has_not_is_refused(api, types):
    assert refusal(api.challenge(enrolled(api), challenge_type=types)) == (
        401,
        "unsupported_challenge_type",
        f"User does not have any enrolled authenticator with the supported challenge type ({types})",
    )


def test_a_form_is_as_good_as_json_for_a_challenge(api):
    fields = {"mfa_token": enrolled(api), "challenge_type": "oob", **public(api.sandbox)}
    fields |= {"client_id": api.sandbox.client_id, "client_secret": api.sandbox.client_secret}
    assert api.call("POST", "/mfa/challenge", data=fields).status_code == 200


def test_a_challenge_needs_somebody_enrolled(api):
    assert refusal(api.challenge(api.mfa_token())) == NOT_ENROLLED


def test_an_unconfirmed_authenticator_is_never_challenged(api):
    token = api.begin()[0]
    id = api.rows(token)[0]["id"]
    assert refusal(api.challenge(token)) == NOT_ENROLLED
    assert refusal(api.challenge(token, authenticator_id=id)) == NOT_ENROLLED
    assert api.verify(*api.begin(token, email="second@example.com")).status_code == 200
    assert refusal(api.challenge(api.mfa_token(), authenticator_id=id)) == UNKNOWN
    api.challenge(api.mfa_token())
    assert api.mails()[0]["to"] == "second@example.com"


def test_the_chosen_authenticator_gets_the_mail_and_else_the_oldest(api):
    api.enroll()
    token = api.access_token()
    api.verify(*api.begin(token, email="second@example.com"))
    ids = [row["id"] for row in api.rows(token)]
    for wanted, to in [(ids[1], "second@example.com"), (ids[0], api.sandbox.username), (None, api.sandbox.username)]:
        assert api.challenge(api.mfa_token(), authenticator_id=wanted).status_code == 200
        assert api.mails()[0]["to"] == to


def test_an_authenticator_that_is_not_there_cannot_be_challenged(api):
    token = enrolled(api)
    assert refusal(api.challenge(token, authenticator_id="email|dev_0123456789abcdef")) == UNKNOWN
    assert refusal(api.challenge(token, authenticator_id=7)) == bad("authenticator_id must be a string")


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", {}),
        (b"", {"content-type": JSON}),
        (b"{", {"content-type": JSON}),
        (b"[]", {"content-type": JSON}),
        (b'{"mfa_token": ""}', {"content-type": JSON}),
        (b'{"mfa_token": "x"}', {}),
        (b'{"mfa_token": "x"}', {"content-type": FORM}),
        (b"mfa_token=x", {"content-type": JSON}),
    ],
)
def test_a_body_that_cannot_be_read_lacks_the_mfa_token(api, body, headers):
    assert refusal(api.call("POST", "/mfa/challenge", data=body, headers=headers)) == missing("mfa_token")


def test_a_challenge_needs_the_application_and_its_secret(api):
    token = enrolled(api)
    assert refusal(api.challenge(token, client_id=None)) == missing("client_id")
    for secret in (None, "", "wrong"):
        assert refusal(api.challenge(token, client_secret=secret)) == UNAUTHORIZED
    other = (400, "invalid_request", "mfa_token not issued to this client")
    assert refusal(api.challenge(token, **public(api.sandbox))) == other


def test_a_public_application_challenges_without_a_secret(api):
    api.enroll()
    nobody = public(api.sandbox)
    assert api.challenge(api.mfa_token(**nobody), **nobody).status_code == 200


def test_a_challenge_needs_a_live_mfa_token(api, advance):
    token = enrolled(api)
    for other in ("x", token[:-1], api.access_token()):
        assert refusal(api.challenge(other)) == MALFORMED_TOKEN
    advance(601)
    assert refusal(api.challenge(token)) == TOKEN_EXPIRED


def test_each_challenge_has_a_code_of_its_own_and_a_newer_one_leaves_the_older_good(api):
    token = enrolled(api)
    first, first_code = api.challenge(token).json()["oob_code"], api.code()
    second, second_code = api.challenge(token).json()["oob_code"], api.code()
    if first_code != second_code:
        assert refusal(api.verify(token, first, second_code)) == INVALID_CODE
        assert refusal(api.verify(token, second, first_code)) == INVALID_CODE
    assert api.verify(token, first, first_code).status_code == 200


# mails are counted


def test_twenty_mails_may_go_out_at_once_and_the_next_must_wait_a_minute(api, advance):
    token = enrolled(api)
    for _ in range(19):
        assert api.challenge(token).status_code == 200
    answer = api.challenge(token)
    assert refusal(answer) == TOO_MANY_MAILS
    wait = int(answer.headers["retry-after"])
    assert 0 < wait <= 60
    assert refusal(api.challenge(token)) == TOO_MANY_MAILS
    assert len(api.mails()) == 20
    advance(wait)
    assert api.challenge(token).status_code == 200
    assert refusal(api.challenge(token)) == TOO_MANY_MAILS


def test_mails_of_enrollments_and_challenges_are_counted_together_and_wrong_codes_apart(api):
    token = api.mfa_token()
    for _ in range(20):
        last = api.associate(token)
    assert refusal(api.associate(token)) == TOO_MANY_MAILS
    assert len(api.rows(token)) == 20
    assert api.verify(token, last.json()["oob_code"], api.code()).status_code == 200
    assert refusal(api.challenge(api.mfa_token())) == TOO_MANY_MAILS


def test_many_codes_are_text_of_six_digits_each(api):
    seen = []
    for _ in range(3):
        api.set_up()
        token = api.mfa_token()
        for _ in range(20):
            api.associate(token)
        seen += [mail["code"] for mail in api.mails()]
    assert len(seen) == 60
    assert all(isinstance(code, str) and re.fullmatch("[0-9]{6}", code) for code in seen)
    assert len(set(seen)) > 50


def test_with_its_setting_each_code_begins_with_a_zero_and_so_do_the_first_ones_of_an_app(api):
    api.set_up(codes_begin_with_zero=True, factors=["email", "otp"])
    token = api.mfa_token()
    for _ in range(15):
        api.associate(token)
    assert [mail["code"][0] for mail in api.mails()] == ["0"] * 15
    app = api.bearer("POST", "/mfa/associate", token, json={"authenticator_types": ["otp"]}).json()
    assert pyotp.TOTP(app["secret"]).at(int(api.now().timestamp())).startswith("0")


def test_no_limit_stands_in_the_way_of_a_new_password(api):
    token = api.mfa_token()
    for _ in range(21):
        api.associate(token)
    assert refusal(api.login()) == MFA_REQUIRED
