"""K13: a second run without hands, on a tenant that an earlier one has used."""

from __future__ import annotations

import pytest

from mfa_helpers import forms
from mfa_helpers.client import errors
from mfa_helpers.lab import Lab
from mfa_helpers.sandbox.defaults import LIMITS
from mfa_helpers.storage.handover import Handover


@pytest.fixture
def hands_free(lab: Lab) -> Lab:
    """The next kernel, in which nobody is."""
    return Lab(hands_free=True, handover=lab.handover)


def run_03(lab: Lab) -> None:
    forms.CatchUpForm(lab, "login", "enrollment")
    forms.ConfirmForm(lab)
    print(lab.checkpoint("enrolled"))


def run_05(lab: Lab) -> None:
    forms.CatchUpForm(lab, "authenticator", "login")
    forms.ChallengeForm(lab)
    forms.CompleteForm(lab)
    print(lab.checkpoint("tokens"))


def test_k_13_notebook_03_runs_twice_and_after_05(lab: Lab) -> None:
    for run in (run_03, run_03, run_05, run_03, run_05, run_05, run_03):
        run(Lab(hands_free=True, handover=lab.handover))


def test_k_13_in_the_same_kernel_too(hands_free: Lab) -> None:
    for run in (run_03, run_03, run_05, run_03):
        run(hands_free)


def test_k_13_a_fresh_hand_over_on_a_used_tenant(lab: Lab) -> None:
    run_03(Lab(hands_free=True, handover=lab.handover))
    lab.handover.forget(lab.tenant.key)
    run_03(Lab(hands_free=True, handover=lab.handover))


def test_k_13_an_earlier_runs_mails_codes_and_passwords_count_no_more(lab: Lab) -> None:
    lab.login()
    for _ in range(LIMITS.emails.size):
        lab.associate()
    with pytest.raises(errors.SlowDown):
        lab.associate()
    for _ in range(LIMITS.wrong_codes.size):
        with pytest.raises(errors.WrongCode):
            lab.confirm("000000")
    for _ in range(LIMITS.failed_logins):
        with pytest.raises(errors.WrongCredentials):
            lab.login(password="wrong")
    with pytest.raises(errors.AccountBlocked):
        lab.login()
    run_03(Lab(hands_free=True, handover=lab.handover))


def test_k_13_what_a_person_has_confirmed_is_taken_from_nobody(lab: Lab) -> None:
    run_03(Lab(hands_free=True, handover=lab.handover))
    person = Lab(handover=lab.handover)
    person.login()
    with pytest.raises(errors.AlreadyEnrolled):
        person.catch_up("enrollment")
    person.list_authenticators()
    assert len(person.usable()) == 1


def test_k_13_a_person_meets_the_limits_after_their_kernel_has_been_restarted(lab: Lab) -> None:
    lab.login()
    for _ in range(LIMITS.emails.size):
        lab.associate()
    person = Lab(handover=lab.handover)
    with pytest.raises(errors.SlowDown):
        person.associate()


def test_k_13_a_hand_over_of_ones_own(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> None:
    for _ in range(3):
        handover = Handover(tmp_path_factory.mktemp("own") / "handover.json")
        run_05(Lab(hands_free=True, handover=handover))
        run_03(Lab(hands_free=True, handover=handover))
