"""The forms of notebook 07: what the tenant wants, by type or by id, and the mail in a frame."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import ipywidgets as widgets
import pytest

from mfa_helpers import forms
from mfa_helpers.client import errors
from mfa_helpers.client.models import Tokens
from mfa_helpers.client.sandbox_controls import Mail
from mfa_helpers.forms.controls import descendants
from mfa_helpers.forms.template import framed
from mfa_helpers.lab import Lab

from .test_steps_of_the_course import click

FORMS = [forms.RequirementsForm, forms.ChallengeByForm, forms.TemplateForm]


@pytest.fixture
def ready(lab: Lab) -> Lab:
    form = forms.TenantSetupForm(lab, "otp", customize=True)
    click(form, "Turn on")
    assert form.error is None
    return lab


@pytest.mark.parametrize(
    ("has", "said"),
    [("email", "challenge: email."), ("nothing", "enroll: otp."), ("three", "challenge: otp, email.")],
)
def test_what_the_user_has_decides_what_the_tenant_wants(has: str, said: str, ready: Lab) -> None:
    form = forms.RequirementsForm(ready)
    form.user.value = has
    click(form, "Sign in")
    assert form.status == f"Done: the response is mfa_required, and its mfa_requirements has {said}"


def test_without_customizable_mfa_there_are_no_requirements_and_the_form_says_so(lab: Lab) -> None:
    form = forms.RequirementsForm(lab)
    form.submit()
    assert "without mfa_requirements, so Customizable MFA is turned off." in form.status


def test_by_type_the_tenant_chooses_and_by_id_the_learner(ready: Lab) -> None:
    user = forms.RequirementsForm(ready)
    user.user.value = "three"
    user.submit()
    form = forms.ChallengeByForm(ready)
    click(form, "Challenge")
    assert "It doesn't name an authenticator. In the inbox, there's a new email to ada@example.com." in form.status
    form.by.value = ("type", "otp")
    form.submit()
    assert "challenge_type otp" in form.status and "Nothing was sent, because the app computes the code." in form.status
    click(form, "List authenticators")
    assert [label for label, _ in form.by.options][3:] == [
        "authenticator_id of the email ***@exam*******",
        "authenticator_id of the email ada.******@exam*******",
        "authenticator_id of the otp",
    ]
    form.by.value = form.by.options[4][1]
    form.submit()
    assert "there's a new email to ada.second@example.com." in form.status


def test_the_code_of_a_challenge_by_id_completes_the_login_wherever_it_went(ready: Lab) -> None:
    user = forms.RequirementsForm(ready)
    user.user.value = "three"
    user.submit()
    form = forms.ChallengeByForm(ready)
    form.look()
    form.by.value = form.by.options[4][1]
    form.submit()
    complete = forms.CompleteForm(ready)
    complete.look()
    assert "ada.second@example.com" in complete.mail.value
    complete.submit()
    assert isinstance(complete.result, Tokens) and ready.tenant.mails()[0].to == "ada.second@example.com"


def test_a_type_that_the_user_has_not_is_refused_with_a_sentence(ready: Lab) -> None:
    forms.RequirementsForm(ready).submit()
    form = forms.ChallengeByForm(ready)
    form.by.value = ("type", "otp")
    form.submit()
    assert isinstance(form.error, errors.NoSuchAuthenticator) and form.error.error == "unsupported_challenge_type"


def test_a_template_is_kept_and_its_real_mail_is_shown_and_put_away(ready: Lab) -> None:
    forms.RequirementsForm(ready).submit()
    form = forms.TemplateForm(ready)
    form.subject.value, form.body.value = "For {{ user.name }}", "<p>It is <b>{{ code }}</b>.</p>"
    click(form, "Save it and send me an email")
    assert form.error is None and form.result.subject == "For Ada"
    code = form.result.code.reveal()
    (frame,) = re.findall(r'srcdoc="([^"]*)"', form.mail.value)
    assert unescape(frame).strip() == f"<p>It is <b>{code}</b>.</p>"
    click(form, "Hide the email")
    assert code not in " ".join(str(widget.get_state()) for widget in [form, *descendants(form)])
    complete = forms.CompleteForm(ready)
    complete.look()
    complete.submit()
    assert complete.error is None  # own words, and the code is as good as ever


def test_a_template_without_the_code_is_said_to_lock_users_out(ready: Lab) -> None:
    forms.RequirementsForm(ready).submit()
    form = forms.TemplateForm(ready)
    form.submit()
    assert "no code" not in form.status and "Der Code" not in form.result.html
    form.body.value = "<p>Welcome!</p>"
    form.submit()
    assert (
        form.error is None and "this email has no code in it" in form.status and "Write {{ code }} into" in form.status
    )
    complete = forms.CompleteForm(ready)
    complete.look()
    assert complete.status == (
        "Done: this is the newest email. There's no code in it, so write {{ code }} into its template, and request a new one."
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [("{% if %}", "The template isn't valid Liquid"), ("{{ code ", "A tag in the template isn't closed")],
)
def test_a_bad_template_gets_the_tenants_own_sentence_and_loses_nothing(body: str, reason: str, ready: Lab) -> None:
    form = forms.TemplateForm(ready)
    form.body.value = body
    form.submit()
    assert isinstance(form.error, errors.Refused) and form.error.error == "invalid_body"
    assert reason in form.status and "400 invalid_body" in form.status
    assert form.body.value == body and form.mail.value == "" and "challenge" not in ready.exchanges
    form.body.value = "{{ code }}"
    form.submit()
    assert form.error is None


@pytest.mark.parametrize(
    "html", ['"><script>alert(1)</script>', "<script>alert(1)</script>", "&quot;><img src=x onerror=alert(1)>"]
)
def test_whatever_a_mail_holds_stays_inside_its_frame(html: str) -> None:
    mail = Mail(1, "<b>a</b>", "<i>s</i>", "<script>", "", None, html)
    shown = framed(mail)
    head, frame = shown.split("<iframe ")
    assert '<iframe sandbox="" ' in shown and shown.count("<iframe") == 1
    assert "<script" not in shown and "<img" not in shown and "<b>" not in head and "<i>" not in head
    (srcdoc,) = re.findall(r'srcdoc="([^"]*)" style="[^"]*"></iframe>$', frame)
    assert unescape(srcdoc) == html


def test_hands_free_each_form_does_the_whole(ready: Lab) -> None:
    ready.hands_free = True
    for make in (*FORMS, forms.CompleteForm, forms.PutBackForm):
        assert make(ready).status.startswith("Done: ")
    assert forms.TemplateForm(ready).mail.value == ""
    forms.PutBackForm(ready)
    answer = ready.login()
    assert isinstance(answer, errors.MfaRequired) and answer.mfa_requirements is None


def test_on_a_live_tenant_they_say_that_they_need_the_sandbox_and_fail_no_cell(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    monkeypatch.setattr(lab, "tenant", replace(lab.tenant, management=None))
    for lab.hands_free in (False, True):
        assert "This form needs the sandbox" in forms.RequirementsForm(lab).status
        assert "This form needs the sandbox" in forms.TemplateForm(lab).status
        forms.ChallengeByForm(lab)


@pytest.mark.parametrize("make", FORMS)
def test_every_input_has_a_description_and_submitting_raises_nothing(
    make: Any, lab: Lab, capfd: pytest.CaptureFixture[str]
) -> None:
    form = make(lab)
    for widget in descendants(form):
        if isinstance(widget, widgets.Button):
            assert widget.description and widget.tooltip and not widget.icon
        elif hasattr(widget, "disabled"):
            assert widget.description
    form.submit()
    assert form.status.startswith(("Done: ", "Problem: "))
    assert capfd.readouterr() == ("", "")
