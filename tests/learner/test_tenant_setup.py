"""The tenant is changed for a notebook and restored: by the same kernel, or by a later one."""

from __future__ import annotations

from typing import Any

import pytest

from mfa_helpers.client import errors
from mfa_helpers.lab import Lab
from mfa_helpers.learner.tenant_setup import TEMPLATE, TenantSetup


@pytest.fixture
def set_up(learner: Lab) -> TenantSetup:
    return learner.companion(TenantSetup)


def factors(lab: Lab) -> set[str]:
    assert lab.tenant.management is not None
    return {row["name"] for row in lab.tenant.management.get("/guardian/factors") if row["enabled"]}


def settings(lab: Lab) -> dict[str, Any]:
    assert lab.tenant.management is not None
    found: dict[str, Any] = lab.tenant.management.get("/tenants/settings")
    return found


def test_factors_are_switched_on_and_put_back(set_up: TenantSetup, learner: Lab) -> None:
    set_up.switch_on("email", "otp", "sms")
    assert factors(learner) == {"email", "otp", "sms"}
    assert set_up.put_back() == ["factor email on", "factor otp off", "factor sms off"]
    assert factors(learner) == {"email"}
    assert not learner.has("set_up") and set_up.put_back() == []


def test_customizable_mfa_is_put_back(set_up: TenantSetup, learner: Lab) -> None:
    set_up.customize()
    answer = learner.login()
    assert isinstance(answer, errors.MfaRequired) and answer.mfa_requirements == {"enroll": []}
    set_up.put_back()
    assert settings(learner)["customize_mfa_in_postlogin_action"] is False


def test_what_was_there_first_is_remembered_however_often_and_by_whomever_it_is_changed(
    set_up: TenantSetup, learner: Lab
) -> None:
    set_up.switch_on("otp")
    set_up.switch_on("otp")
    later = TenantSetup(learner)  # another kernel has the same handover
    later.switch_on("otp", "sms")
    assert later.put_back() == ["factor otp off", "factor sms off"]
    assert factors(learner) == {"email"}


def test_what_another_notebook_changes_while_it_is_put_back_is_put_back_the_next_time(
    set_up: TenantSetup, learner: Lab
) -> None:
    set_up.switch_on("otp")
    hooks = learner.client.session.hooks["response"]

    def change(*_: Any, **__: Any) -> None:
        hooks.clear()
        TenantSetup(learner).customize()

    hooks.append(change)
    assert set_up.put_back() == ["factor otp off"]
    assert set_up.put_back() == ["Customizable MFA off"]
    assert not learner.has("set_up")


def test_the_users_confirmed_email_comes_back(set_up: TenantSetup, learner: Lab) -> None:
    learner.catch_up("authenticator", "login")
    set_up.switch_on("otp")
    set_up.take_off_all()
    assert learner.list_authenticators() == [] and not learner.has("authenticator")
    set_up.give(type="totp", totp_secret="GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    set_up.take_off_all()
    assert "the user's emails, enrolled again: 1" in set_up.put_back()
    assert [(row.kind, row.active) for row in learner.list_authenticators()] == [("email", True)]
    learner.catch_up("challenge")  # and is good for a challenge


def test_who_had_nothing_has_nothing_afterwards(set_up: TenantSetup, learner: Lab) -> None:
    set_up.give(type="email", email="ada@example.com")
    assert set_up.put_back() == ["the user's authenticators: none"]
    learner.login()
    assert learner.list_authenticators() == [] and not learner.has("enrolled")


def test_a_template_is_used_and_put_back(set_up: TenantSetup, learner: Lab) -> None:
    assert set_up.template() == {}
    learner.login()
    set_up.keep_template("Code for {{ user.name }}", "<p>{{ code }}</p>")
    assert set_up.template()["subject"] == "Code for {{ user.name }}"
    learner.associate()
    assert learner.mails()[0].subject == "Code for Ada"
    assert learner.mails()[0].html.strip() == f"<p>{learner.newest_code().reveal()}</p>"
    assert set_up.put_back() == ["the email template as before", "the tenant's own mail server off"]
    assert set_up.template() == {}
    learner.associate()
    assert learner.mails()[0].subject.startswith("Your verification code for")
    set_up.keep_template("Again {{ code }}", "{{ code }}")  # a second time, with what the first one left
    set_up.put_back()
    assert set_up.template() == {}


def test_a_bad_template_gets_the_tenants_reason_and_the_one_before_stays(set_up: TenantSetup, learner: Lab) -> None:
    set_up.keep_template("Good", "{{ code }}")
    with pytest.raises(errors.Refused) as caught:
        set_up.keep_template("Bad", "{% if %}")
    assert (caught.value.status, caught.value.error) == (400, "invalid_body")
    assert "The template isn't valid Liquid" in (caught.value.error_description or "")
    assert set_up.template()["subject"] == "Good"


def test_an_unfinished_notebook_does_not_lock_the_next_one_out(set_up: TenantSetup, learner: Lab) -> None:
    """An app is left behind, active, and the email is gone: catching up and removing still work."""
    set_up.switch_on("otp")
    set_up.take_off_all()
    set_up.give(type="totp", totp_secret="GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    learner.catch_up("challenge")
    assert learner.complete(learner.newest_code()).id_token
    set_up.give(type="totp", totp_secret="GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    assert learner.unenroll() == 1
    learner.login()
    assert learner.list_authenticators() == []


def test_on_a_live_tenant_each_says_where_to_do_it(learner: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    monkeypatch.setattr(learner, "tenant", replace(learner.tenant, management=None))
    set_up = TenantSetup(learner)
    for act in (lambda: set_up.switch_on("otp"), set_up.customize, set_up.take_off_all, set_up.template):
        with pytest.raises(
            errors.StepMissing, match="This needs the sandbox, because you set up your own tenant in its Dashboard."
        ):
            act()
    assert set_up.put_back() == []
    assert TEMPLATE == "mfa_oob_code"
