"""GET and DELETE /mfa/authenticators."""

from .rows import row
from .test_associate import PHONE


def emails(answer):
    """A real tenant may list a recovery code beside them."""
    return [found for found in answer.json() if found.get("oob_channel") == "email"]


@row("list")
def test_list(target):
    target.enroll()
    answer = target.authenticators(target.mfa_token())
    (found,) = emails(answer)
    assert list(found) == ["id", "authenticator_type", "active", "oob_channel", "name"]
    assert (found["authenticator_type"], found["active"], found["oob_channel"]) == ("oob", True, "email")
    return answer


@row("list-empty")
def test_list_empty(target):
    answer = target.authenticators(target.mfa_token())
    assert answer.json() == []
    return answer


@row("list-inactive")
def test_list_inactive(target):
    token = target.begin()[0]
    answer = target.authenticators(token)
    assert [found["active"] for found in emails(answer)] == [False]
    return answer


@row("list-implicit", needs=("management",))
def test_list_implicit(target):
    with target.changed(user={"email_verified": True}):
        answer = target.authenticators(target.mfa_token())
    assert [(found["oob_channel"], found["active"]) for found in answer.json()] == [("email", True)]
    return answer


@row("list-type", needs=("management",))
def test_list_type(target):
    target.enroll()
    with target.changed(settings={"customize_mfa_in_postlogin_action": True}):
        answer = target.authenticators(target.mfa_token())
    assert [found["type"] for found in emails(answer)] == ["email"]
    return answer


@row("list-with-access-token")
def test_list_with_access_token(target):
    return target.authenticators(target.access_token(scope="read:authenticators"))


@row("list-token-before-factor", needs=("management",))
def test_list_token_before_factor(target):
    before = target.access_token()
    with target.changed(factors={"otp": True, "recovery-code": False}):
        target.enroll_otp()
        return target.authenticators(before)


@row("list-bad-bearer")
def test_list_bad_bearer(target):
    return target.authenticators("nobody-issued-this")


@row("list-expired", needs=("clock",))
def test_list_expired(target):
    token = target.mfa_token()
    target.advance(601)
    return target.authenticators(token)


@row("list-no-scope", scope="read:authenticators")
def test_list_no_scope(target):
    return target.authenticators(target.access_token(scope="enroll"))


@row("delete")
def test_delete(target):
    target.enroll()
    token = target.access_token()
    id = emails(target.authenticators(token))[0]["id"]
    answer = target.delete(token, id)
    assert id not in [found["id"] for found in target.rows(token)]
    return answer


@row("delete-twins", needs=("phone", "management"))
def test_delete_twins(target):
    access_token = target.access_token()
    with target.changed(factors={"sms": True, "push-notification": True, "otp": True}):
        target.verify(*target.begin(access_token, oob_channels=["sms"], phone_number=PHONE))
        oob_code = target.associate(access_token, oob_channels=["auth0"]).json()["oob_code"]
        target.answer_push("approve")
        assert target.verify(access_token, oob_code, None).status_code == 200
        ids = {found["id"].split("|")[0]: found["id"] for found in target.rows(access_token)}
        assert set(ids) == {"sms", "voice", "push", "totp"}
        target.delete(access_token, ids["sms"])
        answer = target.delete(access_token, ids["push"])
        assert target.rows(access_token) == []
    return answer


@row("delete-with-mfa-token")
def test_delete_with_mfa_token(target):
    token = target.begin()[0]
    return target.delete(token, target.rows(token)[0]["id"])


@row("delete-unknown")
def test_delete_unknown(target):
    return target.delete(target.access_token(), "email|dev_0123456789abcdef")


@row("delete-escaped-slash")
def test_delete_escaped_slash(target):
    return target.delete(target.access_token(), "email|dev_0123/456789abcdef")


@row("delete-implicit", needs=("management",))
def test_delete_implicit(target):
    with target.changed(user={"email_verified": True}):
        token = target.access_token()
        return target.delete(token, target.rows(token)[0]["id"])


@row("delete-no-scope", scope="remove:authenticators")
def test_delete_no_scope(target):
    return target.delete(target.access_token(scope="enroll"), "email|dev_0123456789abcdef")
