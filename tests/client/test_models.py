"""Values read from what the MFA API really sends."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from mfa_helpers.client.models import Authenticator, Enrollment, Exchange, Tokens
from mfa_helpers.client.secret import STARS, Secret

EMAIL = {
    "id": "email|dev_1",
    "authenticator_type": "oob",
    "active": True,
    "oob_channel": "email",
    "name": "****@exam*******",
}


def test_a_row_of_the_list_is_read_whole() -> None:
    assert Authenticator.from_wire(EMAIL) == Authenticator(
        id="email|dev_1", authenticator_type="oob", active=True, oob_channel="email", name="****@exam*******"
    )


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"authenticator_type": "oob", "oob_channel": "email"}, "email"),
        ({"authenticator_type": "oob", "oob_channel": "sms"}, "sms"),
        ({"authenticator_type": "oob", "oob_channels": "SMS"}, "sms"),
        ({"authenticator_type": "oob", "oob_channels": ["EMAIL"]}, "email"),
        ({"authenticator_type": "OOB", "oob_channel": "voice"}, "voice"),
        ({"authenticator_type": "oob", "oob_channel": "auth0"}, "push"),
        ({"authenticator_type": "oob"}, "oob"),
        ({"authenticator_type": "oob", "oob_channels": []}, "oob"),
        ({"authenticator_type": "otp"}, "otp"),
        ({"authenticator_type": "recovery-code"}, "recovery-code"),
        ({"authenticator_type": "oob", "oob_channel": "email", "type": "phone"}, "email"),  # `type` decides nothing
    ],
)
def test_the_kind_follows_from_type_and_channel_in_any_spelling(row: dict[str, Any], kind: str) -> None:
    assert Authenticator.from_wire({"id": "x|dev_1", "active": True, **row}).kind == kind


@pytest.mark.parametrize(("sent", "active"), [(True, True), (False, False), (None, False), ("true", False), (1, False)])
def test_only_a_true_true_is_active(sent: object, active: bool) -> None:
    assert Authenticator.from_wire({**EMAIL, "active": sent}).active is active


def test_a_row_without_active_is_not_active() -> None:
    assert not Authenticator.from_wire({"id": "email|dev_1", "authenticator_type": "oob"}).active


def test_a_row_without_an_id_is_no_authenticator() -> None:
    with pytest.raises(KeyError, match="id"):
        Authenticator.from_wire({"authenticator_type": "oob", "active": True})


def test_tokens_show_stars_and_what_is_harmless() -> None:
    shown = repr(Tokens(access_token=Secret("at-plain"), token_type="Bearer", expires_in=86400, scope="openid"))
    assert "at-plain" not in shown
    assert STARS in shown and "86400" in shown and "openid" in shown


def test_recovery_codes_show_stars() -> None:
    shown = repr(Enrollment("oob", "email", Secret("seal-plain"), recovery_codes=(Secret("ABCD1234"),)))
    assert "ABCD1234" not in shown and "seal-plain" not in shown
    assert "email" in shown


def test_values_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Authenticator.from_wire(EMAIL).active = False  # type: ignore[misc]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (None, ""),
        ("<p>Bad gateway</p>", "<p>Bad gateway</p>"),
        ({"name": "Jörg"}, '{\n  "name": "Jörg"\n}'),
        ([], "[]"),
    ],
)
def test_a_body_is_shown_as_indented_text(body: object, text: str) -> None:
    assert Exchange("GET", "https://t.example/x", "/x", response_body=body).body_text == text
