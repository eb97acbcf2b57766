"""The second factor at /oauth/token: an authenticator app."""

from ...support.sandbox_api import wrong
from .rows import row, until_refused


@row("otp-ok", needs=("management",))
def test_otp_ok(target):
    with target.changed(factors={"otp": True}):
        token = target.mfa_token()
        return target.verify_otp(token, target.otp(target.associate_otp(token).json()["secret"]))


@row("otp-previous", needs=("management",))
def test_otp_previous(target):
    with target.changed(factors={"otp": True}):
        token = target.mfa_token()
        return target.verify_otp(token, target.otp(target.associate_otp(token).json()["secret"], -1))


@row("otp-wrong", needs=("management",))
def test_otp_wrong(target):
    with target.changed(factors={"otp": True}):
        token = target.mfa_token()
        return target.verify_otp(token, wrong(target.otp(target.associate_otp(token).json()["secret"])))


@row("otp-used", needs=("management",))
def test_otp_used(target):
    with target.changed(factors={"otp": True}):
        _, code = target.enroll_otp()
        return target.verify_otp(target.mfa_token(), code)


@row("otp-not-enrolled")
def test_otp_not_enrolled(target):
    return target.verify_otp(target.mfa_token(), "000000")


@row("otp-missing", name="otp")
def test_otp_missing(target):
    return target.verify_otp(target.mfa_token(), None)


@row("otp-eleventh", needs=("management", "harsh"))
def test_otp_eleventh(target):
    with target.changed(factors={"otp": True}):
        token = target.mfa_token()
        code = wrong(target.otp(target.associate_otp(token).json()["secret"]))
        return until_refused(11, lambda: target.verify_otp(token, code))


@row("otp-second-enrollment", needs=("management",))
def test_otp_second_enrollment(target):
    with target.changed(factors={"otp": True, "recovery-code": False}):
        token = target.mfa_token()
        secret = target.associate_otp(token).json()["secret"]
        target.enroll()
        return target.verify_otp(token, target.otp(secret))
