"""What a real tenant answered, as far as it was recorded, is what the sandbox answers.

The recordings are of go-auth0 and show other factors too; what they show of
shape holds for e-mail as well. Of `/oauth/token` the recorder wrote the token
bodies anew from its own structure, without the `id_token`, so of those only
names, order and kinds of the other fields are compared.
"""

import re

from .api import FORM, JSON, MFA_OOB

MFA_JSON = "application/json; charset=utf-8"
SEAL = r"Fe26\.2\*SERVER_1726721698\*.+"
EMAIL_ID = r"email\|dev_[A-Za-z0-9]{16}"


def assert_shaped(body, expected):
    """The same keys in the same order; text as the pattern, everything else as it is."""
    body = {key: value for key, value in body.items() if key != "id_token"}
    assert list(body) == list(expected)
    for key, value in body.items():
        assert type(value) is type(expected[key]), key
        assert re.fullmatch(expected[key], value) if isinstance(value, str) else value == expected[key], key


def head_of(answer):
    return answer.status_code, answer.headers["content-type"]


def test_associate_as_with_sms_less_the_recovery_codes_of_a_factor_that_is_off(api):
    body = {
        "authenticator_types": ["oob"],
        "client_id": api.sandbox.client_id,
        "client_secret": api.sandbox.client_secret,
        "oob_channels": ["email"],
    }
    answer = api.bearer("POST", "/mfa/associate", api.mfa_token(), json=body)
    assert head_of(answer) == (200, MFA_JSON)
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
