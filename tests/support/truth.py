"""What a checkpoint's tick says, asked of the tenant itself: nothing that the course has noted counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mfa_helpers.learner.email_steps import EmailSteps
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


def _has_one_address_again(session: EmailSteps) -> bool:
    return sum(one["confirmed"] for one in _emails(session)) == 1


#: By topic of the notebook.
TRUE: dict[str, Callable[[EmailSteps], bool]] = {
    "sign-in": _takes_the_login,
    "associate": _has_sent_a_code,
    "confirm": _has_a_confirmed_email,
    "authenticators": _has_a_confirmed_email,
    "challenge": _has_answered_a_challenge,
    "second-token": _has_one_address_again,
}
