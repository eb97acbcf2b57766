"""What holds for every exercise and each rung of its ladder."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from mfa_helpers.lab import Lab
from mfa_helpers.lessons.exercises import EXERCISES
from mfa_helpers.lessons.exercises.grading import judge
from mfa_helpers.lessons.exercises.ladder import GAPS, ORDER
from mfa_helpers.lessons.exercises.trial import practice_tenant
from mfa_helpers.outline import BY_TOPIC
from mfa_helpers.storage.progress import Progress

from .programs import judged

EACH = pytest.mark.parametrize("id", EXERCISES)


@EACH
def test_it_has_a_task_hints_and_a_solution_with_gaps(id: str) -> None:
    exercise = EXERCISES[id]
    ladder = exercise.ladder
    assert exercise.id == id and exercise.topic in BY_TOPIC
    assert all(text.endswith(".") for text in (exercise.task, exercise.praise, *exercise.hints))
    assert all(hint.count("`") % 2 == 0 for hint in exercise.hints)
    assert len(exercise.hints) >= 2 and f"{ladder.name}({ladder.arguments})" in exercise.task
    assert 3 <= len(ladder.gaps) <= 8 and 4 <= len(ladder.blocks) <= 12


@EACH
def test_the_three_rungs_are_one_program(id: str) -> None:
    ladder = EXERCISES[id].ladder
    whole = ast.dump(ast.parse(ladder.solution))
    assert ast.dump(ast.parse(ladder.ordered(range(len(ladder.blocks))))) == whole
    assert ast.dump(ast.parse(ladder.filled(ladder.gaps))) == whole
    assert "«" not in ladder.solution + ladder.starter
    assert ["".join(pieces).strip() for pieces in ladder.pieces if len(pieces) == 1] == [
        line.strip() for line in ladder.marked.rstrip("\n").split("\n") if "«" not in line
    ]


@EACH
def test_the_right_order_and_the_right_words_solve_it_and_what_a_learner_finds_there_does_not(id: str) -> None:
    exercise, ladder = EXERCISES[id], EXERCISES[id].ladder
    order = list(range(len(ladder.blocks)))
    assert judge(exercise, ORDER, order).sentence == judge(exercise, GAPS, ladder.gaps).sentence == exercise.praise
    assert not judge(exercise, ORDER, ladder.start).solved and sorted(ladder.start) == order
    assert judged(id, ladder.starter).sentence.startswith("Your function sent nothing and returned nothing.")


@EACH
def test_each_gap_counts(id: str) -> None:
    exercise, gaps = EXERCISES[id], EXERCISES[id].ladder.gaps
    for place in range(len(gaps)):
        empty = judge(exercise, GAPS, [*gaps[:place], " ", *gaps[place + 1 :]])
        assert empty.sentence == f"Gap {place + 1} is still empty."
        assert not judge(exercise, GAPS, [*gaps[:place], "nonsense", *gaps[place + 1 :]]).solved


RAISES = "    def {}(self, *_): raise ValueError\n"
#: A class, and what a function returns in the place of its result.
ODD = {
    "compares as nothing else does": (f"class Odd:\n{RAISES.format('__eq__')}", "Odd()"),
    "has no attributes": (f"class Odd:\n{RAISES.format('__getattribute__')}", "Odd()"),
    "doesn't tell its class": (f"class Odd:\n    @property\n{RAISES.format('__class__')}", "Odd()"),
    "has a class without a name": ("", "type('', (), {})()"),
    "has a class that doesn't tell its name": (
        f"class Meta(type):\n    @property\n{RAISES.format('__name__')}class Odd(metaclass=Meta): pass\n",
        "Odd()",
    ),
    "a string that is equal to all": (
        "class Odd(str):\n    __hash__ = str.__hash__\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n",
        "Odd('made up')",
    ),
    "a dictionary that raises": (f"class Odd(dict):\n{RAISES.format('get')}{RAISES.format('__contains__')}", "Odd()"),
    "a token that is equal to all": (
        "class Odd(str):\n    __hash__ = str.__hash__\n    def __eq__(self, other): return True\n",
        "{'access_token': Odd('made up')}",
    ),
    "a name that raises": (
        "class Odd:\n    def __hash__(self): return hash('access_token')\n"
        "    def __eq__(self, other): raise ValueError\n",
        "{Odd(): 1}",
    ),
}


@pytest.mark.parametrize(("made", "result"), ODD.values(), ids=ODD)
@pytest.mark.parametrize("id", ["two-answers", "the-right-one", "own-app"])  # each reads its result in another way
def test_a_result_of_an_odd_class_is_told(id: str, made: str, result: str) -> None:
    ladder = EXERCISES[id].ladder
    odd = f"""
{made}
whole = {ladder.name}

def {ladder.name}({ladder.arguments}):
    whole({ladder.arguments})
    return {result}
"""
    verdict = judged(id, ladder.solution + odd)
    assert not verdict.solved and "returned" in verdict.sentence and verdict.sentence.endswith(".")


@pytest.mark.parametrize(
    ("audience", "sentence"),
    [
        ("tenant.audience", "The tenant issued no tokens to your function."),
        ('tenant.issuer + "mfa/"', "The tenant issued tokens to your function, but not for a code."),
    ],
)
@pytest.mark.parametrize("id", ["own-app", "confirm-by-hand", "second-factor"])
def test_a_login_in_the_place_of_the_code_is_told(id: str, audience: str, sentence: str) -> None:
    tenant = practice_tenant()
    fields = {
        "grant_type": "http://auth0.com/oauth/grant-type/password-realm",
        "realm": "Username-Password-Authentication",
        "username": tenant.username,
        "password": tenant.password,
    }
    start = EXERCISES[id].ladder.solution.rpartition("    response = requests")[0]
    identity = f'"client_id": tenant.client_id, "client_secret": tenant.client_secret, "audience": {audience}'
    login = f'    return requests.post(tenant.base_url + "/oauth/token", data={{**{fields}, {identity}}}).json()\n'
    verdict = judged(id, start + login)
    assert not verdict.solved and verdict.sentence.startswith(sentence)


@EACH
def test_a_verdict_lists_what_the_tenant_saw(id: str) -> None:
    verdict = judged(id, EXERCISES[id].ladder.solution)
    assert verdict.sent and all("→" in line for line in verdict.sent)


@EACH
def test_it_leaves_the_learners_own_tenant_and_files_alone(id: str, learner: Lab) -> None:
    learner.catch_up("challenge")
    handed, mails = learner.handover.path.read_text("utf-8"), learner.tenant.mails()
    newest, last = learner.tenant.log.newest_event(), learner.last
    assert judged(id, EXERCISES[id].ladder.solution).solved
    assert learner.handover.path.read_text("utf-8") == handed and learner.last is last
    assert learner.tenant.mails() == mails
    assert {event["type"] for event in learner.tenant.log.events_since(newest)} <= {"sapi", "seccft"}  # reading the log


@pytest.mark.parametrize("id", ["Two", "two_answers", "zwölf", "", "a" * 61])
def test_an_id_that_the_file_with_the_progress_cannot_hold_is_refused_when_it_is_written(id: str) -> None:
    with pytest.raises(ValueError, match="isn't a valid exercise ID"):
        replace(EXERCISES["two-answers"], id=id)


def test_an_id_may_have_a_digit_and_what_was_solved_stays(tmp_path: Path) -> None:
    exercise = replace(EXERCISES["two-answers"], id="step-2-of-2")
    progress = Progress(tmp_path / "progress.json")
    progress.solved("sign-in", "two-answers")
    progress.solved("sign-in", exercise.id)
    found, trouble = Progress(progress.path).all()
    assert set(found["sign-in"].exercises) == {"two-answers", exercise.id} and trouble is None
    assert exercise.id in progress.as_text()


def test_a_name_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        EXERCISES["nonsense"]
