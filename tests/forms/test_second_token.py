"""The forms of notebook 06: the second token, the table, and a second address."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets
import pytest

from mfa_helpers import forms
from mfa_helpers.client import errors
from mfa_helpers.client.models import Tokens
from mfa_helpers.forms.controls import descendants
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.second_token import CALLS, TOKENS

from .test_steps_of_the_course import click

SECOND = "ada.second@example.com"


@pytest.fixture
def ready(lab: Lab) -> Lab:
    lab.catch_up("enrolled", "login")
    form = forms.SecondTokenForm(lab)
    click(form, "Sign in for the MFA API")
    assert form.error is None and isinstance(form.result, Tokens)
    assert form.status.startswith("Done: you have an access token, valid for 10 minutes, with the scopes enroll read:")
    return lab


def test_with_another_factor_the_sign_in_says_why_it_gets_no_token(lab: Lab) -> None:
    lab.hands_free = True
    forms.TenantSetupForm(lab, "otp", "recovery-code")
    forms.AppForm(lab)
    lab.hands_free = False
    form = forms.SecondTokenForm(lab)
    form.submit()
    assert isinstance(form.error, errors.StepMissing)
    assert "The tenant requires a second factor for this audience" in form.status


def test_each_press_sends_one_call_and_fills_one_cell(ready: Lab) -> None:
    form = forms.TokenPowersForm(ready)
    sent = len(ready.history)
    form.buttons["associate", "mfa"].click()
    assert len(ready.history) == sent + 1
    assert "No. 403 access_denied: User is already enrolled." in form.cells["associate", "mfa"].value
    assert [place for place, cell in form.cells.items() if cell.value] == [("associate", "mfa")]
    assert form.status.endswith("7 to go.")
    form.submit()
    assert form.status.endswith("The table is full.") and len(form.result) == len(CALLS) * len(TOKENS)


def test_a_cell_that_cannot_be_tried_yet_says_what_comes_first(lab: Lab) -> None:
    lab.catch_up("enrolled", "login")
    form = forms.TokenPowersForm(lab)
    form.try_out("list", "access")
    assert "There's no access token yet. Click “Sign in for the MFA API” above." in form.status
    assert form.cells["list", "access"].value == ""


def test_when_the_login_has_expired_the_table_catches_up(ready: Lab, later: Callable[[int], None]) -> None:
    later(601)
    form = forms.TokenPowersForm(ready)
    form.try_out("list", "mfa")
    assert isinstance(form.error, errors.LoginExpired)
    (way_out,) = form._way_out.children
    click(way_out, "Catch up")
    form.try_out("list", "mfa")
    assert form.error is None


def test_a_second_address_is_added_confirmed_listed_and_removed(ready: Lab) -> None:
    second = forms.SecondAddressForm(ready)
    click(second, "Send a code")
    assert second.status == f"Done: an email with six digits is on its way to {SECOND}."
    confirm = forms.ConfirmSecondForm(ready)
    click(confirm, "Check the inbox")
    assert SECOND in confirm.mail.value
    click(confirm, "Confirm")
    assert confirm.error is None and confirm.mail.value == "" and confirm.code.value == ""
    assert ready.has("login")
    remove = forms.RemoveForm(ready)
    click(remove, "List all")
    assert "Keep the first active one, which the other notebooks use" in remove.status  # it may be of any address
    assert [label for label, _ in remove.choice.options] == [
        "email ***@exam******* (active)",
        "email ada.******@exam******* (active)",
    ]
    assert remove.choice.value == remove.choice.options[1][1]  # the newest, not the one that others need
    click(remove, "Remove it")
    assert remove.status == "Done: removed. 1 authenticator left." and len(remove.choice.options) == 1


def with_two_addresses(ready: Lab) -> forms.RemoveForm:
    """The list of a user who has added a second address."""
    forms.SecondAddressForm(ready).submit()
    forms.ConfirmSecondForm(ready).hands_free()
    form = forms.RemoveForm(ready)
    click(form, "List all")
    return form


def test_the_removal_of_the_first_address_is_not_that_of_the_second(ready: Lab) -> None:
    form = with_two_addresses(ready)
    form.choice.value = form.choice.options[0][1]
    click(form, "Remove it")
    assert form.error is None and not form.is_done and "That wasn't the second address." in form.status
    assert "Still missing: the removal of that address." in repr(ready.checkpoint("second-address"))
    click(form, "Remove it")  # the only one left is the first now
    assert not form.is_done and "✘" in repr(ready.checkpoint("second-address"))


def test_an_address_that_was_never_confirmed_is_not_the_second_one(ready: Lab) -> None:
    forms.TokenPowersForm(ready).try_out("associate", "access")
    form = with_two_addresses(ready)
    form.choice.value = next(id for label, id in form.choice.options if "never confirmed" in label)
    click(form, "Remove it")
    assert not form.is_done and "The confirmed second address is still there, so remove it, too." in form.status
    click(form, "Remove it")
    assert form.is_done and "✔" in repr(ready.checkpoint("second-address"))


def test_a_wrong_code_and_a_new_mail(ready: Lab) -> None:
    forms.SecondAddressForm(ready).submit()
    form = forms.ConfirmSecondForm(ready)
    right = ready.newest_code(form.mails()).reveal()
    form.code.value = "000000" if right != "000000" else "000001"
    form.submit()
    assert isinstance(form.error, errors.WrongCode)
    form.renew()
    assert form.error is None and len(form.mails()) == 2
    form.look()
    form.submit()
    assert form.error is None


def test_hands_free_the_whole_leaves_only_the_first_active_address(lab: Lab) -> None:
    lab.catch_up("enrolled", "login")
    lab.hands_free = True
    for make in (
        forms.SecondTokenForm,
        forms.TokenPowersForm,
        forms.SecondAddressForm,
        forms.ConfirmSecondForm,
        forms.RemoveForm,
    ):
        assert make(lab).status.startswith("Done: ")
    assert [(row.name, row.active) for row in lab.list_authenticators()] == [("***@exam*******", True)]


@pytest.mark.parametrize(
    "make",
    [forms.SecondTokenForm, forms.TokenPowersForm, forms.SecondAddressForm, forms.ConfirmSecondForm, forms.RemoveForm],
)
def test_every_input_has_a_description_and_every_button_a_text_and_a_tooltip(make: type, lab: Lab) -> None:
    for widget in descendants(make(lab)):
        if isinstance(widget, widgets.Button):
            assert widget.description and widget.tooltip
        elif hasattr(widget, "disabled"):
            assert widget.description
