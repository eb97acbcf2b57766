"""Reports about forms: secret-leak, callback-errors, callback-output, repeat-click, concurrency, theme, stale-state."""

from __future__ import annotations

import re
import threading
from html import escape
from typing import Any

import ipywidgets as widgets
import pytest

from mfa_helpers import forms
from mfa_helpers.client import errors
from mfa_helpers.forms.controls import descendants
from mfa_helpers.lab import Lab

from ..forms.test_forms import STEPS
from ..support.deadline import DEADLINE
from ..support.end_sandbox import end_sandbox
from ..support.sandbox_api import wrong

EACH = pytest.mark.parametrize("make", STEPS, ids=[form.__name__ for form in STEPS])


def button(form: forms.Form, name: str) -> widgets.Button:
    return next(one for one in descendants(form) if isinstance(one, widgets.Button) and one.description == name)


@EACH
def test_n_02_no_bundle_of_an_output_has_what_was_typed(make: Any, lab: Lab) -> None:
    form = make(lab)
    for widget in descendants(form):
        if isinstance(widget, widgets.Text):
            assert not isinstance(widget, widgets.Password) or widget.value == ""
            widget.value = "canary-typed"
    assert "canary-typed" not in str(form._repr_mimebundle_()) + repr(form)


def test_n_04_an_error_in_a_click_is_on_the_form_and_a_canary_proves_that_a_test_sees_it(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = forms.AuthenticatorForm(lab)

    def broken() -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(lab, "list_authenticators", broken)
    button(form, "List my authenticators").click()
    with pytest.raises(AssertionError):  # the line that tests of clicks end with
        assert form.error is None
    assert isinstance(form.error, ZeroDivisionError) and "Something in the course itself failed" in form.status


@pytest.mark.usefixtures("own_tenant")
def test_n_06_all_is_said_in_the_status_and_nothing_is_printed(lab: Lab, capfd: pytest.CaptureFixture[str]) -> None:
    lab.login()
    lab.associate()
    form = forms.ConfirmForm(lab)
    right = lab.newest_code().reveal()
    said = []

    def submit(code: str) -> None:
        form.code.value = code
        button(form, "Confirm").click()
        said.append(form.status)

    submit(wrong(right))
    end_sandbox()
    submit(right)
    submit(right)
    form.refuse_if_over = None  # type: ignore[method-assign,assignment]
    submit("")
    submit("123456")
    assert [part in sentence for part, sentence in zip(PARTS, said, strict=True)] == [True] * 5
    assert capfd.readouterr() == ("", "")


PARTS = (
    "The code is incorrect.",
    "Nothing responds at 127.0.0.1",
    "Done: your email is confirmed.",
    "Done: your email is confirmed.",  # an empty field after a success is a double click
    "Something in the course itself failed (TypeError)",
)


def slow(lab: Lab, path: str, seconds: float) -> None:
    """Let the tenant's next answer there come late."""
    lab.tenant.require_controls().go_wrong(path, "slow", seconds)


def two_clicks(lab: Lab, step: str, form: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Press “Send me a code”, and once more while the first press is being worked on."""
    began, go_on, real = threading.Event(), threading.Event(), getattr(lab, step)

    def held(*args: Any, **kwargs: Any) -> Any:
        began.set()
        assert go_on.wait(DEADLINE)
        return real(*args, **kwargs)

    send = button(form, "Send me a code")
    with monkeypatch.context() as patch:
        patch.setattr(lab, step, held)
        first = threading.Thread(target=send.click)
        first.start()
        assert began.wait(DEADLINE)
        send.click()
        go_on.set()
        first.join(DEADLINE)
    assert not send.disabled


def test_n_07_two_clicks_are_one_request_and_one_mail(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.catch_up("authenticator", "login")
    before = len(lab.mails())
    forms.ChallengeForm(lab)
    form = forms.ChallengeForm(lab)  # the cell was run again: there is no second handler
    two_clicks(lab, "challenge", form, monkeypatch)
    assert form.error is None and len(lab.mails()) == before + 1
    assert [step for step, _ in lab.history].count("challenge") == 1


def test_n_08_a_queued_click_around_a_slow_answer_is_dropped_and_the_button_comes_back(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.login()
    form = forms.AssociateForm(lab)
    two_clicks(lab, "associate", form, monkeypatch)
    assert form.error is None and len(lab.mails()) == 1
    form.email.value = "nobody"
    two_clicks(lab, "associate", form, monkeypatch)
    assert isinstance(form.error, errors.InvalidInput) and len(lab.mails()) == 1
    form.email.value = ""
    lab.client.transport.timeout = (DEADLINE, 0.2)
    slow(lab, "/mfa/associate", 1)
    two_clicks(lab, "associate", form, monkeypatch)
    assert isinstance(form.error, errors.TenantTimedOut) and [s for s, _ in lab.history].count("associate") == 2


def test_n_09_a_form_and_a_loop_on_two_threads_cross_nothing_in_200_rounds(lab: Lab) -> None:
    lab.catch_up("enrolled", "login")
    form = forms.AuthenticatorForm(lab)
    faults: list[BaseException] = []

    def loop() -> None:
        try:
            for _ in range(200):
                assert [one.kind for one in lab.list_authenticators()] == ["email"]
        except BaseException as fault:
            faults.append(fault)

    other = threading.Thread(target=loop)
    other.start()
    for _ in range(200):
        form.submit()
        assert form.error is None and len(form.result) == 1
    other.join(DEADLINE)
    assert not faults


@EACH
def test_n_22_no_color_is_fixed_and_words_carry_the_state(make: Any, lab: Lab) -> None:
    form = make(lab)
    form.submit()
    assert form.status.startswith(("Done: ", "Problem: "))
    for widget in descendants(form):
        text = str(getattr(widget, "value", "")).partition("<details")[0] + str(widget.layout.get_state())
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|(?<![\w-])color: *[a-z]", text)


@EACH
def test_n_23_every_input_is_named_every_button_has_a_text_and_the_result_stands_beside_it(make: Any, lab: Lab) -> None:
    form = make(lab)
    for widget in descendants(form):
        if isinstance(widget, widgets.Button):
            assert widget.description and widget.tooltip and not widget.icon
        elif hasattr(widget, "disabled"):
            assert widget.description
    form.submit()
    assert form.status_line in form.children and escape(form.status) in form.status_line.value


def test_n_25_a_cell_that_is_run_again_closes_its_older_form_and_one_run_too_early_names_the_way(lab: Lab) -> None:
    older = forms.ConfirmForm(lab)
    newer = forms.ConfirmForm(lab)
    assert older.comm is None and all(widget.comm is None for widget in descendants(older))
    newer.code.value = "123456"
    newer.submit()
    assert isinstance(newer.error, errors.StepMissing)
    assert "This step needs an MFA token, which you don't have yet. Click “Catch up”" in newer.status
    assert len(newer._way_out.children) == 1
