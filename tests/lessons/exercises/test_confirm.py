"""03: each way to get it wrong has its sentence."""

from __future__ import annotations

import pytest

from mfa_helpers.lab import Lab

ID = "confirm-by-hand"
ROOM = "lab.unenroll(); lab.login(); enrolment = lab.associate(); token = lab.mfa_token.reveal(); oob = enrolment.oob_code.reveal(); code = newest()\n"
WRONG = 'wrong = f"{(int(code) + 1) % 1_000_000:06d}"\n'


@pytest.fixture(autouse=True)
def _enrolled(learner: Lab) -> None:
    learner.catch_up("enrolled")


def test_the_code_in_a_request_of_ones_own_solves_it_and_the_hand_over_knows(attempt, learner: Lab) -> None:
    assert attempt(ID)(ROOM + "prove(token, oob, code)").solved
    assert learner.has("enrolled") and not learner.has("login")  # the login is spent
    learner.catch_up("challenge")
    learner.complete(learner.newest_code())


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "The mail is on its way, but no code of yours has come to the tenant, so no tokens came either."),
        ("prove(token, oob, code, grant_type='mfa-oob')", "no code of yours has come to the tenant"),
        (WRONG + "prove(token, oob, wrong)", "The code was wrong: the tenant said “Invalid binding_code”."),
        ("prove(token, 'nonsense', code)", "What you sent as oob_code is none."),
        ("prove(token, oob, None)", "Your request had no binding_code."),
        (
            "lab.login(); prove(lab.mfa_token.reveal(), oob, code)",
            "The oob_code came from an older login than the mfa_token.",
        ),
        ("prove(str(lab.mfa_token), oob, code)", "The mfa_token was not accepted."),
        ("prove(token, oob, code, client_secret='wrong')", "Client id and secret did not fit."),
        ("lab.confirm(code)", "The mail is on its way, but no code of yours"),
    ],
)
def test_a_mistake_gets_its_own_sentence(code: str, said: str, attempt) -> None:
    verdict = attempt(ID)(ROOM + code)
    assert not verdict.solved and said in verdict.sentence


def test_an_old_code_is_named(attempt, advance) -> None:
    run = attempt(ID)
    run(ROOM)
    advance(400)
    verdict = run(
        "token = lab.mfa_token.reveal(); prove(token, lab.needed(PendingEnrollment).oob_code.reveal(), newest())"
    )
    assert not verdict.solved and verdict.sentence == "The code was older than 5 minutes. Ask for a new one."


def test_a_challenge_is_no_enrolment(attempt, learner: Lab) -> None:
    learner.catch_up("challenge")
    code = "prove(lab.mfa_token.reveal(), lab.needed(PendingChallenge).oob_code.reveal(), newest())"
    verdict = attempt(ID)(code)
    assert not verdict.solved and "you have answered a challenge" in verdict.sentence
