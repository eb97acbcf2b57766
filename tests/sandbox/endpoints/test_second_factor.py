"""The grants of authenticator apps and recovery codes: what opens, what waits, what is spent and what the log tells."""

from __future__ import annotations

from datetime import datetime

import jwt
import pyotp
import pytest

from ...support.management import Manage
from ...support.sandbox_api import INVALID_CODE, MFA_OTP, MFA_RECOVERY, TOO_MANY_CODES, Api, refusal, wrong

WRONG_OTP = (403, "invalid_grant", "Invalid otp_code.")
WRONG_RECOVERY_CODE = (403, "invalid_grant", "MFA Authorization rejected.")
MALFORMED_TOKEN = (403, "invalid_grant", "Malformed mfa_token")
NOT_ENROLLED = (
    401,
    "unsupported_challenge_type",
    "User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator.",
)
NO_RECOVERY_CODE = (403, "unsupported_challenge_type", "User does not have a recovery-code.")


NUMBER = "+15550100167"


def seconds(api: Api) -> int:
    """The tenant's time."""
    now = api.call("POST", "/sandbox/clock", json={"advance_seconds": 0}).json()["now"]
    return int(datetime.fromisoformat(now).timestamp())


def described(api: Api, type: str) -> list[str]:
    """What the log says of all events of a type."""
    events = Manage(api).done("GET", "logs", params={"q": f"type:{type}"})
    return [event["description"] for event in events]


class Person:
    """Somebody with an authenticator app and a recovery code."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.token, self.secret, self.recovery_code = self.begin()
        api.advance(60)  # the code of the enrollment is used
        assert self.otp(self.token, self.shown()).status_code == 200
        api.advance(60)

    def begin(self):
        token = self.api.mfa_token()
        body = self.api.associate(token, authenticator_types=["otp"], oob_channels=None).json()
        return token, body["secret"], body.get("recovery_codes", [""])[0]

    def shown(self, steps=0):
        return pyotp.TOTP(self.secret).at(seconds(self.api) + 30 * steps)

    def otp(self, token, code):
        fields = self.api.verify_fields(token, None, None, grant_type=MFA_OTP, otp=code)
        return self.api.call("POST", "/oauth/token", data=fields)

    def recover(self, token, code, **changed):
        fields = self.api.verify_fields(token, None, None, grant_type=MFA_RECOVERY, recovery_code=code, **changed)
        return self.api.call("POST", "/oauth/token", data=fields)


@pytest.fixture
def api(api):
    api.set_up(factors=["email", "otp", "push-notification", "recovery-code"])
    return api


@pytest.fixture
def person(api):
    return Person(api)


@pytest.fixture
def types(api):
    """`types()`: what the log has told since it was asked last."""
    manage = Manage(api)
    seen = 0

    def since():
        nonlocal seen
        told = manage.types()
        fresh, seen = told[seen:], len(told)
        return fresh

    return since


# a recovery code


def test_a_recovery_code_is_replaced_by_the_next_and_its_login_is_spent(api, person):
    token = api.mfa_token()
    answer = person.recover(token, person.recovery_code)
    following = answer.json()["recovery_code"]
    assert refusal(person.recover(token, following)) == MALFORMED_TOKEN
    assert refusal(person.recover(api.mfa_token(), person.recovery_code)) == WRONG_RECOVERY_CODE
    assert person.recover(api.mfa_token(), following).status_code == 200


def test_a_recovery_code_continues_the_login_with_its_audience_and_scope(api, person):
    token = api.mfa_token(audience=api.sandbox.audience, scope="openid read:reports")
    body = person.recover(token, person.recovery_code).json()
    claims = jwt.decode(body["access_token"], options={"verify_signature": False})
    assert api.sandbox.audience in claims["aud"]
    assert body["scope"] == claims["scope"] == "openid read:reports"


def test_after_ten_wrong_recovery_codes_even_the_right_one_must_wait_six_minutes(api, person, types):
    token = api.mfa_token()
    types()
    for _ in range(10):
        assert refusal(person.recover(token, "A" * 24)) == WRONG_RECOVERY_CODE
    assert types() == ["gd_recovery_failed", "fercft"] * 10
    answer = person.recover(token, person.recovery_code)
    assert refusal(answer) == TOO_MANY_CODES
    assert 350 < int(answer.headers["retry-after"]) <= 360
    assert (answer.headers["x-ratelimit-limit"], answer.headers["x-ratelimit-remaining"]) == ("10", "0")
    assert 350 < int(answer.headers["x-ratelimit-reset"]) - seconds(api) <= 360
    assert types() == ["gd_recovery_rate_limit_exceed", "fercft"]
    api.advance(360)
    assert person.recover(token, person.recovery_code).status_code == 200
    assert types() == ["gd_recovery_succeed", "sercft"]


def test_the_log_gives_a_failed_recovery_the_tenants_words(api, person):
    token = api.mfa_token()
    for _ in range(11):
        person.recover(token, "A" * 24)
    assert described(api, "gd_recovery_failed") == [WRONG_RECOVERY_CODE[2]] * 10
    assert described(api, "gd_recovery_rate_limit_exceed") == [TOO_MANY_CODES[2]]


def test_wrong_recovery_codes_and_wrong_otps_are_counted_apart(api, person):
    token = api.mfa_token()
    for _ in range(10):
        person.recover(token, "A" * 24)
    assert person.otp(token, person.shown()).status_code == 200


def test_the_recovery_code_of_an_enrollment_that_was_never_confirmed_opens_nothing(api):
    token = api.mfa_token()
    body = api.associate(token, authenticator_types=["otp"], oob_channels=None).json()
    fields = api.verify_fields(token, None, None, grant_type=MFA_RECOVERY, recovery_code=body["recovery_codes"][0])
    assert refusal(api.call("POST", "/oauth/token", data=fields)) == NO_RECOVERY_CODE


def test_with_the_factor_off_a_recovery_code_opens_nothing_and_is_good_again_afterwards(api, person):
    manage = Manage(api)
    manage.done("PUT", "guardian/factors/recovery-code", {"enabled": False})
    assert refusal(person.recover(api.mfa_token(), person.recovery_code)) == NO_RECOVERY_CODE
    manage.done("PUT", "guardian/factors/recovery-code", {"enabled": True})
    assert person.recover(api.mfa_token(), person.recovery_code).status_code == 200


def test_the_tenant_remembers_when_each_factor_was_used_last(api, person):
    manage = Manage(api)
    began = seconds(api)
    person.recover(api.mfa_token(), person.recovery_code)
    api.advance(3600)
    person.otp(api.mfa_token(), person.shown())
    rows = manage.done("GET", f"users/{manage.user_id()}/authentication-methods")
    used = {row["type"]: datetime.fromisoformat(row["last_auth_at"]).timestamp() - began for row in rows}
    assert sorted(used) == ["recovery-code", "totp"]
    assert 0 <= used["recovery-code"] < 60 and 3600 <= used["totp"] < 3660


def test_a_verified_address_beside_app_and_recovery_code_is_in_nobodys_way(api, person):
    manage = Manage(api)
    manage.done("PATCH", f"users/{manage.user_id()}", {"email_verified": True})
    assert person.otp(api.mfa_token(), person.shown()).status_code == 200
    assert person.recover(api.mfa_token(), person.recovery_code).status_code == 200


# an authenticator app


@pytest.mark.parametrize(("steps", "expected"), [(0, 200), (-1, 200), (-2, WRONG_OTP), (1, WRONG_OTP)], ids=str)
def test_the_code_of_this_half_minute_and_of_the_one_before_open(api, person, steps, expected):
    answer = person.otp(api.mfa_token(), person.shown(steps))
    assert (answer.status_code if answer.status_code == 200 else refusal(answer)) == expected


def test_a_code_of_an_app_works_once_and_its_second_use_is_told_as_a_failure(api, person, types):
    code, token = person.shown(), api.mfa_token()
    types()
    assert person.otp(token, code).status_code == 200
    assert types() == ["gd_auth_succeed", "seotpft"]
    assert refusal(person.otp(token, "000000")) == MALFORMED_TOKEN
    assert refusal(person.otp(api.mfa_token(), code)) == WRONG_OTP
    assert types() == ["feotpft", "mfar", "gd_auth_failed", "feotpft"]


def test_wrong_codes_of_an_app_end_in_a_wait_of_six_minutes(api, person, types):
    token = api.mfa_token()
    types()
    for _ in range(10):
        assert refusal(person.otp(token, wrong(person.shown()))) == WRONG_OTP
    answer = person.otp(token, person.shown())
    assert refusal(answer) == TOO_MANY_CODES
    assert 350 < int(answer.headers["retry-after"]) <= 360 and answer.headers["x-ratelimit-limit"] == "10"
    assert types()[-2:] == ["gd_otp_rate_limit_exceed", "feotpft"]
    assert described(api, "gd_otp_rate_limit_exceed") == [TOO_MANY_CODES[2]]


@pytest.mark.parametrize("code", ["½½½½½½", "\ud83d", "", "12345", "１２３４５６"])
def test_what_is_no_code_of_an_app_is_wrong_or_missing_and_never_a_fault(api, person, code):
    fields = api.verify_fields(api.mfa_token(), None, None, grant_type=MFA_OTP, otp=code)
    answer = api.call("POST", "/oauth/token", json=fields)
    assert answer.status_code in (400, 403) and answer.json()["error"] in ("invalid_request", "invalid_grant")


def test_the_app_of_another_login_is_not_confirmed_by_this_one(api):
    token = api.mfa_token()
    secret = api.associate(token, authenticator_types=["otp"], oob_channels=None).json()["secret"]
    code = pyotp.TOTP(secret).at(seconds(api))
    fields = api.verify_fields(api.mfa_token(), None, None, grant_type=MFA_OTP, otp=code)
    assert refusal(api.call("POST", "/oauth/token", data=fields)) == NOT_ENROLLED


def test_a_user_who_was_blocked_since_the_password_gets_no_further(api, person, types):
    token, code = api.mfa_token(), person.shown()
    manage = Manage(api)
    types()
    manage.done("PATCH", f"users/{manage.user_id()}", {"blocked": True})
    for answer in (person.otp(token, code), person.recover(token, person.recovery_code)):
        assert refusal(answer) == (401, "unauthorized", "user is blocked")
    assert types() == ["f", "f"]


def test_an_access_token_of_another_application_confirms_nothing(api):
    token = api.access_token(client_id=api.sandbox.public_client_id, client_secret=None)
    body = api.associate(token, authenticator_types=["otp"], oob_channels=None).json()
    fields = api.verify_fields(token, None, None, grant_type=MFA_OTP, otp=pyotp.TOTP(body["secret"]).now())
    assert refusal(api.call("POST", "/oauth/token", data=fields))[:2] == (400, "invalid_request")


def test_an_access_token_confirms_an_app_and_stays_good(api):
    token = api.access_token()
    secret = api.associate(token, authenticator_types=["otp"], oob_channels=None).json()["secret"]
    fields = api.verify_fields(token, None, None, grant_type=MFA_OTP, otp=pyotp.TOTP(secret).at(seconds(api)))
    assert api.call("POST", "/oauth/token", data=fields).status_code == 200
    assert sorted(row["authenticator_type"] for row in api.rows(token)) == ["otp", "recovery-code"]


def test_an_expired_access_token_confirms_nothing(api):
    token = api.access_token()
    api.associate(token, authenticator_types=["otp"], oob_channels=None)
    api.advance(601)
    fields = api.verify_fields(token, None, None, grant_type=MFA_OTP, otp="123456")
    assert refusal(api.call("POST", "/oauth/token", data=fields)) == (401, "expired_token", "mfa_token is expired")


# mail, number and phone


def test_a_mailed_code_that_is_used_again_is_told_as_a_failure(api, types):
    scene = api.begin()
    assert api.verify(*scene).status_code == 200
    types()
    assert refusal(api.verify(*scene)) == INVALID_CODE
    assert types() == ["gd_auth_failed", "feoobft"]
    assert described(api, "gd_auth_failed") == [INVALID_CODE[2]]


@pytest.mark.parametrize("kind", ["sms", "voice"])
def test_a_number_that_takes_texts_takes_calls_and_the_other_way_round(api, kind):
    api.set_up(factors=["sms"])
    token = api.mfa_token()
    oob_code = api.associate(token, oob_channels=[kind], phone_number=NUMBER).json()["oob_code"]
    assert api.verify(token, oob_code, api.code(NUMBER)).status_code == 200
    rows = [row for row in api.rows(api.mfa_token()) if row["authenticator_type"] == "oob"]
    assert sorted((row["oob_channel"], row["active"]) for row in rows) == [("sms", True), ("voice", True)]
    assert {row["name"] for row in rows} == {"XXXXXXXX0167"}


def test_a_confirmed_phone_has_a_secret_for_codes_that_nobody_was_told(api):
    token = api.mfa_token()
    body = api.associate(token, oob_channels=["auth0"]).json()
    (push,) = api.call("GET", "/sandbox/push").json()
    api.call("POST", f"/sandbox/push/{push['id']}", json={"answer": "approve"})
    assert api.verify(token, body["oob_code"], None).status_code == 200
    assert "secret" not in body
    fields = api.verify_fields(api.mfa_token(), None, None, grant_type=MFA_OTP, otp="000000")
    assert refusal(api.call("POST", "/oauth/token", data=fields)) == WRONG_OTP
