"""What an application can challenge, of what the user has and the tenant wants."""

from __future__ import annotations

from typing import Any

import pytest

from mfa_helpers.client.models import Authenticator
from mfa_helpers.lessons.choosing import choose, type_of


def row(name: str, active: bool = True, **more: Any) -> Authenticator:
    kinds = {"otp": ("otp", None), "recovery-code": ("recovery-code", None), "push": ("oob", "auth0")}
    kind, channel = kinds.get(name.split("-2")[0], ("oob", name.split("-2")[0]))
    return Authenticator(name, kind, active, channel, **more)


ROWS = [
    row("sms"),
    row("voice"),
    row("email"),
    row("email-2"),
    row("otp"),
    row("push"),
    row("recovery-code"),
    row("otp", active=False),
]


def ids(rows: list[Authenticator]) -> list[str]:
    return [one.id for one in rows]


@pytest.mark.parametrize(
    ("supported", "requirements", "fitting"),
    [
        (("email",), None, ["email", "email-2"]),
        (("otp", "email"), None, ["otp", "email", "email-2"]),
        (("email", "otp"), None, ["email", "email-2", "otp"]),
        (("phone",), None, ["sms", "voice"]),
        (("push-notification", "recovery-code"), None, ["push", "recovery-code"]),
        (("email", "otp"), {}, ["email", "email-2", "otp"]),
        (("email", "otp"), {"challenge": [{"type": "otp"}, {"type": "phone"}]}, ["otp"]),
        (("email",), {"challenge": [{"type": "otp"}]}, []),
        (("email",), {"enroll": [{"type": "otp"}]}, []),
        ((), None, []),
    ],
)
def test_it_is_what_is_active_supported_and_wanted_best_first(
    supported: tuple[str, ...], requirements: dict[str, Any] | None, fitting: list[str]
) -> None:
    assert ids(choose(ROWS, supported, requirements)) == fitting


def test_an_unconfirmed_one_never_fits() -> None:
    assert choose([row("otp", active=False)], ("otp",)) == []


def test_the_tenants_word_on_the_type_wins_and_without_it_the_kind_tells() -> None:
    assert type_of(row("sms", type="phone")) == type_of(row("sms")) == "phone"
    assert type_of(row("email", type="passkey")) == "passkey"
    assert type_of(Authenticator("x", "webauthn", True)) == "webauthn"
