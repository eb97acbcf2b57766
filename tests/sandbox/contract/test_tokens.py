"""Refresh and revoke, a machine's token, and what tokens open."""

import base64
import hashlib

from .rows import row


def refresh_token(target):
    """Of a whole login: password and code."""
    answer = target.verify(*target.begin(target.mfa_token(audience=None, scope="profile email offline_access")))
    return answer.json()["refresh_token"]


def refresh(target, token, **more):
    fields = {"client_id": target.sandbox.client_id, "client_secret": target.sandbox.client_secret}
    fields |= {"grant_type": "refresh_token", "refresh_token": token, **more}
    return target.call("POST", "/oauth/token", data=fields)


def revoke(target, token):
    fields = {"client_id": target.sandbox.client_id, "client_secret": target.sandbox.client_secret}
    return target.call("POST", "/oauth/revoke", json={**fields, "token": token})


@row("refresh-ok", needs=("management",))
def test_refresh_ok(target):
    token = refresh_token(target)
    with target.changed(mfa_policy=[]):
        return refresh(target, token)


@row("refresh-mfa-required")
def test_refresh_mfa_required(target):
    answer = refresh(target, refresh_token(target))
    assert [row["active"] for row in target.rows(answer.json()["mfa_token"])] == [True]
    return answer


@row("refresh-completed")
def test_refresh_completed(target):
    token = refresh(target, refresh_token(target)).json()["mfa_token"]
    oob_code = target.challenge(token).json()["oob_code"]
    answer = target.verify(token, oob_code, target.code())
    assert set(answer.json()["scope"].split()) == {"profile", "email", "offline_access"}
    return answer


@row("refresh-bypassed", needs=("setup",))
def test_refresh_bypassed(target):
    target.set_up(mfa_at_refresh=False)
    return refresh(target, refresh_token(target))


@row("refresh-reduced", needs=("management",))
def test_refresh_reduced(target):
    token = refresh_token(target)
    with target.changed(mfa_policy=[]):
        answer = refresh(target, token, scope="email offline_access")
    assert set(answer.json()["scope"].split()) == {"email", "offline_access"}
    return answer


@row("refresh-mfa-audience", needs=("management",))
def test_refresh_mfa_audience(target):
    answer = target.login(audience=target.sandbox.mfa_audience, scope="enroll offline_access")
    with target.changed(factors={"otp": True, "recovery-code": False}):
        target.enroll_otp()
        return refresh(target, answer.json()["refresh_token"])


@row("refresh-unknown")
def test_refresh_unknown(target):
    return refresh(target, "nobody-issued-this")


@row("refresh-revoked")
def test_refresh_revoked(target):
    token = refresh_token(target)
    assert revoke(target, token).ok
    return refresh(target, token)


@row("revoke")
def test_revoke(target):
    return revoke(target, refresh_token(target))


@row("machine-ok", needs=("management",))
def test_machine_ok(target):
    return target.machine()


@row("machine-no-audience", needs=("management",))
def test_machine_no_audience(target):
    return target.machine(audience=None)


@row("machine-no-client-grant", needs=("management",), audience=lambda target: target.sandbox.mfa_audience)
def test_machine_no_client_grant(target):
    return target.machine(audience=target.sandbox.mfa_audience)


@row("machine-public", needs=("setup", "management"), grant="client_credentials")
def test_machine_public(target):
    id = target.sandbox.public_client_id
    assert target.manage("PATCH", f"clients/{id}", {"grant_types": ["client_credentials"]}).ok
    return target.machine(client_id=id, client_secret=None)


@row("userinfo")
def test_userinfo(target):
    answer = target.verify(*target.begin(target.mfa_token(scope="openid profile email")))
    return target.bearer("GET", "/userinfo", answer.json()["access_token"])


@row("userinfo-no-token")
def test_userinfo_no_token(target):
    answer = target.bearer("GET", "/userinfo", "nobody-issued-this")
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    return answer


@row("discovery")
def test_discovery(target):
    answer = target.call("GET", "/.well-known/openid-configuration")
    told = answer.json()
    assert told["issuer"] == target.sandbox.base_url + "/"
    assert told["mfa_challenge_endpoint"] == target.sandbox.base_url + "/mfa/challenge"
    assert not any("associate" in name or "authenticators" in name for name in told)
    check_open(answer)
    return answer


def check_open(answer):
    """Every page may read it, and keep it for a while."""
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"].startswith("public, max-age=")


@row("discovery-alias")
def test_discovery_alias(target):
    answer = target.call("GET", "/.well-known/oauth-authorization-server")
    assert answer.json() == target.call("GET", "/.well-known/openid-configuration").json()
    return answer


@row("jwks")
def test_jwks(target):
    answer = target.call("GET", "/.well-known/jwks.json")
    assert {key["alg"] for key in answer.json()["keys"]} == {"RS256"}
    key = answer.json()["keys"][0]
    digest = hashlib.sha1(base64.b64decode(key["x5c"][0])).digest()
    assert base64.urlsafe_b64decode(key["x5t"] + "==") == digest
    check_open(answer)
    return answer
