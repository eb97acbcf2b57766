"""The authenticators of a user: what kinds there are, how they are listed and named."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Any

from .. import defaults
from ..store import Store

#: Kinds are the prefixes of the ids (recording TestMFAListAuthenticators, SMS page for `voice`).
#: What switches a kind on in the tenant …
FACTOR = {
    "email": "email",
    "sms": "sms",
    "voice": "sms",
    "push": "push-notification",
    "totp": "otp",
    "recovery-code": "recovery-code",
}
#: … what Customizable MFA calls it (documentation, the page of this course; Auth0.swift's fixture) …
TYPE = {
    "email": "email",
    "sms": "phone",
    "voice": "phone",
    "push": "push-notification",
    "totp": "otp",
    "recovery-code": "recovery-code",
}
#: … what the My Account API calls it …
METHOD = {**TYPE, "totp": "totp"}
#: … and over which channel it is reached.
CHANNEL = {"email": "email", "sms": "sms", "voice": "voice", "push": "auth0"}
KIND_OF_CHANNEL = {channel: kind for kind, channel in CHANNEL.items()}


@dataclass(frozen=True, kw_only=True)
class Authenticator:
    """One factor of a user. `kind` is the prefix of its id; `created_at` and `used_at` are in seconds since 1970.

    `secret` is a TOTP secret in base32, or the fingerprint of a recovery code. `enrolled_by` is the fingerprint of
    the token that began the enrollment. An `implicit` one is the user's verified email address, which is no row.
    """

    id: str
    kind: str
    address: str
    active: bool
    secret: str = ""
    enrolled_by: str = ""
    implicit: bool = False
    created_at: float = 0
    used_at: float = 0

    @property
    def is_oob(self) -> bool:
        """Whether something is sent to it, over a channel of its own."""
        return self.kind in CHANNEL


def of_user(store: Store, user: Any, settings: defaults.Settings) -> list[Authenticator]:
    """All of them, in the order of their making.

    A verified profile address is one by itself while the email factor is on
    (documentation, manage page); it comes last, as in the recording.
    """
    found = [
        Authenticator(
            id=row["id"],
            kind=row["kind"],
            address=row["address"],
            active=bool(row["active"]),
            secret=row["secret"],
            enrolled_by=row["enrolled_by"],
            created_at=row["created_at"],
            used_at=row["used_at"],
        )
        for row in store.authenticators(user["user_id"])
    ]
    if user["email_verified"] and "email" in settings.factors:
        id = "email|dev_" + hashlib.sha256(user["user_id"].encode()).hexdigest()[:16]
        found.append(Authenticator(id=id, kind="email", address=user["email"], active=True, implicit=True))
    return found


def is_enrolled(rows: list[Authenticator]) -> bool:
    """Whether a factor counts already; a recovery code alone does not (assumed), a verified profile address does (assumed)."""
    return any(row.active and row.kind != "recovery-code" for row in rows)


def asked_for_at_mfa_audience(rows: list[Authenticator]) -> list[Authenticator]:
    """The factors because of which the MFA audience asks for one: any but email (documentation, manage page)."""
    return [row for row in rows if row.active and row.kind not in ("email", "recovery-code")]


def requirements(rows: list[Authenticator], settings: defaults.Settings) -> dict[str, Any]:
    """`mfa_requirements`: what the user can be challenged with, or else could enroll (documentation; Auth0.Android).

    Email is never in the second list: this feature challenges with it only.
    """
    mine = {TYPE[row.kind] for row in rows if row.active and FACTOR[row.kind] in settings.factors}
    enabled = {TYPE[kind] for kind, factor in FACTOR.items() if factor in settings.factors}
    if mine - {"recovery-code"}:
        return {"challenge": [{"type": name} for name in _TYPES if name in mine]}
    return {"enroll": [{"type": name} for name in _TYPES if name in enabled - {"email", "recovery-code"}]}


_TYPES = ("otp", "push-notification", "phone", "recovery-code", "email")  # the documented order


def as_row(item: Authenticator, settings: defaults.Settings) -> dict[str, Any]:
    """How the list shows it; keys in the recorded order, `type` as Customizable MFA puts it."""
    row: dict[str, Any] = {"type": TYPE[item.kind]} if settings.customize_mfa_in_postlogin_action else {}
    kind = "oob" if item.is_oob else "otp" if item.kind == "totp" else item.kind
    row |= {"id": item.id, "authenticator_type": kind, "active": item.active}
    if item.is_oob:
        row["oob_channel"] = CHANNEL[item.kind]
    if item.kind in ("sms", "voice"):
        row["name"] = masked_number(item.address)
    elif item.kind == "email":
        row["name"] = masked_address(item.address)
    elif item.kind == "push" and item.active:
        row["name"] = "Sandbox phone"  # the device's name, absent while inactive
    return row


def masked_address(address: str) -> str:
    """An address as the list shows it: length kept, at most four characters of each side.

    `user@example.com` is recorded as `****@exam*******`: the domain keeps its
    first four characters, the local part its first four unless it has no more
    than four (inferred from three samples).
    """
    local, _, domain = address.rpartition("@")
    shown = local[:4] if len(local) > 4 else ""
    return f"{shown}{'*' * (len(local) - len(shown))}@{domain[:4]}{'*' * max(len(domain) - 4, 0)}"


def masked_number(number: str) -> str:
    """A number as the list shows it: the last four digits, and an X for everything before them.

    `XXXXXXXXX0100` is recorded; that the plus sign counts is inferred from this one sample.
    """
    return "X" * max(len(number) - 4, 0) + number[-4:]


#: What else is on the same device: a number that takes texts takes calls, too, and a phone that takes pushes has codes as
#: well (documentation, SMS page and manage page).
_TWIN = {"sms": "voice", "voice": "sms", "push": "totp"}


def add_confirmed(
    store: Store,
    user_id: str,
    kind: str,
    *,
    now: float,
    address: str = "",
    secret: str = "",
    name: str = "",
    id: str = "",
) -> None:
    """One that counts from now on, and what else is on its device. `id` is that of one that is there already."""
    id = id or new_id(kind)
    for one in (kind, *filter(None, [_TWIN.get(kind)])):
        if one == "totp" and not secret:
            import pyotp

            secret = pyotp.random_base32()
        own = twin(id, one)
        store.add_authenticator(own, user_id=user_id, kind=one, now=now, address=address, secret=secret, name=name)
        store.confirm(own)


def new_id(kind: str) -> str:
    """`kind|dev_` and sixteen letters or digits (recorded)."""
    return f"{kind}|dev_{''.join(secrets.choice(_LETTERS) for _ in range(16))}"


def twin(id: str, kind: str) -> str:
    """The id that another kind of the same device has (documentation, SMS page)."""
    return f"{kind}|{id.partition('|')[2]}"


def is_totp_secret(text: str) -> bool:
    """Whether it is base32 in whole groups, of 112 bits or more: what makes the codes takes no less (NIST SP 800-63B, section 3.1.4)."""
    return re.fullmatch(r"(?:[A-Z2-7]{8}){3,16}", text) is not None


def new_recovery_code() -> str:
    """24 capitals and digits (recorded)."""
    return "".join(secrets.choice(_CAPITALS) for _ in range(24))


_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
