"""What a checkpoint's tick says, asked of the tenant itself: nothing that the course has noted counts.

The tenant can't confirm the ticks of some notebooks. What clinic, errata, and which-api say was answered happened at a
tenant or an application of their own, and leaves nothing behind. What sdk and capstone say was judged at a practice
tenant that is gone. And glossary says what somebody knows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mfa_helpers.learner.email_steps import EmailSteps
from mfa_helpers.learner.tenant_setup import TenantSetup
from mfa_helpers.storage.entries import Login


def _takes_the_login(session: EmailSteps) -> bool:
    login = session.kept(Login)
    if login is None:
        return False
    with session.aside():
        session.client.list_authenticators(login.mfa_token)  # raises if the tenant doesn't take it
    return True


def _emails(session: EmailSteps) -> list[dict[str, Any]]:
    management = session.tenant.management
    assert management is not None
    users = management.get("/users-by-email", email=str(session.tenant.username))
    methods = management.get(f"/users/{users[0]['user_id']}/authentication-methods")
    return [one for one in methods if one["type"] == "email"]


def _has_sent_a_code(session: EmailSteps) -> bool:
    return any(not one["confirmed"] for one in _emails(session)) and bool(session.mails())


def _has_a_confirmed_email(session: EmailSteps) -> bool:
    return any(one["confirmed"] for one in _emails(session))


def _has_answered_a_challenge(session: EmailSteps) -> bool:
    return {event["type"] for event in session.tenant.log.events_since()} >= {"gd_start_auth", "gd_auth_succeed"}


def _has_removed_one_of_two(session: EmailSteps) -> bool:
    types = [event["type"] for event in session.tenant.log.events_since()]
    return types.count("gd_enrollment_complete") >= 2 and "gd_unenroll" in types


def _responds(session: EmailSteps) -> bool:
    with session.aside():
        return bool(session.client.discovery().get("issuer")) and bool(session.client.jwks().get("keys"))


def _has_the_usual_settings(session: EmailSteps) -> bool:
    """No factor but email is on, Customizable MFA is off, and the email has the tenant's own words nowhere."""
    management = session.tenant.management
    assert management is not None
    on = {row["name"] for row in management.get("/guardian/factors") if row["enabled"]}
    is_customized = management.get("/tenants/settings")["customize_mfa_in_postlogin_action"]
    return on <= {"email"} and not is_customized and not session.companion(TenantSetup).template()


def _was_sent_and_proven(session: EmailSteps) -> bool:
    """An app's key, a message to a phone, a push, and a recovery code."""
    events = session.tenant.log.events_since()
    types = {event["type"] for event in events}
    enrolled = {event.get("description") for event in events if event["type"] == "gd_start_enroll"}
    is_sent = bool(types & {"gd_send_sms", "gd_send_voice"}) and "gd_send_pn" in types
    return "otp" in enrolled and is_sent and types >= {"gd_auth_succeed", "gd_recovery_succeed"}


#: By topic of the notebook.
TRUE: dict[str, Callable[[EmailSteps], bool]] = {
    "tenant": _responds,
    "sign-in": _takes_the_login,
    "associate": _has_sent_a_code,
    "confirm": _has_a_confirmed_email,
    "authenticators": _has_a_confirmed_email,
    "challenge": _has_answered_a_challenge,
    "second-token": _has_removed_one_of_two,
    "choosing": lambda session: _has_answered_a_challenge(session) and _has_the_usual_settings(session),
    "other-factors": lambda session: _was_sent_and_proven(session) and _has_the_usual_settings(session),
}

#: What is said when something broke that a person didn't write.
FAILED = ("Something in the course itself failed", "stopped the function", "Your function stopped")
#: The headings of the forms that spend a login, get another, or end it: all others leave it alone.
SPENDS = {
    "Sign in",
    "Confirm the address",
    "Complete the login",
    "Catch up",
    "What this notebook needs",
    "Choose your tenant",
    "The next factor",
    "Sign in as a user",
    "Enroll an authenticator app",
    "Enroll a phone number",
    "Enroll a phone for push notifications",
    "Use a recovery code",
}
