"""Settings of the tenant, and what follows from them."""

import pytest

from ....support.sandbox_api import MFA_REQUIRED, PASSWORD_REALM, refusal

DEFAULTS = {
    "default_directory": "Username-Password-Authentication",
    "friendly_name": "Sandbox tenant",
    "support_email": "",
    "support_url": "",
    "customize_mfa_in_postlogin_action": False,
    "allowed_logout_urls": [],
    "enabled_locales": ["en"],
    "flags": {"revoke_refresh_token_grant": False, "disable_clickjack_protection_headers": False},
    "session_lifetime": 168,
    "idle_session_lifetime": 72,
    "sandbox_version": "22",
}
VERSIONS = {"sandbox_versions_available": ["22", "18"]}
NO_DIRECTORY = (500, "server_error", "Authorization server not configured with default connection.")


def test_settings_are_shown_and_changed_one_by_one(manage):
    assert manage.done("GET", "tenants/settings") == {**DEFAULTS, **VERSIONS}
    changed = {**DEFAULTS, "friendly_name": "Zoo", "support_email": "help@example.com"}
    assert (
        manage.done("PATCH", "tenants/settings", {"friendly_name": "Zoo", "support_email": "help@example.com"})
        == changed
    )
    assert manage.done("GET", "tenants/settings") == {**changed, **VERSIONS}
    assert manage.done("PATCH", "tenants/settings", {}) == changed


def test_a_refused_change_changes_nothing(manage):
    body = {"friendly_name": "Zoo", "default_directory": "other"}
    assert manage("PATCH", "tenants/settings", body).status_code == 400
    assert manage.done("GET", "tenants/settings") == {**DEFAULTS, **VERSIONS}


def test_a_lifetime_in_minutes_is_told_in_hours_if_it_is_one(manage):
    told = manage.done(
        "PATCH", "tenants/settings", {"session_lifetime_in_minutes": 90, "idle_session_lifetime_in_minutes": 60}
    )
    assert (told["session_lifetime"], told["idle_session_lifetime"]) == (1.5, 1)


@pytest.mark.parametrize(
    "name", ["session_lifetime", "session_lifetime_in_minutes", "idle_session_lifetime_in_minutes"]
)
@pytest.mark.parametrize("value", [10**400, 1e308, -1], ids=["endless", "vast", "negative"])
def test_a_lifetime_that_nobody_means_is_refused(manage, name, value):
    status, code, text = manage.refused(manage("PATCH", "tenants/settings", {name: value}))
    assert (status, code) == (
        400,
        "invalid_body",
    ) and f"'Expected a number from 0 to 1,000,000,000' on property {name}" in text
    assert manage.done("GET", "tenants/settings") == {**DEFAULTS, **VERSIONS}


def test_without_a_default_directory_the_password_grant_fails_and_that_with_a_realm_works(api, manage):
    for value in ("", None):
        assert manage.done("PATCH", "tenants/settings", {"default_directory": value})["default_directory"] == ""
        assert refusal(api.login()) == NO_DIRECTORY
        realm = "Username-Password-Authentication"
        assert refusal(api.login(grant_type=PASSWORD_REALM, realm=realm)) == MFA_REQUIRED
        manage.done("PATCH", "tenants/settings", {"default_directory": realm})
        assert refusal(api.login()) == MFA_REQUIRED


def test_customizable_mfa_brings_requirements_and_types(api, manage):
    manage.done("PATCH", "tenants/settings", {"customize_mfa_in_postlogin_action": True})
    for name in ("otp", "sms", "recovery-code"):
        manage.done("PUT", f"guardian/factors/{name}", {"enabled": True})
    body = api.login().json()
    assert list(body) == ["error", "error_description", "mfa_token", "mfa_requirements"]
    assert body["mfa_requirements"] == {"enroll": [{"type": "otp"}, {"type": "phone"}]}
    api.verify(*api.begin(body["mfa_token"]))
    body = api.login().json()
    assert body["mfa_requirements"] == {"challenge": [{"type": "recovery-code"}, {"type": "email"}]}
    assert sorted(row["type"] for row in api.rows(body["mfa_token"])) == ["email", "recovery-code"]


def test_without_customizable_mfa_there_is_neither(api):
    body = api.login().json()
    assert "mfa_requirements" not in body
    api.associate(body["mfa_token"])
    assert "type" not in api.rows(body["mfa_token"])[0]


def test_the_tenants_name_is_in_the_mail_and_in_the_apps_address(api, manage):
    manage.done("PATCH", "tenants/settings", {"friendly_name": 'Zoo, "A" & Co'})
    manage.done("PUT", "guardian/factors/otp", {"enabled": True})
    api.associate(api.mfa_token())
    (mail,) = api.mails()
    assert mail["from"] == '"Zoo, \\"A\\" & Co" <no-reply@sandbox.example>'
    answer = api.associate(api.mfa_token(), authenticator_types=["otp"], oob_channels=None)
    assert answer.json()["barcode_uri"].startswith("otpauth://totp/Zoo%2C%20%22A%22%20%26%20Co:ada%40example.com?")


def test_whatever_the_tenant_is_called_the_mail_goes_out(api, manage):
    for name in ("ä" * 300, "=?utf-8?q?a=40b?=", "a\r\nBcc: b@example.com", "\x00", "🦉", '"', "<a@b>", "=?"):
        manage.done("PATCH", "tenants/settings", {"friendly_name": name})
        answer = api.associate(api.mfa_token())
        assert answer.status_code == 200, (name[:20], answer.text)
    assert [mail["to"] for mail in api.mails()] == [api.sandbox.username] * 8


def test_a_name_that_is_too_long_for_a_mail_is_refused_or_sent(api, manage):
    if manage("PATCH", "tenants/settings", {"friendly_name": "x" * 5000}).status_code == 200:
        assert api.associate(api.mfa_token()).status_code == 200


def test_reset_takes_the_settings_back(api, manage):
    manage.done("PATCH", "tenants/settings", {"friendly_name": "Zoo"})
    api.set_up()
    assert manage.done("GET", "tenants/settings") == {**DEFAULTS, **VERSIONS}
