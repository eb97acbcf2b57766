"""The questions that begin a notebook, and those before an important request."""

from __future__ import annotations

import inspect
import re
from typing import Any

import jwt
import pytest

from mfa_helpers.client.errors import AlreadyEnrolled, MfaRequired
from mfa_helpers.lab import Lab
from mfa_helpers.learner.tenant_setup import TenantSetup
from mfa_helpers.lessons import warm_ups
from mfa_helpers.lessons.other_factors import Factors
from mfa_helpers.lessons.predictions import PREDICTIONS
from mfa_helpers.lessons.question import Question
from mfa_helpers.lessons.second_token import SecondToken
from mfa_helpers.lessons.warm_ups import WARM_UPS
from mfa_helpers.outline import NOTEBOOKS

from ..field import REPORTS, second_collection, security_findings

WARM_UP_QUESTIONS = [one for pair in WARM_UPS.values() for one in pair]
ALL = [*PREDICTIONS.values(), *WARM_UP_QUESTIONS]


def test_each_has_one_right_answer_and_a_sentence_about_each_mistake() -> None:
    for one in ALL:
        assert one.text.endswith("?") and len(one.answers) == 3, one.id
        assert [wrong for _, wrong in one.answers].count("") == 1, one.id
        assert len({answer for answer, _ in one.answers}) == 3, one.id
        assert all(wrong.endswith(".") for _, wrong in one.answers if wrong), one.id
    for group in (list(PREDICTIONS.values()), WARM_UP_QUESTIONS):
        places = [[answer for answer, _ in one.answers].index(one.right) for one in group]
        assert all(places.count(place) >= len(group) // 4 for place in range(3))  # the right one is anywhere


@pytest.mark.parametrize("group", [list(PREDICTIONS.values()), WARM_UP_QUESTIONS], ids=["predictions", "warm-ups"])
@pytest.mark.parametrize("extreme", [min, max], ids=["shortest", "longest"])
def test_the_length_of_an_answer_does_not_tell_the_right_one(group: list[Question], extreme: Any) -> None:
    told = [one.id for one in group if extreme((answer for answer, _ in one.answers), key=len) == one.right]
    assert len(told) <= 0.45 * len(group), told  # a third by chance


def test_every_notebook_but_the_first_and_the_last_begins_with_two() -> None:
    assert list(WARM_UPS) == [one.topic for one in NOTEBOOKS[1:-1]]
    ids = [one.id for one in WARM_UP_QUESTIONS]
    assert len(set(ids)) == len(ids) == 2 * len(WARM_UPS)


def test_each_warm_up_has_wrong_answers_of_reports_in_the_collection() -> None:
    known = {one.id for one in (*REPORTS, *second_collection.REPORTS, *security_findings.REPORTS)}
    _, *parts = re.split(r'^    "(?=[a-z-]+": \($)', inspect.getsource(warm_ups), flags=re.M)
    assert [part.partition('"')[0] for part in parts] == list(WARM_UPS)
    for part in parts:
        named = re.findall(r"# (\S+)$", part, re.M)
        assert named and set(named) <= known, part


def test_what_was_wrong_is_told() -> None:
    question = PREDICTIONS["sign-in"]
    assert question.trouble(question.right) == "" and "403" in question.trouble("401")
    with pytest.raises(KeyError):
        question.trouble("another answer")


def test_what_the_predictions_say_is_what_the_tenant_does(learner: Lab) -> None:
    """The right answers, acted out."""
    right = {step: question.right for step, question in PREDICTIONS.items()}
    assert isinstance(learner.login(), MfaRequired) and right["sign-in"] == "403 mfa_required"
    enrolled = learner.associate()
    assert enrolled.oob_code and right["associate"] == "an oob_code"
    assert learner.confirm(learner.newest_code()).access_token and right["confirm"] == "tokens"
    learner.login()
    with pytest.raises(AlreadyEnrolled):
        learner.associate()
    learner.list_authenticators()
    learner.pick()
    assert {row.active for row in learner.authenticators} == {True} and "active true or false" in right["list"]
    assert learner.challenge().oob_code and right["challenge"] == "an oob_code"
    tokens = learner.complete(learner.newest_code())
    assert tokens.id_token and tokens.access_token and right["complete"] == "an access token and an ID token"


def test_with_the_second_token_the_predictions_come_true(learner: Lab) -> None:
    """Those of notebook 06; the table's are in `tests/forms/test_second_token.py`."""
    learner.catch_up("enrolled", "login")
    second = learner.companion(SecondToken)
    second.sign_in()
    assert learner.exchanges["access"].status == 200 and PREDICTIONS["access"].right == "200 with a token"
    second.enroll("ada.second@example.com")
    tokens = second.confirm(learner.newest_code(learner.tenant.mails("ada.second@example.com")))
    audience = jwt.decode(tokens.access_token.reveal(), options={"verify_signature": False})["aud"]
    assert audience == learner.client.discovery()["issuer"] + "mfa/"
    assert PREDICTIONS["second-confirm"].right == "tokens for the MFA API"
    second.remove(second.list_authenticators()[-1].id)
    removed = learner.exchanges["second-delete"]
    assert removed.status == 204 and not removed.response_body
    assert PREDICTIONS["second-delete"].right == "204 without a body"


def test_with_several_factors_the_predictions_come_true(learner: Lab) -> None:
    """Those of notebook 07."""
    set_up = learner.companion(TenantSetup)
    set_up.switch_on("otp")
    set_up.customize()
    set_up.take_off_all()
    (kind,) = learner.login().mfa_requirements["enroll"]
    assert kind["type"] == PREDICTIONS["requirements"].right
    for address in ("ada@example.com", "ada.second@example.com"):
        set_up.give(type="email", email=address)
    learner.login()
    learner.client.challenge_authenticator(mfa_token=learner.mfa_token, challenge_type="oob")
    said = learner.client.last_exchange.response_body
    assert sorted(said) == ["binding_method", "challenge_type", "oob_code"]
    assert PREDICTIONS["challenge-by"].right == "nothing"


def test_with_a_phone_the_predictions_come_true(learner: Lab) -> None:
    """Those of notebook 08, too."""
    learner.companion(TenantSetup).switch_on("sms", "push-notification")
    factors = learner.companion(Factors)
    factors.enroll("sms", "+15550100167")
    factors.verify("sms", factors.messages()[0].code or "")
    factors.challenge("sms")
    said = learner.exchanges["sms-challenge"].response_body
    assert sorted(said) == ["binding_method", "challenge_type", "oob_code"]
    assert PREDICTIONS["phone-challenge"].right == "an oob_code"
    factors.enroll("push")
    factors.answer_push("approve")
    factors.poll()
    assert factors.challenge("push").oob_code and PREDICTIONS["push-challenge"].right == "an oob_code, at once"


def test_with_an_app_and_a_recovery_code_the_predictions_come_true(learner: Lab) -> None:
    """Those of notebook 08."""
    learner.companion(TenantSetup).switch_on("otp", "recovery-code")
    factors, phone = learner.companion(Factors), learner.tenant.require_controls()
    factors.enroll("otp")
    factors.verify("otp", factors.app_code(1)[0])
    factors.challenge("otp")
    assert learner.tenant.mails() == phone.pushes() == [] and PREDICTIONS["otp-challenge"].right == "nothing"
    used = factors.recovery_code
    assert factors.recover(used).recovery_code not in (None, used)
    assert PREDICTIONS["recovery"].right == "tokens and a new recovery code"
