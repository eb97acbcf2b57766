"""Factors and policies, and what the MFA API says when they are other than the course expects."""

import pytest

from ....support.sandbox_api import MFA_REQUIRED, refusal

FACTORS = ["sms", "push-notification", "otp", "email", "duo", "webauthn-roaming", "webauthn-platform", "recovery-code"]


def test_factors_are_listed_in_the_recorded_order_and_shape(manage):
    expected = [{"name": name, "enabled": name == "email", "trial_expired": False} for name in FACTORS]
    body = manage.done("GET", "guardian/factors")
    assert body == expected and [list(item) for item in body] == [["name", "enabled", "trial_expired"]] * 8


@pytest.mark.parametrize("name", FACTORS)
def test_a_factor_is_switched_and_the_answer_echoes_it(manage, name):
    for enabled in (True, True, False, False):
        assert manage.done("PUT", f"guardian/factors/{name}", {"enabled": enabled}) == {"enabled": enabled}
        listed = {item["name"]: item["enabled"] for item in manage.done("GET", "guardian/factors")}
        assert listed == {**{other: other == "email" for other in FACTORS}, name: enabled}


def test_a_factor_that_nobody_knows_is_not_there(manage):
    answer = manage("PUT", "guardian/factors/pigeon", {"enabled": True})
    assert manage.refused(answer) == (404, "inexistent_factor", "There is no factor pigeon.")


@pytest.mark.parametrize("policy", [[], ["all-applications"], ["confidence-score"]])
def test_policies_are_echoed_and_kept(manage, policy):
    assert manage.done("PUT", "guardian/policies", policy) == policy
    assert manage.done("GET", "guardian/policies") == policy


@pytest.mark.parametrize("policy", [["never"], [5], [[]], [{}], [None], ["all-applications", "confidence-score"]])
def test_a_policy_that_nobody_knows_changes_nothing(manage, policy):
    expected = "Payload validation error: 'Expected at most one of all-applications, confidence-score'."
    assert manage.refused(manage("PUT", "guardian/policies", policy)) == (400, "invalid_body", expected)
    assert manage.done("GET", "guardian/policies") == ["all-applications"]


@pytest.mark.parametrize("policy", [[], ["confidence-score"]])
def test_without_the_policy_a_password_brings_tokens_at_once(api, manage, policy):
    assert refusal(api.login()) == MFA_REQUIRED
    manage.done("PUT", "guardian/policies", policy)
    assert "access_token" in api.login().json()


def test_with_the_email_factor_off_nothing_can_be_enrolled_by_mail(api, manage):
    manage.done("PUT", "guardian/factors/email", {"enabled": False})
    expected = (400, "invalid_request", "The email factor is not enabled for this tenant.")
    assert refusal(api.associate(api.mfa_token())) == expected
    assert api.mails() == []
    manage.done("PUT", "guardian/factors/email", {"enabled": True})
    assert api.enroll().status_code == 200


def test_with_the_email_factor_off_an_enrolled_address_is_not_challenged(api, manage):
    api.enroll()
    manage.done("PUT", "guardian/factors/email", {"enabled": False})
    token = api.mfa_token()
    text = "User does not have any enrolled authenticator with the supported challenge type (oob)"
    assert refusal(api.challenge(token)) == (401, "unsupported_challenge_type", text)
    (row,) = api.rows(token)
    expected = (400, "invalid_request", "The email factor is not enabled for this tenant.")
    assert refusal(api.challenge(token, authenticator_id=row["id"])) == expected


def test_the_recovery_factor_brings_a_code_with_the_first_enrollment(api, manage):
    manage.done("PUT", "guardian/factors/recovery-code", {"enabled": True})
    assert len(api.associate(api.mfa_token()).json()["recovery_codes"]) == 1
