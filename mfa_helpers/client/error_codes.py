"""From a response's code to an error class."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
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
    RefreshTokenRefused,
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
from .secret import Secret, plain

# (error code, part of the description in lower case or "") -> class; the first that fits wins.
_BY_CODE: tuple[tuple[str, str, type[Refused]], ...] = (
    ("invalid_grant", "wrong email or password", WrongCredentials),
    ("invalid_grant", "binding_code", WrongCode),
    ("invalid_grant", "otp_code", WrongOtp),
    ("invalid_grant", "oob_code", OobCodeUnknown),
    ("invalid_grant", "mfa_token", MfaTokenRefused),
    ("invalid_grant", "refresh token", RefreshTokenRefused),
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
    ("invalid_request", "maximum amount of authenticators", TooManyAuthenticators),
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
    """The error for a response that rejects the request.

    Understands OAuth's shape (`error`, `error_description`) and both shapes that
    Auth0 uses for 429 (`statusCode`, `error`, `message`, `errorCode`). Of any other
    shape, which gateways and firewalls have, all words are kept as text. `hide`
    names values of the request that must not come back in a description.
    """
    code, said = _code_and_words(body)
    description = mask_text(said, *hide)[:_MOST]
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
    kind = TenantFailed if status >= 500 else Refused
    if code or description:
        return kind(**common)
    return kind(
        f"{kind.what[:-1]} (status {status}) and gave no reason.", "Check the request, and try again.", **common
    )


_MOST = 400  # signs of a refusal's words that a person is shown
#: Names that say nothing about the words under them, and those that are no words of a refusal.
_NAMELESS = {"errors", "error", "error_description", "message", "title", "detail", "description", "code"}
_NO_WORDS = {"errorCode", "status", "statusCode", "error_uri", "mfa_token", "mfa_requirements"}


def _code_and_words(body: Mapping[str, Any]) -> tuple[str, str]:
    """The code of a refusal, and what else it says; both empty if it says nothing."""
    nested = body.get("error")
    told, names = (
        (nested, ("code", "type", "status")) if isinstance(nested, Mapping) else (body, ("errorCode", "error"))
    )
    given = (_shown(name, told.get(name)) for name in names)
    code = next((value for value in given if isinstance(value, str) and value), "")
    words = next((told[name] for name in ("error_description", "message") if isinstance(told.get(name), str)), "")
    if words:
        return code, ", ".join([words, *_texts(told.get("errors"))])
    rest = {name: value for name, value in told.items() if name not in _NO_WORDS and _shown(name, value) != code}
    return code, ", ".join(_texts(rest))


def _texts(value: Any, name: str = "") -> Iterator[str]:
    """What is said anywhere in `value`, each text with the name that it is under, if that says something."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _texts(_shown(name, item), "" if name in _NAMELESS else f"{name}: ")
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, name)
    elif isinstance(value, (str, int, float)) and value != "" and not (isinstance(value, bool) and not name):
        yield f"{name}{json.dumps(value) if isinstance(value, bool) else value}"


def _shown(name: str, value: Any) -> Any:
    """A `code` is a secret elsewhere; in a refusal it is a word, if it looks like one."""
    if name == "code" and isinstance(value, Secret) and re.fullmatch(r"[A-Za-z][A-Za-z_. -]*", plain(value)):
        return plain(value)
    return value
