"""02: each way to get it wrong has its sentence."""

from __future__ import annotations

import pytest

from mfa_helpers.lab import Lab

ID, MINE = "another-address", "token = lab.mfa_token.reveal()\n"


@pytest.fixture(autouse=True)
def _signed_in(learner: Lab) -> None:
    learner.login()


def test_a_mail_to_the_other_address_solves_it(attempt) -> None:
    verdict = attempt(ID)(MINE + 'associate(token, email="ada+exercise@example.com")')
    assert verdict.solved and "active: false" in verdict.sentence


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "associate(token)",
            "the mail went to ada@example.com. Without a field email the tenant takes the profile's own address",
        ),
        ('associate(token, email="bob@example.com")', "the mail went to bob@example.com."),
        ('associate(token, email="nonsense")', "What you sent as email is no address."),
        ('associate(token, authenticator_types=["otp"])', "The tenant has not the factor that you asked for."),
        ('associate(token, oob_channels=["mail"])', "The tenant does not know that type or channel."),
        ("associate(token, oob_channels=None)", "Your request had no oob_channels."),
        ('associate("x" + token)', "a wrong path or a refused token leaves no line there"),
        ("lab.associate()", "came from the course's own forms and calls"),
    ],
)
def test_a_mistake_gets_its_own_sentence(code: str, said: str, attempt) -> None:
    verdict = attempt(ID)(MINE + code)
    assert not verdict.solved and said in verdict.sentence


def test_an_enrolled_user_is_told_the_way(attempt, learner: Lab) -> None:
    learner.catch_up("enrolled", "login")
    verdict = attempt(ID)(MINE + 'associate(token, email="ada+exercise@example.com")')
    assert not verdict.solved and "Take it off first: lab.unenroll(), then lab.login()." in verdict.sentence


def test_on_a_live_tenant_the_recorded_call_counts(attempt, learner: Lab) -> None:
    from dataclasses import replace

    learner.tenant = replace(learner.tenant, management=None, controls=None)
    run = attempt(ID)
    assert (
        "On your own tenant only calls through lab count"
        in run(MINE + 'associate(token, email="ada+exercise@example.com")').sentence
    )
    assert run('lab.associate("ada+exercise@example.com")').solved
