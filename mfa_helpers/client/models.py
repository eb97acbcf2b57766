"""The responses of the MFA API, as frozen values. Nothing here sends requests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .secret import Secret

#: Headers of a response that are worth keeping, with an exchange or an error.
TELLING_HEADERS = (
    "retry-after",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "content-type",
)


@dataclass(frozen=True)
class Authenticator:
    """One entry of `GET /mfa/authenticators`.

    A real entry has `id`, `authenticator_type`, `active` and, depending on the
    factor, `oob_channel` and a masked `name` (recording TestMFAListAuthenticators).
    """

    id: str
    authenticator_type: str
    active: bool
    oob_channel: str | None = None
    name: str | None = None
    type: str | None = None

    @property
    def kind(self) -> str:
        """`email`, `sms`, `voice`, `push`, `otp` or `recovery-code`.

        Derived from `authenticator_type` and `oob_channel`: `type` is sent only
        by tenants with Customizable MFA, so nothing may depend on it.
        """
        if self.authenticator_type == "oob":
            return "push" if self.oob_channel == "auth0" else (self.oob_channel or "oob")
        return self.authenticator_type

    @classmethod
    def from_wire(cls, row: Mapping[str, Any]) -> Authenticator:
        """Read one row; both spellings of the channel and any case are accepted. Raises `KeyError` without an `id`."""
        channel = row.get("oob_channel") or row.get("oob_channels")
        if isinstance(channel, (list, tuple)):
            channel = channel[0] if channel else None
        return cls(
            id=str(row["id"]),
            authenticator_type=str(row.get("authenticator_type", "")).lower(),
            active=row.get("active") is True,
            oob_channel=str(channel).lower() if channel else None,
            name=row.get("name"),
            type=row.get("type"),
        )


@dataclass(frozen=True)
class Enrollment:
    """The response to `POST /mfa/associate`: an authenticator that isn't confirmed yet.

    `recovery_codes` come only with a user's first enrollment, and only if the
    tenant has the recovery-code factor turned on. They're shown once and never stored.
    An authenticator app gets a `secret`, and the same secret in `barcode_uri`, as the
    text of a QR code. A push enrollment has only `barcode_uri`.

    Source: the pages of the MFA API for each factor; recording TestMFAAddAuthenticator.
    """

    authenticator_type: str
    oob_channel: str | None
    oob_code: Secret | None
    binding_method: str | None = None
    recovery_codes: tuple[Secret, ...] = ()
    secret: Secret | None = None
    barcode_uri: Secret | None = None


@dataclass(frozen=True)
class Challenge:
    """The response to `POST /mfa/challenge`: a code was sent, or an app shows it.

    `challenge_type` is `oob` or `otp`. Only `oob` has an `oob_code`, which is valid for
    5 minutes. `binding_method` is `prompt` if the user must type a code.

    Source: the pages of the MFA API for each factor.
    """

    challenge_type: str
    oob_code: Secret | None = None
    binding_method: str | None = None


@dataclass(frozen=True)
class Tokens:
    """The response to `POST /oauth/token` when everything is verified.

    `expires_in` is in seconds. `id_token` is set only if the scope contained `openid`,
    `refresh_token` only for `offline_access`, and `recovery_code` only if one was used.
    """

    access_token: Secret
    token_type: str
    expires_in: int
    id_token: Secret | None = None
    refresh_token: Secret | None = None
    scope: str | None = None
    recovery_code: Secret | None = None


@dataclass(frozen=True)
class Exchange:
    """One request and its response as they went over the wire, already masked.

    Bodies are the parsed fields with secrets hidden; `elapsed_ms` is in
    milliseconds; `status` is `None` if no response arrived.
    """

    method: str
    url: str
    path: str
    request_headers: Mapping[str, str] = field(default_factory=dict)
    request_body: Any = None
    status: int | None = None
    reason: str = ""
    response_headers: Mapping[str, str] = field(default_factory=dict)
    response_body: Any = None
    elapsed_ms: float = 0.0

    @property
    def body_text(self) -> str:
        """The response's body as indented text."""
        if isinstance(self.response_body, str):
            return self.response_body
        if self.response_body is None:
            return ""
        return json.dumps(self.response_body, indent=2, ensure_ascii=False)


def telling(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of an answer that are worth keeping, with lower-case names."""
    lowered = {name.lower(): value for name, value in headers.items()}
    return {name: lowered[name] for name in TELLING_HEADERS if name in lowered}
