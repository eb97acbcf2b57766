"""The My Account API. On a real tenant it must be activated, and the application needs a client grant for it."""

from ...support.sandbox_api import wrong
from .rows import row


@row("my-account-token", needs=("management", "setup"))
def test_my_account_token(target):
    with target.changed(mfa_policy=[]):
        return target.login(audience=target.me_audience, scope="read:me:factors")


@row("my-account-mfa-required", needs=("management", "setup"))
def test_my_account_mfa_required(target):
    target.enroll()
    with target.changed(mfa_policy=[]):
        return target.login(audience=target.me_audience, scope="read:me:factors")


@row("my-account-list", needs=("management", "setup"))
def test_my_account_list(target):
    with target.changed(mfa_policy=[]):
        token = target.me_token()
        added = target.add_email(token).json()
        target.verify_email(token, added, target.code())
        answer = target.me("GET", "authentication-methods", token)
    (method,) = answer.json()["authentication_methods"]
    assert list(method) == ["id", "type", "confirmed", "email", "usage", "created_at"]
    assert (method["id"], method["type"], method["confirmed"]) == (added["id"], "email", True)
    return answer


@row("my-account-add", needs=("management", "setup"))
def test_my_account_add(target):
    with target.changed(mfa_policy=[]):
        answer = target.add_email(target.me_token())
    assert "/me/v1/authentication-methods/email%7C" in answer.headers["location"]
    assert len(target.code()) == 6
    return answer


@row("my-account-verify", needs=("management", "setup"))
def test_my_account_verify(target):
    with target.changed(mfa_policy=[]):
        token = target.me_token()
        added = target.add_email(token)
        answer = target.verify_email(token, added.json(), target.code())
    assert answer.headers["location"] == added.headers["location"]
    assert answer.json()["confirmed"] is True
    return answer


@row("my-account-factors", needs=("management", "setup"))
def test_my_account_factors(target):
    with target.changed(mfa_policy=[]):
        answer = target.me("GET", "factors", target.me_token())
    assert {"type": "email", "usage": ["secondary"]} in answer.json()["factors"]
    return answer


@row("my-account-no-token")
def test_my_account_no_token(target):
    return target.call("GET", "/me/v1/factors")


@row("my-account-other-audience")
def test_my_account_other_audience(target):
    return target.me("GET", "factors", target.access_token())


@row("my-account-scope", needs=("management", "setup"))
def test_my_account_scope(target):
    with target.changed(mfa_policy=[]):
        return target.me("GET", "authentication-methods", target.me_token("read:me:factors"))


@row("my-account-bad-email", needs=("management", "setup"))
def test_my_account_bad_email(target):
    with target.changed(mfa_policy=[]):
        return target.add_email(target.me_token(), "nobody")


@row("my-account-other-type", needs=("management", "setup"))
def test_my_account_other_type(target):
    with target.changed(mfa_policy=[]):
        return target.me("POST", "authentication-methods", target.me_token(), json={"type": "totp"})


@row("my-account-factor-off", needs=("management", "setup"))
def test_my_account_factor_off(target):
    with target.changed(mfa_policy=[], factors={"email": False}):
        return target.add_email(target.me_token())


@row("my-account-form", needs=("management", "setup"))
def test_my_account_form(target):
    with target.changed(mfa_policy=[]):
        return target.me("POST", "authentication-methods", target.me_token(), data={"type": "email"})


@row("my-account-wrong-code", needs=("management", "setup"))
def test_my_account_wrong_code(target):
    with target.changed(mfa_policy=[]):
        token = target.me_token()
        return target.verify_email(token, target.add_email(token).json(), wrong(target.code()))


@row("my-account-expired", needs=("management", "setup", "clock"))
def test_my_account_expired(target):
    with target.changed(mfa_policy=[]):
        token = target.me_token()
        added = target.add_email(token).json()
        target.call("POST", "/sandbox/clock", json={"advance_seconds": 301})
        return target.verify_email(token, added, target.code())
