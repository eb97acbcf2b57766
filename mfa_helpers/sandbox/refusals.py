"""Every answer that says no, as data: status, code, text, and how sure we are of it.

The marks are those of `fidelity.MARKS`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class RefusalText:
    """One way to say no: HTTP status, `error`, `error_description`, how sure that is (`mark`), and by which source."""

    status: int
    error: str
    text: str
    mark: str
    source: str


@dataclass(frozen=True)
class Wait:
    """Why somebody must come back later: a limit of `size` tries, and in how many `seconds`, counted from `now`."""

    size: int
    seconds: int
    now: float

    def headers(self) -> dict[str, str]:
        """`x-ratelimit-reset` is in seconds since 1970 (documentation, rate-limit-use-cases)."""
        return {
            "retry-after": str(self.seconds),
            "x-ratelimit-limit": str(self.size),
            "x-ratelimit-remaining": "0",
            "x-ratelimit-reset": str(int(self.now) + self.seconds),
        }


class Refusal(Exception):
    """Raised where a request turns out to be refused; `app` turns it into the answer.

    `values` fill the text's `{names}`. `extra` joins the body. `wait` becomes
    the headers of a limit.
    """

    def __init__(
        self, answer: RefusalText, *, extra: dict[str, Any] | None = None, wait: Wait | None = None, **values: str
    ) -> None:
        self.answer = replace(answer, text=answer.text.format(**values)) if values else answer
        self.extra = extra or {}
        self.wait = wait
        super().__init__(answer.error)


# /oauth/token

MFA_REQUIRED = RefusalText(
    403, "mfa_required", "Multifactor authentication required", "documented", "cte-example-use-cases"
)
WRONG_CREDENTIALS = RefusalText(403, "invalid_grant", "Wrong email or password.", "sdk", "Auth0.Android, Auth0.swift")
BLOCKED = RefusalText(
    429,
    "too_many_attempts",
    "Your account has been blocked after multiple consecutive login attempts. We've sent you a notification via "
    "your preferred contact method with instructions on how to unblock it.",
    "documented",
    "brute-force-protection; set-up-cors",
)
USER_BLOCKED = RefusalText(
    401,
    "unauthorized",
    "user is blocked",
    "documented",
    "errors of the legacy login endpoint; here assumed to be alike",
)
MISSING = RefusalText(
    400, "invalid_request", "Missing required parameter: {name}", "documented", "pattern of the OpenAPI file's example"
)
NOT_TEXT = RefusalText(
    400,
    "invalid_request",
    "{name} must be a string",
    "searched",
    "no SDK's fixture and no thread sends one; the errors table has only the scope's text",
)
BAD_SCOPE = RefusalText(400, "invalid_scope", "Scope must be an array or a string", "documented", "errors table")
GRANT_NOT_ALLOWED = RefusalText(
    403,
    "unauthorized_client",
    "Grant type '{grant}' not allowed for the client.",
    "documented",
    "update-grant-types, code and status; quotes as reported",
)
UNAUTHORIZED = RefusalText(
    401, "access_denied", "Unauthorized", "reported", "many reports; documentation says invalid_client"
)
TWO_METHODS = RefusalText(
    400,
    "invalid_request",
    "Multiple authentication methods provided, please use one.",
    "reported",
    "auth0-auth-js, review 251: a maintainer tried it",
)
UNKNOWN_AUDIENCE = RefusalText(
    403, "access_denied", "Service not enabled within domain: {audience}", "reported", "many reports"
)
NO_DIRECTORY = RefusalText(
    500,
    "server_error",
    "Authorization server not configured with default connection.",
    "reported",
    "several repositories; the status by one",
)
UNKNOWN_REALM = RefusalText(
    400, "invalid_request", "Unknown realm {realm}.", "documented", "set-up-cors, for another endpoint with realms"
)
UNSUPPORTED_GRANT = RefusalText(
    501,
    "unsupported_grant_type",
    "Unsupported grant type: {grant}",
    "documented",
    "errors table; the OpenAPI file says 400",
)
NO_AUDIENCE = RefusalText(
    403,
    "access_denied",
    "No audience parameter was provided, and no default audience has been configured.",
    "reported",
    "client_credentials without an audience",
)
NO_CLIENT_GRANT = RefusalText(
    403,
    "access_denied",
    'Client is not authorized to access "{audience}". You need to create a "client-grant" associated to this API.',
    "reported",
    "client_credentials without a client grant; shortened",
)
BAD_REFRESH_TOKEN = RefusalText(403, "invalid_grant", "Unknown or invalid refresh token.", "reported", "many reports")

BAD_AUTHORIZATION_CODE = RefusalText(
    403, "invalid_grant", "Invalid authorization code", "recorded", "TestLoginWithAuthCode, invalid code"
)
BAD_VERIFIER = RefusalText(
    403,
    "invalid_grant",
    "Failed to verify code verifier",
    "sdk",
    "go-auth0, TestLoginWithAuthCodeWithPKCE; status by the standard table",
)
OTHER_REDIRECT = RefusalText(
    403,
    "unauthorized_client",
    "The redirect URI is wrong. You sent {sent}, and we expected {expected}",
    "reported",
    "several repositories, with origins only; here the whole URIs",
)

# /authorize and the login pages; 302 goes back to the application, the others are pages

UNKNOWN_CLIENT = RefusalText(
    403, "invalid_request", "Unknown client: {client_id}", "reported", "text by several emulators; status assumed"
)
CALLBACK_MISMATCH = RefusalText(
    403,
    "unauthorized_client",
    "Callback URL mismatch. {url} is not in the list of allowed callback URLs",
    "reported",
    "community article 123044 and many reports; status assumed",
)
WEB_ORIGIN_NOT_LISTED = RefusalText(
    400,
    "unauthorized_client",
    "The specified redirect_uri '{uri}' does not have a registered origin.",
    "reported",
    "single-cell-data-portal issue 221, auth0-react-samples issue 195: text of the log, and 400; code assumed",
)
LOGIN_OVER = RefusalText(
    400,
    "invalid_request",
    "You may have pressed the back button, refreshed during login, opened too many login dialogs, or there is some issue "
    "with cookies, since we couldn't find your session. Try logging in again from the application and if the problem "
    "persists please contact the administrator.",
    "reported",
    "community article 117674, code and text; status assumed",
)
BAD_RESPONSE_TYPE = RefusalText(
    302,
    "unsupported_response_type",
    "Unsupported response type: {type}",
    "documented",
    "third-party-applications/troubleshooting, the code; RFC 6749; words assumed, and a real tenant knows more types",
)
BAD_PARAMETER = RefusalText(
    302,
    "invalid_request",
    "Unsupported value of {name}: {value}",
    "searched",
    "that S256 is the only one is documented (authorize-with-pkce); no thread shows the refusal",
)
UNKNOWN_CONNECTION = RefusalText(
    302,
    "invalid_request",
    "the connection was not found",
    "documented",
    "errors of the legacy login endpoint; here sent back",
)
UNKNOWN_SERVICE = RefusalText(302, "access_denied", "Service not found: {audience}", "reported", "three repositories")
LOGIN_REQUIRED = RefusalText(302, "login_required", "Login required", "documented", "configure-silent-authentication")
FACTOR_REQUIRED = RefusalText(
    302, "login_required", "Multifactor authentication required", "sdk", "auth0-spa-js, _isIframeMfaError"
)
NO_FACTOR = RefusalText(
    302,
    "access_denied",
    "User has no factor that this login page can ask for. Enroll one with the MFA API.",
    "searched",
    "a real login page enrolls the other factors; community article 123152: without any, No MFA factors enabled for enrollment",
)

# logout; these are pages

LOGOUT_NOT_LISTED = RefusalText(
    400,
    "invalid_request",
    'The "{name}" querystring parameter "{url}" is not defined as a valid URL in "Allowed Logout URLs".',
    "reported",
    "two repositories, for returnTo",
)
BAD_LOGOUT = RefusalText(
    400,
    "invalid_request",
    "The {name} doesn't match the rest of the request",
    "searched",
    "that it has to fit is documented (log-users-out-of-auth0); no thread shows the refusal",
)

# limits

TOO_MANY_REQUESTS = RefusalText(
    429,
    "too_many_requests",
    "Too many requests. Check the X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset headers.",
    "documented",
    "authentication API reference",
)
TOO_MANY_LOGINS = RefusalText(
    429,
    "too_many_attempts",
    "Too many logins with the same username from the same address. Wait some seconds before retrying.",
    "searched",
    "the limit and the log's limit_sul are documented (rate-limit-policy, log-event-type-codes); no text in SDKs or threads",
)
TOO_MANY_CODES = RefusalText(
    429,
    "invalid_request",
    "Too many failed codes. Wait for some minutes before retrying.",
    "reported",
    "one iOS app, and Universal Login's wording; status assumed",
)
TOO_MANY_MAILS = RefusalText(
    429,
    "too_many_requests",
    "You have exceeded the amount of emails. Wait a few minutes and try again.",
    "documented",
    "customize-text-elements, too-many-email; status and code assumed",
)
TOO_MANY_TEXTS = RefusalText(
    429,
    "invalid_request",
    "Too many SMS sent by the user. Wait for some minutes before retrying.",
    "reported",
    "two apps; status assumed",
)
TOO_MANY_PUSHES = RefusalText(
    429,
    "too_many_requests",
    "We have received too many notification requests. Wait a few minutes and try again.",
    "documented",
    "customize-text-elements, too-many-push; status and code assumed",
)

# /mfa/…

ALREADY_ENROLLED = RefusalText(403, "access_denied", "User is already enrolled.", "sdk", "auth0.net")
TOKEN_INVALID = RefusalText(
    401, "invalid_grant", "The mfa_token provided is invalid. Try getting a new token.", "sdk", "auth0.net"
)
TOKEN_EXPIRED = RefusalText(
    401,
    "expired_token",
    "mfa_token is expired",
    "sdk",
    "auth0-server-python, Auth0.swift, Auth0.Android; older notes say 403",
)
NO_BEARER = RefusalText(
    401,
    "invalid_request",
    "Missing bearer token in the Authorization header",
    "searched",
    "401 documented for a bad token (add-an-authenticator); no fixture and no thread leaves it out",
)
SCOPE_MISSING = RefusalText(
    403,
    "insufficient_scope",
    "Insufficient scope, expected: {scope}",
    "searched",
    "code of guardian-error-code-reference and of the Management API; no thread shows it at /mfa/",
)
FACTOR_OFF = RefusalText(
    400,
    "invalid_request",
    "The {factor} factor is not enabled for this tenant.",
    "searched",
    "Guardian's feature_disabled_by_admin is for its own API; SDKs and threads have nothing for /mfa/",
)
BAD_CHANNEL = RefusalText(
    400,
    "invalid_request",
    "Unsupported {name}: {value}",
    "documented",
    "add-an-authenticator, the status; code of the OpenAPI file; words assumed",
)
BAD_EMAIL = RefusalText(
    400,
    "invalid_request",
    "Invalid email address",
    "documented",
    "add-an-authenticator, the status; code of the OpenAPI file; text of Auth0.swift",
)
BAD_PHONE = RefusalText(400, "invalid_request", "The phone number is invalid.", "reported", "text; code assumed")
TOO_MANY_ROWS = RefusalText(
    400,
    "invalid_request",
    "User has created the maximum amount of authenticators",
    "reported",
    "community articles 187705 and 94208, text of the log; the limit by 95815; status and code assumed",
)
MAIL_FAILED = RefusalText(
    502,
    "bad_gateway",
    "The {channel} could not be sent.",
    "searched",
    "code of the OAuth MFA draft; SDKs and threads tell only of texts that do not arrive",
)

UNKNOWN_AUTHENTICATOR = RefusalText(
    404,
    "invalid_authenticator",
    "Authenticator not found",
    "sdk",
    "404 documented for DELETE; code of Auth0.swift, Auth0.Android and the OAuth MFA draft; words assumed",
)
IMPLICIT = RefusalText(
    400,
    "invalid_request",
    "The profile's verified email cannot be removed as an authenticator.",
    "searched",
    "that it cannot is documented (manage page); neither SDKs nor threads show the refusal",
)

NOT_ENROLLED = RefusalText(
    401,
    "association_required",
    "User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator.",
    "documented",
    "code by the reference; text of react-native-auth0; status assumed",
)
TYPE_NOT_ENROLLED = RefusalText(
    401,
    "unsupported_challenge_type",
    "User does not have any enrolled authenticator with the supported challenge type ({types})",
    "reported",
    "Auth0.swift issue 1262, a real answer",
)
MALFORMED_TOKEN = RefusalText(
    403,
    "invalid_grant",
    "Malformed mfa_token",
    "sdk",
    "auth0-auth-js, Auth0.swift, Auth0.Android; status by the standard table",
)
OTHER_CLIENT = RefusalText(
    400, "invalid_request", "mfa_token not issued to this client", "reported", "notes on real errors"
)

# the second factor at /oauth/token

WRONG_CODE = RefusalText(403, "invalid_grant", "Invalid binding_code.", "sdk", "Auth0.Android, Auth0.swift")
MALFORMED_OOB = RefusalText(403, "invalid_grant", "Malformed oob_code", "sdk", "react-native-auth0")
OOB_EXPIRED = RefusalText(
    401, "expired_token", "oob_code is expired", "reported", "community article 123043; older notes say 403"
)
OOB_OF_OTHER_LOGIN = RefusalText(
    400, "invalid_request", "The oob_code doesn't match the mfa_token", "reported", "notes on real errors"
)
PENDING = RefusalText(
    400,
    "authorization_pending",
    "Authorization pending: please repeat the request in a few seconds.",
    "recorded",
    "TestMFAVerifyWithOOB",
)
SLOW_DOWN = RefusalText(
    429,
    "slow_down",
    "You are polling faster than allowed. Try again in 1 seconds.",
    "documented",
    "verify-with-out-of-band, the code; status of the device flow, text of the backchannel flow",
)
PUSH_REJECTED = RefusalText(
    400,
    "access_denied",
    "MFA Authorization rejected.",
    "recorded",
    "TestMFAVerifyWithOOB; documentation says invalid_grant",
)
WRONG_OTP = RefusalText(
    403, "invalid_grant", "Invalid otp_code.", "sdk", "react-native-auth0, Auth0.Android, Auth0.swift"
)
OTP_NOT_ENROLLED = RefusalText(
    401,
    "unsupported_challenge_type",
    "User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator.",
    "sdk",
    "react-native-auth0",
)
WRONG_RECOVERY_CODE = RefusalText(
    403, "invalid_grant", "MFA Authorization rejected.", "sdk", "Auth0.swift, invalid recovery code"
)
NO_RECOVERY_CODE = RefusalText(
    403, "unsupported_challenge_type", "User does not have a recovery-code.", "sdk", "react-native-auth0"
)

# anywhere

ORIGIN_NOT_LISTED = RefusalText(
    401,
    "access_denied",
    "Unauthorized",
    "reported",
    "auth0-cli issue 193, auth0-spa-js issue 454; the log has the event fco",
)
TOO_LARGE = RefusalText(
    413,
    "invalid_request",
    "Request body is too large",
    "searched",
    "the sandbox's own limit, 100,000 bytes; auth0.js issue 1133: a tenant refuses what is over 1,048,576",
)
ENCODED = RefusalText(
    415,
    "invalid_request",
    "Unsupported content encoding: {encoding}. Send the body as it is, without the header Content-Encoding.",
    "searched",
    "status by RFC 9110, section 15.5.16; no client is known to pack a request",
)
BAD_CHARSET = RefusalText(
    400,
    "invalid_request",
    "The request body is not text in the charset {charset}. Send UTF-8, or declare the charset in the Content-Type header.",
    "searched",
    "no client is known to send other than UTF-8",
)
CANNOT_WRITE = RefusalText(
    500,
    "server_error",
    "The sandbox can't write its file, because the disk is full or the location isn't writable.",
    "assumed",
    "must not happen",
)
BUSY = RefusalText(
    503,
    "server_error",
    "Another program is using the sandbox's file. Close that program, and then try again.",
    "assumed",
    "must not happen",
)
BROKEN = RefusalText(
    500, "server_error", "The sandbox failed. Please report what you sent.", "assumed", "must not happen"
)
