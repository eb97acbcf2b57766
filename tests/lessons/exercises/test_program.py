"""A learner's function is found and run, and its errors are short sentences without secrets."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from mfa_helpers.client.errors import NotReached
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.exercises import EXERCISES, program, trial
from mfa_helpers.lessons.exercises.evidence import Request
from mfa_helpers.lessons.exercises.grading import judge
from mfa_helpers.lessons.exercises.ladder import ORDER, WRITE, Ladder
from mfa_helpers.lessons.exercises.meanings import explained
from mfa_helpers.lessons.exercises.trial import practice_tenant
from mfa_helpers.storage import browser
from mfa_helpers.tenants.opening import open_recording

from ...support.deadline import DEADLINE
from .programs import edited, judged

ID = "two-answers"


def defined(monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    """Run a cell that defines functions."""
    namespace: dict[str, Any] = {}
    exec(compile(source, "cell", "exec"), namespace)
    for name, value in namespace.items():
        if not name.startswith("__"):
            monkeypatch.setattr(sys.modules["__main__"], name, value, raising=False)


def run(body: str, *arguments: str) -> program.Outcome:
    """What came of a function with that body."""
    return program.run(program.from_source(f"def f(x=0):\n    {body}\n", "f"), arguments)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return {}['mfa_token']", "The line return {}['mfa_token'] stopped the function: there's no key 'mfa_token' in it."),
        ("return [][0]", "the list has fewer entries than you expected."),
        ("return next(iter([]))", "next() found no match."),
        ("y = 'text'; return y['id']", "a string or a list was used like a dictionary."),
        ("return None.get('id')", "stopped the function: None has no get."),
        ("type('Row', (), {})().id", "stopped the function: an object of the class Row has no id."),
        ("raise AttributeError('no id here')", "stopped the function: AttributeError: no id here."),
        ("raise ValueError('first\\n\\n  second.')", "stopped the function: ValueError: first second."),
        ("return y", "the name y isn't defined."),
        ("y = y + 1", "y has no value yet. The line that assigns it must come first."),
        ("raise SystemExit", "it ended the program. Write return instead of exit()."),
        ("import sys; sys.exit('no')", "it ended the program. Write return instead of exit()."),
        ("import asyncio; raise asyncio.CancelledError", "stopped the function: CancelledError."),
        ("raise ValueError('no.')", "stopped the function: ValueError: no."),
        ("raise KeyboardInterrupt", "you interrupted it."),
        ("import json; json.loads('<html>')", "the response's body isn't JSON."),
        ("raise TimeoutError", "the response took too long."),
        ("raise KeyError", "there's no such key."),
        ("1 / 0", "ZeroDivisionError: division by zero."),
    ],
)  # fmt: skip
def test_an_error_is_a_sentence_with_its_line(body: str, said: str) -> None:
    trouble = run(body).trouble
    assert trouble.startswith("The line ") and said in trouble and "\n" not in trouble and "Traceback" not in trouble


def test_an_error_in_a_library_names_the_learners_own_line() -> None:
    assert run("import json; json.dumps({1: object()})").trouble.startswith("The line import json; json.dumps")


UNTELLABLE = {
    "an error without a text": ("class E(Exception):\n        def __str__(self): raise ValueError\n    raise E", "stopped the function: E."),
    "a key without a text": ("class K:\n        def __repr__(self): raise ValueError\n    raise KeyError(K())", "stopped the function: KeyError."),
    "an error whose text ends the program": ("class E(Exception):\n        def __str__(self): raise SystemExit\n    raise E", "stopped the function: it raised an error that can't be shown."),
    "an error that can't be changed": ("class E(Exception):\n        def __setattr__(self, *_): raise ValueError\n    raise E", "Your function stopped: it raised an error that can't be shown."),
    "an error of a class without a name": ("raise type('', (Exception,), {})('text')", "stopped the function: text."),
}  # fmt: skip


@pytest.mark.parametrize("in_a_page", [False, True])
@pytest.mark.parametrize(("body", "said"), UNTELLABLE.values(), ids=UNTELLABLE)
def test_an_error_that_has_no_words_is_not_said_to_have_taken_long(
    body: str, said: str, in_a_page: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "IS_HERE", in_a_page)
    outcome = run("print('before')\n    " + body)
    assert outcome.trouble.endswith(said) and outcome.printed == "before\n"


def test_a_program_that_closes_the_output_loses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run("import sys; print('before'); sys.stdout.close(); print('after'); return 'text'")
    assert (outcome.returned, outcome.printed, outcome.trouble) == ("text", "before\nafter\n", "")
    print("of a cell")
    assert capsys.readouterr().out == "of a cell\n"


TOKEN = "Fe26.2*an*mfa*token*in*the*wrong*place"


def test_what_comes_out_of_a_run_does_not_show_it_by_accident() -> None:
    outcome = run("print('sent', x); raise ValueError(f'no {x}')", TOKEN)
    assert TOKEN in outcome.trouble and TOKEN in outcome.printed and TOKEN not in repr(outcome)


SPILLING = {
    "printed": ("    login =", "    print(password, tenant.client_secret)\n    login ="),
    "in an error": ("    login =", "    raise ValueError(password + tenant.client_secret)\n    login ="),
    "at the end of a long error": ("    login =", '    raise ValueError("x" * 1900 + password * 9)\n    login ='),
    "in the path": ("/oauth/token", "/{password}/{tenant.client_secret}"),
    "as an audience": ("tenant.audience", "tenant.client_secret"),
}


@pytest.mark.parametrize("change", SPILLING.values(), ids=SPILLING)
def test_no_text_of_a_verdict_has_a_secret(change: tuple[str, str]) -> None:
    tenant = practice_tenant()
    verdict = judged("capstone", edited("capstone", change))
    told = verdict.sentence + verdict.printed + "".join(verdict.sent)
    assert told and tenant.password[:8] not in told and (tenant.details.client_secret or "")[:8] not in told


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("/mfa/associate", "/mfa/authenticators/{mfa_token}"), "/mfa/authenticators/{id} takes DELETE, not POST."),
        (("/mfa/associate", "/mfa/associate/{mfa_token}"), "The tenant has no path /mfa/associate/"),
        (('["oob"]', "mfa_token"), "You sent authenticator_types as a string."),
    ],
)
def test_a_token_in_the_wrong_place_is_not_shown(change: tuple[str, str], sentence: str) -> None:
    verdict = judged("another-address", edited("another-address", change))
    assert verdict.sentence.startswith(sentence)
    assert re.search(r"Fe26\.2\*\w", verdict.sentence + "".join(verdict.sent)) is None


ENDLESS = {
    "a loop": "while True: x += 1",
    "a loop that goes on after an Exception": "while True:\n        try: x += 1\n        except Exception: pass",
    "a loop that goes on after anything": "while True:\n        try: x += 1\n        except: continue",
    "sleeping": "import time; time.sleep(1.5)",
}


@pytest.mark.parametrize("body", ENDLESS.values(), ids=ENDLESS)
def test_what_does_not_end_is_stopped(body: str) -> None:
    function = program.from_source(f"def f(x=0):\n    print('before')\n    {body}\n", "f")
    outcome = program.run(function, (), longest=0.05)
    assert outcome.trouble.endswith("it ran for more than 30 seconds. Look for a loop that never ends.")
    assert outcome.printed == "before\n"


def test_what_cannot_be_stopped_is_told_so_for_a_while_only_and_what_has_ended_not_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(program, "_UNTIRING", 0.1)
    may_end, ends = threading.Event(), list[str]()

    def waits() -> None:
        try:
            may_end.wait(DEADLINE)  # what stops it comes when this returns
            ends.append("by itself")
        except program._TooLong:
            ends.append("stopped")

    is_over = threading.Event()
    for _ in range(2):
        may_end.clear()
        thread = threading.Thread(target=waits)
        thread.start()
        program._stop(thread, program._TooLong, is_over)
        assert thread.is_alive()
        may_end.set()
        thread.join(DEADLINE)
        is_over.set()
    assert ends == ["stopped", "by itself"]


def test_what_goes_on_after_its_time_spoils_no_later_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program.run, "__defaults__", (0.5,))
    exercise = EXERCISES[ID]
    first = practice_tenant()
    verdict = judge(
        exercise, WRITE, f"def {exercise.ladder.name}({exercise.ladder.arguments}):\n    while True: pass\n"
    )
    assert not verdict.solved and "more than 30 seconds" in verdict.sentence
    monkeypatch.undo()
    assert judge(exercise, WRITE, exercise.ladder.solution).solved and practice_tenant() is not first


def test_two_tries_at_once_take_turns() -> None:
    exercise = EXERCISES[ID]
    verdicts: list[bool] = []

    def one() -> None:
        verdicts.append(judge(exercise, WRITE, exercise.ladder.solution).solved)

    tries = [threading.Thread(target=one) for _ in range(3)]
    for thread in tries:
        thread.start()
    for thread in tries:
        thread.join(DEADLINE)
    assert verdicts == [True] * 3


def test_a_practice_tenant_that_does_not_say_who_it_is_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    folders: list[Path] = []

    def start(folder: str, **settings: bool) -> Any:
        tenant, stop = open_recording(folder, **settings)
        folders.append(Path(folder))
        stop()  # at once, so that nothing is there to answer
        return tenant, lambda: folders.append(Path("stopped"))

    monkeypatch.setattr(trial, "open_recording", start)
    with pytest.raises(NotReached):
        trial.PracticeTenant()
    assert folders[1:] == [Path("stopped")] and not folders[0].exists()


def test_in_a_page_a_loop_without_an_end_is_stopped_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "IS_HERE", True)
    function = program.from_source("def f():\n    while True: pass\n", "f")
    trouble = program.run(function, (), longest=0.05).trouble
    assert trouble.startswith("The line while") and trouble.endswith(
        "more than 30 seconds. Look for a loop that never ends."
    )


@pytest.mark.skipif(os.name == "nt", reason="there, nothing sends it to one thread")
def test_an_interrupt_while_a_function_runs_is_told_and_ends_it() -> None:
    """As the kernel's stop button does where clicks come on the main thread."""
    began = threading.Event()

    def endless() -> None:
        began.set()
        while True:
            pass

    def interrupt() -> None:
        assert began.wait(DEADLINE)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    try:
        threading.Thread(target=interrupt).start()
        assert program.run(endless, ()).trouble.endswith("you interrupted it.")
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_function_that_prints_while_a_cell_follows_loses_nobodys_output(
    learner: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    """A click runs on a thread of its own, and what follows prints on the main thread meanwhile."""
    began, may_end = threading.Event(), threading.Event()

    def slow() -> None:
        print("of the function")
        began.set()
        assert may_end.wait(DEADLINE)

    outcomes: list[program.Outcome] = []
    click = threading.Thread(target=lambda: outcomes.append(program.run(slow, ())))
    click.start()
    assert began.wait(DEADLINE)

    def follow() -> None:
        print("of the cell")
        may_end.set()
        click.join(DEADLINE)

    assert repr(learner._live(follow, object)) == "of the cell"
    print("afterwards")
    assert outcomes[0].printed == "of the function\n" and capsys.readouterr().out == "afterwards\n"


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
    cells = ["", "def get_mfa_token(tenant", "print(1)"]
    monkeypatch.setattr(sys.modules["__main__"], "In", cells, raising=False)
    assert judge(exercise, WRITE).sentence.startswith(
        "The cell above isn't valid Python yet. This line isn't valid Python: def get_mfa_token(tenant."
    )  # and not what an earlier run of it has defined
    cells.append(exercise.ladder.solution)
    assert judge(exercise, WRITE).solved
    defined(monkeypatch, edited(ID, ("def get", "async def get")))
    assert "is an async function. Write def instead" in judge(exercise, WRITE).sentence


@pytest.mark.parametrize(
    ("id", "change", "sentence"),
    [
        (ID, ("return body", "yield body"), "get_mfa_token has a yield, so a call doesn't run it. Write return instead of yield."),
        (ID, ("    body =", "    input()\n    body ="), "get_mfa_token calls input(), but nobody can type while the form runs it. Use the function's arguments instead."),
        ("second-factor", ("read_code()", "input('code')"), "complete_login calls input(), but nobody can type while the form runs it. Call read_code() instead."),
    ],
)  # fmt: skip
def test_a_function_that_cannot_be_judged_is_not_run(id: str, change: tuple[str, str], sentence: str) -> None:
    verdict = judged(id, edited(id, change))
    assert verdict.sentence == sentence and not verdict.sent


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("def f(:\n", "This line isn't valid Python: def f(:."),
        ("def f():\n    return (\n", "This line isn't valid Python: return (."),
        ("def f():\nreturn", "This line isn't valid Python: return. Check how far each line is indented."),
        ("a\0b", "The program isn't valid Python."),
        (
            f"def f():\n    return {'-' * 200_000}1\n",
            "A line of the program is too long or too deeply nested for Python.",
        ),
        (
            f"def f():\n    return {'+'.join('1' * 100_000)}\n",
            "A line of the program is too long or too deeply nested for Python.",
        ),
    ],
)
def test_what_is_not_python_is_told_with_its_line_if_there_is_one(source: str, sentence: str) -> None:
    with pytest.raises(program.Unusable) as told:
        program.from_source(source, "f")
    assert str(told.value) == sentence


def test_a_refusal_without_words_is_told_in_a_sentence() -> None:
    request = Request(method="POST", path="/mfa/challenge", status=503)
    assert explained(request) == "The tenant rejected POST /mfa/challenge with 503."


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
        (1, 0, 2, 3, 4): "response has no value yet. The line that assigns it must come first.",
        (4, 0, 1, 2, 3): "Your function sent nothing and returned nothing.",
    }
    for order, sentence in said.items():
        assert sentence in judge(exercise, ORDER, order).sentence


def test_a_gap_with_what_is_not_python_is_told_by_its_line() -> None:
    exercise = EXERCISES["another-address"]
    verdict = judge(exercise, "gaps", ["Bearer", '["oob"', "email", "json", "oob_code"])
    assert verdict.sentence.startswith("This line ") and "isn't valid Python" in verdict.sentence


def test_a_loop_and_a_condition_are_blocks_of_their_own() -> None:
    ladder = Ladder(
        "def f(rows):\n    n = 0\n    for row in rows:\n        if row:\n            n += 1\n        else:\n            n -= 1\n    return n\n"
    )
    assert ladder.header == "def f(rows):" and len(ladder.blocks) == 6
    assert ladder.ordered(range(6)) == ladder.solution


def test_the_practice_tenant_that_is_gone_is_an_error_and_the_next_try_has_a_new_one() -> None:
    exercise = EXERCISES[ID]
    judge(exercise, WRITE, exercise.ladder.solution)
    gone = practice_tenant()
    gone._stop()
    with pytest.raises(NotReached):
        judge(exercise, WRITE, exercise.ladder.solution)
    assert not Path(gone._folder.name).exists()
    assert judge(exercise, WRITE, exercise.ladder.solution).solved and practice_tenant() is not gone


LARGE = {
    "many requests": 'http = requests.Session()\n    for _ in range(200): http.get(tenant.base_url + "/userinfo")',
    "many megabytes": 'for _ in range(60): requests.post(tenant.base_url + "/mfa/associate", json={"x": "x" * 99_000})',
}


@pytest.mark.parametrize("more", LARGE.values(), ids=LARGE)
def test_what_is_too_much_to_be_looked_through_is_told_and_hides_nothing(more: str) -> None:
    """D8: what was sent before would be out of sight."""
    right = EXERCISES["second-factor"].ladder.solution
    verdict = judged("second-factor", right.replace("    code = read", f"    {more}\n    code = read"))
    assert verdict.sentence == "Your function sent too much to be checked. Send each request of the task once."


def test_a_deeply_nested_body_is_no_fault_of_the_course() -> None:
    """As long as the tenant's recording could not be read, its first letters were shown, with the secret in the address."""
    deep = """    body = '{"x":' + "[" * 99 + "]" * 99 + "}"
    requests.post(tenant.base_url + "/mfa/associate", params={"s": tenant.client_secret}, data=body,
                  headers={"Content-Type": "application/json"})
    response ="""
    verdict = judged(ID, edited(ID, ("    response =", deep)))
    assert verdict.sentence.startswith("POST /mfa/associate was sent without a token.")


NO_FUNCTION = {
    "a class": ("class get_mfa_token: pass", "get_mfa_token is a class, not a function that was written with def. "),
    "a function of Python's": ("get_mfa_token = max", "get_mfa_token is a built-in function, not a function that was written with def. "),
    "an object": ("class C:\n    def __getattr__(self, name): raise ValueError\n    def __call__(self, *a): pass\nget_mfa_token = C()", "get_mfa_token is an object of the class C, not a function that was written with def. "),
    "a signature of its own": ("def get_mfa_token(*a): pass\nget_mfa_token.__signature__ = 5", "Python can't tell which arguments get_mfa_token takes. "),
}  # fmt: skip


@pytest.mark.parametrize(("source", "sentence"), NO_FUNCTION.values(), ids=NO_FUNCTION)
def test_what_was_not_written_with_def_is_not_run(source: str, sentence: str) -> None:
    write = "Write def get_mfa_token(tenant, username, password), and leave out decorators."
    assert judged(ID, source).sentence == sentence + write


def test_an_argument_that_the_form_cannot_give_is_told() -> None:
    said = judged(ID, edited(ID, ("username, password)", "username='ada', *, password: str)"))).sentence
    assert said == (
        "The form calls your function with (tenant, username, password), but it takes (tenant, username, *, password)."
    )
