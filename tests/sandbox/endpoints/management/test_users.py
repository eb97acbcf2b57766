"""Users and their authentication methods."""

from datetime import datetime

import pyotp
import pytest

from ....support.sandbox_api import MFA_OTP, MFA_RECOVERY, MFA_REQUIRED, refusal

CONNECTION = "Username-Password-Authentication"
BOB = {"connection": CONNECTION, "email": "bob@example.com", "password": "bobs password"}
NO_USER = (404, "inexistent_user", "The user does not exist.")


@pytest.fixture
def bob(manage):
    """A second user's id."""
    return manage.done("POST", "users", BOB, 201)["user_id"]


def as_bob(**changed):
    return {"username": BOB["email"], "password": BOB["password"], **changed}


# users


def test_a_user_is_made_and_shown(manage):
    body = manage.done("POST", "users", {**BOB, "name": "Bob", "email_verified": True, "verify_email": False}, 201)
    assert body["user_id"].startswith("auth0|") and len(body["user_id"]) == 30
    assert (body["email"], body["email_verified"], body["name"], body["nickname"]) == (BOB["email"], True, "Bob", "bob")
    assert body["identities"] == [
        {"connection": CONNECTION, "provider": "auth0", "user_id": body["user_id"][6:], "isSocial": False}
    ]
    assert datetime.fromisoformat(body["updated_at"]) and "blocked" not in body
    assert manage.done("GET", f"users/{body['user_id']}") == body
    assert manage.done("GET", "users-by-email", params={"email": BOB["email"]}) == [body]
    assert BOB["password"] not in str(body)


def test_without_a_name_the_address_is_the_name(manage, bob):
    assert manage.done("GET", f"users/{bob}")["name"] == BOB["email"]


@pytest.mark.parametrize("email", ["bob@example.com", "BOB@Example.com"])
def test_an_address_belongs_to_one_user(manage, bob, email):
    answer = manage("POST", "users", {**BOB, "email": email})
    assert manage.refused(answer) == (409, "auth0_idp_error", "The user already exists.")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"connection": "other"}, (400, "inexistent_connection", "The connection does not exist.")),
        (
            {"email": "bob"},
            (
                400,
                "invalid_body",
                "Payload validation error: 'Object didn't pass validation for format email' on property email.",
            ),
        ),
        ({"password": ""}, (400, "invalid_body", "Payload validation error: 'Missing required property: password'.")),
    ],
)
def test_a_user_that_cannot_be_is_not_made(manage, changed, expected):
    assert manage.refused(manage("POST", "users", {**BOB, **changed})) == expected
    assert manage.done("GET", "users-by-email", params={"email": BOB["email"]}) == []


def test_a_user_that_nobody_knows_is_not_there(manage):
    calls = [
        ("GET", "users/auth0|x", None),
        ("PATCH", "users/auth0|x", {}),
        ("DELETE", "user-blocks/auth0|x", None),
        ("GET", "users/auth0|x/authentication-methods", None),
        ("DELETE", "users/auth0|x/authenticators", None),
        ("POST", "users/auth0|x/authentication-methods", {"type": "email"}),
        ("DELETE", "users/auth0|x/authentication-methods", None),
        ("DELETE", "users/auth0|x/authentication-methods/y", None),
        ("POST", "users/auth0|x/recovery-code-regeneration", None),
    ]
    for call in calls:
        assert manage.refused(manage(*call)) == NO_USER
    assert manage.done("GET", "users-by-email", params={"email": "x@example.com"}) == []
    assert manage.done("GET", "users-by-email") == []


def test_each_new_user_can_do_the_whole_course(api, manage):
    manage.done("POST", "users", BOB, 201)
    manage.done("POST", "users", {**BOB, "email": "eve+ü@example.com", "name": "Eve"}, 201)
    for email in (BOB["email"], "eve+ü@example.com"):
        token = api.mfa_token(username=email, password=BOB["password"])
        oob_code = api.associate(token).json()["oob_code"]
        assert api.verify(token, oob_code, api.code(email)).status_code == 200
        token = api.mfa_token(username=email, password=BOB["password"])
        oob_code = api.challenge(token).json()["oob_code"]
        assert api.verify(token, oob_code, api.code(email)).status_code == 200
    assert api.rows(api.mfa_token()) == []  # Ada's are Ada's


def test_a_new_password_is_the_only_one(api, manage, bob):
    manage.done("PATCH", f"users/{bob}", {"password": "another", "connection": CONNECTION})
    assert api.login(**as_bob()).status_code == 403
    assert refusal(api.login(**as_bob(password="another"))) == MFA_REQUIRED


def test_a_blocked_user_is_told_so_and_comes_back(api, manage, bob):
    assert manage.done("PATCH", f"users/{bob}", {"blocked": True})["blocked"] is True
    assert refusal(api.login(**as_bob())) == (401, "unauthorized", "user is blocked")
    assert refusal(api.login(**as_bob(password="wrong"))) == (403, "invalid_grant", "Wrong email or password.")
    manage.done("PATCH", f"users/{bob}", {"blocked": False})
    assert refusal(api.login(**as_bob())) == MFA_REQUIRED


def test_a_user_who_is_blocked_during_the_login_gets_no_tokens(api, manage):
    token, oob_code, code = api.begin()
    manage.done("PATCH", f"users/{manage.user_id()}", {"blocked": True})
    assert refusal(api.verify(token, oob_code, code)) == (401, "unauthorized", "user is blocked")
    assert manage.types()[-1] == "f"


def test_a_brute_force_block_is_ended_by_an_administrator(api, manage):
    for _ in range(10):
        api.login(password="wrong")
    assert api.login().status_code == 429
    manage.done("DELETE", f"user-blocks/{manage.user_id()}", status=204)
    assert refusal(api.login()) == MFA_REQUIRED


def test_a_verified_address_is_an_authenticator_by_itself(api, manage):
    assert api.rows(api.mfa_token()) == []
    assert manage.done("PATCH", f"users/{manage.user_id()}", {"email_verified": True})["email_verified"] is True
    token = api.mfa_token()
    (row,) = api.rows(token)
    assert (row["active"], row["oob_channel"], row["name"]) == (True, "email", "***@exam*******")
    assert api.verify(token, api.challenge(token).json()["oob_code"], api.code()).status_code == 200
    assert manage.done("GET", f"users/{manage.user_id()}/authentication-methods") == []  # no row of its own
    manage.done("PATCH", f"users/{manage.user_id()}", {"email_verified": False})
    assert api.rows(api.mfa_token()) == []


@pytest.mark.parametrize("body", [{"email": "x"}, {"user_id": "x"}, {"blocked": 1}, {"name": ""}, {"password": ""}])
def test_a_change_that_makes_no_sense_changes_nothing(manage, bob, body):
    before = manage.done("GET", f"users/{bob}")
    assert manage.refused(manage("PATCH", f"users/{bob}", body))[:2] == (400, "invalid_body")
    assert manage.done("GET", f"users/{bob}") == before


def test_reset_removes_who_was_added(api, manage, bob):
    api.set_up()
    assert manage.refused(manage("GET", f"users/{bob}")) == NO_USER


# authentication methods


def methods_of(manage):
    return f"users/{manage.user_id()}/authentication-methods"


def test_methods_are_listed_with_their_state(api, manage):
    api.begin()
    (method,) = manage.done("GET", methods_of(manage))
    assert list(method) == ["id", "type", "confirmed", "created_at", "email"]
    assert (method["type"], method["confirmed"], method["email"]) == ("email", False, api.sandbox.username)
    api.enroll()
    *_, method = manage.done("GET", methods_of(manage))
    assert list(method) == ["id", "type", "confirmed", "created_at", "email", "last_auth_at"]
    assert method["confirmed"] and method["id"] == api.rows(api.mfa_token())[-1]["id"]
    body = manage.done("GET", methods_of(manage), params={"per_page": 1, "page": 1, "include_totals": "true"})
    assert (body["total"], body["authenticators"]) == (2, [method])


def test_a_method_that_is_added_is_confirmed_at_once_and_can_be_challenged(api, manage):
    body = {"type": "email", "name": "Email Factor", "email": "other@example.com"}
    method = manage.done("POST", methods_of(manage), body, 201)
    assert list(method) == ["id", "type", "confirmed", "created_at", "name", "email"]
    assert (method["confirmed"], method["name"], method["email"]) == (True, "Email Factor", "other@example.com")
    token = api.mfa_token()
    assert refusal(api.associate(token)) == (403, "access_denied", "User is already enrolled.")
    oob_code = api.challenge(token, authenticator_id=method["id"]).json()["oob_code"]
    assert api.verify(token, oob_code, api.code("other@example.com")).status_code == 200
    assert manage.done("GET", methods_of(manage))[0]["last_auth_at"]


def test_a_phone_and_an_app_can_be_added(api, manage):
    for name in ("sms", "otp"):
        manage.done("PUT", f"guardian/factors/{name}", {"enabled": True})
    phone = {"type": "phone", "phone_number": "+15550100167", "preferred_authentication_method": "voice"}
    method = manage.done("POST", methods_of(manage), phone, 201)
    assert (method["phone_number"], method["preferred_authentication_method"]) == ("+15550100167", "voice")
    inside = {one["type"]: one["id"] for one in method["authentication_methods"]}
    assert inside == {kind: method["id"].replace("phone|", f"{kind}|") for kind in ("voice", "sms")}
    secret = pyotp.random_base32()
    app = manage.done("POST", methods_of(manage), {"type": "totp", "totp_secret": secret}, 201)
    assert app["type"] == "totp" and secret not in str(app)
    token = api.mfa_token()
    api.challenge(token, authenticator_id=inside["voice"])
    assert api.mails("+15550100167")[0]["channel"] == "voice"
    fields = api.verify_fields(token, "", None, grant_type=MFA_OTP, otp=pyotp.TOTP(secret).now())
    assert api.call("POST", "/oauth/token", data=fields).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"type": "email"},
        {"type": "email", "email": "x"},
        {"type": "phone", "phone_number": "1"},
        {"type": "pigeon"},
        {"type": "phone", "phone_number": "+15550100167", "preferred_authentication_method": "fax"},
        {"type": ""},
        {"type": "totp", "totp_secret": "abc"},
        {"type": "totp", "totp_secret": "A" * 16},
        {"type": "totp", "totp_secret": "A" * 25},
        {"type": "totp", "totp_secret": "a" * 32},
        {"type": "totp"},
        {"type": "email", "email": "x@example.com", "confirmed": True},
    ],
    ids=str,
)
def test_a_method_that_cannot_be_is_not_added(manage, body):
    assert manage.refused(manage("POST", methods_of(manage), body))[:2] == (400, "invalid_body")
    assert manage.done("GET", methods_of(manage)) == []


@pytest.mark.parametrize("letters", [24, 128])
def test_the_shortest_and_the_longest_secret_of_an_app_make_codes(api, manage, letters):
    manage.done("PUT", "guardian/factors/otp", {"enabled": True})
    secret = pyotp.random_base32(128)[:letters]
    manage.done("POST", methods_of(manage), {"type": "totp", "totp_secret": secret}, 201)
    fields = api.verify_fields(api.mfa_token(), "", None, grant_type=MFA_OTP, otp=pyotp.TOTP(secret).now())
    assert api.call("POST", "/oauth/token", data=fields).status_code == 200


def test_fifty_one_methods_are_enough(manage):
    path, body = methods_of(manage), {"type": "email", "email": "x@example.com"}
    for _ in range(51):
        manage.done("POST", path, body, 201)
    assert manage.refused(manage("POST", path, body)) == (
        409,
        "conflict",
        "The user has too many authentication methods.",
    )
    assert len(manage.done("GET", path)) == 50 and len(manage.done("GET", path, params={"page": 1})) == 1


def test_a_method_is_removed_by_its_id_and_not_through_another_user(api, manage, bob):
    api.enroll()
    (method,) = manage.done("GET", methods_of(manage))
    expected = (404, "inexistent_authentication_method", "The authentication method does not exist.")
    assert manage.refused(manage("DELETE", f"users/{bob}/authentication-methods/{method['id']}")) == expected
    manage.done("DELETE", f"{methods_of(manage)}/{method['id']}", status=204)
    assert manage.refused(manage("DELETE", f"{methods_of(manage)}/{method['id']}")) == expected
    assert api.enroll().status_code == 200  # the road is open again


@pytest.mark.parametrize("path", ["authentication-methods", "authenticators"])
def test_all_of_a_user_are_removed_and_the_code_that_was_sent_is_dead(api, manage, path):
    api.enroll()
    token = api.mfa_token()
    oob_code = api.challenge(token).json()["oob_code"]
    manage.done("DELETE", f"users/{manage.user_id()}/{path}", status=204)
    assert manage.done("GET", methods_of(manage)) == []
    assert refusal(api.verify(token, oob_code, api.code())) == (403, "invalid_grant", "Malformed oob_code")
    assert api.enroll().status_code == 200


def test_a_new_recovery_code_is_told_and_the_old_one_is_dead(api, manage):
    manage.done("PUT", "guardian/factors/recovery-code", {"enabled": True})
    token = api.mfa_token()
    begun = api.associate(token).json()
    (old,) = begun["recovery_codes"]
    api.verify(token, begun["oob_code"], api.code())
    body = manage.done("POST", f"users/{manage.user_id()}/recovery-code-regeneration")
    assert list(body) == ["recovery_code"] and len(body["recovery_code"]) == 24

    def recover(code):
        fields = api.verify_fields(api.mfa_token(), "", None, grant_type=MFA_RECOVERY, recovery_code=code)
        return api.call("POST", "/oauth/token", data=fields)

    assert refusal(recover(old)) == (403, "invalid_grant", "MFA Authorization rejected.")
    answer = recover(body["recovery_code"])
    assert answer.status_code == 200 and answer.json()["recovery_code"] not in (old, body["recovery_code"])
    assert [row["authenticator_type"] for row in api.rows(api.mfa_token())].count("recovery-code") == 1
