"""The access token for the MFA API: what it gives, what it may do, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mfa_helpers.client import errors
from mfa_helpers.client.grants import MFA_SCOPES
from mfa_helpers.client.secret import is_jwt
from mfa_helpers.lab import Lab
from mfa_helpers.learner.tenant_setup import TenantSetup
from mfa_helpers.lessons.second_token import CALLS, TOKENS, SecondToken

Advance = Callable[[float], None]
SECOND = "ada.second@example.com"


@pytest.fixture
def access(learner: Lab) -> SecondToken:
    """A user with a confirmed email and a login in progress, and the second token."""
    learner.catch_up("enrolled", "login")
    access = learner.companion(SecondToken)
    access.sign_in()
    return access


def code(learner: Lab) -> str:
    return learner.newest_code(learner.tenant.mails(SECOND)).reveal()


def test_the_audience_is_the_issuers_and_the_token_lives_10_minutes(access: SecondToken, learner: Lab) -> None:
    sent = learner.exchanges["access"].request_body
    assert (sent["audience"], sent["scope"]) == (learner.client.discovery()["issuer"] + "mfa/", MFA_SCOPES)
    assert learner.exchanges["access"].response_body["expires_in"] == 600
    assert is_jwt(access.token) and access.token.reveal() not in repr(learner.exchanges)


def test_a_second_address_comes_and_goes_and_the_login_in_progress_stays(access: SecondToken, learner: Lab) -> None:
    login = learner.mfa_token
    access.enroll(f" {SECOND} ")
    access.confirm(code(learner))
    assert [(row.kind, row.active) for row in access.list_authenticators()] == [("email", True)] * 2
    access.remove(access.rows[1].id)
    assert [row.name for row in access.list_authenticators()] == ["***@exam*******"]
    assert learner.mfa_token == login and learner.has("enrolled")


def test_who_removes_the_last_one_has_nothing_enrolled_any_more(access: SecondToken, learner: Lab) -> None:
    learner.list_authenticators()
    learner.pick()
    access.remove(access.list_authenticators()[0].id)
    assert not learner.has("enrolled") and not learner.has("authenticator")


def test_each_call_with_each_token_is_answered_as_the_documentation_says(access: SecondToken, learner: Lab) -> None:
    learner.list_authenticators()
    said = {(call, token): access.try_out(call, token) for call in CALLS for token in TOKENS}
    assert said == {
        ("list", "mfa"): "Yes. 200, 1 listed",
        ("list", "access"): "Yes. 200, 1 listed",
        ("associate", "mfa"): "No. 403 access_denied: User is already enrolled.",
        ("associate", "access"): "Yes. 200, oob_code for email",
        ("challenge", "mfa"): "Yes. 200, an email is on its way",
        ("challenge", "access"): "No. 403 invalid_grant: Malformed mfa_token",
        ("remove", "mfa"): "No. 401 invalid_grant: The mfa_token provided is invalid. Try getting a new token.",
        ("remove", "access"): "Yes. 204, removed",
    }
    assert learner.has("login") and access.token  # a refusal that belongs to the lesson costs neither token
    assert learner.exchanges["try-challenge-access"].status == 403


def test_nothing_confirmed_is_ever_removed_by_a_try(access: SecondToken) -> None:
    with pytest.raises(errors.StepMissing, match="There's nothing to remove."):
        access.try_out("remove", "access")
    assert [row.active for row in access.list_authenticators()] == [True]


def test_after_10_minutes_it_says_which_token_is_too_old_and_a_new_one_works(
    access: SecondToken, learner: Lab, advance: Advance
) -> None:
    advance(601)
    with pytest.raises(errors.StepMissing, match="The access token has expired. It's valid for 10 minutes.") as caught:
        access.list_authenticators()
    assert caught.value.exchange is not None and caught.value.exchange.status == 401
    assert learner.has("login")  # nothing was said of the other one
    with pytest.raises(errors.StepMissing, match="There's no access token yet."):
        access.enroll(SECOND)
    access.sign_in()
    assert len(access.list_authenticators()) == 1


def test_an_expired_login_is_told_apart_in_the_table(access: SecondToken, learner: Lab, advance: Advance) -> None:
    advance(601)
    with pytest.raises(errors.LoginExpired):
        access.try_out("list", "mfa")
    assert learner.has_expired("login")


def test_with_another_factor_the_tenant_wants_it_proven_first(learner: Lab) -> None:
    set_up = learner.companion(TenantSetup)
    set_up.switch_on("otp")
    set_up.give(type="totp", totp_secret="GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    with pytest.raises(errors.MfaRequired):
        learner.companion(SecondToken).sign_in()


def test_without_a_step_before_it_each_says_what_is_missing(learner: Lab) -> None:
    access = learner.companion(SecondToken)
    for act in (lambda: access.enroll(SECOND), lambda: access.confirm("123456"), access.list_authenticators):
        with pytest.raises(errors.StepMissing, match="There's no access token yet."):
            act()
    access.sign_in()
    with pytest.raises(errors.StepMissing, match="There's no code to confirm yet."):
        access.confirm("123456")
    with pytest.raises(errors.InvalidInput, match="The address is missing."):
        access.enroll(" ")
