"""From a response's code to an error class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import (
    AccountBlocked,
    AddressRefused,
    AlreadyEnrolled,
    AudienceUnknown,
    AuthorizationPending,
    ClientRefused,
    CodeExpired,
    CodeNotForThisLogin,
    FactorOff,
    GrantNotAllowed,
    GrantUnknown,
    LoginExpired,
    MfaError,
    MfaRequired,
    MfaTokenMissing,
    MfaTokenRefused,
    NoSuchAuthenticator,
    NotEnrolled,
    OobCodeUnknown,
    PushRejected,
    Refused,
    RequestIncomplete,
    ScopeMissing,
    SlowDown,
    TenantFailed,
    TooManyAuthenticators,
    TooManyCodes,
    WrongCode,
    WrongCredentials,
    WrongOtp,
    WrongRecoveryCode,
)
from .masking import mask_text
from .models import Exchange, telling
from .secret import Secret

# (error code, part of the description in lower case or "") -> class; the first that fits wins.
_BY_CODE: tuple[tuple[str, str, type[Refused]], ...] = (
    ("invalid_grant", "wrong email or password", WrongCredentials),
    ("invalid_grant", "binding_code", WrongCode),
    ("invalid_grant", "otp_code", WrongOtp),
    ("invalid_grant", "oob_code", OobCodeUnknown),
    ("invalid_grant", "mfa_token", MfaTokenRefused),
    ("invalid_grant", "rejected", WrongRecoveryCode),
    ("expired_token", "oob_code", CodeExpired),
    ("expired_token", "", LoginExpired),
    ("access_denied", "rejected", PushRejected),
    ("access_denied", "already enrolled", AlreadyEnrolled),
    ("access_denied", "service not enabled", AudienceUnknown),
    ("access_denied", "unauthorized", ClientRefused),
    ("invalid_client", "", ClientRefused),
    ("unauthorized_client", "", GrantNotAllowed),
    ("association_required", "", NotEnrolled),
    ("unsupported_challenge_type", "not enrolled", NotEnrolled),
    ("unsupported_challenge_type", "", NoSuchAuthenticator),
    ("invalid_authenticator", "", NoSuchAuthenticator),
    ("insufficient_scope", "", ScopeMissing),
    ("authorization_pending", "", AuthorizationPending),
    ("slow_down", "", SlowDown),
    ("too_many_attempts", "suspicious", SlowDown),
    ("too_many_attempts", "", AccountBlocked),
    ("too_many_requests", "", SlowDown),
    ("invalid_request", "too many failed codes", TooManyCodes),
    ("invalid_request", "too many authenticators", TooManyAuthenticators),
    ("invalid_request", "too many", SlowDown),
    ("invalid_request", "doesn't match the mfa_token", CodeNotForThisLogin),
    ("invalid_request", "not issued to this client", MfaTokenRefused),
    ("invalid_request", "factor", FactorOff),
    ("invalid_request", "email", AddressRefused),
    ("invalid_request", "", RequestIncomplete),
    ("unsupported_grant_type", "", GrantUnknown),
)


def refusal(
    status: int,
    body: Mapping[str, Any],
    headers: Mapping[str, str],
    exchange: Exchange | None = None,
    hide: tuple[str | Secret | None, ...] = (),
) -> MfaError:
    """The error for an answer that says no.

    Understands OAuth's shape (`error`, `error_description`) and both shapes that
    Auth0 uses for 429 (`statusCode`, `error`, `message`, `errorCode`). `hide`
    names values of the request that must not come back in a description.
    """
    code = str(body.get("errorCode") or body.get("error") or "")
    description = body.get("error_description") or body.get("message") or ""
    description = mask_text(str(description), *hide)
    common: dict[str, Any] = {
        "status": status,
        "error": code or None,
        "error_description": description or None,
        "error_uri": mask_text(str(body["error_uri"]), *hide) if body.get("error_uri") else None,
        "headers": telling(headers),
        "exchange": exchange,
    }
    if code == "mfa_required":
        if isinstance(body.get("mfa_token"), (str, Secret)) and body["mfa_token"]:
            return MfaRequired(body=body, **common)
        return MfaTokenMissing(**common)
    lowered = description.lower()
    for wanted, part, cause in _BY_CODE:
        if code == wanted and part in lowered:
            return cause(**common)
    if status == 429:
        return SlowDown(**common)
    if status >= 500:
        return TenantFailed(**common)
    return Refused(**common)
