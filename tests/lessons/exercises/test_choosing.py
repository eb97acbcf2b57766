"""06: each way to get it wrong has its sentence."""

from __future__ import annotations

import pytest

ID = "the-other-address"
LOGIN = "mfa = lab.login().mfa_token.reveal()\n"


def test_the_newer_address_solves_it(attempt) -> None:
    verdict = attempt(ID)(LOGIN + "challenge(mfa, rows(mfa)[1]['id'])")
    assert verdict.solved and "the mail went to ada.second@example.com" in verdict.sentence


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (LOGIN + "rows(mfa)", "Send a challenge with requests, in your cell."),
        ("mfa = sign_in().json()['mfa_token']", "Now list the authenticators, and send one of their ids"),
        (LOGIN + "challenge(mfa, None)", "The mail went to the older address."),
        (LOGIN + "challenge(mfa, rows(mfa)[0]['id'])", "The mail went to the older address."),
        ("sign_in('wrong')", "The user name or the password was wrong."),
    ],
)
def test_a_mistake_gets_its_own_sentence(code: str, said: str, attempt) -> None:
    verdict = attempt(ID)(code)
    assert not verdict.solved and said in verdict.sentence
