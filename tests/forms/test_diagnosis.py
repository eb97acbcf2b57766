"""The form: evidence in words, one button that mends, and a place to go to on a live tenant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mfa_helpers import forms
from mfa_helpers.client import errors
from mfa_helpers.lab import Lab


def grants_off(lab: Lab) -> None:
    assert lab.tenant.management is not None
    lab.tenant.management.change("PATCH", f"/clients/{lab.tenant.client_id}", {"grant_types": ["refresh_token"]})
    with pytest.raises(errors.GrantNotAllowed):
        lab.login()


def test_all_is_well(lab: Lab) -> None:
    form = forms.DiagnosisForm(lab)
    form.submit()
    assert form.status.startswith("Done: no cause was found") and form.result == [] and form.shown.value == ""
    assert form.fix_button.layout.display == "none"


def test_it_shows_the_evidence_and_fixes_it(lab: Lab) -> None:
    grants_off(lab)
    form = forms.DiagnosisForm(lab)
    form.submit()
    assert form.status == "Done: this is the cause."
    for words in (
        "unauthorized_client",
        "grant_types don&#x27;t include password",
        "fepft: Grant type",
        "select Password and MFA",
    ):
        assert words in form.shown.value
    form.fix_button.click()
    assert form.status == "Done: the setting is now correct. Send the request again."
    assert form.fix_button.layout.display == form.again_button.layout.display == "none"  # it was no call of the clinic
    assert "What was wrong" in form.shown.value and "both grants are selected" in form.shown.value
    form.submit()
    assert form.status == "Done: the setting is now correct. Send the request again."
    lab.login()
    form.submit()
    assert form.result == []


@pytest.mark.parametrize("fault", ["grant-off", "never", "factor-off", "origin", "blocked-user"])
def test_after_the_fix_it_does_not_contradict_itself_and_sends_the_clinics_call_again(fault: str, lab: Lab) -> None:
    clinic = forms.ClinicForm(lab, fault)
    clinic.submit()
    form = forms.DiagnosisForm(lab)
    form.submit()
    assert form.status == "Done: this is the cause."
    for act in (form.fix, form.submit):
        act()
        assert form.status == "Done: the setting is now correct. Send the request again."
    form.again_button.click()
    assert form.error is None and form.status.startswith("Done: the same call now returns ")
    assert form.shown.value == "" and form.again_button.layout.display == "none"
    form.submit()
    assert form.status.startswith("Done: no cause was found")


def test_on_a_live_tenant_there_is_no_button(lab: Lab) -> None:
    grants_off(lab)
    lab.tenant = replace(lab.tenant, management=None)
    form = forms.DiagnosisForm(lab)
    assert "tells you where to look in the Dashboard" in form.status
    form.submit()
    assert "Advanced Settings" in form.shown.value and form.fix_button.layout.display == "none"


def test_words_of_a_tenant_are_shown_as_text(lab: Lab) -> None:
    grants_off(lab)
    assert lab.failures
    next(reversed(lab.failures.values())).error_description = "<script>alert(1)</script>"
    form = forms.DiagnosisForm(lab)
    form.submit()
    assert "<script>" not in form.shown.value and "&lt;script&gt;" in form.shown.value
