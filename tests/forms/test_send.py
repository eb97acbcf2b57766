"""The Python of a notebook, sent by a click: a cell that runs again, with Run All or alone, sends nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from mfa_helpers import forms, notebook
from mfa_helpers.client import errors
from mfa_helpers.client.secret import Secret, plain
from mfa_helpers.lab import Lab
from mfa_helpers.storage.entries import PendingEnrollment

from ..support.notebook_files import PATHS, cells
from .test_steps_of_the_course import click


@pytest.fixture
def lab(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.setitem(vars(notebook), "lab", lab)  # setattr would leave the one that it found there
    return lab


def run_the_cell(number: int) -> forms.SendForm:
    """Run the cell of that notebook which has its Python; what it shows."""
    (source,) = [cell["source"] for cell in cells(PATHS[number]) if cell["id"] == "python"]
    program, _, last = source.rpartition("\n")
    namespace: dict[str, Any] = {}
    exec(program, namespace)
    shown = eval(last, namespace)
    assert isinstance(shown, forms.SendForm)
    return shown


@pytest.mark.parametrize("number", [2, 3, 5])
def test_running_the_cell_sends_nothing_and_loses_neither_a_login_nor_tokens(lab: Lab, number: int) -> None:
    lab.catch_up("tokens")
    tokens, mails, event = lab.tokens, lab.mails(), lab.tenant.log.newest_event()
    click(run_the_cell(3), "Send it")  # it was sent before, too
    sent = {event["type"] for event in lab.tenant.log.events_since(event)}
    event = lab.tenant.log.newest_event()
    for _ in range(2):
        form = run_the_cell(number)
    assert form.error is None and form.result is None and lab.tokens is tokens and lab.mails() == mails
    reading = {"sapi", "seccft"}  # the log is read
    assert sent - reading and {event["type"] for event in lab.tenant.log.events_since(event)} <= reading


def test_a_click_in_02_sends_a_code_that_03_goes_on_with(lab: Lab) -> None:
    lab.login()
    form = run_the_cell(2)
    click(form, "Send it")
    assert form.error is None and form.status == (
        "Your Python printed: 200 ['authenticator_type', 'binding_method', 'oob_channel', 'oob_code']"
    )
    assert lab.confirm(lab.newest_code(lab.mails("enrollment")))


def test_a_click_in_05_sends_a_challenge_that_the_form_below_goes_on_with(lab: Lab) -> None:
    lab.catch_up("authenticator", "login")
    form, complete = run_the_cell(5), forms.CompleteForm(lab)
    click(form, "Send it")
    assert form.status == "Your Python printed: 200 ['binding_method', 'challenge_type', 'oob_code']"
    complete.hands_free()
    assert complete.error is None and lab.tokens is not None


def test_a_click_in_03_is_rejected_and_the_login_stays(lab: Lab) -> None:
    lab.login()
    form = run_the_cell(3)
    click(form, "Send it")
    assert form.status == "Your Python printed: 403 invalid_grant Malformed mfa_token" and lab.has("login")


def test_without_a_login_a_click_is_no_red_error_and_catches_up(lab: Lab) -> None:
    form = run_the_cell(2)
    click(form, "Send it")
    assert isinstance(form.error, errors.StepMissing) and form.status.startswith(
        "Problem: This step needs an MFA token"
    )
    (way_out,) = form._way_out.children
    click(way_out, "Catch up")
    click(form, "Send it")
    assert form.error is None and lab.has("enrollment")


def test_a_mistake_in_the_cell_is_a_sentence_with_what_to_do(lab: Lab) -> None:
    def send() -> None:
        raise KeyError("oob_code")

    form = forms.SendForm(lab, send)
    click(form, "Send it")
    assert "stopped the function: there's no key 'oob_code' in it." in form.status
    assert form.status.endswith("Correct the cell, run it, and then click “Send it” again.")


def access_token(lab: Lab) -> str:
    lab.catch_up("tokens")
    return plain(lab.tokens.access_token) if lab.tokens else ""


SECRETS: dict[str, Callable[[Lab], str]] = {
    "the user's password": lambda lab: plain(lab.tenant.password or ""),
    "the application's secret": lambda lab: plain(lab.tenant.client_secret or ""),
    "the MFA token": lambda lab: lab.mfa_token.reveal(),
    "the code of an enrollment": lambda lab: lab.needed(PendingEnrollment).oob_code.reveal(),
    "an access token": access_token,
    "a refresh token": lambda lab: f"v1.{'Mabc-_19' * 6}",
    "the digits of an email": lambda lab: plain(lab.mails()[0].code or ""),
    "a recovery code": lambda lab: "ABCD2345" * 3,
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_neither_what_the_cell_prints_nor_its_error_shows_a_secret(lab: Lab, secret: Callable[[Lab], str]) -> None:
    lab.catch_up("tokens", "login")
    lab.keep(PendingEnrollment(Secret("an oob_code that isn't sealed")))
    text = secret(lab)
    assert len(text) >= 6

    def fail() -> None:
        raise KeyError(text)

    def leave() -> None:
        raise SystemExit(text)

    for code in (lambda: print({"of the response": text}), lambda: print(f"it is {text}."), fail, leave):
        form = forms.SendForm(lab, code)
        click(form, "Send it")
        assert text not in form.status + repr(form.error) + str(form.result) and len(form.status) > 30


def test_a_long_print_is_cut_where_no_secret_is_left_and_the_form_says_so(lab: Lab) -> None:
    password = plain(lab.tenant.password or "")
    form = forms.SendForm(lab, lambda: print("y" * (4000 - len(password) // 2) + password + "z" * 10_000_000))
    click(form, "Send it")
    assert form.error is None and len(form.status) < 4200 and password[:4] not in form.status
    assert form.status.endswith("… The rest isn't shown, because it's too long.")

    def fail() -> None:
        raise ValueError("y" * 10_000_000)

    form = forms.SendForm(lab, fail)
    click(form, "Send it")
    assert len(form.status) < 4200 and form.status.endswith("click “Send it” again.")


def test_a_cell_that_ends_the_program_gets_a_sentence(lab: Lab) -> None:
    class Untold(Exception):
        def __str__(self) -> str:
            raise SystemExit

    def untold() -> None:
        raise Untold

    for code, said in ((sys.exit, "it ended the program."), (untold, "it raised an error that can't be shown.")):
        form = forms.SendForm(lab, code)
        click(form, "Send it")
        assert said in form.status and form.status.endswith("click “Send it” again.")


def test_an_interrupted_form_says_so(lab: Lab) -> None:
    def wait() -> None:
        raise KeyboardInterrupt

    form = forms.SendForm(lab, wait)
    with pytest.raises(KeyboardInterrupt):
        form.submit()
    assert form.status == "You interrupted it. To try again, click the button again."
    assert not form.single_attempt.busy


def test_hands_free_it_sends_nothing(lab: Lab) -> None:
    lab.hands_free = True
    assert forms.SendForm(lab, lambda: 1 / 0).result is None
