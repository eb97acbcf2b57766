"""The forms of notebook 08. The QR code is scanned; what is secret is gone from every widget when it is done."""

from __future__ import annotations

import base64
import io
import re
import threading
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets
import pyotp
import pytest
import zxingcpp
from PIL import Image

from mfa_helpers import forms
from mfa_helpers.client import errors
from mfa_helpers.client.models import Tokens
from mfa_helpers.forms.base import Form
from mfa_helpers.forms.controls import descendants
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.other_factors import Factors

from ..support.deadline import DEADLINE
from ..support.end_sandbox import end_sandbox
from .test_steps_of_the_course import click

FORMS = [forms.AppForm, forms.PhoneForm, forms.PushForm, forms.RecoveryForm]
ALL = ("otp", "sms", "push-notification", "recovery-code")


@pytest.fixture
def ready(lab: Lab) -> Lab:
    form = forms.TenantSetupForm(lab, *ALL)
    assert form.status == (
        "This form turns on authenticator apps (otp), text messages and calls (sms), push notifications (push-notification), "
        "and recovery codes (recovery-code). The last form of this notebook restores the settings."
    )
    click(form, "Turn on")
    assert form.status == "Done: the tenant is set up for this notebook."
    return lab


def state(form: Form) -> str:
    """All that the widgets of a form hold."""
    return " ".join(str(widget.get_state()) for widget in [form, *descendants(form)])


def scanned(html: str) -> str:
    """What a phone's camera reads from the picture in `html`."""
    (png,) = re.findall(r'src="data:image/png;base64,([^"]+)"', html)
    with Image.open(io.BytesIO(base64.b64decode(png))) as picture:
        (code,) = zxingcpp.read_barcodes(picture.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    return str(code.text)


def test_the_qr_code_is_read_by_a_scanner_and_an_app_that_takes_it_confirms(ready: Lab) -> None:
    form = forms.AppForm(ready)
    click(form, "Enroll an app")
    read = pyotp.parse_uri(scanned(form.shown.value))
    assert isinstance(read, pyotp.TOTP) and (read.name, read.issuer, read.interval) == (
        "ada@example.com",
        "Sandbox tenant",
        30,
    )
    form.code.value = read.at(int(ready.tenant.now()))
    click(form, "Send the code")
    assert form.error is None and "confirmed, so it's active" in form.status
    assert form.challenge_button.layout.display == ""


def test_the_secret_can_be_typed_as_well(ready: Lab) -> None:
    form = forms.AppForm(ready)
    form.enroll()
    (spaced,) = re.findall(r"<code>([A-Z2-7 ]+)</code>", form.shown.value)
    assert spaced.replace(" ", "") == form.result.secret.reveal()


def test_after_the_confirmation_no_widget_holds_the_secret_or_the_recovery_code(ready: Lab) -> None:
    form = forms.AppForm(ready)
    form.enroll()
    enrollment = form.result
    secrets = [enrollment.secret.reveal(), enrollment.barcode_uri.reveal(), enrollment.recovery_codes[0].reveal()]
    assert secrets[2] in state(form)  # it was shown, so its absence means something
    click(form, "Show my phone's code")
    code = form.code.value
    form.submit()
    assert form.error is None
    assert not [secret for secret in [*secrets, code, "data:image"] if secret in state(form)]


def test_what_another_enrollment_has_removed_is_said_to_be_gone_and_not_shown_any_more(ready: Lab) -> None:
    app, phone = forms.AppForm(ready), forms.PhoneForm(ready)
    app.enroll()
    assert "returns a new code, and only the newest code works" in app.shown.value
    phone.enroll()
    assert phone.error is None and app.shown.value == ""
    assert app.status == "You enrolled another factor, which removed this one. To use it, enroll it again."
    app.code.value = "123456"
    app.submit()
    assert app.status == "Problem: There's nothing to verify. Enroll the factor or challenge it first."
    app.look_at_phone()
    assert "No authenticator app is enrolled here." in app.status


def test_after_another_factor_was_enrolled_nothing_old_is_said_or_offered(ready: Lab) -> None:
    app, phone = forms.AppForm(ready), forms.PhoneForm(ready)
    app.enroll()
    app.look_at_phone()
    used = app.code.value
    app.submit()
    app.challenge()
    app.code.value = used
    app.submit()
    assert "The app doesn't show this code" in app.status
    phone.enroll()
    assert app.status == "You enrolled another factor, which removed this one. To use it, enroll it again."
    assert app.challenge_button.layout.display == "none"


def test_a_code_that_is_not_six_digits_is_refused_without_a_word_of_email(ready: Lab) -> None:
    app = forms.AppForm(ready)
    app.enroll()
    for typed in ("", "12345", "abcdef"):
        app.code.value = typed
        app.submit()
        assert isinstance(app.error, errors.InvalidInput) and "mail" not in app.status


def test_running_the_cell_again_takes_the_secret_off_the_older_form(ready: Lab) -> None:
    older = forms.AppForm(ready)
    older.enroll()
    assert "data:image" in older.shown.value
    forms.AppForm(ready)
    assert older.shown.value == ""


def test_the_phone_button_shows_the_code_and_how_long_it_is_good(ready: Lab, later: Callable[[int], None]) -> None:
    form = forms.AppForm(ready)
    click(form, "Show my phone's code")
    assert "No authenticator app is enrolled here. Click “Enroll an app” first." in form.status
    form.enroll()
    form.look_at_phone()
    assert re.search(
        r"the code that your phone shows is in the field. It's valid for another \d+ seconds?", form.status
    )
    used = form.code.value
    form.submit()
    form.challenge()
    form.code.value = used
    form.submit()
    assert isinstance(form.error, errors.WrongOtp) and "Wait until the app shows the next code" in form.status
    later(30)
    form.look_at_phone()
    form.submit()
    assert form.error is None and isinstance(form.result, Tokens)


@pytest.mark.parametrize("kind", ["sms", "voice"])
def test_a_text_or_a_call(kind: str, ready: Lab) -> None:
    form = forms.PhoneForm(ready)
    form.channel.value = kind
    for button in ("Enroll this number", "Challenge it"):
        click(form, button)
        click(form, "Show the message")
        assert "erification code" in form.shown.value and len(form.code.value) == 6
        click(form, "Send the code")
        assert form.error is None and form.shown.value == "" and form.code.value == ""
    assert isinstance(form.result, Tokens) and "tokens of a login with two factors" in form.status


def test_a_bad_number_stays_to_be_corrected(ready: Lab) -> None:
    form = forms.PhoneForm(ready)
    form.number.value = "0167"
    form.enroll()
    assert "This isn't a phone number. Write it with a plus sign" in form.status and form.number.value == "0167"
    form.number.value = "+1 555 010 0168"
    form.enroll()
    assert form.error is None


def test_a_push_that_is_approved(ready: Lab) -> None:
    form = forms.PushForm(ready)
    for button in ("Enroll the phone", "Challenge it"):
        click(form, button)
        click(form, "Poll once")
        assert form.error is None
        assert "the user hasn't responded yet: 400 authorization_pending. Poll again in 5 seconds" in form.status
        click(form, "Poll once")
        assert "It's too soon to poll again, so nothing was sent." in form.status
        click(form, "Approve")
        assert form.status == "Done: you approved it on the phone. Now poll the tenant."
        click(form, "Poll too soon")  # the tenant does not mind: the answer is there
        assert form.error is None
    assert isinstance(form.result, Tokens)


def test_asking_too_soon_shows_slow_down_and_the_longer_pause(ready: Lab) -> None:
    form = forms.PushForm(ready)
    form.enroll()
    form.submit()
    click(form, "Poll too soon")
    assert isinstance(form.error, errors.SlowDown) and "429 slow_down" in form.status
    assert form.status.endswith("The interval is 10 seconds now.")
    assert "✘ 429 slow_down" in form.status_line.value  # what went over the wire


def test_a_rejected_push_says_to_stop(ready: Lab) -> None:
    form = forms.PushForm(ready)
    form.enroll()
    click(form, "Reject")
    form.submit()
    assert isinstance(form.error, errors.PushRejected) and "The user rejected the push notification." in form.status
    form.enroll()  # and a new one works
    form.tap("approve")
    form.submit()
    assert form.error is None


def test_a_recovery_code_is_used_once_and_the_next_one_is_shown_until_it_is_put_away(ready: Lab) -> None:
    app = forms.AppForm(ready)
    app.enroll()
    old = app.result.recovery_codes[0].reveal()
    app.look_at_phone()
    app.submit()
    form = forms.RecoveryForm(ready)
    form.code.value = f" {old[:6].lower()}-{old[6:]} "
    click(form, "Sign in with it")
    new = form.result.recovery_code.reveal()
    assert new in form.next_code.shown.value and old not in state(form)
    click(form, "I've written it down")
    assert new not in state(form)
    form.code.value = old
    form.submit()
    assert isinstance(form.error, errors.WrongRecoveryCode) and "Type the newest one" in form.status
    click(form, "Use my newest code")
    assert form.code.value == new
    form.submit()
    assert form.error is None


def test_hands_free_each_form_does_the_whole_and_the_last_puts_everything_back(lab: Lab) -> None:
    lab.catch_up("enrolled")
    lab.hands_free = True
    forms.TenantSetupForm(lab, *ALL)
    for make in FORMS:
        form = make(lab)
        assert form.status.startswith("Done: ") and isinstance(form.result, Tokens)
        recovery = lab.companion(Factors).recovery_code
        assert recovery is not None and recovery.reveal() not in state(form)
    assert forms.PutBackForm(lab).status == (
        "Done: the settings are restored: factor otp off; factor push-notification off; factor recovery-code off; factor sms off; "
        "the user's emails, enrolled again: 1."
    )
    lab.login()
    assert [(row.kind, row.active) for row in lab.list_authenticators()] == [("email", True)]


def test_with_nothing_changed_there_is_nothing_to_put_back(lab: Lab) -> None:
    form = forms.PutBackForm(lab)
    form.submit()
    assert form.status == "Done: nothing had changed."


@pytest.mark.parametrize("make", [lambda lab: forms.TenantSetupForm(lab, "otp"), forms.PutBackForm])
def test_on_a_live_tenant_a_form_that_needs_the_sandbox_says_so_and_fails_no_cell(
    make: Any, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    monkeypatch.setattr(lab, "tenant", replace(lab.tenant, management=None))
    for lab.hands_free in (False, True):
        assert "Dashboard" in make(lab).status


@pytest.mark.parametrize("make", [lambda lab: forms.TenantSetupForm(lab, "otp"), forms.PutBackForm, *FORMS])
def test_every_input_has_a_description_no_color_is_fixed_and_submitting_raises_nothing(
    make: Any, lab: Lab, capfd: pytest.CaptureFixture[str]
) -> None:
    form = make(lab)
    for widget in descendants(form):
        if isinstance(widget, widgets.Button):
            assert widget.description and widget.tooltip and not widget.icon
        elif hasattr(widget, "disabled"):
            assert widget.description
        assert not re.search(r"(?<!&)#\w{3}|color:|rgb", str(getattr(widget, "value", "")))
    form.submit()
    assert form.status.startswith(("Done: ", "Problem: "))
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("own_tenant")
@pytest.mark.parametrize(
    ("make", "call"),
    [
        (lambda lab: forms.TenantSetupForm(lab, *ALL), "submit"),
        (forms.AppForm, "enroll"),
        (forms.PutBackForm, "submit"),
    ],
)
def test_with_the_tenant_down_a_sentence_shows_and_the_next_try_works(make: Any, call: str, ready: Lab) -> None:
    form = make(ready)
    end_sandbox()
    getattr(form, call)()
    assert isinstance(form.error, errors.TenantUnreachable) and "Nothing responds at 127.0.0.1" in form.status
    getattr(form, call)()
    assert form.error is None


def test_a_second_click_while_the_first_is_pending_sends_nothing(ready: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    form = forms.PushForm(ready)
    form.enroll()
    began, go_on, polls = threading.Event(), threading.Event(), []

    def slow(**_: Any) -> None:
        polls.append(1)
        began.set()
        assert go_on.wait(DEADLINE)
        raise errors.SlowDown()

    monkeypatch.setattr(form.factors, "poll", slow)
    first = threading.Thread(target=form.submit)  # JupyterLab calls handlers on any thread
    first.start()
    assert began.wait(DEADLINE)
    form.submit()
    form.ask_too_soon()
    go_on.set()
    first.join(DEADLINE)
    assert polls == [1]
