"""Each factor enrolled, challenged and verified; the phone; and the pace of a push."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mfa_helpers.client import errors
from mfa_helpers.lab import Lab
from mfa_helpers.learner.tenant_setup import TenantSetup
from mfa_helpers.lessons.other_factors import INTERVAL, Factors, Pace

NUMBER = "+1 555 010-0167"


@pytest.fixture
def factors(learner: Lab) -> Factors:
    learner.companion(TenantSetup).switch_on("otp", "sms", "push-notification", "recovery-code")
    return learner.companion(Factors)


def kinds(lab: Lab) -> list[str]:
    lab.login()
    return sorted(row.kind for row in lab.list_authenticators() if row.active)


# An authenticator app


def test_an_app_is_enrolled_confirmed_challenged_and_proven(factors: Factors, learner: Lab) -> None:
    factors.enroll("otp")
    assert factors.waits("otp") == "confirm"
    factors.verify("otp", factors.app_code(ago=1)[0])
    assert kinds(learner) == ["otp", "recovery-code"]
    factors.challenge("otp")
    assert factors.waits("otp") == "verify"
    assert factors.verify("otp", factors.app_code()[0]).id_token
    assert factors.waits("otp") is None and not learner.has("login")
    assert {"otp-associate", "otp-confirm", "otp-challenge", "otp-verify"} <= set(learner.exchanges)


def test_the_phone_shows_the_code_of_the_tenants_time(factors: Factors, advance: Callable[[float], None]) -> None:
    factors.enroll("otp")
    before, left = factors.app_code()
    assert 0 < left <= 30 and len(before.reveal()) == 6
    advance(60)
    code, _ = factors.app_code()
    assert code != before
    factors.verify("otp", code)


def test_a_used_code_is_refused_and_the_login_is_kept(factors: Factors, learner: Lab) -> None:
    factors.enroll("otp")
    code = factors.app_code(ago=1)[0]
    factors.verify("otp", code)
    factors.challenge("otp")
    with pytest.raises(errors.WrongOtp):
        factors.verify("otp", code)
    assert factors.waits("otp") == "verify" and learner.has("login")
    factors.verify("otp", factors.app_code()[0])


def test_each_enrollment_begins_with_nothing_so_each_can_be_done_again_and_in_any_order(
    factors: Factors, learner: Lab
) -> None:
    learner.catch_up("enrolled")
    for _ in range(2):
        factors.enroll("otp")
        factors.verify("otp", factors.app_code()[0])
        factors.enroll("sms", NUMBER)
        factors.verify("sms", learner.newest_code(factors.messages()))
    assert kinds(learner) == ["recovery-code", "sms", "voice"]


# A phone number


@pytest.mark.parametrize("kind", ["sms", "voice"])
def test_a_number(kind: str, factors: Factors, learner: Lab) -> None:
    factors.enroll(kind, NUMBER)
    factors.verify(kind, learner.newest_code(factors.messages()))
    for channel in ("sms", "voice"):  # one number takes both
        factors.challenge(channel)
        message = factors.messages()[0]
        assert message.to == "+15550100167" and ("SMS" if channel == "sms" else "voice call") in message.subject
        assert factors.verify(channel, learner.newest_code(factors.messages())).id_token


def test_a_bad_number_is_not_sent(factors: Factors, learner: Lab) -> None:
    with pytest.raises(errors.InvalidInput, match="This isn't a phone number."):
        factors.enroll("sms", "0167")
    assert "sms-associate" not in learner.exchanges


# A push


def test_a_push_is_pending_then_approved(factors: Factors) -> None:
    factors.enroll("push")
    with pytest.raises(errors.AuthorizationPending):
        factors.poll()
    factors.answer_push("approve")
    factors.poll(too_soon=True)
    factors.challenge("push")
    factors.answer_push("approve")
    assert factors.poll().id_token


def test_before_its_time_a_poll_is_not_sent(factors: Factors, learner: Lab) -> None:
    factors.enroll("push")
    with pytest.raises(errors.AuthorizationPending):
        factors.poll()
    sent = len(learner.history)
    with pytest.raises(errors.InvalidInput, match="too soon to poll again, so nothing was sent. Wait 5 seconds"):
        factors.poll()
    assert len(learner.history) == sent


def test_slow_down_makes_the_pause_longer_for_good(factors: Factors) -> None:
    factors.enroll("push")
    with pytest.raises(errors.AuthorizationPending):
        factors.poll()
    with pytest.raises(errors.SlowDown) as caught:
        factors.poll(too_soon=True)
    assert (caught.value.status, caught.value.error) == (429, "slow_down")
    assert factors.pace.interval == INTERVAL + 5 and factors.pace.wait == 10


def test_a_rejected_push_is_over(factors: Factors) -> None:
    factors.enroll("push")
    factors.answer_push("reject")
    with pytest.raises(errors.PushRejected):
        factors.poll()
    with pytest.raises(errors.StepMissing, match="There's nothing to verify."):
        factors.poll()
    with pytest.raises(errors.StepMissing, match="There's no push on the phone."):
        factors.answer_push("approve")


def test_the_pace_is_5_seconds_and_5_more_after_each_slow_down() -> None:
    now = [100.0]
    pace = Pace(lambda: now[0])
    assert pace.wait == 0
    pace.asked()
    assert pace.wait == 5
    now[0] += 4.2
    assert pace.wait == 1
    now[0] += 0.8
    assert pace.wait == 0
    pace.slow_down(1)
    assert (pace.interval, pace.wait) == (10, 5)
    pace.slow_down(60)
    assert pace.interval == 60


# Recovery codes


def test_a_recovery_code_signs_in_once_and_its_successor_next(factors: Factors) -> None:
    factors.enroll("otp")
    first = factors.recovery_code
    assert first is not None
    factors.verify("otp", factors.app_code()[0])
    second = factors.recover(first).recovery_code
    assert second is not None and second == factors.recovery_code != first
    with pytest.raises(errors.WrongRecoveryCode):
        factors.recover(first)
    assert factors.recover(second).id_token


def test_what_is_not_enrolled_says_so(factors: Factors) -> None:
    with pytest.raises(errors.StepMissing, match="No authenticator app is enrolled here."):
        factors.app_code()
    with pytest.raises(errors.StepMissing, match="no active otp authenticator"):
        factors.challenge("otp")
    with pytest.raises(errors.StepMissing, match="There's nothing to verify."):
        factors.verify("otp", "123456")


def test_a_factor_that_is_off_says_which(learner: Lab) -> None:
    with pytest.raises(errors.FactorOff) as caught:
        learner.companion(Factors).enroll("otp")
    assert caught.value.error_description == "The otp factor is not enabled for this tenant."


def test_an_enrollment_that_is_refused_takes_nothing_off_the_user(learner: Lab) -> None:
    learner.catch_up("enrolled")
    factors = learner.companion(Factors)
    with pytest.raises(errors.FactorOff):
        factors.enroll("otp")
    with pytest.raises(errors.InvalidInput):
        factors.enroll("sms", "12")
    assert kinds(learner) == ["email"]


def test_a_user_without_a_recovery_code_is_not_sent_to_a_list(factors: Factors) -> None:
    with pytest.raises(errors.NoSuchAuthenticator) as caught:
        factors.recover("A" * 24)
    assert str(caught.value).startswith("This user has no recovery code. Enroll a factor above first.")
