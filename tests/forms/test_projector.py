"""A room looks on: one box masks addresses and codes, in every form, and everything works as before."""

from __future__ import annotations

import os
from pathlib import Path

import ipywidgets as widgets
import pytest

from mfa_helpers import forms
from mfa_helpers.client.models import Tokens
from mfa_helpers.forms.base import Form
from mfa_helpers.forms.code_tabs import Programs
from mfa_helpers.forms.controls import descendants
from mfa_helpers.lab import Lab

ADDRESS = "ada@example.com"


def on_screen(form: Form) -> str:
    """All text of a form that a room can read; what is in a password field is dots."""
    texts = [w for w in descendants(form) if isinstance(w, (widgets.HTML, widgets.Text, widgets.Textarea))]
    return "\n".join(w.value for w in texts if not isinstance(w, widgets.Password))


@pytest.fixture
def room(lab: Lab) -> Lab:
    """A lab after a tick in the box of notebook 00."""
    form = forms.TenantForm(lab)
    form.projector.value = True
    assert form.status.startswith("Done: addresses and codes are hidden from now on, in all notebooks.")
    return lab


def test_the_box_holds_in_the_next_notebook_after_a_fresh_start_and_until_it_is_cleared(room: Lab) -> None:
    room.reset()
    there = forms.TenantForm(Lab())
    assert there.projector.value is True
    there.projector.value = False
    assert there.status.startswith("Done: addresses and codes are shown from now on")
    assert forms.SignInForm(room).username.value in on_screen(forms.SignInForm(room))


def test_where_it_cannot_be_kept_the_form_says_that_it_holds_here_only(lab: Lab) -> None:
    Path(os.environ["JUPYTER_RUNTIME_DIR"]).write_text("a file where the folder was")
    form = forms.TenantForm(lab)
    form.projector.value = True
    assert form.status.startswith(
        "Problem: addresses and codes are hidden in this notebook only. The file in which notebooks share state can't be read"
    )
    assert lab.shown(ADDRESS) == "a•••@e•••.com"


def test_the_address_is_read_nowhere_and_sent_as_it_is(room: Lab) -> None:
    sign_in = forms.SignInForm(room)
    assert ADDRESS not in on_screen(sign_in) and sign_in.username.value == ADDRESS
    sign_in.submit_as_sandbox_user()
    assert "username=a•••%40e•••.com" in repr(room.last_exchange("login")) and "a•••%40e•••.com" in on_screen(sign_in)
    tabs = Programs(room, "login")
    for program in [*tabs.programs.values(), *tabs.as_programs.values()]:
        assert "ada" not in program
        assert "a•••@e•••.com" in program.replace("%40", "@") or "has no function for this call" in program
    associate = forms.AssociateForm(room)
    associate.email.value = "ada+room@example.com"
    associate.submit()
    assert associate.error is None and "ada+" not in on_screen(associate) + repr(room.last_exchange("associate"))
    assert room.mails()[0].to == "ada+room@example.com"
    associate.email.value = "ada@home@example.com"
    associate.submit()
    assert "ada" not in associate.status and "isn't an email address." in associate.status


def test_the_mail_is_shown_without_its_code_and_the_code_works(room: Lab) -> None:
    room.catch_up("enrollment")
    code = room.newest_code().reveal()
    form = forms.ConfirmForm(room)
    form.look()
    assert code not in on_screen(form) and ADDRESS not in on_screen(form)
    assert "••••••" in form.mail.value and "a•••@e•••.com" in form.mail.value
    assert form.code.value == code not in on_screen(form)
    form.submit()
    assert isinstance(form.result, Tokens)


def test_a_mail_of_ones_own_template_is_masked_too(room: Lab) -> None:
    form = forms.TemplateForm(room)
    form.submit()
    assert form.error is None and "••••••" in form.mail.value and ADDRESS not in form.mail.value
    assert form.result.code.reveal() not in form.mail.value


def test_so_are_the_codes_and_numbers_of_the_other_factors(room: Lab) -> None:
    forms.TenantSetupForm(room, "otp", "sms", "recovery-code").submit()
    phone = forms.PhoneForm(room)
    phone.enroll()
    (recovery_code,) = phone.result.recovery_codes
    assert phone.shown.value.count("••••••") == 1 and recovery_code.reveal() not in on_screen(phone)
    phone.look_at_phone()
    assert "••••••" in phone.shown.value and phone.code.value not in on_screen(phone)
    assert "15550100167" not in on_screen(phone) + repr(room.last_exchange())
    app = forms.AppForm(room)
    app.enroll()
    spoken = app.result.secret.reveal()
    assert spoken[:4] not in app.shown.value.partition("Type this secret")[2]
    app.look_at_phone(1)
    assert app.code.value not in on_screen(app)
    app.submit()
    assert isinstance(app.result, Tokens)
    recovery = forms.RecoveryForm(room)
    recovery.use()
    recovery.submit()
    assert "••••••" in recovery.next_code.shown.value and recovery.result.recovery_code.reveal() not in on_screen(
        recovery
    )
