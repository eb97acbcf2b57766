"""01: each way to get it wrong has its sentence."""

from __future__ import annotations

import pytest

from mfa_helpers.lab import Lab

ID = "two-answers"


def test_a_wrong_password_then_the_right_one_solves_it(attempt) -> None:
    verdict = attempt(ID)('sign_in("wrong"); sign_in()')
    assert verdict.solved and "Both answers were 403" in verdict.sentence


def test_the_two_may_come_one_check_after_the_other(attempt) -> None:
    run = attempt(ID)
    assert (
        run('sign_in("wrong")').sentence
        == "The wrong password has arrived. Now sign in with the right one: lab.tenant.password."
    )
    assert run("sign_in()").solved


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "Nothing of yours is in the tenant's log yet: no sign-in."),
        (
            'requests.post(lab.tenant.base_url + "/oauth/tokens", timeout=30)',
            "a wrong path or a refused token leaves no line there",
        ),
        ("lab.login()", "What arrived at the tenant came from the course's own forms and calls."),
        ("sign_in()", "The right password has arrived, but no wrong one before it."),
        (
            'sign_in("wrong", username="bob@example.com")',
            "The tenant knows no such user, so no password was looked at.",
        ),
        ('sign_in("wrong", audience="https://no.example/")', "The tenant has no API with the audience that you sent."),
        ('sign_in("wrong", client_secret="wrong")', "Client id and secret did not fit."),
        ('sign_in("")', "Your request had no password."),
        ('sign_in(grant_type="client_credentials")', "Nothing of yours is in the tenant's log yet"),
        ('sign_in(audience=lab.client.discovery()["issuer"] + "mfa/")', "The tenant gave tokens at once"),
    ],
)
def test_a_mistake_gets_its_own_sentence(code: str, said: str, attempt) -> None:
    verdict = attempt(ID)(code)
    assert not verdict.solved and said in verdict.sentence


def test_a_mistake_ends_the_try_and_the_next_one_counts_alone(attempt) -> None:
    run = attempt(ID)
    assert run('sign_in("wrong"); sign_in(audience="https://no.example/")').over
    assert "no wrong one before it" in run("sign_in()").sentence


def test_what_was_sent_before_the_exercise_began_does_not_count(attempt, learner: Lab) -> None:
    attempt(ID)('sign_in("wrong"); sign_in()')
    assert "Nothing of yours" in attempt(ID)("").sentence
