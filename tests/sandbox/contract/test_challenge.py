"""POST /mfa/challenge."""

import json

from ...support.sandbox_api import FORM, public
from .rows import row, until_refused
from .test_associate import PHONE
from .test_authenticators import emails


def enrolled(target):
    """An email that is active, and the MFA token of a new login."""
    target.enroll()
    return target.mfa_token()


def enroll_phone(target):
    target.verify(*target.begin(oob_channels=["sms"], phone_number=PHONE))


@row("challenge-email")
def test_challenge_email(target):
    token = enrolled(target)
    return target.challenge(token, authenticator_id=emails(target.authenticators(token))[0]["id"])


@row("challenge-sms", needs=("phone", "management"))
def test_challenge_sms(target):
    with target.changed(factors={"sms": True}):
        enroll_phone(target)
        return target.challenge(target.mfa_token())


@row("challenge-otp", needs=("management",))
def test_challenge_otp(target):
    with target.changed(factors={"otp": True}):
        target.enroll_otp()
        return target.challenge(target.mfa_token(), challenge_type="otp")


@row("challenge-push", needs=("phone", "management"))
def test_challenge_push(target):
    with target.changed(factors={"push-notification": True}):
        target.enroll_push()
        return target.challenge(target.mfa_token())


@row("challenge-form")
def test_challenge_form(target):
    return target.challenge(enrolled(target), as_form=True)


@row("challenge-any")
def test_challenge_any(target):
    return target.challenge(enrolled(target), challenge_type=None)


@row("challenge-type-not-enrolled", needs=("management",), types="oob")
def test_challenge_type_not_enrolled(target):
    with target.changed(factors={"otp": True}):
        target.enroll_otp()
        return target.challenge(target.mfa_token())


@row("challenge-not-enrolled")
def test_challenge_not_enrolled(target):
    return target.challenge(target.mfa_token())


@row("challenge-access-token")
def test_challenge_access_token(target):
    target.enroll()
    return target.challenge(target.access_token())


@row("challenge-garbage")
def test_challenge_garbage(target):
    return target.challenge("nobody-issued-this")


@row("challenge-expired", needs=("clock",))
def test_challenge_expired(target):
    token = enrolled(target)
    target.advance(601)
    return target.challenge(token)


@row("challenge-other-client", needs=("public",))
def test_challenge_other_client(target):
    return target.challenge(target.mfa_token(**public(target.sandbox)))


@row("challenge-bad-secret")
def test_challenge_bad_secret(target):
    return target.challenge(target.mfa_token(), client_secret="not-the-secret")


@row("challenge-unknown-authenticator")
def test_challenge_unknown_authenticator(target):
    return target.challenge(enrolled(target), authenticator_id="email|dev_0123456789abcdef")


@row("challenge-inactive")
def test_challenge_inactive(target):
    token = enrolled(target)
    target.begin(target.access_token(), email=target.address)
    id = next(found["id"] for found in emails(target.authenticators(token)) if not found["active"])
    return target.challenge(token, authenticator_id=id)


@row("challenge-missing-token", name="mfa_token")
def test_challenge_missing_token(target):
    return target.challenge(None)


@row("challenge-json-as-form", name="mfa_token")
def test_challenge_json_as_form(target):
    body = json.dumps({"mfa_token": target.mfa_token(), "challenge_type": "oob", "client_id": target.sandbox.client_id})
    return target.call("POST", "/mfa/challenge", data=body.encode(), headers={"content-type": FORM})


@row("challenge-email-limit", needs=("harsh",))
def test_challenge_email_limit(target):
    token = enrolled(target)
    return until_refused(21, lambda: target.challenge(token))


@row("challenge-push-limit", needs=("phone", "management"))
def test_challenge_push_limit(target):
    with target.changed(factors={"push-notification": True}):
        target.enroll_push()
        token = target.mfa_token()
        return until_refused(6, lambda: target.challenge(token))
