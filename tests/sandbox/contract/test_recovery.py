"""The second factor at /oauth/token: a recovery code."""

from .rows import row, until_refused

WRONG = "ABCDEFGHIJKLMNOPQRSTUVWX"


@row("recovery-ok", needs=("management",))
def test_recovery_ok(target):
    with target.changed(factors={"recovery-code": True}):
        code = target.enroll_with_recovery_code()
        answer = target.verify_recovery(target.mfa_token(), code)
    assert answer.json()["recovery_code"] != code
    return answer


@row("recovery-wrong", needs=("management",))
def test_recovery_wrong(target):
    with target.changed(factors={"recovery-code": True}):
        target.enroll_with_recovery_code()
        return target.verify_recovery(target.mfa_token(), WRONG)


@row("recovery-used", needs=("management",))
def test_recovery_used(target):
    with target.changed(factors={"recovery-code": True}):
        code = target.enroll_with_recovery_code()
        assert target.verify_recovery(target.mfa_token(), code).status_code == 200
        return target.verify_recovery(target.mfa_token(), code)


@row("recovery-none")
def test_recovery_none(target):
    return target.verify_recovery(target.mfa_token(), WRONG)


@row("recovery-eleventh", needs=("management", "harsh"))
def test_recovery_eleventh(target):
    with target.changed(factors={"recovery-code": True}):
        target.enroll_with_recovery_code()
        token = target.mfa_token()
        return until_refused(11, lambda: target.verify_recovery(token, WRONG))


@row("recovery-of-unconfirmed", needs=("management",))
def test_recovery_of_unconfirmed(target):
    with target.changed(factors={"recovery-code": True}):
        (code,) = target.associate(target.mfa_token()).json()["recovery_codes"]
        target.enroll_with_recovery_code()
        return target.verify_recovery(target.mfa_token(), code)
