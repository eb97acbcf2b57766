"""Reports of the second collection about a tenant that wants another factor after the first one (K-15)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mfa_helpers import forms
from mfa_helpers.client import errors
from mfa_helpers.client.mfa import MfaClient
from mfa_helpers.client.models import Tokens
from mfa_helpers.forms.next_factor import NextFactorForm
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.next_factor import NextFactor
from mfa_helpers.lessons.second_token import SecondToken

from ..support.misbehaving_server import answering, reply

TOKENS = reply(200, {"access_token": "opaque", "token_type": "Bearer", "expires_in": 86400})
EMAIL = {
    "id": "email|dev_1",
    "authenticator_type": "oob",
    "active": True,
    "oob_channel": "email",
    "name": "ada@exam*******",
}
APP = {"id": "totp|dev_2", "authenticator_type": "otp", "active": True}
PHONE = {"id": "sms|dev_3", "authenticator_type": "oob", "active": True, "oob_channel": "sms", "name": "XXXX0167"}
PUSH = {"id": "push|dev_4", "authenticator_type": "oob", "active": True, "oob_channel": "auth0", "name": "Pixel"}
CODES = {"id": "recovery-code|dev_5", "authenticator_type": "recovery-code", "active": True}
ASLEEP = {**APP, "active": False}


def again(number: int, **more: Any) -> bytes:
    body = {
        "error": "mfa_required",
        "error_description": "Multifactor authentication required",
        "mfa_token": f"new-{number}",
    }
    return reply(403, {**body, **more})


def listed(*rows: dict[str, Any]) -> bytes:
    return reply(200, list(rows))


def to_confirm(lab: Lab) -> forms.Form:
    lab.login()
    lab.associate()
    form = forms.ConfirmForm(lab)
    form.code.value = lab.newest_code().reveal()
    return form


def to_complete(lab: Lab) -> forms.Form:
    lab.catch_up("challenge")
    form = forms.CompleteForm(lab)
    form.code.value = lab.newest_code().reveal()
    return form


def to_confirm_a_second_one(lab: Lab) -> forms.Form:
    second = lab.companion(SecondToken)
    second.sign_in()
    second.enroll("ada.second@example.com")
    form = forms.ConfirmSecondForm(lab)
    form.code.value = lab.newest_code(form.mails()).reveal()
    return form


def go_on(form: Any) -> NextFactorForm:
    (below,) = form._way_out.children
    assert isinstance(below, NextFactorForm)
    return below


@pytest.mark.parametrize("begun", [to_confirm, to_complete, to_confirm_a_second_one])
def test_k_15_the_form_says_that_one_is_done_names_the_next_and_offers_it(
    begun: Callable[[Lab], Any], lab: Lab
) -> None:
    form = begun(lab)
    with answering(again(1), listed(EMAIL, ASLEEP, {**APP, "id": "totp|dev_9"}), TOKENS) as tenant:
        lab.client = MfaClient(tenant.base_url, "app")
        form.submit()
        said = "Done: this factor is verified. The tenant requires another one: the code of an authenticator app. Go on below."
        assert form.status == said and isinstance(form.result, NextFactor)
        below = go_on(form)
        assert below.send_button.layout.display == "none" and below.code.layout.display == ""
        form.submit()  # a double click
        assert form.status == said and len(tenant.asked) == 2
        below.code.value = "12"
        below.submit()
        assert "but you typed 2" in below.status and len(tenant.asked) == 2
        below.code.value = "123456"
        below.submit()
    assert below.status == "Done: all factors are verified. You have the tokens of this login."
    assert isinstance(below.result, Tokens) and lab.tokens == below.result and not lab.has("login")
    assert tenant.asked[1].headers["authorization"] == "Bearer new-1"
    assert (tenant.asked[2].form["otp"], tenant.asked[2].form["mfa_token"]) == ("123456", "new-1")


@pytest.mark.parametrize("begun", [to_confirm, to_complete, to_confirm_a_second_one])
def test_k_15_the_same_button_never_sends_the_old_oob_code_with_the_new_token(
    begun: Callable[[Lab], Any], lab: Lab
) -> None:
    form = begun(lab)
    with answering(again(1), listed(EMAIL, APP)) as tenant:
        lab.client = MfaClient(tenant.base_url, "app")
        form.submit()
        form.code.value = "123456"
        form.submit()
        assert isinstance(form.error, errors.StepMissing) and len(tenant.asked) == 2
    assert lab.has("login")


@pytest.mark.parametrize(
    ("row", "named", "answer"),
    [
        (
            PHONE,
            "a text message (XXXX0167)",
            {"challenge_type": "oob", "oob_code": "oob-2", "binding_method": "prompt"},
        ),
        (
            {**PHONE, "id": "voice|dev_3", "oob_channel": "voice"},
            "a call (XXXX0167)",
            {"challenge_type": "oob", "oob_code": "oob-2"},
        ),
        (PUSH, "a push (Pixel)", {"challenge_type": "oob", "oob_code": "oob-2"}),
    ],
)
def test_k_15_what_is_sent_is_asked_for_first(row: dict[str, Any], named: str, answer: Any, lab: Lab) -> None:
    form: Any = to_confirm(lab)
    with answering(again(1), listed(EMAIL, row), reply(200, answer), TOKENS) as tenant:
        lab.client = MfaClient(tenant.base_url, "app")
        form.submit()
        assert f"another one: {named}." in form.status
        below = go_on(form)
        below.submit()
        assert "Nothing has been sent yet" in below.status or "code is missing" in below.status
        below.send()
        below.code.value = "" if row is PUSH else "123456"
        below.submit()
    assert isinstance(below.result, Tokens), below.status
    assert tenant.asked[2].json["authenticator_id"] == row["id"] and tenant.asked[2].json["mfa_token"] == "new-1"
    sent = tenant.asked[3].form
    assert (sent["oob_code"], sent.get("binding_code")) == ("oob-2", None if row is PUSH else "123456")


def test_k_15_a_recovery_code_can_be_the_next_one(lab: Lab) -> None:
    form: Any = to_confirm(lab)
    answer = {"access_token": "opaque", "token_type": "Bearer", "expires_in": 86400, "recovery_code": "NEXT5678"}
    with answering(again(1), listed(EMAIL, CODES), reply(200, answer)) as tenant:
        lab.client = MfaClient(tenant.base_url, "app")
        form.submit()
        below = go_on(form)
        below.code.value = "abcd-1234"
        below.submit()
    assert isinstance(below.result, Tokens) and tenant.asked[2].form["recovery_code"] == "ABCD1234"
    assert (
        "NEXT5678" in below.next_code.shown.value and "NEXT5678" not in below.status
    )  # it replaces the one that is used up
    below.next_code.away_button.click()
    assert below.next_code.shown.value == "" and below.next_code.away_button.layout.display == "none"


def test_k_15_what_the_tenant_requires_decides(lab: Lab) -> None:
    form: Any = to_confirm(lab)
    wanted = {"challenge": [{"type": "phone"}]}
    with answering(again(1, mfa_requirements=wanted), listed(EMAIL, APP, PHONE)) as tenant:
        lab.client = MfaClient(tenant.base_url, "app")
        form.submit()
    assert "another one: a text message (XXXX0167)." in form.status


@pytest.mark.parametrize(
    ("more", "second", "named"),
    [
        ({"mfa_requirements": {"enroll": [{"type": "otp"}, {"type": "phone"}]}}, listed(EMAIL), ": otp or phone"),
        ({"mfa_requirements": {"challenge": [{"type": "webauthn-roaming"}]}}, listed(EMAIL, APP), ": webauthn-roaming"),
        ({}, listed(), ""),
    ],
)
def test_k_15_where_nothing_fits_the_form_says_so(more: Any, second: bytes, named: str, lab: Lab) -> None:
    form: Any = to_confirm(lab)
    with answering(again(1, **more), second) as tenant:
        lab.client = MfaClient(tenant.base_url, "app")
        form.submit()
    assert (
        form.status
        == f"Done: this factor is verified. The tenant requires another one{named}, and this user has no matching one."
    )
    below = go_on(form)
    assert below.status == "Enroll a factor that the tenant lists. Notebook 08 has the forms."
    assert below.verify_button.layout.display == "none"


@pytest.mark.parametrize(
    "wanted", ["otp", ["otp"], {"challenge": "otp"}, {"challenge": ["otp", None]}, {"enroll": {"type": "otp"}}]
)
def test_k_15_requirements_of_another_shape_break_nothing(wanted: Any, lab: Lab) -> None:
    form: Any = to_confirm(lab)
    with answering(again(1, mfa_requirements=wanted), listed(EMAIL, APP)) as tenant:
        lab.client = MfaClient(tenant.base_url, "app")
        form.submit()
    assert form.status.startswith("Done: this factor is verified. The tenant requires another one")


def test_k_15_a_name_with_markup_is_shown_as_text(lab: Lab) -> None:
    form: Any = to_confirm(lab)
    with answering(again(1), listed({**PHONE, "name": "<img src=x onerror=alert(1)>"})) as tenant:
        lab.client = MfaClient(tenant.base_url, "app")
        form.submit()
    assert "<img" in form.status and "<img" not in form.status_line.value


def test_k_15_a_list_that_cannot_be_had_is_no_empty_list(lab: Lab) -> None:
    form: Any = to_confirm(lab)
    with answering(again(1), reply(503, {"message": "busy"})) as tenant:
        lab.client = MfaClient(tenant.base_url, "app")
        form.submit()
    assert form.status.endswith(
        "but the list of this user's authenticators can't be read: The tenant couldn't complete the request."
    )


def test_k_15_a_chain_of_three_is_gone_through_in_one_form(lab: Lab) -> None:
    form: Any = to_complete(lab)
    steps = (
        again(1),
        listed(EMAIL, APP),
        again(2),
        listed(EMAIL, APP, PHONE),
        reply(200, {"challenge_type": "oob", "oob_code": "o"}),
        TOKENS,
    )
    with answering(*steps) as tenant:
        lab.client = MfaClient(tenant.base_url, "app")
        form.submit()
        below = go_on(form)
        below.code.value = "123456"
        below.submit()
        assert "another one: a text message (XXXX0167)." in below.status and below.send_button.layout.display == ""
        below.send()
        below.code.value = "654321"
        below.submit()
    assert isinstance(below.result, Tokens) and tenant.asked[-1].form["mfa_token"] == "new-2"


def in_the_app(lab: Lab) -> Any:
    form = forms.AppForm(lab)
    form.enroll()
    form.look_at_phone()
    return form


def by_phone(lab: Lab) -> Any:
    form = forms.PhoneForm(lab)
    form.enroll()
    form.look_at_phone()
    return form


def with_a_push(lab: Lab) -> Any:
    form = forms.PushForm(lab)
    form.enroll()
    return form


@pytest.mark.parametrize("begun", [in_the_app, by_phone, with_a_push])
def test_k_15_so_do_the_forms_of_the_other_factors(begun: Callable[[Lab], Any], lab: Lab) -> None:
    lab.tenant.require_controls()._send(
        "POST", "/sandbox/reset", json_body={"settings": {"factors": ["email", "otp", "sms", "push-notification"]}}
    )
    form = begun(lab)
    assert form.error is None, form.status
    with answering(again(1), listed(EMAIL, {**APP, "active": False})) as tenant:
        lab.client = MfaClient(tenant.base_url, "app")
        form.submit()
    assert (
        form.status
        == "Done: this factor is verified. The tenant requires another one: an email (ada@exam*******). Go on below."
    )
    assert form.shown.value == "" and go_on(form).send_button.layout.display == "" and not form.factors.waits(form.kind)


def test_k_15_a_program_reads_it_in_the_error(lab: Lab) -> None:
    with answering(again(1)) as tenant, pytest.raises(errors.MfaRequired) as caught:
        MfaClient(tenant.base_url, "app").verify(mfa_token="old", otp="123456")
    assert str(caught.value).startswith(
        "This factor is verified. The tenant requires another one. Continue with the new MFA token"
    )
    assert caught.value.mfa_token.reveal() == "new-1"


def test_k_15_without_hands_it_is_an_error_that_a_run_notices(lab: Lab) -> None:
    lab.login()
    lab.associate()
    lab.hands_free = True
    mails = lab.mails()
    with answering(again(1)) as tenant:
        lab.mails = lambda *_: mails  # type: ignore[method-assign]
        lab.client = MfaClient(tenant.base_url, "app")
        with pytest.raises(errors.MfaRequired, match="This factor is verified"):
            forms.ConfirmForm(lab)
