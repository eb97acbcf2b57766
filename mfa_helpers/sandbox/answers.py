"""Every answer that says no, as data: status, code, text, and how sure we are of it.

`mark` is one of
- `documented`: Auth0's documentation says so,
- `recorded`: an exchange with a real tenant shows it,
- `sdk`: an official SDK or its fixtures compare this text,
- `seen`: several people report the text; the status follows the standard table,
- `assumed`: nobody says; this is the sandbox's own choice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import JSONResponse, Response


@dataclass(frozen=True)
class Answer:
    status: int
    error: str
    text: str
    mark: str
    source: str = ""


class Refusal(Exception):
    """Raised where a request turns out to be refused; `app` turns it into the answer.

    `values` fill the text's `{names}`. `extra` joins the body. `retry_after` is
    in seconds and becomes the header of that name.
    """

    def __init__(
        self, answer: Answer, *, extra: dict[str, Any] | None = None, retry_after: int | None = None, **values: str
    ) -> None:
        self.answer = replace(answer, text=answer.text.format(**values)) if values else answer
        self.extra = extra or {}
        self.retry_after = retry_after
        super().__init__(answer.error)


MFA_REQUIRED = Answer(403, "mfa_required", "Multifactor authentication required", "documented", "cte-example-use-cases")
WRONG_CREDENTIALS = Answer(403, "invalid_grant", "Wrong email or password.", "sdk", "Auth0.Android, Auth0.swift")
BLOCKED = Answer(
    429,
    "too_many_attempts",
    "Your account has been blocked after multiple consecutive login attempts. We've sent you a notification via "
    "your preferred contact method with instructions on how to unblock it.",
    "documented",
    "brute-force-protection",
)
MISSING = Answer(400, "invalid_request", "Missing required parameter: {name}", "seen", "pattern of the token endpoint")
NOT_TEXT = Answer(400, "invalid_request", "{name} must be a string", "assumed")
BAD_SCOPE = Answer(400, "invalid_scope", "Scope must be an array or a string", "documented", "errors table")
GRANT_NOT_ALLOWED = Answer(
    403, "unauthorized_client", "Grant type '{grant}' not allowed for the client.", "seen", "update-grant-types"
)
UNAUTHORIZED = Answer(401, "access_denied", "Unauthorized", "seen", "many reports; documentation says invalid_client")
UNKNOWN_AUDIENCE = Answer(403, "access_denied", "Service not enabled within domain: {audience}", "seen")
NO_DIRECTORY = Answer(
    500, "server_error", "Authorization server not configured with default connection.", "seen", "several repositories"
)
UNKNOWN_REALM = Answer(403, "invalid_request", "unknown connection: {realm}", "assumed")
UNSUPPORTED_GRANT = Answer(
    501, "unsupported_grant_type", "Unsupported grant type: {grant}", "documented", "errors table; the OAS says 400"
)

ALREADY_ENROLLED = Answer(403, "access_denied", "User is already enrolled.", "sdk", "auth0.net")
TOKEN_INVALID = Answer(
    401, "invalid_grant", "The mfa_token provided is invalid. Try getting a new token.", "sdk", "auth0.net"
)
TOKEN_EXPIRED = Answer(401, "expired_token", "mfa_token is expired", "sdk", "three SDKs; older notes say 403")
NO_BEARER = Answer(401, "invalid_request", "Missing bearer token in the Authorization header", "assumed")
SCOPE_MISSING = Answer(403, "insufficient_scope", "Insufficient scope, expected: {scope}", "assumed")
FACTOR_OFF = Answer(400, "invalid_request", "The {factor} factor is not enabled for this tenant.", "assumed")
BAD_CHANNEL = Answer(400, "invalid_request", "Unsupported {name}: {value}", "assumed")
BAD_EMAIL = Answer(400, "invalid_request", "Invalid email address", "assumed")
TOO_MANY_ROWS = Answer(
    400, "invalid_request", "Too many authenticators. Remove one before enrolling another.", "assumed", "limit: 95815"
)
TOO_MANY_MAILS = Answer(
    429,
    "too_many_requests",
    "You have exceeded the amount of emails. Wait a few minutes and try again.",
    "assumed",
    "text of Universal Login, key too-many-email",
)
MAIL_FAILED = Answer(502, "bad_gateway", "The email could not be sent.", "assumed", "OAuth MFA draft, bad_gateway")

UNKNOWN_AUTHENTICATOR = Answer(404, "invalid_authenticator", "Authenticator not found", "assumed", "404: documented")
IMPLICIT = Answer(
    400, "invalid_request", "The profile's verified email cannot be removed as an authenticator.", "assumed"
)

NOT_ENROLLED = Answer(
    401,
    "association_required",
    "User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator.",
    "seen",
    "code documented; text of react-native-auth0",
)
TYPE_NOT_ENROLLED = Answer(
    401,
    "unsupported_challenge_type",
    "User does not have any enrolled authenticator with the supported challenge type ({types})",
    "seen",
    "Auth0.swift issue 1262, a real answer",
)
MALFORMED_TOKEN = Answer(403, "invalid_grant", "Malformed mfa_token", "sdk", "text; status by the standard table")
OTHER_CLIENT = Answer(400, "invalid_request", "mfa_token not issued to this client", "seen")

WRONG_CODE = Answer(403, "invalid_grant", "Invalid binding_code.", "sdk", "Auth0.Android, Auth0.swift")
MALFORMED_OOB = Answer(403, "invalid_grant", "Malformed oob_code", "sdk", "react-native-auth0")
OOB_EXPIRED = Answer(401, "expired_token", "oob_code is expired", "seen", "community article 123043")
OOB_OF_OTHER_LOGIN = Answer(400, "invalid_request", "The oob_code doesn't match the mfa_token", "seen")
TOO_MANY_CODES = Answer(
    429,
    "invalid_request",
    "Too many failed codes. Wait for some minutes before retrying.",
    "seen",
    "text of Universal Login; status assumed",
)
OTP_NOT_ENROLLED = Answer(
    401,
    "unsupported_challenge_type",
    "User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator.",
    "sdk",
    "react-native-auth0",
)
NO_RECOVERY_CODE = Answer(
    403, "unsupported_challenge_type", "User does not have a recovery-code.", "sdk", "react-native-auth0"
)
BAD_ACCESS_TOKEN = Answer(401, "invalid_token", "Unauthorized", "assumed")
TOO_LARGE = Answer(413, "invalid_request", "Request body is too large", "assumed")
BROKEN = Answer(500, "server_error", "Something in the sandbox broke. Please report what you sent.", "assumed")


def refuse(refusal: Refusal) -> Response:
    """The HTTP answer of a refusal, in the shape of the MFA API and the token endpoint."""
    answer = refusal.answer
    headers = {"cache-control": "no-store", "pragma": "no-cache"}
    if refusal.retry_after is not None:
        headers["retry-after"] = str(refusal.retry_after)
    body = {"error": answer.error, "error_description": answer.text, **refusal.extra}
    return JSONResponse(body, answer.status, headers)


def token_answer(body: dict[str, Any]) -> Response:
    """A yes of `/oauth/token`: `application/json` without a charset, not to be stored (recorded)."""
    return JSONResponse(body, headers={"cache-control": "no-store", "pragma": "no-cache"})


def mfa_answer(body: Any) -> Response:
    """A yes of `/mfa/*`: the recordings show a charset here."""
    return JSONResponse(body, media_type="application/json; charset=utf-8")
