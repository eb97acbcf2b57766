"""How long codes and tokens live: the course's own figures, and those of its sandbox."""

from __future__ import annotations

from mfa_helpers.client import errors, lifetimes
from mfa_helpers.sandbox.defaults import Lifetimes


def test_the_sandbox_has_the_same_figures() -> None:
    sandbox = Lifetimes()
    assert sandbox.oob_code == lifetimes.CODE_LIFETIME
    assert sandbox.mfa_token == lifetimes.MFA_TOKEN_LIFETIME
    assert sandbox.mfa_access_token == lifetimes.MFA_ACCESS_TOKEN_LIFETIME


def test_a_code_expires_before_its_login_and_by_a_minute_at_least() -> None:
    """The lessons count on it: the clinic's code that was right, and the quiz's question of what is still good."""
    assert lifetimes.CODE_LIFETIME + 60 < lifetimes.MFA_TOKEN_LIFETIME


def test_an_error_names_the_lifetime() -> None:
    assert errors.CodeExpired().what == "The code is older than 5 minutes."
    assert errors.LoginExpired().what == "The MFA token is older than 10 minutes."


def test_a_lifetime_in_words() -> None:
    assert lifetimes.minutes(300) == "5 minutes"
    assert lifetimes.minutes(601) == "10 minutes"
