"""05: each way to get it wrong has its sentence."""

from __future__ import annotations

import pytest

from mfa_helpers.lab import Lab

ID = "second-factor"
BEGIN = "lab.catch_up('authenticator', 'login'); token = lab.mfa_token.reveal(); id = lab.chosen()['id']\n"
ASKED = BEGIN + "oob = challenge(token, id).json()['oob_code']; code = newest()\n"
WRONG = 'wrong = f"{(int(code) + 1) % 1_000_000:06d}"\n'


def test_both_calls_of_ones_own_solve_it(attempt, learner: Lab) -> None:
    assert attempt(ID)(ASKED + "prove(token, oob, code)").solved
    assert not learner.has("login")  # it is spent
    learner.catch_up("challenge")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (ASKED, "Your challenge has arrived, and a code was sent. No code has come back to /oauth/token, so no tokens came."),
        (ASKED + WRONG + "prove(token, oob, wrong)", "The code was wrong: the tenant said “Invalid binding_code”."),
        (ASKED + WRONG + "prove(token, oob, wrong); prove(token, oob, code)", "Tokens came, after 1 wrong code."),
        (ASKED + WRONG + "[prove(token, oob, wrong) for _ in range(4)]", "4 wrong codes: that is guessing."),
        (ASKED + "challenge(token, id); prove(token, oob, newest())", "Each mail has its own code and each answer its own oob_code"),
        (ASKED + "lab.login(); prove(lab.mfa_token.reveal(), oob, code)", "The oob_code came from an older login than the mfa_token."),
        (BEGIN + "access = lab.client.login(lab.tenant.username, lab.tenant.password, audience=lab.client.discovery()['issuer'] + 'mfa/')"
         ".access_token.reveal()\nchallenge(access, id)", "What arrived at the tenant came from the course's own forms and calls."),
        (BEGIN + "lab.challenge(); oob = lab.needed(PendingChallenge).oob_code.reveal(); prove(token, oob, newest())",
         "The code was yours, but the challenge was the course's."),
    ],
)  # fmt: skip
def test_a_mistake_gets_its_own_sentence(code: str, said: str, attempt) -> None:
    verdict = attempt(ID)(code)
    assert not verdict.solved and said in verdict.sentence


def test_too_many_codes_are_named(attempt) -> None:
    run = attempt(ID)
    assert "guessing" in run(ASKED + WRONG + "[prove(token, oob, wrong) for _ in range(10)]").sentence
    verdict = run(ASKED + "prove(token, oob, code)")
    assert not verdict.solved and verdict.sentence.startswith(
        "Too many wrong codes: even the right one is refused now."
    )
