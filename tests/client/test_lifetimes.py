"""How long codes and tokens live: the course's own figures, and those of its sandbox."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize(
    ("seconds", "said"), [(1, "1 minute"), (60, "1 minute"), (61, "2 minutes"), (600, "10 minutes")]
)
def test_minutes_are_rounded_up(seconds: int, said: str) -> None:
    assert lifetimes.minutes(seconds) == said
