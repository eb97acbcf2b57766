"""The first step: a password at /oauth/token."""

import base64
import gzip
import time

from ...support.key_pairs import new_pair
from ...support.sandbox_api import FORM, MFA_OTP, PASSWORD, PASSWORD_REALM, public
from .rows import row, until_refused


@row("login-ok", needs=("management",))
def test_login_ok(target):
    with target.changed(mfa_policy=[]):
        return target.login()


@row("login-with-openid", needs=("management",))
def test_login_with_openid(target):
    with target.changed(mfa_policy=[]):
        return target.login(scope="openid profile")


@row("login-unknown-scope", needs=("management",))
def test_login_unknown_scope(target):
    with target.changed(mfa_policy=[]):
        return target.login(scope="extra-scope")


@row("login-offline", needs=("management",))
def test_login_offline(target):
    with target.changed(mfa_policy=[]):
        return target.login(audience=None, scope="profile offline_access")


@row("login-json")
def test_login_json(target):
    return target.call("POST", "/oauth/token", json=target.login_fields())


def basic(target, secret):
    pair = f"{target.sandbox.client_id}:{secret}"
    return {"authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


@row("login-basic")
def test_login_basic(target):
    fields = target.login_fields(client_id=None, client_secret=None)
    return target.call("POST", "/oauth/token", data=fields, headers=basic(target, target.sandbox.client_secret))


def by_assertion(target, algorithm="RS256", **changed):
    """A login whose application proves itself by a new key, of which the tenant has the public half."""
    import jwt

    (key, pem), id = new_pair(), target.sandbox.client_id
    made = target.manage("POST", f"clients/{id}/credentials", {"credential_type": "public_key", "pem": pem}).json()
    methods = {"private_key_jwt": {"credentials": [{"id": made["id"]}]}}
    assert target.manage("PATCH", f"clients/{id}", {"client_authentication_methods": methods}).ok
    claims = {"iss": id, "sub": id, "aud": target.sandbox.issuer, "exp": int(time.time()) + 60, "jti": "1", **changed}
    return target.login(
        client_secret=None,
        client_assertion=jwt.encode({name: it for name, it in claims.items() if it is not None}, key, algorithm),
        client_assertion_type="urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    )


@row("login-private-key-jwt", needs=("setup", "management"))
def test_login_private_key_jwt(target):
    return by_assertion(target)


@row("login-other-algorithm", needs=("setup", "management"))
def test_login_other_algorithm(target):
    return by_assertion(target, "PS256")


@row("login-assertion-without-jti", needs=("setup", "management"))
def test_login_assertion_without_jti(target):
    return by_assertion(target, jti=None)


@row("login-public", needs=("public",))
def test_login_public(target):
    return target.login(**public(target.sandbox))


@row("mfa-required")
def test_mfa_required(target):
    answer = target.login()
    assert target.is_live or list(answer.json())[2:] == ["mfa_token"]
    return answer


@row("mfa-requirements-challenge", needs=("management",))
def test_mfa_requirements_challenge(target):
    target.enroll()
    with target.changed(settings={"customize_mfa_in_postlogin_action": True}):
        answer = target.login()
    assert answer.json()["mfa_requirements"] == {"challenge": [{"type": "email"}]}
    return answer


@row("mfa-requirements-enroll", needs=("management",))
def test_mfa_requirements_enroll(target):
    customizable = {"customize_mfa_in_postlogin_action": True}
    with target.changed(settings=customizable, factors={"email": True, "otp": True}):
        answer = target.login()
    types = [item["type"] for item in answer.json()["mfa_requirements"]["enroll"]]
    assert "otp" in types and "email" not in types
    return answer


@row("mfa-audience")
def test_mfa_audience(target):
    target.enroll()
    answer = target.login(
        audience=target.sandbox.mfa_audience, scope="enroll read:authenticators remove:authenticators"
    )
    assert answer.json()["expires_in"] == 600
    return answer


@row("mfa-audience-other-factor", needs=("management",))
def test_mfa_audience_other_factor(target):
    with target.changed(factors={"otp": True}):
        target.enroll_otp()
        return target.login(audience=target.sandbox.mfa_audience, scope="enroll")


@row("wrong-password")
def test_wrong_password(target):
    return target.login(password="not-the-password")


@row("unknown-user")
def test_unknown_user(target):
    return target.login(username="nobody-of-that-name@example.com")


@row("missing-username", name="username")
def test_missing_username(target):
    return target.login(username=None)


@row("missing-password", name="password")
def test_missing_password(target):
    return target.login(password=None)


@row("missing-client-id", name="client_id")
def test_missing_client_id(target):
    return target.login(client_id=None)


@row("bad-scope")
def test_bad_scope(target):
    return target.call("POST", "/oauth/token", json=target.login_fields(scope=7))


@row("not-text", name="username")
def test_not_text(target):
    return target.call("POST", "/oauth/token", json=target.login_fields(username=7))


@row("too-large")
def test_too_large(target):
    return target.login(nothing="x" * 100_000)


@row("bad-charset", charset="utf-8")
def test_bad_charset(target):
    return target.call(
        "POST", "/oauth/token", data=b"grant_type=password&username=\xf6", headers={"content-type": FORM}
    )


@row("encoded-body", encoding="gzip")
def test_encoded_body(target):
    headers = {"content-type": FORM, "content-encoding": "gzip"}
    return target.call("POST", "/oauth/token", data=gzip.compress(b"grant_type=password"), headers=headers)


@row("origin-not-listed")
def test_origin_not_listed(target):
    return target.call(
        "POST", "/oauth/token", data=target.login_fields(), headers={"origin": "https://not-listed.example"}
    )


PAGE = "http://localhost:3000"


def ask_beforehand(target, origin):
    headers = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "auth0-client",
    }
    return target.call("OPTIONS", "/oauth/token", headers=headers)


@row("origin-of-another-application", needs=("management", "public"))
def test_origin_of_another_application(target):
    id = target.sandbox.public_client_id
    before = target.manage("GET", f"clients/{id}").json().get("web_origins", [])
    assert target.manage("PATCH", f"clients/{id}", {"web_origins": [PAGE]}).ok
    try:
        return target.call("POST", "/oauth/token", data=target.login_fields(), headers={"origin": PAGE})
    finally:
        assert target.manage("PATCH", f"clients/{id}", {"web_origins": before}).ok


@row("origin-listed", needs=("management",))
def test_origin_listed(target):
    with target.changed(client={"web_origins": [PAGE]}):
        answer = target.call("POST", "/oauth/token", data=target.login_fields(), headers={"origin": PAGE})
    assert answer.headers["access-control-allow-origin"] == PAGE
    return answer


@row("preflight", needs=("management",))
def test_preflight(target):
    with target.changed(client={"web_origins": [PAGE]}):
        answer = ask_beforehand(target, PAGE)
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "auth0-client" in answer.headers["access-control-allow-headers"].lower()
    return answer


@row("preflight-not-listed")
def test_preflight_not_listed(target):
    answer = ask_beforehand(target, "https://not-listed.example")
    assert "access-control-allow-origin" not in answer.headers
    return answer


@row("grant-off", needs=("management",), grant=PASSWORD)
def test_grant_off(target):
    with target.changed(client={"grant_types": [PASSWORD_REALM, MFA_OTP]}):
        return target.login(grant_type=PASSWORD)


@row("bad-secret")
def test_bad_secret(target):
    return target.login(client_secret="not-the-secret")


@row("no-secret")
def test_no_secret(target):
    return target.login(client_secret=None)


@row("unknown-client")
def test_unknown_client(target):
    return target.login(client_id="NoApplicationHasThisId0123456789")


@row("two-client-authentications")
def test_two_client_authentications(target):
    headers = basic(target, target.sandbox.client_secret)
    return target.call("POST", "/oauth/token", data=target.login_fields(), headers=headers)


@row("unknown-audience", audience="https://no-api.example/")
def test_unknown_audience(target):
    return target.login(audience="https://no-api.example/")


@row("no-default-directory", needs=("management",))
def test_no_default_directory(target):
    with target.changed(settings={"default_directory": ""}):
        return target.login(grant_type=PASSWORD)


@row("unknown-realm", realm="no-realm")
def test_unknown_realm(target):
    return target.login(grant_type=PASSWORD_REALM, realm="no-realm")


@row("brute-force", needs=("harsh", "management"))
def test_brute_force(target):
    try:
        for _ in range(10):
            target.login(password="not-the-password")
        return target.login()
    finally:
        id = target.user_id()
        target.manage("DELETE", f"user-blocks/{id}")


@row("user-blocked", needs=("management",))
def test_user_blocked(target):
    with target.changed(user={"blocked": True}):
        return target.login()


@row("unsupported-grant", grant="telepathy")
def test_unsupported_grant(target):
    return target.login(grant_type="telepathy")


@row("request-limit", needs=("setup", "clock"))
def test_request_limit(target):
    target.set_up(request_limits=True)

    def ask():
        target.advance(-1)  # thirty a second come back; here no time passes
        return target.login(grant_type="telepathy")

    return until_refused(31, ask)


@row("login-limit", needs=("setup",))
def test_login_limit(target):
    target.set_up(request_limits=True)
    return until_refused(25, target.login)
