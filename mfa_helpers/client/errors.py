"""Everything that can go wrong, one class per cause.

    MfaError
    ├── InvalidInput                the input can't be right; nothing was sent
    │   └── CodeIsNotText
    ├── NotReached                  no usable response arrived
    │   ├── TenantTimedOut
    │   ├── TenantUnreachable
    │   ├── CertificateRefused
    │   ├── ProxyRefused
    │   ├── UnexpectedRedirect
    │   └── UnreadableAnswer
    ├── SandboxUnusable             the sandbox can't start here
    ├── IdTokenRefused              the ID token isn't valid
    ├── StepMissing                 an earlier step of the lesson isn't done yet
    └── Refused                     the tenant rejected the request
        ├── MfaRequired
        ├── MfaTokenMissing
        ├── WrongCredentials
        ├── AccountBlocked
        ├── WrongCode
        │   ├── WrongOtp
        │   └── WrongRecoveryCode
        ├── CodeExpired
        ├── CodeNotForThisLogin
        ├── OobCodeUnknown
        ├── LoginExpired
        ├── MfaTokenRefused
        ├── RefreshTokenRefused
        ├── AlreadyEnrolled
        ├── NotEnrolled
        ├── NoSuchAuthenticator
        ├── AddressRefused
        │   └── FactorOff
        ├── GrantNotAllowed
        ├── AudienceUnknown
        ├── ClientRefused
        ├── ScopeMissing
        ├── TooManyAuthenticators
        ├── TooManyCodes
        ├── SlowDown
        ├── AuthorizationPending
        ├── PushRejected
        ├── RequestIncomplete
        ├── GrantUnknown
        └── TenantFailed

Each says what happened (`what`) and what to do next (`next_step`). The class
follows from the error code, not from the text, because Auth0 warns that
descriptions are for people and may change. Only `invalid_grant` covers several
causes, so there the text is read.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

from .lifetimes import CODE_LIFETIME, MFA_TOKEN_LIFETIME, minutes
from .models import Exchange
from .secret import Secret


class MfaError(Exception):
    """Any failure of a call or a step.

    `status` is the HTTP status, `error` and `error_description` are the
    tenant's own words, `error_uri` the page it names for them,
    `headers` holds `models.TELLING_HEADERS` in lower case,
    `retry_after` is the wait in seconds; each is `None` or empty if no
    response arrived. `exchange` is the masked exchange.
    """

    what = "Something went wrong."
    next_step = "Try again."

    def __init__(
        self,
        what: str | None = None,
        next_step: str | None = None,
        *,
        status: int | None = None,
        error: str | None = None,
        error_description: str | None = None,
        error_uri: str | None = None,
        headers: Mapping[str, str] | None = None,
        exchange: Exchange | None = None,
        cause: str | None = None,
    ) -> None:
        self.what = what or type(self).what
        self.next_step = next_step or type(self).next_step
        self.status = status
        self.error = error
        self.error_description = error_description
        self.error_uri = error_uri
        self.headers = dict(headers or {})
        self.exchange = exchange
        self.cause = cause
        super().__init__(self.what)

    @property
    def retry_after(self) -> int | None:
        """Seconds to wait, from `Retry-After` or `x-ratelimit-reset`; never negative."""
        wait = _whole_number(self.headers.get("retry-after"))
        if wait is None:
            # An epoch in seconds (documented at rate-limit-use-cases).
            reset = _whole_number(self.headers.get("x-ratelimit-reset"))
            wait = None if reset is None else reset - int(time.time())
        return None if wait is None else max(wait, 0)

    @property
    def told(self) -> str:
        """The tenant's own words, with status and code; empty if there are none."""
        if self.error:
            return f"{self.status} {self.error}, “{self.error_description or 'no description'}”"
        return f"{self.status}, “{self.error_description}”" if self.error_description else ""

    def __str__(self) -> str:
        return f"{self.what} {self.next_step}" + (f" [{self.told}]" if self.told else "")

    def __repr__(self) -> str:
        return f"{type(self).__name__}(status={self.status!r}, error={self.error!r})"

    def _render_traceback_(self) -> list[str]:
        # IPython asks for this: a learner reads two sentences, not a stack.
        return [f"{type(self).__name__}: {self}"]


def _whole_number(text: str | None) -> int | None:
    try:
        return int(float(text)) if text else None
    except (ValueError, OverflowError):
        return None


class InvalidInput(MfaError, ValueError):
    """The input can't be right. Nothing was sent, and no attempt was used."""

    what = "This input isn't valid."
    next_step = "Correct it and try again."


class CodeIsNotText(InvalidInput, TypeError):
    """A code was given as a number. `004217` would become `4217`, so the client doesn't guess."""

    what = "The code must be a string, not a number, because a number loses its leading zeros."
    next_step = 'Write it in quotes, for example "004217".'


class NotReached(MfaError):
    """No usable response arrived. The tenant may or may not have seen the request."""

    what = "The tenant didn't return a usable response."
    next_step = "Check your network connection, and try again."


class TenantTimedOut(NotReached):
    """The connection or the response took longer than the timeout allows."""

    what = "The tenant didn't respond in time."
    next_step = "Wait a moment, and try again. If it keeps happening, check the domain and your network."


class TenantUnreachable(NotReached):
    """Nothing listens there, or the name doesn't resolve."""

    what = "The tenant can't be reached."
    next_step = "Check the domain. If you use the sandbox, run the first cells of the notebook again to restart it."


class CertificateRefused(NotReached):
    """The server's certificate isn't trusted here."""

    what = "This machine doesn't trust the server's certificate."
    next_step = (
        "If your company inspects TLS, set REQUESTS_CA_BUNDLE to its CA file, and restart the kernel. "
        "Don't turn off certificate verification."
    )


class ProxyRefused(NotReached):
    """The proxy from the environment blocks the request."""

    what = "The proxy in your environment blocked the request."
    next_step = "Check HTTP_PROXY, HTTPS_PROXY, and NO_PROXY, and then restart the kernel."


class UnexpectedRedirect(NotReached):
    """The response points elsewhere. It isn't followed, because the request contains secrets."""

    what = "The server redirected the request. The client didn't follow, because the request contains secrets."
    next_step = "Check the domain. The MFA API never redirects."


class UnreadableAnswer(NotReached):
    """The response isn't the JSON object or array that this call returns."""

    what = "The response isn't one that the MFA API sends."
    next_step = "Something between you and the tenant, such as a proxy, might have responded. Try again."


class SandboxUnusable(MfaError):
    """The sandbox can't start, because its file, its folder, or a port can't be used."""

    what = "The sandbox can't start."
    next_step = "Then run the first cells of this notebook again."


class IdTokenRefused(MfaError):
    """The ID token's signature or one of its claims isn't valid."""

    what = "The ID token isn't valid."
    next_step = "Don't trust it. Sign in again."


class StepMissing(MfaError):
    """An earlier step hasn't been done in this lesson, or what it returned has expired."""

    what = "An earlier step is missing."
    next_step = "Click “Catch up”, below or at the top of this notebook."


class Refused(MfaError):
    """The tenant responded, and rejected the request."""

    what = "The tenant rejected the request."
    next_step = "Read the tenant's error message, correct the request, and try again."


class MfaRequired(Refused):
    """The password is correct, and a second factor is required: 403 `mfa_required`.

    This isn't a failure: it's how the MFA API begins. The next calls need
    `mfa_token`; `lifetimes` says how long it's valid. Only tenants with
    Customizable MFA send `mfa_requirements`. `body` is the whole response.
    """

    what = "The password is correct. The tenant now requires a second factor."
    next_step = "Continue with the MFA token."

    def __init__(self, *, body: Mapping[str, Any], **about: Any) -> None:
        super().__init__(**about)
        self.mfa_token: Secret = Secret(body["mfa_token"])
        self.mfa_requirements: Mapping[str, Any] | None = body.get("mfa_requirements")
        self.body: dict[str, Any] = {**body, "mfa_token": self.mfa_token}


class MfaTokenMissing(Refused):
    """`mfa_required` without an `mfa_token`: MFA was requested by an Action (Auth0 support, Sep 2025)."""

    what = "The tenant requires a second factor but didn't return an MFA token."
    next_step = "Set the tenant's own MFA policy to “Always”. If only an Action requests MFA, the response might not have a token."


class WrongCredentials(Refused):
    """403 `invalid_grant`, `Wrong email or password.`"""

    what = "The user name or the password is incorrect."
    next_step = "Check the user name, and type the password again."


class AccountBlocked(Refused):
    """429 `too_many_attempts`: ten wrong passwords in a row."""

    what = "The account is blocked after too many wrong passwords."
    next_step = (
        "Wait until the block ends. To end it at once, unblock the user in the Dashboard of your own tenant, "
        "or reset the sandbox or your user in notebook 00."
    )


class WrongCode(Refused):
    """403 `invalid_grant`, `Invalid binding_code.` The login and the code's lifetime stay as they are."""

    what = "The code is incorrect."
    next_step = "Type the six digits from the newest email, or request a new code. You don't need to sign in again."


class WrongOtp(WrongCode):
    """403 `invalid_grant`, `Invalid otp_code.` A code that was used once is rejected, too."""

    what = "The app doesn't show this code, or the code was already used."
    next_step = "Wait until the app shows the next code, and type that one. You don't need to sign in again."


class WrongRecoveryCode(WrongCode):
    """403 `invalid_grant`, `MFA Authorization rejected.` at the recovery-code grant."""

    what = "The recovery code is incorrect."
    next_step = "Type the newest one. Each recovery code works once, and then a new one replaces it."


class CodeExpired(Refused):
    """`expired_token`, `oob_code is expired`: the code has expired, but the login may still be valid."""

    what = f"The code is older than {minutes(CODE_LIFETIME)}."
    next_step = "Request a new code. You don't need to sign in again."


class CodeNotForThisLogin(Refused):
    """400 `invalid_request`, `The oob_code doesn't match the mfa_token`."""

    what = "This code was sent for another login."
    next_step = "Request a new code for the login that you have now."


class OobCodeUnknown(Refused):
    """403 `invalid_grant`, `Malformed oob_code`."""

    what = "The tenant doesn't recognize this oob_code."
    next_step = "Request a new code. The response contains a new oob_code."


class LoginExpired(Refused):
    """`expired_token`, `mfa_token is expired`."""

    what = f"The MFA token is older than {minutes(MFA_TOKEN_LIFETIME)}."
    next_step = "Sign in again with the password. Nothing else is lost."


class MfaTokenRefused(Refused):
    """401 or 403 `invalid_grant` about the token, or an MFA token that belongs to another application."""

    what = "The tenant doesn't accept this MFA token."
    next_step = "Sign in again to get a new one. An MFA token can't be used after its login is complete."


class RefreshTokenRefused(Refused):
    """403 `invalid_grant`, `Unknown or invalid refresh token.`"""

    what = "The tenant doesn't accept this refresh token, because it was revoked or belongs to another application."
    next_step = "To get a new one, sign in again with the scope offline_access."


class AlreadyEnrolled(Refused):
    """403 `access_denied`, `User is already enrolled.`"""

    what = "This user already has a confirmed authenticator."
    next_step = (
        "Continue with notebook 04 and challenge it. To add another one, sign in for the MFA audience, "
        "because that access token has the scope enroll."
    )


class NotEnrolled(Refused):
    """401 `association_required`: the user has no authenticator to challenge."""

    what = "This user has no authenticator yet."
    next_step = "Enroll one first: an email in notebook 02, or another factor in notebook 08."


class NoSuchAuthenticator(Refused):
    """`unsupported_challenge_type` or `invalid_authenticator`: not this user's, not active, or of another type."""

    what = "The user has no active authenticator for this challenge."
    next_step = "List the authenticators again, and pick one that's active."


class AddressRefused(Refused):
    """400: the tenant doesn't accept the address or the factor."""

    what = "The tenant doesn't accept this address."
    next_step = "Check the address, and make sure that the email factor is turned on."


class FactorOff(AddressRefused):
    """400 `invalid_request`: the factor is turned off in the tenant."""

    what = "This factor is turned off in the tenant."
    next_step = "Turn it on: in the Dashboard under Security > Multi-factor Auth, or in the sandbox with the notebook's first form."


_SELECT = "In the Dashboard, open your application, go to Advanced Settings > Grant Types, and select {}."
_BOXES = {
    "password": "Password",
    "mfa-": "MFA",
    "refresh_token": "Refresh Token",
    "client_credentials": "Client Credentials",
}


class GrantNotAllowed(Refused):
    """403 `unauthorized_client`, `Grant type '…' not allowed for the client.`"""

    what = "This application isn't allowed to use that grant."
    next_step = _SELECT.format("Password and MFA")

    def __init__(self, **about: Any) -> None:
        super().__init__(**about)
        named = re.search(r"Grant type '(\S+)' not allowed", self.error_description or "")
        if named:
            grant = named[1].rpartition("/")[2]
            self.what = f"This application isn't allowed to use the grant {grant}."
            box = next((box for start, box in _BOXES.items() if grant.startswith(start)), "this grant")
            self.next_step = _SELECT.format(box)


class AudienceUnknown(Refused):
    """403 `access_denied`, `Service not enabled within domain: …`"""

    what = "The tenant has no API with this audience."
    next_step = "Compare AUTH0_AUDIENCE with the API's identifier, under Applications > APIs in the Dashboard. URL encoding isn't the cause."


class ClientRefused(Refused):
    """401 `access_denied` / `invalid_client`: the client ID or secret is incorrect."""

    what = "The client ID or secret is incorrect."
    next_step = "Compare both with the application's settings. A public application doesn't send a secret."


class ScopeMissing(Refused):
    """403 `insufficient_scope`, or a token that isn't allowed to make this call."""

    what = "The token doesn't have the required scope."
    next_step = "Sign in for the MFA audience, and request the scope."


class TooManyAuthenticators(Refused):
    """Each association leaves an authenticator, and the 51st is rejected (community article 95815)."""

    what = "This user has too many authenticators. Unconfirmed ones count, too."
    next_step = "Remove some. In the sandbox or a class, click the reset button in notebook 00."


class TooManyCodes(Refused):
    """`Too many failed codes.`: 10 wrong ones, then one more every 6 minutes."""

    what = "Too many wrong codes were sent, so even the correct code is rejected for a while."
    next_step = "Wait 6 minutes, and then try once."


class SlowDown(Refused):
    """429: too many requests or too many emails."""

    what = "Too many requests were sent in a short time."
    next_step = "Wait briefly, and then try again."


class AuthorizationPending(Refused):
    """400 `authorization_pending`: the push notification is still waiting."""

    what = "The user hasn't approved or rejected the push notification yet."
    next_step = "Try again in a few seconds."


class PushRejected(Refused):
    """400 `access_denied` (recorded) or 403 `invalid_grant` (documented), `MFA Authorization rejected.`"""

    what = "The user rejected the push notification."
    next_step = "Don't send another one automatically, because someone else might have the password. Ask the user to sign in again."


class RequestIncomplete(Refused):
    """400 `invalid_request`: a parameter is missing or invalid."""

    what = "A required parameter is missing or invalid."
    next_step = "Read the tenant's error message, correct the parameter, and try again."


class GrantUnknown(Refused):
    """`unsupported_grant_type`."""

    what = "The tenant doesn't recognize this grant type."
    next_step = "Check the spelling. The grant types of the MFA API are full URLs."


class TenantFailed(Refused):
    """5xx with a readable body: the tenant failed or isn't set up."""

    what = "The tenant couldn't complete the request."
    next_step = (
        "Wait a moment, and try again. Read the tenant's error message, too, because a setting might be missing."
    )


__all__ = sorted(
    name for name, thing in list(globals().items()) if isinstance(thing, type) and issubclass(thing, MfaError)
)
