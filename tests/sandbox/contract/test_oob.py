"""The second factor at /oauth/token: a code that was sent, or a push."""

from ...support.sandbox_api import MFA_OOB, MFA_OTP, PASSWORD, PASSWORD_REALM, public, wrong
from .rows import row, until_refused


def challenged(target):
    """An active email and a challenge to it: what `verify` wants."""
    target.enroll()
    token = target.mfa_token()
    return token, target.challenge(token).json()["oob_code"], target.code()


def pushed(target):
    """An active phone and a push to it."""
    target.enroll_push()
    token = target.mfa_token()
    return token, target.challenge(token).json()["oob_code"], None


@row("oob-confirms")
def test_oob_confirms(target):
    return target.verify(*target.begin())


@row("oob-ok")
def test_oob_ok(target):
    return target.verify(*challenged(target))


@row("oob-confirms-with-access-token")
def test_oob_confirms_with_access_token(target):
    return target.verify(*target.begin(target.access_token()))


@row("oob-second-enrollment")
def test_oob_second_enrollment(target):
    first = target.begin()
    target.enroll()
    return target.verify(*first)


@row("oob-wrong-code")
def test_oob_wrong_code(target):
    token, oob_code, code = target.begin()
    return target.verify(token, oob_code, wrong(code))


@row("oob-short-code")
def test_oob_short_code(target):
    token, oob_code, code = target.begin()
    return target.verify(token, oob_code, code[:5])


@row("oob-used-code")
def test_oob_used_code(target):
    scene = target.begin()
    assert target.verify(*scene).status_code == 200
    return target.verify(*scene)


@row("oob-missing-code", name="binding_code")
def test_oob_missing_code(target):
    token, oob_code, _ = target.begin()
    return target.verify(token, oob_code, None)


@row("oob-garbage")
def test_oob_garbage(target):
    return target.verify(target.mfa_token(), "nobody-issued-this", "000000")


@row("oob-expired", needs=("clock",))
def test_oob_expired(target):
    scene = target.begin()
    target.advance(301)
    return target.verify(*scene)


@row("oob-other-login")
def test_oob_other_login(target):
    _, oob_code, code = target.begin()
    return target.verify(target.mfa_token(), oob_code, code)


@row("oob-mfa-token-expired", needs=("clock",))
def test_oob_mfa_token_expired(target):
    scene = target.begin()
    target.advance(601)
    return target.verify(*scene)


@row("oob-mfa-token-garbage")
def test_oob_mfa_token_garbage(target):
    _, oob_code, code = target.begin()
    return target.verify("nobody-issued-this", oob_code, code)


@row("oob-other-client", needs=("public",))
def test_oob_other_client(target):
    return target.verify(*target.begin(target.mfa_token(**public(target.sandbox))))


@row("oob-grant-off", needs=("management",), grant=MFA_OOB)
def test_oob_grant_off(target):
    scene = target.begin()
    with target.changed(client={"grant_types": [PASSWORD, PASSWORD_REALM, MFA_OTP]}):
        return target.verify(*scene)


@row("oob-another-factor", needs=("faults",))
def test_oob_another_factor(target):
    scene = challenged(target)
    assert target.call("POST", "/sandbox/faults", json={"kind": "another_factor"}).ok
    return target.verify(*scene)


@row("oob-eleventh", needs=("harsh",))
def test_oob_eleventh(target):
    token, oob_code, code = target.begin()
    return until_refused(11, lambda: target.verify(token, oob_code, wrong(code)))


@row("push-pending", needs=("phone", "management"))
def test_push_pending(target):
    with target.changed(factors={"push-notification": True}):
        return target.verify(*pushed(target))


@row("push-slow-down", needs=("phone", "management"))
def test_push_slow_down(target):
    with target.changed(factors={"push-notification": True}):
        scene = pushed(target)
        target.verify(*scene)
        return target.verify(*scene)


@row("push-rejected", needs=("phone", "management"))
def test_push_rejected(target):
    with target.changed(factors={"push-notification": True}):
        scene = pushed(target)
        target.answer_push("reject")
        return target.verify(*scene)


@row("push-approved", needs=("phone", "management"))
def test_push_approved(target):
    with target.changed(factors={"push-notification": True}):
        scene = pushed(target)
        target.answer_push("approve")
        return target.verify(*scene)
