"""The forms of notebook 06: the second token, the table, and a second address."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import ipywidgets as widgets
import pytest

from mfa_helpers import forms
from mfa_helpers.client import errors
from mfa_helpers.client.models import Tokens
from mfa_helpers.forms.controls import descendants
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.predictions import PREDICTIONS
from mfa_helpers.lessons.second_token import CALLS, TOKENS, SecondToken

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


def row(form: forms.TokenPowersForm, call: str) -> str:
    """What the row of `call` says."""
    return unescape(form.rows[call].value)


def predict(form: forms.TokenPowersForm, call: str, answer: str) -> str:
    """Choose that answer of its question, and return what is said of it."""
    prediction = form.predictions[call]
    next(one for one in descendants(prediction) if getattr(one, "description", "") == answer).click()
    return unescape(prediction._outcome.value)


def test_a_prediction_sends_the_call_with_both_tokens_and_is_judged(ready: Lab) -> None:
    form = forms.TokenPowersForm(ready)
    assert "→" not in row(form, "associate")
    said = predict(form, "associate", "both")
    assert [step for step, _ in ready.history[-2:]] == [f"try-associate-{token}" for token in TOKENS]
    assert "→ <strong>MFA token: No. 403 access_denied: User is already enrolled.</strong>" in row(form, "associate")
    assert "→ <strong>access token: Yes. 200, oob_code for email</strong>" in row(form, "associate")
    assert form.status == (
        "Done: POST /mfa/associate was sent with each token.\n"
        "MFA token: No. 403 access_denied: User is already enrolled.\naccess token: Yes. 200, oob_code for email"
    )
    assert "✘" in said and "You predicted “both”. An MFA token associates only" in said
    assert list(form.seen) == ["associate"] and not form.is_done
    form.submit()
    assert form.error is None and form.is_done and set(form.seen) == set(CALLS)


def test_the_right_prediction_is_what_the_tenant_does_with_each_token(ready: Lab) -> None:
    form = forms.TokenPowersForm(ready)
    takers = {"both": ["Yes", "Yes"], "only the MFA token": ["Yes", "No"], "only the access token": ["No", "Yes"]}
    for call in CALLS:
        right = PREDICTIONS[f"token to {call}"].right
        assert "✔" in predict(form, call, right)
        assert [line.split(": ")[1].split(".")[0] for line in form.seen[call].splitlines()] == takers[right]


def test_what_was_tried_is_shown_in_the_next_kernel_and_not_asked_again(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", "notebooks/06_enroll_at_any_moment.ipynb")
    first = Lab()
    first.catch_up("enrolled", "login")
    forms.SecondTokenForm(first).submit()
    predict(forms.TokenPowersForm(first), "challenge", "both")
    again = forms.TokenPowersForm(Lab())
    assert "access token: No. 403 invalid_grant: Malformed mfa_token" in row(again, "challenge")
    assert again.predictions["challenge"]._answers.layout.display == "none" and not again.is_done


def test_a_call_that_cannot_be_tried_yet_says_what_comes_first_and_the_question_stays(lab: Lab) -> None:
    lab.catch_up("enrolled", "login")
    form = forms.TokenPowersForm(lab)
    assert predict(form, "list", "both") == ""
    assert "There's no access token yet. Click “Sign in for the MFA API” above." in form.status
    assert "→" not in row(form, "list") and form.predictions["list"]._answers.layout.display != "none"


def test_when_the_login_has_expired_the_table_catches_up(ready: Lab, later: Callable[[int], None]) -> None:
    later(601)
    form = forms.TokenPowersForm(ready)
    assert not form.send("list") and isinstance(form.error, errors.LoginExpired)
    (way_out,) = form._way_out.children
    click(way_out, "Catch up")
    forms.SecondTokenForm(ready).submit()
    assert form.send("list") and form.error is None


def test_a_second_address_is_added_confirmed_listed_and_removed(ready: Lab) -> None:
    second = forms.SecondAddressForm(ready)
    click(second, "Send a code")
    assert second.status == f"Done: an email with six digits is on its way to {SECOND}."
    confirm = forms.ConfirmSecondForm(ready)
    click(confirm, "Check the inbox")
    assert SECOND in confirm.mail.value
    click(confirm, "Confirm")
    assert confirm.error is None and confirm.mail.value == "" and confirm.code.value == ""
    assert ready.has("login") and confirm.status.endswith("Your login in progress is still valid.")
    remove = forms.RemoveForm(ready)
    click(remove, "List all")
    assert "Keep the first active email, which the other notebooks use" in remove.status  # it may be of any address
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
    form.choice.value = form.choice.options[0][1]  # the only one left is the first now
    click(form, "Remove it")
    assert not form.is_done and "✘" in repr(ready.checkpoint("second-address"))


def test_the_first_address_is_never_picked_by_the_form_so_a_double_click_does_not_remove_it(ready: Lab) -> None:
    form = with_two_addresses(ready)
    click(form, "Remove it")
    form.remove_button.click()  # the second of a double click, on its way before the button is hidden
    assert form.status == "Done: removed. 1 authenticator left." and form.is_done
    assert form.choice.value is None and form.remove_button.layout.display == "none"
    assert [row.active for row in ready.companion(SecondToken).list_authenticators()] == [True]


def test_an_app_that_notebook_08_left_does_not_make_the_form_pick_the_first_address(lab: Lab) -> None:
    lab.hands_free = True
    forms.TenantSetupForm(lab, "otp", "recovery-code")
    lab.hands_free = False
    app = forms.AppForm(lab)
    app.enroll()  # and never confirm it
    lab.catch_up("enrolled", "login")
    click(forms.SecondTokenForm(lab), "Sign in for the MFA API")
    form = with_two_addresses(lab)
    assert "email" in form.choice.label
    click(form, "Remove it")
    assert form.is_done and form.choice.label is not None and "email" not in form.choice.label


def test_an_address_that_was_never_confirmed_is_not_the_second_one(ready: Lab) -> None:
    forms.TokenPowersForm(ready).send("associate")
    form = with_two_addresses(ready)
    form.choice.value = next(id for label, id in form.choice.options if "never confirmed" in label)
    click(form, "Remove it")
    assert not form.is_done and "The confirmed second address is still there, so remove it, too." in form.status
    click(form, "Remove it")
    assert form.is_done and "✔" in repr(ready.checkpoint("second-address"))


def test_without_a_login_in_progress_none_is_said_to_be_valid(ready: Lab) -> None:
    ready.forget("login")
    forms.SecondAddressForm(ready).submit()
    form = forms.ConfirmSecondForm(ready)
    form.hands_free()
    assert form.status == "Done: the second address is confirmed."


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


def test_the_comparison_alone_needs_a_login_and_offers_it(ready: Lab) -> None:
    ready.forget("login")
    form = forms.TokenPowersForm(ready)
    (way_out,) = form._way_out.children
    click(way_out, "Catch up")
    assert ready.has("login") and form._way_out.children == ()


def test_hands_free_the_comparison_gets_a_login(ready: Lab) -> None:
    ready.forget("login")
    ready.hands_free = True
    assert forms.TokenPowersForm(ready).error is None


def test_once_the_second_address_was_removed_the_button_that_helps_sends_a_new_code(ready: Lab) -> None:
    forms.SecondAddressForm(ready).submit()
    confirm = forms.ConfirmSecondForm(ready)
    click(confirm, "Check the inbox")
    remove = forms.RemoveForm(ready)
    remove.submit()
    remove.remove()  # the newest
    click(confirm, "Confirm")
    assert isinstance(confirm.error, errors.OobCodeUnknown) and confirm.helpful() is confirm.new_button
    click(confirm, "Send a new code")
    click(confirm, "Check the inbox")
    click(confirm, "Confirm")
    assert confirm.error is None and isinstance(confirm.result, Tokens)


def test_the_table_removes_what_it_added_and_not_the_second_address(ready: Lab) -> None:
    form = forms.TokenPowersForm(ready)
    predict(form, "associate", "both")
    forms.SecondAddressForm(ready).submit()
    confirm = forms.ConfirmSecondForm(ready)
    predict(form, "remove", "both")
    assert "Yes. 204, removed" in row(form, "remove")
    click(confirm, "Check the inbox")
    click(confirm, "Confirm")
    assert confirm.error is None and isinstance(confirm.result, Tokens)


def test_a_list_from_before_the_confirmation_is_requested_again(ready: Lab) -> None:
    forms.SecondAddressForm(ready).submit()
    confirm = forms.ConfirmSecondForm(ready)
    remove = forms.RemoveForm(ready)
    remove.submit()
    assert remove.helpful() is remove.remove_button
    click(confirm, "Check the inbox")
    click(confirm, "Confirm")
    assert not remove.choice.options and remove.helpful() is not remove.remove_button
    remove.submit()
    remove.remove()
    assert remove.is_done


def test_whoever_removed_the_first_address_is_led_to_add_another_one(ready: Lab) -> None:
    second = forms.SecondAddressForm(ready)
    second.submit()
    confirm = forms.ConfirmSecondForm(ready)
    click(confirm, "Check the inbox")
    click(confirm, "Confirm")
    remove = forms.RemoveForm(ready)
    remove.submit()
    assert second.is_done and confirm.is_done
    remove.choice.value = next(row.id for row in remove.result or () if row.active)  # the first one
    remove.remove()
    assert "That wasn't the second address." in remove.status
    assert not (second.is_done or confirm.is_done or remove.is_done)
    second.submit()
    click(confirm, "Check the inbox")
    click(confirm, "Confirm")
    assert second.is_done and confirm.is_done
    remove.submit()
    remove.remove()
    assert remove.is_done and "No active one is left" not in remove.status
    remove.choice.value = remove.choice.options[0][1]
    remove.remove()  # and the one to keep, too
    assert remove.status.endswith("No active one is left. Click “Catch up” at the top of this notebook.")


def test_whoever_removed_the_only_address_is_told_to_catch_up_first(ready: Lab) -> None:
    remove = forms.RemoveForm(ready)
    remove.submit()
    remove.choice.value = remove.choice.options[0][1]
    remove.remove()
    assert "No active one is left. Click “Catch up” at the top of this notebook" in remove.status
    assert not remove.is_done and ready.missing("enrolled")
