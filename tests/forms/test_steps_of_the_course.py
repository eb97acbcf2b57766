"""Each form does its step, by `submit()` and by one real click; and each slip has a way out in the form."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets
import pytest

from mfa_helpers import forms
from mfa_helpers.client import errors
from mfa_helpers.client.models import Authenticator, Challenge, Enrollment, Tokens
from mfa_helpers.client.secret import Secret
from mfa_helpers.forms.base import Form
from mfa_helpers.forms.controls import descendants
from mfa_helpers.lab import Lab
from mfa_helpers.learner.tenant_setup import TenantSetup
from mfa_helpers.show.html import WRAPPED
from mfa_helpers.storage.entries import Login, PendingEnrollment


def click(form: Form, name: str) -> None:
    """Click the visible button called `name`; a click hides exceptions, so the form is asked."""
    button = next(w for w in descendants(form) if isinstance(w, widgets.Button) and w.description == name)
    assert button.layout.display != "none"
    button.click()


def test_another_choice_leaves_nothing_that_was_said_of_the_tenant_before(lab: Lab) -> None:
    form = forms.TenantForm(lab)
    form.kind.value = "class"
    form.submit()
    assert "join line" in form.status
    form.kind.value = "live"
    assert "join line" not in form.status and "until you check it" in form.status.lower() and form.error is None
    form.kind.value = "sandbox"
    assert form.status == form.invitation()


def test_the_checks_of_a_tenant_go_with_it(lab: Lab) -> None:
    form = forms.TenantForm(lab)
    form.submit()
    assert "Your setup is complete" in form.checklist.value
    form.kind.value = "live"
    assert form.checklist.value == "" and form.checks == []
    form.kind.value = "sandbox"
    form.submit()
    form.reset()
    assert form.checklist.value == "" and form.checks == [] and form.error is None


@pytest.mark.usefixtures("own_tenant")
def test_choose_the_tenant(lab: Lab) -> None:
    form = forms.TenantForm(lab)
    click(form, "Check the tenant")
    assert form.error is None and form.result["issuer"] == "https://sandbox.localhost/"
    assert form.status.startswith("Done: the sandbox responds.")
    assert "<summary>Your setup is complete</summary>" in form.checklist.value and "✘" not in form.checklist.value


def test_choosing_a_tenant_says_which_setting_is_missing(lab: Lab) -> None:
    lab.tenant.require_controls().reset({"settings": {"mfa_policy": []}})
    form = forms.TenantForm(lab)
    click(form, "Check the tenant")
    assert form.error is None and form.status.endswith("Something is missing. The list below says what to do.")
    assert '<details style="line-height: 1.5" open>' in form.checklist.value
    assert "✘ The tenant didn&#x27;t require a second factor" in form.checklist.value
    form.kind.value = "live"
    form.submit()
    assert form.checklist.value == ""


def test_choosing_ones_own_tenant_without_settings_says_which_are_missing_and_keeps_the_sandbox(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.chdir(str(tmp_path))
    for name in ("AUTH0_DOMAIN", "AUTH0_CLIENT_ID"):
        monkeypatch.delenv(name, raising=False)
    form = forms.TenantForm(lab)
    form.kind.value = "live"
    form.submit()
    assert isinstance(form.error, errors.InvalidInput)
    assert "Your own tenant needs AUTH0_DOMAIN and AUTH0_CLIENT_ID." in form.status
    assert lab.tenant.is_sandbox


def test_a_reset_is_asked_for_twice_and_empties_the_sandbox_and_the_hand_over(lab: Lab) -> None:
    lab.catch_up("challenge")
    form = forms.TenantForm(lab)
    click(form, "Reset sandbox")
    assert (
        form.status
        == "Do you want to delete all of the sandbox's enrollments and messages, and restore its settings? Your progress is kept."
    )
    click(form, "No, keep it")
    assert form.status == "Nothing was deleted." and lab.has("challenge")
    click(form, "Reset sandbox")
    click(form, "Yes, delete it")
    assert form.error is None and form.really_button.layout.display == form.keep_button.layout.display == "none"
    assert lab.mails() == [] and lab.missing("login", "enrolled", "authenticator", "challenge")
    lab.login()
    assert lab.list_authenticators() == []


def test_sign_in_as_the_sandboxs_user(lab: Lab) -> None:
    form = forms.SignInForm(lab)
    click(form, "Sign in as Ada")
    assert isinstance(form.result, errors.MfaRequired) and form.error is None
    assert lab.has("login")


def test_sign_in_with_a_typed_password_empties_the_field(lab: Lab) -> None:
    form = forms.SignInForm(lab)
    assert lab.tenant.password is not None
    form.password.value = lab.tenant.password.reveal()
    click(form, "Sign in")
    assert form.error is None and form.password.value == ""


def test_a_wrong_password_gets_a_sentence_an_empty_field_and_another_try(lab: Lab) -> None:
    form = forms.SignInForm(lab)
    form.password.value = "wrong"
    form.submit()
    assert isinstance(form.error, errors.WrongCredentials) and form.error.error == "invalid_grant"
    assert (
        "The user name or the password is incorrect. Check the user name, and type the password again." in form.status
    )
    assert form.password.value == "" and form.username.value == lab.tenant.username
    form.submit_as_sandbox_user()
    assert form.error is None


def test_an_empty_password_is_not_sent(lab: Lab) -> None:
    form = forms.SignInForm(lab)
    form.submit()
    assert isinstance(form.error, errors.InvalidInput)
    assert "The password is missing." in form.status and "login" not in lab.exchanges


def test_associate_the_address_that_was_typed(lab: Lab) -> None:
    lab.login()
    form = forms.AssociateForm(lab)
    form.email.value = " other@example.com "
    click(form, "Send me a code")
    assert isinstance(form.result, Enrollment) and form.error is None
    assert [mail.to for mail in lab.mails()] == ["other@example.com"]


def test_a_bad_address_is_not_sent_and_stays_to_be_corrected(lab: Lab) -> None:
    lab.login()
    form = forms.AssociateForm(lab)
    form.email.value = "nobody"
    form.submit()
    assert isinstance(form.error, errors.InvalidInput)
    assert "'nobody' isn't an email address." in form.status
    assert form.email.value == "nobody" and lab.mails() == []


def test_once_the_email_is_confirmed_no_code_is_said_to_be_on_its_way(lab: Lab) -> None:
    lab.login()
    form = forms.AssociateForm(lab)
    form.submit()
    assert form.status.startswith("Done: an email with six digits is on its way.")
    forms.ConfirmForm(lab).hands_free()
    assert form.is_done and form.status.startswith(
        "You already have a confirmed email, so there's nothing to associate."
    )


def test_a_second_associate_while_enrolled_offers_to_practice_again(lab: Lab) -> None:
    lab.catch_up("enrolled", "login")
    form = forms.AssociateForm(lab)
    form.submit()
    assert isinstance(form.error, errors.AlreadyEnrolled)
    assert form.error.error_description == "User is already enrolled."
    assert "This user already has a confirmed authenticator. Continue with notebook 04" in form.status
    click(form, "Remove it and practice again")
    assert form.error is None and lab.has("enrollment") and not lab.has("enrolled")


def test_without_a_login_the_associate_form_offers_to_catch_up(lab: Lab) -> None:
    form = forms.AssociateForm(lab)
    form.submit()
    assert isinstance(form.error, errors.StepMissing)
    (way_out,) = form._way_out.children
    click(way_out, "Catch up")
    assert form._way_out.children == () and form.status == "Done: you have caught up. Go on from here."
    form.submit()
    assert form.error is None


def test_look_for_the_mail_and_confirm_with_its_code(lab: Lab) -> None:
    lab.login()
    lab.associate()
    form = forms.ConfirmForm(lab)
    click(form, "Check the inbox")
    assert "is your verification code" in form.mail.value and WRAPPED in form.mail.value
    assert form.code.value == lab.newest_code().reveal()
    click(form, "Confirm")
    assert isinstance(form.result, Tokens) and form.error is None
    assert form.code.value == "" and form.mail.value == ""


def test_a_mail_with_markup_is_shown_as_text(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    from mfa_helpers.client.sandbox_controls import Mail

    lab.catch_up("enrollment")
    mail = Mail(1, "a@example.com", "<b>x</b>", "<script>alert(1)</script>", "<img src=x>", None)
    monkeypatch.setattr(lab, "mails", lambda *_: [mail])
    form = forms.ConfirmForm(lab)
    form.look()
    assert "&lt;script&gt;" in form.mail.value and "<script>" not in form.mail.value and "<img" not in form.mail.value


def test_a_wrong_code_keeps_the_login_and_the_right_one_works_next(lab: Lab) -> None:
    lab.login()
    lab.associate()
    form = forms.ConfirmForm(lab)
    right = lab.newest_code().reveal()
    form.code.value = "000000" if right != "000000" else "000001"
    form.submit()
    assert isinstance(form.error, errors.WrongCode) and form.error.error_description == "Invalid binding_code."
    assert "The code is incorrect." in form.status and "You don't need to sign in again" in form.status
    assert form.code.value == ""
    form.code.value = f" {right[:3]} {right[3:]}\n"
    form.submit()
    assert form.error is None


@pytest.mark.parametrize(
    ("typed", "said"), [("12345", "but you typed 5"), ("12345a", "only digits"), ("", "code is missing")]
)
def test_what_cannot_be_a_code_spends_no_attempt(typed: str, said: str, lab: Lab) -> None:
    lab.login()
    lab.associate()
    form = forms.ConfirmForm(lab)
    form.code.value = typed
    form.submit()
    assert isinstance(form.error, errors.InvalidInput) and said in form.status
    assert "confirm" not in lab.exchanges


def test_after_5_minutes_the_code_is_too_old_and_a_new_one_works_with_the_same_login(
    lab: Lab, later: Callable[[int], None]
) -> None:
    lab.login()
    lab.associate("other@example.com")
    login = lab.mfa_token
    form = forms.ConfirmForm(lab)
    later(301)
    form.look()
    form.submit()
    assert isinstance(form.error, errors.CodeExpired) and form.error.error == "expired_token"
    assert "The code is older than 5 minutes. Request a new code. You don't need to sign in again." in form.status
    click(form, "Send a new code")
    assert form.error is None and lab.mfa_token == login
    assert [mail.to for mail in lab.mails()] == ["other@example.com"] * 2
    form.look()
    form.submit()
    assert form.error is None and lab.has("enrolled")


def test_after_10_minutes_the_login_is_too_old_and_the_form_catches_up(lab: Lab, later: Callable[[int], None]) -> None:
    lab.login()
    lab.associate()
    form = forms.ConfirmForm(lab)
    later(601)
    form.look()
    form.submit()
    assert isinstance(form.error, errors.LoginExpired) and form.error.error_description == "mfa_token is expired"
    assert "The MFA token is older than 10 minutes. Sign in again" in form.status
    (way_out,) = form._way_out.children
    click(way_out, "Catch up")
    assert form.status == "Done: you have caught up. Go on from here."
    form.look()
    form.submit()
    assert form.error is None


def test_too_many_wrong_codes_say_how_long_to_wait(lab: Lab, later: Callable[[int], None]) -> None:
    lab.login()
    lab.associate()
    form = forms.ConfirmForm(lab)
    right = lab.newest_code().reveal()
    wrong = "000000" if right != "000000" else "000001"
    for _ in range(10):
        form.code.value = wrong
        form.submit()
    form.code.value = right
    form.submit()
    assert isinstance(form.error, errors.TooManyCodes) and form.error.status == 429
    assert "Wait 6 minutes, and then try once." in form.status


def test_after_a_success_an_empty_field_is_said_and_what_the_first_click_did_stays(lab: Lab) -> None:
    sign_in = forms.SignInForm(lab)
    click(sign_in, "Sign in as Ada")
    done = sign_in.status
    for _ in range(2):
        click(sign_in, "Sign in")
    assert sign_in.status == f"{done}\nNothing more was sent, because the field for the password is empty."
    assert "POST /oauth/token" in sign_in.status_line.value  # what went over the wire is still there
    lab.associate()
    confirm = forms.ConfirmForm(lab)
    click(confirm, "Check the inbox")
    click(confirm, "Confirm")
    done = confirm.status
    click(confirm, "Confirm")
    assert confirm.status == f"{done}\nNothing more was sent, because the field for the code is empty."


@pytest.mark.parametrize("name", ["Check the inbox", "Send a new code"])
def test_once_the_email_is_confirmed_no_used_message_is_shown_and_the_way_out_is_there(lab: Lab, name: str) -> None:
    lab.catch_up("enrollment", "login")
    form = forms.ConfirmForm(lab)
    form.hands_free()
    click(form, name)
    assert form.mail.value == "" and form.code.value == ""
    assert form.status == (
        "Problem: You already have a confirmed email, so no code is on its way. "
        "Go on to the next notebook. To practice again, see below."
    )
    (way_out,) = form._way_out.children
    click(way_out, "Remove it and practice again")
    form.hands_free()
    assert form.error is None and form.status.startswith("Done: your email is confirmed.")


def test_before_a_challenge_the_message_of_another_step_is_not_offered_and_catching_up_sends_one(lab: Lab) -> None:
    lab.catch_up("authenticator", "login")  # the inbox has the email whose code confirmed the address
    form = forms.CompleteForm(lab)
    click(form, "Check the inbox")
    assert form.mail.value == "" and form.code.value == ""
    assert form.status.startswith("Problem: This step needs a code for your login, which you don't have yet.")
    (way_out,) = form._way_out.children
    click(way_out, "Catch up")
    click(form, "Check the inbox")
    click(form, "Complete the login")
    assert form.error is None and lab.tokens is not None


def test_a_login_that_is_complete_waits_for_no_code(lab: Lab) -> None:
    lab.catch_up("challenge")
    form = forms.CompleteForm(lab)
    form.hands_free()
    click(form, "Check the inbox")
    assert "This login is complete, so no code is on its way." in form.status and form.code.value == ""
    assert lab.tokens is not None


def test_a_message_whose_code_answers_another_request_is_not_offered(lab: Lab) -> None:
    lab.catch_up("enrollment", "login")
    lab.keep(PendingEnrollment(Secret("another oob_code")))
    form = forms.ConfirmForm(lab)
    form.look()
    assert form.status == "Done: the inbox has no email for this step. Request a code first."
    assert form.mail.value == "" and form.code.value == ""


def test_list_and_pick(lab: Lab) -> None:
    lab.catch_up("enrolled", "login")
    form = forms.AuthenticatorForm(lab)
    click(form, "List my authenticators")
    assert form.choice.options[0][0] == "email ***@exam******* (active)"
    click(form, "Use this one")
    assert isinstance(form.result, Authenticator) and lab.has("authenticator")


def test_an_email_that_is_gone_cannot_be_picked_and_its_row_goes(lab: Lab) -> None:
    lab.catch_up("enrolled", "login")
    form = forms.AuthenticatorForm(lab)
    form.submit()
    set_up = TenantSetup(Lab())  # of another notebook
    set_up.take_off_all()
    set_up.give(type="email", email="ada@example.com")
    form.pick()
    assert isinstance(form.error, errors.NoSuchAuthenticator) and not lab.has("authenticator")
    assert form._way_out.children == ()  # nothing is missing that could be caught up with
    assert [row.id for row in lab.usable()] == [id for _, id in form.choice.options]  # the new one
    click(form, "Use this one")
    assert form.error is None and lab.has("authenticator")


def test_a_reset_takes_the_listed_rows_away(lab: Lab) -> None:
    lab.catch_up("enrolled", "login")
    form = forms.AuthenticatorForm(lab)
    form.submit()
    other = Lab()
    other.reset()
    lab.views.cell_ran()
    assert form.choice.options == () and form.pick_button.layout.display == "none"
    assert form.status.startswith("The list is out of date, because no email is confirmed anymore.")
    form.pick()
    assert form.error is not None and not lab.has("authenticator")


def test_a_code_that_was_used_is_no_longer_said_to_be_there(lab: Lab) -> None:
    lab.catch_up("challenge")
    challenge, complete = forms.ChallengeForm(lab), forms.CompleteForm(lab)
    assert challenge.status.startswith("You already have a code for your login. Go on, or do it again.")
    complete.look()
    complete.submit()
    assert challenge.status == "You've completed the login with the code of your challenge. Go on from here."


def test_a_reset_takes_the_shown_email_away(lab: Lab) -> None:
    lab.catch_up("enrollment", "login")
    form = forms.ConfirmForm(lab)
    form.look()
    assert form.mail.value and form.code.value
    Lab().reset()
    lab.views.cell_ran()
    assert form.mail.value == form.code.value == ""
    assert form.status.startswith("The code in this email is no longer needed.")


def test_once_the_code_has_expired_the_button_that_helps_sends_a_new_one(
    lab: Lab, later: Callable[[int], None]
) -> None:
    lab.catch_up("enrollment", "login")
    form = forms.ConfirmForm(lab)
    form.look()
    later(301)
    form.submit()
    assert isinstance(form.error, errors.CodeExpired) and form.helpful() is form.new_button
    form.renew()
    assert form.helpful() is form.look_button


def test_an_unconfirmed_row_is_counted_and_not_offered(lab: Lab) -> None:
    lab.login()
    lab.associate()
    form = forms.AuthenticatorForm(lab)
    form.submit()
    assert len(form.result) == 1 and form.choice.options == ()
    assert "1 was never confirmed (active: false)" in form.status


def test_an_empty_list_says_where_to_go(lab: Lab) -> None:
    lab.login()
    form = forms.AuthenticatorForm(lab)
    form.submit()
    assert form.result == [] and "the list is empty. Enroll an email first" in form.status


def test_challenge_and_complete(lab: Lab) -> None:
    lab.catch_up("authenticator", "login")
    challenge = forms.ChallengeForm(lab)
    click(challenge, "Send me a code")
    assert isinstance(challenge.result, Challenge)
    complete = forms.CompleteForm(lab)
    click(complete, "Check the inbox")
    click(complete, "Complete the login")
    assert isinstance(complete.result, Tokens) and complete.result.id_token is not None
    assert lab.tokens == complete.result


def test_catch_up_says_what_is_missing_and_gets_it_with_one_click(lab: Lab) -> None:
    form = forms.CatchUpForm(lab, "authenticator", "login")
    assert form.status.splitlines()[:2] == ["✘ Missing: a chosen authenticator.", "✘ Missing: an MFA token."]
    click(form, "Catch up")
    assert form.error is None
    assert "✔ You have a chosen authenticator." in form.status
    assert "✔ You have an MFA token (10 minutes left)." in form.status
    assert {part.layout.display for part in form._asking()} == {"none"}


def test_catch_up_says_what_has_expired(lab: Lab) -> None:
    lab.keep(Login(Secret("x")), -1)
    form = forms.CatchUpForm(lab, "login")
    assert form.status.splitlines()[0] == "✘ Expired: an MFA token."


def test_hands_free_each_form_fills_and_submits_itself(lab: Lab) -> None:
    lab.hands_free = True
    for make in (
        forms.TenantForm,
        forms.SignInForm,
        forms.AssociateForm,
        forms.ConfirmForm,
        forms.SignInForm,
        forms.AuthenticatorForm,
        forms.ChallengeForm,
        forms.CompleteForm,
    ):
        assert make(lab).status.startswith("Done: ")
    assert lab.tokens is not None


def test_hands_free_an_error_is_raised(lab: Lab) -> None:
    lab.hands_free = True
    with pytest.raises(errors.StepMissing, match="an MFA token"):
        forms.AssociateForm(lab)


def test_tokens_at_once_are_a_problem_and_the_sandbox_has_no_dashboard(lab: Lab) -> None:
    management = lab.tenant.require_management()
    management.change("PUT", "/guardian/policies", [])
    form = forms.SignInForm(lab)
    form.submit_as_sandbox_user()
    assert form.status.startswith("Problem: The tenant issued tokens at once")
    assert "Click “Reset sandbox” in notebook 00, which also restores the tenant's settings." in form.status
    assert "Dashboard" not in form.status
