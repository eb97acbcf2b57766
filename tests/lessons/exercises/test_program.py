"""A learner's function is found and run, and its errors are short sentences without secrets."""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest

from mfa_helpers.lessons.exercises import EXERCISES, program
from mfa_helpers.lessons.exercises.grading import judge
from mfa_helpers.lessons.exercises.ladder import ORDER, WRITE, Ladder

from .programs import edited, judged

ID = "two-answers"
SECRET = "correct horse battery staple"


def defined(monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    """Run a cell that defines functions."""
    namespace: dict[str, Any] = {}
    exec(compile(source, "cell", "exec"), namespace)
    for name, value in namespace.items():
        if not name.startswith("__"):
            monkeypatch.setattr(sys.modules["__main__"], name, value, raising=False)


def run(body: str, *arguments: str) -> program.Outcome:
    """What came of a function with that body."""
    return program.run(program.from_source(f"def f(x=0):\n    {body}\n", "f"), arguments, (SECRET,))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return {}['mfa_token']", "Line 2 (return {}['mfa_token']) stopped the function: there's no key 'mfa_token' in it."),
        ("return [][0]", "the list has fewer entries than that."),
        ("return next(iter([]))", "next() found nothing that fits."),
        ("y = 'text'; return y['id']", "a text or a list was used like a dictionary."),
        ("return None.get('id')", "a NoneType has no get."),
        ("return y", "the name y isn't defined."),
        ("y = y + 1", "y has no value yet. The line that gives it one must come first."),
        ("raise SystemExit", "SystemExit: "),
        ("raise KeyboardInterrupt", "you interrupted it."),
        ("import json; json.loads('<html>')", "the response's body isn't JSON."),
        ("raise TimeoutError", "the response took too long."),
        ("raise KeyError", "there's no such key."),
        ("1 / 0", "ZeroDivisionError: division by zero."),
    ],
)  # fmt: skip
def test_an_error_is_a_sentence_with_its_line(body: str, said: str) -> None:
    trouble = run(body).trouble
    assert trouble.startswith("Line 2 (") and said in trouble and "\n" not in trouble and "Traceback" not in trouble


def test_an_error_in_a_library_names_the_learners_own_line() -> None:
    assert run("import json; json.dumps({1: object()})").trouble.startswith("Line 2 (import json; json.dumps")


def test_a_secret_is_neither_in_an_error_nor_in_what_was_printed() -> None:
    outcome = run("print('sent', x); raise ValueError(f'no {x}')", SECRET)
    assert SECRET not in outcome.trouble + outcome.printed + repr(outcome)
    assert outcome.printed.startswith("sent *****") and outcome.exception == "ValueError"


@pytest.mark.parametrize(
    "body", ["while True: x += 1", "while True:\n        try: x += 1\n        except Exception: pass"]
)
def test_a_loop_without_an_end_is_stopped(body: str) -> None:
    function = program.from_source(f"def f(x=0):\n    {body}\n", "f")
    trouble = program.run(function, (), longest=0.05).trouble
    assert trouble.startswith("Line ") and trouble.endswith("it ran for more than 30 seconds. Does a loop never end?")


def test_codes_and_tokens_that_a_program_prints_are_stars() -> None:
    printing = (
        ("    response = requests", "    print(mfa_token, code, challenge.json())\n    response = requests"),
        ("    return response.json()", "    print(response.json())\n    return response.json()"),
    )
    verdict = judged("second-factor", edited("second-factor", *printing))
    assert verdict.solved and not re.search(r"\d{6}|Fe26\.2\*\w|eyJ\w{8}", verdict.printed)
    assert "MASKED" in verdict.printed and "token_type" in verdict.printed


def test_the_function_of_the_cell_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    exercise = EXERCISES[ID]
    assert judge(exercise, WRITE).sentence == (
        "There's no function get_mfa_token yet. Write it in the cell above and run that cell."
    )
    defined(monkeypatch, exercise.ladder.solution)
    assert judge(exercise, WRITE).solved
    defined(monkeypatch, edited(ID, ("def get", "async def get")))
    assert "is an async function. Write def instead" in judge(exercise, WRITE).sentence


@pytest.mark.parametrize(
    "change",
    [
        (("tenant.audience", "lab.tenant.audience"),),
        (("def get_mfa_token", "def helper():\n    return lab.tenant\n\n\ndef get_mfa_token"), ("tenant.audience", "helper().audience")),
        (("tenant.audience", "(lambda: lab.tenant.audience)()"),),
    ],
)  # fmt: skip
def test_a_function_that_uses_lab_is_not_run(
    change: tuple[tuple[str, str], ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    defined(monkeypatch, edited(ID, *change))
    verdict = judge(EXERCISES[ID], WRITE)
    assert verdict.sentence.startswith("get_mfa_token uses lab, which belongs to this notebook.") and not verdict.sent


def test_each_verdict_is_about_its_own_try() -> None:
    """D8: nothing of an earlier try counts, also not what was refused."""
    wrong = edited(ID, ('"grant_type": "password"', '"grant_type": "pasword"'))
    right = EXERCISES[ID].ladder.solution
    told = [judged(ID, one) for one in (right, wrong, right, wrong)]
    assert [verdict.solved for verdict in told] == [True, False, True, False]
    assert told[1] == told[3] and told[0] == told[2]


def test_lines_in_a_wrong_order_are_told_by_their_indentation_and_by_their_names() -> None:
    exercise = EXERCISES[ID]  # response, body, if, return the token, return None
    said = {
        (3, 0, 1, 2, 4): 'The line return body["mfa_token"] is indented, so it belongs directly below its if or for.',
        (0, 1, 2, 4, 3): 'The line if body["error"] == "mfa_required": needs an indented line directly below it.',
        (1, 0, 2, 3, 4): "response has no value yet. The line that gives it one must come first.",
        (4, 0, 1, 2, 3): "Your function sent nothing and returned nothing.",
    }
    for order, sentence in said.items():
        assert sentence in judge(exercise, ORDER, order).sentence


def test_a_gap_with_what_is_not_python_is_told_by_its_line() -> None:
    exercise = EXERCISES["another-address"]
    verdict = judge(exercise, "gaps", ["Bearer", '["oob"', "email", "json", "oob_code"])
    assert verdict.sentence.startswith("Line ") and "isn't valid Python" in verdict.sentence


def test_a_loop_and_a_condition_are_blocks_of_their_own() -> None:
    ladder = Ladder(
        "def f(rows):\n    n = 0\n    for row in rows:\n        if row:\n            n += 1\n        else:\n            n -= 1\n    return n\n"
    )
    assert ladder.header == "def f(rows):" and len(ladder.blocks) == 6
    assert ladder.ordered(range(6)) == ladder.solution


def test_the_practice_tenant_that_is_gone_is_an_error_and_the_next_try_has_a_new_one() -> None:
    from mfa_helpers.client.errors import NotReached
    from mfa_helpers.lessons.exercises.trial import practice_tenant

    exercise = EXERCISES[ID]
    practice_tenant(exercise.topic).close()
    with pytest.raises(NotReached):
        judge(exercise, WRITE, exercise.ladder.solution)
    assert judge(exercise, WRITE, exercise.ladder.solution).solved
