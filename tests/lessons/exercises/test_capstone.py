"""11: each way to get a whole login wrong has its sentence."""

from __future__ import annotations

import pytest

from mfa_helpers.lab import Lab

ID = "capstone"
SIGNED_IN = "token = sign_in().json()['mfa_token']\n"
LISTED = SIGNED_IN + "id = rows(token)[0]['id']\n"
ASKED = LISTED + "oob = challenge(token, id).json()['oob_code']; code = newest()\n"
WRONG = 'wrong = f"{(int(code) + 1) % 1_000_000:06d}"\n'


@pytest.fixture(autouse=True)
def _enrolled(learner: Lab) -> None:
    learner.catch_up("enrolled")


def test_the_steps_in_order_solve_it_and_reach_the_checkpoint(
    attempt, learner: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    print(learner.checkpoint("capstone"))
    verdict = attempt(ID)(ASKED + "prove(token, oob, code)")
    assert verdict.solved and verdict.sentence.startswith(
        "the tenant saw one login, one challenge, one mail, its code, and gave tokens"
    )
    print(learner.checkpoint("capstone"))
    assert capsys.readouterr().out.splitlines() == [
        "✘ Not there yet. Solve the task above: the form under your cell checks it.",
        "✔ Checkpoint reached: your function signs in with both factors.",
    ]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "Nothing of yours is in the tenant's log yet: no login."),
        ("sign_in('wrong')", "The user name or the password was wrong."),
        ("sign_in(audience='https://no.example/')", "The tenant has no API with the audience that you sent."),
        (
            "sign_in(audience=lab.client.discovery()['issuer'] + 'mfa/')",
            "The tenant gave tokens for the password alone.",
        ),
        (
            "sign_in(client_id='SandboxPublicApp0123456789abcdef', client_secret=None)",
            "A request came from another application.",
        ),
        (SIGNED_IN, "403 is no failure here."),
        (LISTED + "challenge('Fe26.2*x', id)", "No challenge of yours was accepted after it"),
        (
            SIGNED_IN + "lab.unenroll()\ntoken = sign_in().json()['mfa_token']; associate(token)",
            "Your function enrols an e-mail at a login.",
        ),
        (ASKED, "The mail was sent, but its code has not come back to /oauth/token, so no tokens came."),
        (ASKED + WRONG + "prove(token, oob, wrong)", "The code was wrong"),
        (
            ASKED + WRONG + "prove(token, oob, wrong); prove(token, oob, wrong)",
            "2 wrong codes were sent for one login. Do not guess and do not poll",
        ),
        (
            ASKED + WRONG + "prove(token, oob, wrong); prove(token, oob, code)",
            "2 codes were sent for one login. A code by mail needs no polling",
        ),
        (ASKED + "prove(token, oob, code); prove(token, oob, code)", "2 codes were sent for one login."),
        (
            ASKED + "oob = challenge(token, id).json()['oob_code']; prove(token, oob, newest())",
            "2 mails were sent for one login.",
        ),
        (ASKED + "challenge(token, id); prove(token, oob, newest())", "The code was wrong"),
        (
            ASKED + "old = oob\n" + ASKED + "prove(token, old, code)",
            "The oob_code came from an older login than the mfa_token.",
        ),
        (
            SIGNED_IN + "lab.catch_up('challenge'); lab.complete(lab.newest_code())",
            "A part of the login was done by the course",
        ),
        ("lab.catch_up('challenge'); lab.complete(lab.newest_code())", "came from the course's own forms and calls"),
    ],
)
def test_a_mistake_gets_its_own_sentence(code: str, said: str, attempt) -> None:
    verdict = attempt(ID)(code)
    assert not verdict.solved and said in verdict.sentence, verdict.sentence


def test_an_earlier_failure_is_forgiven_once_it_works(attempt) -> None:
    assert attempt(ID)(
        "sign_in('wrong')\n" + ASKED + WRONG + "prove(token, oob, wrong)\n" + ASKED + "prove(token, oob, code)"
    ).solved


def test_an_old_code_is_named(attempt, advance, learner: Lab) -> None:
    run = attempt(ID)
    run(ASKED + "lab.asked = token, oob, code")
    advance(400)
    assert run("prove(*lab.asked)").sentence == "The code was older than 5 minutes. Ask for a new one."
