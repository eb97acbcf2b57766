"""A step takes one try at a time and says how it went."""

from __future__ import annotations

import threading

import pytest

from mfa_helpers.client.errors import StepMissing, WrongCode
from mfa_helpers.learner.attempt import SingleAttempt

from ..support.deadline import DEADLINE


def test_a_fresh_step_has_nothing_to_say() -> None:
    step = SingleAttempt()
    assert (step.result, step.error, step.sentence, step.busy) == (None, None, "", False)


def test_a_result_is_kept_and_told() -> None:
    step = SingleAttempt()
    step.run(lambda: 6 * 7, lambda result: f"it is {result}.")
    assert (step.result, step.error, step.sentence) == (42, None, "it is 42.")


def test_a_refusal_is_kept_and_told_with_the_tenants_words() -> None:
    step = SingleAttempt()
    error = WrongCode(status=403, error="invalid_grant", error_description="Invalid binding_code.")

    def act() -> None:
        raise error

    step.run(act, str)
    assert step.error is error
    assert step.result is None
    assert step.sentence == (
        "Problem: The code is incorrect. Type the six digits from the newest email, or request a new code. You don't need to sign in again. "
        "(The tenant's response: 403 invalid_grant, “Invalid binding_code.”)"
    )


def test_a_fault_of_the_course_is_not_the_learners() -> None:
    step = SingleAttempt()
    step.run(lambda: {}["hunter22"], str)
    assert isinstance(step.error, KeyError)
    assert step.sentence.startswith("Problem: Something in the course itself failed (KeyError).")
    assert "hunter22" not in step.sentence


def test_a_fault_in_the_telling_is_kept_as_well() -> None:
    step = SingleAttempt()
    step.run(lambda: None, lambda result: result.sentence)
    assert isinstance(step.error, AttributeError)
    assert step.sentence.startswith("Problem: ")


def test_a_new_try_forgets_the_old_one() -> None:
    step = SingleAttempt()

    def act() -> None:
        raise StepMissing()

    step.run(act, str)
    step.run(lambda: 1, str)
    assert (step.result, step.error, step.sentence) == (1, None, "1")
    step.run(act, str)
    assert step.result is None


def test_an_interrupt_is_not_swallowed_and_has_a_sentence() -> None:
    def act() -> None:
        raise KeyboardInterrupt

    step = SingleAttempt()
    step.run(lambda: 1, str)
    with pytest.raises(KeyboardInterrupt):
        step.run(act, str)
    assert step.sentence == "You interrupted it. To try again, click the button again." and step.result is None


def test_who_comes_second_is_turned_away_at_once() -> None:
    step = SingleAttempt()
    with step.turn() as first:
        with step.turn() as second:
            assert (first, second, step.busy) == (True, False, True)
    assert not step.busy


def test_who_was_turned_away_does_not_end_the_turn_of_the_first() -> None:
    step = SingleAttempt()
    with step.turn():
        with step.turn():
            pass
        assert step.busy
        with step.turn() as third:
            assert third is False


def test_the_turn_is_free_after_a_failure() -> None:
    step = SingleAttempt()
    with pytest.raises(ValueError, match="broken"):
        with step.turn():
            raise ValueError("broken")
    with step.turn() as mine:
        assert mine


def test_of_many_at_once_one_gets_the_turn() -> None:
    step, start, decided = SingleAttempt(), threading.Barrier(8), threading.Barrier(8)
    turns = []

    def come() -> None:
        start.wait(DEADLINE)
        with step.turn() as mine:
            turns.append(mine)
            decided.wait(DEADLINE)

    threads = [threading.Thread(target=come) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(turns) == [False] * 7 + [True]
