"""What a real tenant answered, as far as it was recorded, is what the sandbox answers.

The recordings are of go-auth0 and of the Terraform provider. Of `/oauth/token`
the recorder wrote the token bodies again from its own structure, without the
`id_token`, so of those only names, order and kinds of the other fields are
compared; what a refresh brings has another order there, so its order is not.
"""

import re
from datetime import datetime

import pyotp
import pytest

from ..support.management import Manage
from ..support.sandbox_api import FORM, JSON, MFA_OOB, MFA_OTP, MFA_RECOVERY

MFA_JSON = "application/json; charset=utf-8"
SEAL = r"Fe26\.2\*SERVER_\d{10}\*.+"
EMAIL_ID = r"email\|dev_[A-Za-z0-9]{16}"


ALL_FACTORS = ["email", "otp", "sms", "push-notification", "recovery-code"]
PUSH_URI = r"otpauth://totp/Sandbox%20tenant:ada%40example\.com\?enrollment_tx_id=[\w-]{32}&base_url=http%3A%2F%2F\S+"
OTP_URI = (
    r"otpauth://totp/Sandbox%20tenant:ada%40example\.com\?secret=[A-Z2-7]{32}"
    r"&issuer=Sandbox%20tenant&algorithm=SHA1&digits=6&period=30"
)
TOKENS = {"access_token": ".+", "expires_in": 86400, "scope": "openid profile", "token_type": "Bearer"}


def assert_shaped(body, expected):
    """The same keys in the same order; text as the pattern, everything else as it is."""
    body = {key: value for key, value in body.items() if key != "id_token"}
    assert list(body) == list(expected)
    for key, value in body.items():
        assert type(value) is type(expected[key]), key
        assert re.fullmatch(expected[key], value) if isinstance(value, str) else value == expected[key], key


def head_of(answer):
    return answer.status_code, answer.headers["content-type"]


def associate(api, token, **fields):
    """As recorded: with the application's credentials in the body."""
    client = {"client_id": api.sandbox.client_id, "client_secret": api.sandbox.client_secret}
    answer = api.bearer("POST", "/mfa/associate", token, json={**client, **fields})
    assert head_of(answer) == (200, MFA_JSON)
    return answer


def test_associate_the_first_time_brings_a_recovery_code_and_afterwards_none(api, set_up):
    set_up(factors=ALL_FACTORS)
    token = api.mfa_token()
    sms = {"authenticator_types": ["oob"], "oob_channels": ["sms"], "phone_number": "+15550100167"}
    expected = {
        "authenticator_type": "oob",
        "binding_method": "prompt",
        "recovery_codes": [],
        "oob_channel": "sms",
        "oob_code": SEAL,
    }
    body = associate(api, token, **sms).json()
    (code,) = body["recovery_codes"]
    assert re.fullmatch("[A-Z0-9]{24}", code)
    assert_shaped({**body, "recovery_codes": []}, expected)
    del expected["recovery_codes"]
    assert_shaped(associate(api, token, **sms).json(), expected)


def test_associate_otp(api, set_up):
    set_up(factors=ALL_FACTORS[:-1])
    body = associate(api, api.mfa_token(), authenticator_types=["otp"]).json()
    assert_shaped(body, {"authenticator_type": "otp", "secret": "[A-Z2-7]{32}", "barcode_uri": OTP_URI})
    assert body["secret"] in body["barcode_uri"]


def test_associate_push(api, set_up):
    set_up(factors=ALL_FACTORS[:-1])
    body = associate(api, api.mfa_token(), authenticator_types=["oob"], oob_channels=["auth0"]).json()
    expected = {"authenticator_type": "oob", "barcode_uri": PUSH_URI, "oob_channel": "auth0", "oob_code": SEAL}
    assert_shaped(body, expected)


def test_associate_email_as_with_sms_less_the_recovery_codes_of_a_factor_that_is_off(api):
    answer = associate(api, api.mfa_token(), authenticator_types=["oob"], oob_channels=["email"])
    expected = {"authenticator_type": "oob", "binding_method": "prompt", "oob_channel": "email", "oob_code": SEAL}
    assert_shaped(answer.json(), expected)


def test_challenge_as_with_push_plus_the_binding_method_of_a_code(api):
    api.enroll()
    token = api.mfa_token()
    body = {
        "authenticator_id": api.rows(token)[0]["id"],
        "challenge_type": "oob",
        "client_id": api.sandbox.client_id,
        "client_secret": api.sandbox.client_secret,
        "mfa_token": token,
    }
    answer = api.call("POST", "/mfa/challenge", json=body)
    assert head_of(answer) == (200, MFA_JSON)
    expected = {"challenge_type": "oob", "oob_code": SEAL, "binding_method": "prompt"}
    assert_shaped(answer.json(), expected)


def test_list_with_an_active_email_authenticator(api):
    api.enroll(email="user@example.com")
    headers = {"content-type": JSON}
    answer = api.bearer("GET", "/mfa/authenticators", api.mfa_token(), headers=headers, data=b"")
    assert head_of(answer) == (200, MFA_JSON)
    expected = {
        "id": EMAIL_ID,
        "authenticator_type": "oob",
        "active": True,
        "oob_channel": "email",
        "name": re.escape("****@exam*******"),
    }
    (row,) = answer.json()
    assert_shaped(row, expected)


def test_delete(api):
    api.enroll()
    token = api.access_token()
    path = "/mfa/authenticators/" + api.rows(token)[0]["id"].replace("|", "%7C")
    answer = api.bearer("DELETE", path, token, headers={"content-type": JSON}, data=b"")
    assert head_of(answer) == (204, JSON)
    assert answer.content == b""


def push(api):
    """An enrolled phone: the bodies of its enrollment and of a challenge to it, with the login's token."""
    api.set_up(factors=ALL_FACTORS)
    token = api.mfa_token(scope="openid profile")
    enrolled = associate(api, token, authenticator_types=["oob"], oob_channels=["auth0"]).json()
    answer_push(api, "approve")
    assert api.call("POST", "/oauth/token", data=push_fields(api, token, enrolled)).status_code == 200
    token = api.mfa_token(scope="openid profile")
    return token, api.challenge(token)


def push_fields(api, token, body):
    fields = api.verify_fields(token, body["oob_code"], None)
    assert "binding_code" not in fields
    return fields


def answer_push(api, answer):
    (waiting,) = api.call("GET", "/sandbox/push").json()
    assert api.call("POST", f"/sandbox/push/{waiting['id']}", json={"answer": answer}).status_code == 200


def test_challenge_push(api):
    _, answer = push(api)
    assert head_of(answer) == (200, MFA_JSON)
    assert_shaped(answer.json(), {"challenge_type": "oob", "oob_code": SEAL})


@pytest.mark.parametrize(
    ("said", "status", "expected"),
    [
        (
            None,
            400,
            {
                "error": "authorization_pending",
                "error_description": "Authorization pending: please repeat the request in a few seconds.",
            },
        ),
        ("reject", 400, {"error": "access_denied", "error_description": "MFA Authorization rejected."}),
        ("approve", 200, TOKENS),
    ],
)
def test_tokens_for_a_push(api, said, status, expected):
    token, challenge = push(api)
    if said:
        answer_push(api, said)
    answer = api.call("POST", "/oauth/token", data=push_fields(api, token, challenge.json()))
    assert answer.request.headers["content-type"] == FORM
    assert head_of(answer) == (status, JSON)
    assert_shaped(answer.json(), expected)


def otp(api):
    """An enrolled authenticator app, and the code that it shows."""
    api.set_up(factors=ALL_FACTORS)
    token = api.mfa_token(scope="openid profile")
    enrolled = associate(api, token, authenticator_types=["otp"]).json()
    now = api.call("POST", "/sandbox/clock", json={"advance_seconds": 0}).json()["now"]
    code = pyotp.TOTP(enrolled["secret"]).at(int(datetime.fromisoformat(now).timestamp()))
    fields = api.verify_fields(token, None, None, grant_type=MFA_OTP, otp=code)
    return enrolled, api.call("POST", "/oauth/token", data=fields)


def test_challenge_and_tokens_for_an_otp(api):
    _, answer = otp(api)
    assert head_of(answer) == (200, JSON)
    assert_shaped(answer.json(), TOKENS)
    token = api.mfa_token()
    id = next(row["id"] for row in api.rows(token) if row["authenticator_type"] == "otp")
    answer = api.challenge(token, authenticator_id=id, challenge_type="otp")
    assert head_of(answer) == (200, MFA_JSON)
    assert_shaped(answer.json(), {"challenge_type": "otp"})


def test_tokens_for_a_recovery_code(api):
    enrolled, _ = otp(api)
    (code,) = enrolled["recovery_codes"]
    token = api.mfa_token(scope="openid profile")
    fields = api.verify_fields(token, None, None, grant_type=MFA_RECOVERY, recovery_code=code)
    answer = api.call("POST", "/oauth/token", data=fields)
    assert head_of(answer) == (200, JSON)
    assert_shaped(answer.json(), {**TOKENS, "recovery_code": "[A-Z0-9]{24}"})
    assert answer.json()["recovery_code"] != code


def test_list_with_several_kinds_none_of_them_confirmed_but_the_implicit_email(api, set_up):
    set_up(factors=ALL_FACTORS)
    token = api.mfa_token()
    associate(api, token, authenticator_types=["oob"], oob_channels=["sms"], phone_number="+15550100167")
    associate(api, token, authenticator_types=["oob"], oob_channels=["auth0"])
    for _ in range(2):
        associate(api, token, authenticator_types=["otp"])
    manage = Manage(api)
    manage.done("PATCH", f"users/{manage.user_id()}", {"email_verified": True})
    answer = api.bearer("GET", "/mfa/authenticators", token, headers={"content-type": JSON}, data=b"")
    assert head_of(answer) == (200, MFA_JSON)

    def row(kind, type, active=False, **more):
        return {"id": rf"{kind}\|dev_[A-Za-z0-9]{{16}}", "authenticator_type": type, "active": active, **more}

    expected = [
        row("sms", "oob", oob_channel="sms", name="X{8}0167"),
        row("recovery-code", "recovery-code"),
        row("push", "oob", oob_channel="auth0"),
        row("totp", "otp"),
        row("totp", "otp"),
        row("email", "oob", True, oob_channel="email", name=re.escape("***@exam*******")),
    ]
    assert len(answer.json()) == len(expected)
    for got, wanted in zip(answer.json(), expected, strict=True):
        assert_shaped(got, wanted)


def test_refreshed_tokens_with_all_scopes_and_with_fewer(api, set_up):
    set_up(mfa_policy=[])
    first = api.login(scope="openid profile email offline_access").json()
    for more in ({}, {"scope": "openid profile offline_access"}):
        scope = more.get("scope", "openid profile email offline_access")
        fields = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"], **more, **api._client()}
        answer = api.call("POST", "/oauth/token", data=fields)
        assert head_of(answer) == (200, JSON)
        expected = {
            "access_token": ".+",
            "expires_in": 86400,
            "refresh_token": ".+",
            "scope": scope,
            "token_type": "Bearer",
        }
        body = answer.json()
        assert_shaped({name: body[name] for name in sorted(body)}, expected)


@pytest.mark.parametrize("confidential", [True, False])
def test_revoking_a_refresh_token(api, set_up, confidential):
    set_up(mfa_policy=[])
    client = api._client() if confidential else {"client_id": api.sandbox.public_client_id}
    given = api.login(scope="offline_access", **{"client_secret": None, **client}).json()["refresh_token"]
    answer = api.call("POST", "/oauth/revoke", json={**client, "token": given})
    assert head_of(answer) == (200, JSON)
    assert answer.content == b""
    fields = {"grant_type": "refresh_token", "refresh_token": given, **client}
    assert api.call("POST", "/oauth/token", data=fields).json()["error"] == "invalid_grant"


def management(api, method, path, body):
    fields = {
        "grant_type": "client_credentials",
        "client_id": api.sandbox.management_client_id,
        "client_secret": api.sandbox.management_client_secret,
        "audience": api.sandbox.management_audience,
    }
    token = api.call("POST", "/oauth/token", json=fields).json()["access_token"]
    answer = api.bearer(method, "/api/v2/guardian/" + path, token, json=body)
    assert head_of(answer) == (200, MFA_JSON)
    return answer.json()


def test_policies_and_factors_are_switched_and_listed(api):
    # The recorder sends `null` as the body of each GET.
    assert management(api, "PUT", "policies", ["all-applications"]) == ["all-applications"]
    assert management(api, "GET", "policies", None) == ["all-applications"]
    assert management(api, "PUT", "factors/email", {"enabled": True}) == {"enabled": True}
    names = [
        "sms",
        "push-notification",
        "otp",
        "email",
        "duo",
        "webauthn-roaming",
        "webauthn-platform",
        "recovery-code",
    ]
    assert management(api, "GET", "factors", None) == [
        {"name": name, "enabled": name == "email", "trial_expired": False} for name in names
    ]
    assert management(api, "PUT", "factors/email", {"enabled": False}) == {"enabled": False}
    assert management(api, "PUT", "factors/otp", {"enabled": True}) == {"enabled": True}
    enabled = [row["name"] for row in management(api, "GET", "factors", None) if row["enabled"]]
    assert enabled == ["otp"]
    assert management(api, "PUT", "policies", []) == []


def test_tokens_for_a_password_without_a_scope(api, set_up):
    set_up(mfa_policy=[])
    fields = api.login_fields(client_id=api.sandbox.public_client_id, client_secret=None)
    assert sorted(fields) == ["client_id", "grant_type", "password", "username"]
    answer = api.call("POST", "/oauth/token", data=fields)
    assert answer.request.headers["content-type"] == FORM
    assert head_of(answer) == (200, JSON)
    expected = {
        "access_token": ".+",
        "expires_in": 86400,
        "scope": "openid profile email address phone",
        "token_type": "Bearer",
    }
    assert_shaped(answer.json(), expected)


def test_tokens_for_a_password_with_a_scope_that_nobody_knows(api, set_up):
    set_up(mfa_policy=[])
    answer = api.login(scope="extra-scope", extra="value")
    assert head_of(answer) == (200, JSON)
    expected = {"access_token": ".+", "expires_in": 86400, "token_type": "Bearer"}
    assert_shaped(answer.json(), expected)
    assert "id_token" not in answer.json()


def test_tokens_for_a_code(api):
    token, oob_code, code = api.begin(api.mfa_token(scope="openid profile"))
    answer = api.verify(token, oob_code, code, grant_type=MFA_OOB)
    assert head_of(answer) == (200, JSON)
    expected = {
        "access_token": ".+",
        "expires_in": 86400,
        "scope": "openid profile",
        "token_type": "Bearer",
    }
    assert_shaped(answer.json(), expected)


def test_a_refusal_of_the_token_endpoint(api):
    answer = api.verify(*api.begin(), grant_type=MFA_OOB, binding_code="")
    assert head_of(answer) == (400, JSON)
    assert list(answer.json()) == ["error", "error_description"]


def test_userinfo(api, set_up):
    set_up(mfa_policy=[], email_verified=True)
    answer = api.bearer("GET", "/userinfo", api.login().json()["access_token"])
    assert head_of(answer) == (200, MFA_JSON)
    expected = {
        "sub": r"\S+",
        "nickname": r"\S+",
        "name": ".+",
        "picture": r"https://s\.gravatar\.com/avatar/[0-9a-f]{32}\?\S+",
        "updated_at": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
        "email": r"\S+@example\.com",
        "email_verified": True,
    }
    assert_shaped(answer.json(), expected)
