"""POST /mfa/associate."""

from ...support.sandbox_api import public
from .rows import row, until_refused

PHONE = "+15550100167"
BOTH = ("phone", "management")


@row("associate-email")
def test_associate_email(target):
    return target.associate(target.mfa_token(), email=target.address)


@row("associate-email-of-profile")
def test_associate_email_of_profile(target):
    return target.associate(target.mfa_token())


@row("associate-otp", needs=("management",))
def test_associate_otp(target):
    with target.changed(factors={"otp": True, "recovery-code": False}):
        return target.associate_otp(target.mfa_token())


@row("associate-sms", needs=BOTH)
def test_associate_sms(target):
    with target.changed(factors={"sms": True}):
        return target.associate(target.mfa_token(), oob_channels=["sms"], phone_number=PHONE)


@row("associate-voice", needs=BOTH)
def test_associate_voice(target):
    with target.changed(factors={"sms": True}):
        return target.associate(target.mfa_token(), oob_channels=["voice"], phone_number=PHONE)


@row("associate-push", needs=("management",))
def test_associate_push(target):
    with target.changed(factors={"push-notification": True, "recovery-code": False}):
        return target.associate(target.mfa_token(), oob_channels=["auth0"])


@row("associate-first-recovery-code", needs=("management",))
def test_associate_first_recovery_code(target):
    with target.changed(factors={"recovery-code": True}):
        return target.associate(target.mfa_token())


@row("associate-second-no-recovery-code", needs=("management",))
def test_associate_second_no_recovery_code(target):
    with target.changed(factors={"recovery-code": True}):
        token = target.begin()[0]
        return target.associate(token)


@row("already-enrolled")
def test_already_enrolled(target):
    target.enroll()
    return target.associate(target.mfa_token())


@row("associate-with-access-token")
def test_associate_with_access_token(target):
    target.enroll()
    return target.associate(target.access_token(), email=target.address)


@row("associate-beside-implicit", needs=("management",))
def test_associate_beside_implicit(target):
    with target.changed(user={"email_verified": True}):
        return target.associate(target.mfa_token(), email=target.address)


@row("associate-beside-implicit-with-access-token", needs=("management",))
def test_associate_beside_implicit_with_access_token(target):
    with target.changed(user={"email_verified": True}):
        return target.associate(target.access_token(), email=target.address)


@row("associate-other-client", needs=("public",))
def test_associate_other_client(target):
    return target.associate(target.mfa_token(**public(target.sandbox)), **target._client())


@row("associate-bad-bearer")
def test_associate_bad_bearer(target):
    return target.associate("nobody-issued-this")


@row("associate-expired", needs=("clock",))
def test_associate_expired(target):
    token = target.mfa_token()
    target.advance(601)
    return target.associate(token)


@row("associate-no-bearer")
def test_associate_no_bearer(target):
    return target.call("POST", "/mfa/associate", json={"authenticator_types": ["oob"], "oob_channels": ["email"]})


@row("associate-no-scope", scope="enroll")
def test_associate_no_scope(target):
    return target.associate(target.access_token(scope="read:authenticators"))


@row("associate-factor-off", needs=("management",), factor="otp")
def test_associate_factor_off(target):
    with target.changed(factors={"otp": False}):
        return target.associate_otp(target.mfa_token())


@row("associate-bad-channel", name="oob channel", value="pigeon")
def test_associate_bad_channel(target):
    return target.associate(target.mfa_token(), oob_channels=["pigeon"])


@row("associate-bad-email")
def test_associate_bad_email(target):
    return target.associate(target.mfa_token(), email="no-address")


@row("associate-bad-phone", needs=("management",))
def test_associate_bad_phone(target):
    with target.changed(factors={"sms": True}):
        return target.associate(target.mfa_token(), oob_channels=["sms"], phone_number="0123")


@row("associate-slip", name="authenticator_types")
def test_associate_slip(target):
    return target.associate(target.mfa_token(), authenticator_types=None, authentication_types=["oob"])


@row("associate-51", needs=("management",))
def test_associate_51(target):
    with target.changed(factors={"otp": True, "recovery-code": False}):
        token = target.mfa_token()
        for _ in range(51):
            assert target.associate_otp(token).status_code == 200
        return target.associate_otp(token)


@row("associate-mail-fails", needs=("faults",), channel="email")
def test_associate_mail_fails(target):
    assert target.call("POST", "/sandbox/faults", json={"kind": "mail"}).ok
    return target.associate(target.mfa_token())


@row("email-limit", needs=("harsh",))
def test_email_limit(target):
    token = target.mfa_token()
    return until_refused(21, lambda: target.associate(token))


@row("sms-limit", needs=BOTH)
def test_sms_limit(target):
    with target.changed(factors={"sms": True}):
        token = target.mfa_token()
        return until_refused(11, lambda: target.associate(token, oob_channels=["sms"], phone_number=PHONE))
