"""What every form has in common, looked at in all of them."""

from __future__ import annotations

import threading
from html import unescape
from typing import Any

import ipywidgets as widgets
import pytest

from mfa_helpers import forms
from mfa_helpers.client.errors import AlreadyEnrolled, TenantUnreachable
from mfa_helpers.forms.controls import descendants
from mfa_helpers.lab import Lab
from mfa_helpers.learner.tenant_setup import TenantSetup

from ..support.deadline import DEADLINE
from ..support.end_sandbox import end_sandbox

STEPS = [
    forms.TenantForm,
    forms.SignInForm,
    forms.AssociateForm,
    forms.ConfirmForm,
    forms.AuthenticatorForm,
    forms.ChallengeForm,
    forms.CompleteForm,
]
MAKERS = [*STEPS, lambda lab: forms.CatchUpForm(lab, "login")]
EACH = pytest.mark.parametrize("make", MAKERS, ids=[*(form.__name__ for form in STEPS), "CatchUpForm"])


@EACH
def test_every_input_has_a_description_and_every_button_a_text_and_a_tooltip(make: Any, lab: Lab) -> None:
    for widget in descendants(make(lab)):
        if isinstance(widget, widgets.Button):
            assert widget.description and widget.tooltip and not widget.icon
        elif hasattr(widget, "disabled"):
            assert widget.description


@EACH
def test_the_text_form_is_fixed_and_shows_no_value(make: Any, lab: Lab) -> None:
    form = make(lab)
    for widget in descendants(form):
        if isinstance(widget, widgets.Text):
            widget.value = "canary-value"
    bundle = form._repr_mimebundle_()
    assert bundle["text/plain"] == f"<{type(form).__name__}: run the cell to see it>"
    assert "canary-value" not in str(bundle)


@EACH
def test_no_color_is_fixed_so_that_themes_decide(make: Any, lab: Lab) -> None:
    form = make(lab)
    for widget in descendants(form):
        text = f"{getattr(widget, 'value', '')} {widget.layout.border_left if hasattr(widget, 'layout') else ''}"
        text = unescape(text)  # an apostrophe is written with a number sign
        assert "#" not in text and "color:" not in text and "rgb" not in text


#: What a form defines although a box has it. `send` is for messages to a box's front end, which takes none.
_REPLACED = {"close_all", "send", "_repr_keys"}


@pytest.mark.parametrize("name", [one for one in forms.__all__ if issubclass(getattr(forms, one), forms.Form)])
def test_no_form_replaces_what_a_box_needs_itself(name: str) -> None:
    own = {
        one
        for kind in getattr(forms, name).__mro__
        if kind.__module__.startswith("mfa_helpers")
        for one, value in vars(kind).items()
        if callable(value) or isinstance(value, property)
    }
    assert {one for one in own & set(dir(widgets.VBox)) if not one.startswith("__")} <= _REPLACED


@EACH
def test_submitting_prints_nothing_and_raises_nothing(make: Any, lab: Lab, capfd: pytest.CaptureFixture[str]) -> None:
    form = make(lab)
    form.submit()
    assert form.status.startswith(("Done: ", "Problem: "))
    assert capfd.readouterr() == ("", "")


@EACH
def test_a_fault_of_the_course_itself_is_kept_and_told(
    make: Any, lab: Lab, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    form = make(lab)

    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("a bug")

    for name in ("choose", "login", "associate", "confirm", "list_authenticators", "challenge", "complete", "catch_up"):
        monkeypatch.setattr(lab, name, broken)
    if hasattr(form, "password") and form.password is not None:
        form.password.value = "something"
    form.submit()
    assert isinstance(form.error, ZeroDivisionError)
    assert "Something in the course itself failed (ZeroDivisionError)" in form.status
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("own_tenant")
@pytest.mark.parametrize(
    ("make", "call"),
    [
        (forms.SignInForm, "submit_as_sandbox_user"),
        (forms.AssociateForm, "submit"),
        (forms.ConfirmForm, "renew"),
        (forms.AuthenticatorForm, "submit"),
        (forms.ChallengeForm, "submit"),
        (forms.CompleteForm, "renew"),
        (lambda lab: forms.CatchUpForm(lab, "login"), "submit"),
    ],
)
def test_with_the_tenant_down_a_sentence_shows_and_the_next_try_works(make: Any, call: str, lab: Lab) -> None:
    lab.catch_up("challenge")
    if call == "submit" and make not in STEPS:
        lab.handover.forget("sandbox")  # else there is nothing to catch up
    if make is forms.ConfirmForm:
        lab.forget("enrolled")  # else there is nothing to confirm
    form = make(lab)
    end_sandbox()
    getattr(form, call)()
    assert isinstance(form.error, TenantUnreachable)
    assert "Nothing responds at 127.0.0.1" in form.status
    getattr(form, call)()
    assert form.error is None or "already" in form.status


@EACH
def test_a_second_click_while_the_first_is_pending_does_nothing(
    make: Any, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = make(lab)
    if hasattr(form, "password") and form.password is not None:
        form.password.value = "something"
    began, go_on, calls = threading.Event(), threading.Event(), []

    def slow(*_: Any, **__: Any) -> Any:
        calls.append(1)
        began.set()
        assert go_on.wait(DEADLINE)
        raise ValueError

    for name in ("choose", "login", "associate", "confirm", "list_authenticators", "challenge", "complete", "catch_up"):
        monkeypatch.setattr(lab, name, slow)
    first = threading.Thread(target=form.submit)  # JupyterLab calls handlers on any thread
    first.start()
    assert began.wait(DEADLINE)
    inputs = [widget for widget in descendants(form) if hasattr(widget, "disabled")]
    assert all(widget.disabled for widget in inputs)
    assert form.status == "Working …"
    form.submit()
    go_on.set()
    first.join(DEADLINE)
    assert calls == [1]
    assert not any(widget.disabled for widget in inputs)


def test_the_exchange_of_each_submit_can_be_opened_below_the_status_and_is_not_announced(lab: Lab) -> None:
    form = forms.SignInForm(lab)
    form.password.value = "canary-value"
    form.submit()
    shown = form.status_line.value
    announced, _, below = shown.partition("</div>")
    assert "The user name or the password is incorrect." in announced
    assert (
        below.startswith("<details")
        and "<summary>What went over the wire: POST /oauth/token, ✘ 403 invalid_grant</summary>" in below
    )
    assert "canary-value" not in str(form.get_state()) + shown and "password=*****MASKED*****" in shown
    form.submit()  # the field is empty now: nothing is sent
    assert "The password is missing." in form.status_line.value and "<details" not in form.status_line.value
    form.submit_as_sandbox_user()
    assert "✔ 403 mfa_required: as expected</summary>" in form.status_line.value


def test_a_form_in_the_second_login_draws_the_whole_flow(lab: Lab) -> None:
    lab.catch_up("enrolled")
    form = forms.SignInForm(lab)
    form.submit_as_sandbox_user()
    for said in ("01 │", "02 │", "03 │", "04 │", "Still to come: 05 challenge, complete."):  # catching up has listed
        assert said in form.status_line.value


def test_after_a_confirmed_email_no_enrollment_is_said_to_be_still_to_come(lab: Lab) -> None:
    lab.catch_up("enrolled")
    lab.login()
    with pytest.raises(AlreadyEnrolled):
        lab.associate()  # a repetition that fails does not undo what was done
    lab.login()
    shown = repr(lab.wire("login"))
    assert "Still to come: 05 challenge, complete." in shown and "02 │── POST /mfa/associate" in shown
    assert "✘" not in shown


def test_who_is_enrolled_by_an_administrator_has_no_enrollment_to_come(lab: Lab) -> None:
    lab.companion(TenantSetup).give(type="email", email="ada@example.com")
    lab.login()
    assert "Still to come: 04 list; 05 challenge, complete." in repr(lab.wire("login"))


def test_practicing_again_draws_a_flow_from_its_beginning(lab: Lab) -> None:
    lab.catch_up("tokens")
    lab.unenroll()
    lab.login()
    assert "Still to come: 02 associate; 03 confirm;" in repr(lab.wire("login"))


def test_running_a_form_cell_again_closes_the_older_form(lab: Lab) -> None:
    older = forms.SignInForm(lab)
    older.password.value = "typed and left"
    button = older.buttons[0]
    forms.SignInForm(lab)
    assert older.password.value == ""
    assert older.comm is None and button.comm is None


def test_one_click_is_one_request(lab: Lab) -> None:
    lab.login()
    form = forms.AssociateForm(lab)
    button = next(w for w in descendants(form) if isinstance(w, widgets.Button) and w.description == "Send me a code")
    button.click()
    assert form.error is None  # a click hides exceptions: the form must have none
    assert len(lab.mails()) == 1
