"""Break it, say what it is, repair it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mfa_helpers import forms
from mfa_helpers.client.secret import Secret
from mfa_helpers.forms.controls import descendants
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.clinic.faults import FAULTS
from mfa_helpers.storage.progress import Progress


@pytest.fixture(autouse=True)
def _file(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MFA_PROGRESS", str(tmp_path / "progress.json"))


def test_a_person_breaks_answers_and_repairs(lab: Lab) -> None:
    form = forms.ClinicForm(lab, "grant-off")
    assert form.choice.layout.display == "none"
    form.submit()
    assert form.status == (
        "Done: the fault is active. The tenant returned 403 unauthorized_client, “Grant type 'password' not allowed for the client”."
    )
    assert "unauthorized_client" in form.shown.value and form.choice.layout.display == ""
    form.repair_button.click()
    assert form.status.startswith("Submit a correct diagnosis")
    form.answer_button.click()
    assert form.status == "Choose a diagnosis first."
    form.choice.value = "The password is wrong."
    form.answer_button.click()
    assert (
        form.status
        == "Not quite. Then the error would be invalid_grant. Here, no password was checked. Look at the response again."
    )
    form.choice.value = "The application isn't allowed to use the password grant."
    form.answer_button.click()
    assert form.status.startswith("Correct. ") and form.status.endswith("Now click “Repair it”.")
    form.repair_button.click()
    assert form.status.startswith(
        "Done: it's repaired. The same call now returns 403 mfa_required, with an MFA token. The fix: Select"
    )
    assert form.status.endswith("\nFaults repaired: 1 of 5.")
    assert "mfa_required" in form.shown.value and form.choice.layout.display == "none"
    assert "grant-off" in Progress().all()[0]["clinic"].exercises


@pytest.mark.parametrize("id", FAULTS)
def test_what_the_form_shows_before_the_diagnosis_does_not_give_the_fix_away(id: str, lab: Lab) -> None:
    form = forms.ClinicForm(lab, id)
    form.submit()
    assert FAULTS[id].advice not in " ".join(str(one.get_state()) for one in descendants(form))


@pytest.mark.parametrize("id", FAULTS)
def test_hands_free_it_does_the_whole_of_it(id: str, lab: Lab) -> None:
    lab.hands_free = True
    form = forms.ClinicForm(lab, id)
    assert form.error is None and "The same call now returns" in form.status


def test_the_wait_is_said(lab: Lab) -> None:
    form = forms.ClinicForm(lab, "too-many-codes")
    form.submit()
    assert form.status.endswith("Retry-After: 6 minutes.")


def test_the_right_answer_is_not_always_first(lab: Lab) -> None:
    places = [forms.ClinicForm(lab, id).choice.options.index(fault.named[0][0]) for id, fault in FAULTS.items()]
    assert set(places) == {0, 1, 2}


def test_several_stand_in_one_notebook(lab: Lab) -> None:
    one, other = forms.ClinicForm(lab, "never"), forms.ClinicForm(lab, "grant-off")
    one.submit()
    other.submit()
    assert one.error is None and other.error is None


def test_a_fault_that_another_form_repairs_is_not_said_to_be_active(lab: Lab) -> None:
    one, other = forms.ClinicForm(lab, "never"), forms.ClinicForm(lab, "grant-off")
    one.submit()
    assert one.status.startswith("Done: the fault is active.")
    other.submit()
    assert one.status.startswith("This fault isn't active anymore") and "is active" in other.status
    one.choice.value = FAULTS["never"].named[0][0]
    one.answer_button.click()
    one.repair_button.click()  # the tenant has one set of settings
    assert one.status.startswith("Done: it's repaired.")
    assert other.status.startswith("This fault isn't active anymore")
    other.submit()
    forms.SignInForm(Lab()).submit_as_sandbox_user()  # of another notebook
    other.lab.views.look()
    assert other.status.startswith("This fault isn't active anymore")


def test_a_cure_that_fails_is_not_said_to_be_another_forms(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    form = forms.ClinicForm(lab, "never")
    form.submit()
    form.choice.value = FAULTS["never"].named[0][0]
    form.answer_button.click()
    assert form.clinic.patient is not None
    monkeypatch.setattr(form.clinic.patient, "password", Secret("wrong"))
    form.repair_button.click()
    lab.views.look()
    assert form.status.startswith("Problem: ")


def test_a_diagnosis_that_was_given_is_not_asked_for_again(lab: Lab) -> None:
    one = forms.ClinicForm(lab, "never")
    one.submit()
    one.choice.value = FAULTS["never"].named[0][0]
    one.answer_button.click()
    forms.ClinicForm(lab, "grant-off").submit()
    assert "You can still click “Repair it”." in one.status


def test_on_a_live_tenant_it_says_that_it_needs_the_sandbox(lab: Lab) -> None:
    lab.tenant = replace(lab.tenant, management=None, controls=None)
    form = forms.ClinicForm(lab, "never")
    assert form.status.startswith("These faults need the sandbox")
    form.submit()
    assert form.status.startswith("Problem: These faults need the sandbox")
    lab.hands_free = True
    forms.ClinicForm(lab, "never")  # no cell fails


@pytest.mark.parametrize("id", ["grant-off", "never"])
def test_a_fault_that_is_left_open_does_not_affect_the_learners_own_login(id: str, lab: Lab) -> None:
    forms.ClinicForm(lab, id).submit()
    other = Lab()  # of another notebook
    form = forms.SignInForm(other)
    form.submit_as_sandbox_user()
    assert other.has("login") and form.status.startswith("Done: the password is correct")
    told = f"The fault “{FAULTS[id].title}” in notebook 09 was still active, so it was repaired first."
    assert form.status.endswith(told)
    form.submit_as_sandbox_user()
    assert "notebook 09" not in form.status
    assert not other.missing("login")


def test_a_factor_that_is_left_off_is_on_again_for_an_enrollment(lab: Lab) -> None:
    lab.login()
    forms.ClinicForm(lab, "factor-off").submit()
    form = forms.AssociateForm(Lab())
    form.submit()
    assert form.error is None and "was repaired first." in form.status


def test_what_is_repaired_in_its_own_notebook_is_not_told_in_another(lab: Lab) -> None:
    form = forms.ClinicForm(lab, "never")
    form.submit()
    form.choice.value = FAULTS["never"].named[0][0]
    form.answer_button.click()
    form.repair_button.click()
    sign_in = forms.SignInForm(Lab())
    sign_in.submit_as_sandbox_user()
    assert sign_in.error is None and "notebook 09" not in sign_in.status


def test_a_fault_that_was_broken_is_still_there_when_its_cell_runs_again(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", "notebooks/09_when_it_goes_wrong.ipynb")
    forms.ClinicForm(Lab(), "never").submit()
    again = forms.ClinicForm(Lab(), "never")
    assert again.status.startswith("You've broken this one already.") and again.choice.layout.display == ""
