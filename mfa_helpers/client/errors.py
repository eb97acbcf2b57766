"""Everything that can go wrong, one class per cause.

    MfaError
    ├── InvalidInput                what was typed cannot be right; nothing was sent
    │   └── CodeIsNotText
    ├── NotReached                  no usable answer came
    │   ├── TenantTimedOut
    │   ├── TenantUnreachable
    │   ├── CertificateRefused
    │   ├── ProxyRefused
    │   ├── UnexpectedRedirect
    │   └── UnreadableAnswer
    ├── SandboxUnusable             the sandbox cannot start here
    ├── IdTokenRefused              the id_token does not prove what it claims
    ├── StepMissing                 an earlier step of the lesson is not done yet
    └── Refused                     the tenant answered no
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

Each says what happened (`what`) and what to do next (`next_step`), one sentence
each. Codes decide, not texts: Auth0 warns that descriptions are for people and
may change. Only `invalid_grant` covers several causes, so there the text is read.
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
    `retry_after` is the wait in seconds; each is `None` or empty where no
    answer came. `exchange` is the masked exchange.
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
            return f"{self.status} {self.error}, “{self.error_description or 'no more words'}”"
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
    """What was typed cannot be right. Nothing was sent, no attempt was spent."""

    what = "This cannot be right."
    next_step = "Correct it and try again."


class CodeIsNotText(InvalidInput, TypeError):
    """A code was given as a number. `004217` would become `4217`, so it is not guessed."""

    what = "The code is a number here, but a code is text: a number loses its leading zeros."
    next_step = 'Write it in quotes, for example "004217".'


class NotReached(MfaError):
    """No usable answer came. The tenant may or may not have seen the request."""

    what = "No usable answer came from the tenant."
    next_step = "Check the network and try again."


class TenantTimedOut(NotReached):
    """The connection or the answer took longer than the time-out allows."""

    what = "The tenant did not answer in time."
    next_step = "Wait a moment and try again. If it stays so, check the domain and your network."


class TenantUnreachable(NotReached):
    """Nobody listens there, or the name does not resolve."""

    what = "The tenant cannot be reached."
    next_step = "Check the domain. In the sandbox, run the notebook's first cells again: they start it anew."


class CertificateRefused(NotReached):
    """The server's certificate is not trusted here."""

    what = "The server's certificate is not trusted on this machine."
    next_step = (
        "If your company inspects TLS, set REQUESTS_CA_BUNDLE to its CA file and restart the kernel. "
        "Do not switch the check off."
    )


class ProxyRefused(NotReached):
    """The proxy from the environment does not let the request through."""

    what = "The proxy named in your environment does not let the request through."
    next_step = "Check HTTP_PROXY, HTTPS_PROXY and NO_PROXY, then restart the kernel."


class UnexpectedRedirect(NotReached):
    """The answer points elsewhere. It is not followed: the request holds secrets."""

    what = "The server sends us to another address. We do not follow with secrets in hand."
    next_step = "Check the domain: the MFA API never redirects."


class UnreadableAnswer(NotReached):
    """The answer is not the JSON object or list that this call returns."""

    what = "The answer is not what the MFA API sends."
    next_step = "Something between you and the tenant answered, a proxy for example. Try again."


class SandboxUnusable(MfaError):
    """The sandbox cannot start: its file or its place on the disk does not do, or a port cannot be had."""

    what = "The sandbox cannot be started."
    next_step = "Then run the first cells of this notebook again."


class IdTokenRefused(MfaError):
    """The id_token's signature or one of its claims does not hold."""

    what = "The id_token does not hold."
    next_step = "Do not trust it. Sign in again."


class StepMissing(MfaError):
    """An earlier step has not been done in this lesson, or what it gave has expired."""

    what = "An earlier step is missing."
    next_step = "Press “Catch up”, below or at the top of this notebook."


class Refused(MfaError):
    """The tenant answered, and the answer is no."""

    what = "The tenant refused the request."
    next_step = "Read the tenant's own words below, correct the request and try again."


class MfaRequired(Refused):
    """The password is right, and a second factor is wanted: 403 `mfa_required`.

    This opens the MFA API; it is not a failure. `mfa_token` is what the next
    calls need; how long it lives stands in `lifetimes`.
    `mfa_requirements` comes only from tenants with Customizable MFA. `body` is
    the whole answer.
    """

    what = "The password is right. The tenant now wants a second factor."
    next_step = "Go on with the MFA token."

    def __init__(self, *, body: Mapping[str, Any], **about: Any) -> None:
        super().__init__(**about)
        self.mfa_token: Secret = Secret(body["mfa_token"])
        self.mfa_requirements: Mapping[str, Any] | None = body.get("mfa_requirements")
        self.body: dict[str, Any] = {**body, "mfa_token": self.mfa_token}


class MfaTokenMissing(Refused):
    """`mfa_required` without an `mfa_token`: MFA was switched on by an Action (Auth0 support, Sep 2025)."""

    what = "The tenant wants a second factor but gave no MFA token."
    next_step = (
        "Set MFA to 'Always' in the tenant's own policy: a token is issued only then, not when an Action asks for MFA."
    )


class WrongCredentials(Refused):
    """403 `invalid_grant`, `Wrong email or password.`"""

    what = "The user name or the password is wrong."
    next_step = "Type both again."


class AccountBlocked(Refused):
    """429 `too_many_attempts`: ten wrong passwords in a row."""

    what = "The account is blocked after too many wrong passwords."
    next_step = (
        "Wait until the block ends. To end it at once, unblock the user in the Dashboard of your own tenant, "
        "or click “Reset sandbox” in notebook 00."
    )


class WrongCode(Refused):
    """403 `invalid_grant`, `Invalid binding_code.` The login and the code's own time stay as they are."""

    what = "That code is not right."
    next_step = "Type the six digits of the newest mail, or ask for a new code; your login is kept."


class WrongOtp(WrongCode):
    """403 `invalid_grant`, `Invalid otp_code.` A code that was used once is wrong, too."""

    what = "That is not the code that the app shows, or it has been used."
    next_step = "Wait until the app shows the next one, then type that; your login is kept."


class WrongRecoveryCode(WrongCode):
    """403 `invalid_grant`, `MFA Authorization rejected.` at the recovery-code grant."""

    what = "That recovery code is not right."
    next_step = "Type the newest one: each is used once, and replaced by another when it is."


class CodeExpired(Refused):
    """`expired_token`, `oob_code is expired`: its time is over, the login may still be good."""

    what = f"The code is older than {minutes(CODE_LIFETIME)}."
    next_step = "Ask for a new code; your login is kept."


class CodeNotForThisLogin(Refused):
    """400 `invalid_request`, `The oob_code doesn't match the mfa_token`."""

    what = "This code was sent for another login."
    next_step = "Ask for a new code with the login you have now."


class OobCodeUnknown(Refused):
    """403 `invalid_grant`, `Malformed oob_code`."""

    what = "The tenant does not know this oob_code."
    next_step = "Ask for a new code: its answer brings a new oob_code."


class LoginExpired(Refused):
    """`expired_token`, `mfa_token is expired`: its time is over."""

    what = f"The MFA token is older than {minutes(MFA_TOKEN_LIFETIME)}."
    next_step = "Sign in again with the password; nothing else is lost."


class MfaTokenRefused(Refused):
    """401 or 403 `invalid_grant` about the token, or an MFA token that belongs to another application."""

    what = "The tenant does not accept this MFA token."
    next_step = "Sign in again: each login gives one token, and it is spent once you have completed it."


class RefreshTokenRefused(Refused):
    """403 `invalid_grant`, `Unknown or invalid refresh token.`"""

    what = "The tenant doesn't accept this refresh token: it was revoked, or it belongs to another application."
    next_step = "Sign in again and ask for the scope offline_access to get a new one."


class AlreadyEnrolled(Refused):
    """403 `access_denied`, `User is already enrolled.`"""

    what = "This user already has a confirmed authenticator."
    next_step = (
        "Go on to notebook 04 and challenge it. To add another one, sign in for the MFA audience: "
        "that access token has the scope enroll."
    )


class NotEnrolled(Refused):
    """401 `association_required`: the user has nothing to be challenged with."""

    what = "This user has no authenticator yet."
    next_step = "Enroll one first: an email in notebook 02, another factor in notebook 08."


class NoSuchAuthenticator(Refused):
    """`unsupported_challenge_type` or `invalid_authenticator`: not this user's, not active, or another kind."""

    what = "The user has no active authenticator that fits this challenge."
    next_step = "List the authenticators again and pick one that is active."


class AddressRefused(Refused):
    """400: the tenant does not accept the address or the factor."""

    what = "The tenant does not accept this address."
    next_step = "Check the address, and that the e-mail factor is switched on."


class FactorOff(AddressRefused):
    """400 `invalid_request`: the factor is switched off in the tenant."""

    what = "This factor is switched off in the tenant."
    next_step = "Switch it on: in the Dashboard under Security, Multi-factor Auth; in the sandbox with the notebook's first form."


_TICK = "In the Dashboard: Applications, your application, Advanced Settings, Grant Types. Tick {}."
_BOXES = {
    "password": "Password",
    "mfa-": "MFA",
    "refresh_token": "Refresh Token",
    "client_credentials": "Client Credentials",
}


class GrantNotAllowed(Refused):
    """403 `unauthorized_client`, `Grant type '…' not allowed for the client.`"""

    what = "This application may not use that grant."
    next_step = _TICK.format("Password and MFA")

    def __init__(self, **about: Any) -> None:
        super().__init__(**about)
        named = re.search(r"Grant type '(\S+)' not allowed", self.error_description or "")
        if named:
            grant = named[1].rpartition("/")[2]
            self.what = f"This application may not use the grant {grant}."
            box = next((box for start, box in _BOXES.items() if grant.startswith(start)), "the box of this grant")
            self.next_step = _TICK.format(box)


class AudienceUnknown(Refused):
    """403 `access_denied`, `Service not enabled within domain: …`"""

    what = "The tenant has no API with this audience."
    next_step = "Compare AUTH0_AUDIENCE with the identifier under Applications, APIs. The encoding is not the cause."


class ClientRefused(Refused):
    """401 `access_denied` / `invalid_client`: client id and secret do not fit."""

    what = "The tenant does not accept the client id or the client secret."
    next_step = "Compare both with the application's settings. A public client sends no secret."


class ScopeMissing(Refused):
    """403 `insufficient_scope`, or a token that has not the power for this call."""

    what = "The token has not the scope for this call."
    next_step = "Sign in for the MFA audience and ask for the scope."


class TooManyAuthenticators(Refused):
    """Associating leaves a row each time; from 51 on no more is taken (community article 95815)."""

    what = "This user has too many authenticators, most of them never confirmed."
    next_step = "Remove some. In the sandbox, click “Reset sandbox” in notebook 00."


class TooManyCodes(Refused):
    """`Too many failed codes.`: 10 wrong ones, then one more every 6 minutes."""

    what = "Too many wrong codes. Even the right one is refused for a while."
    next_step = "Wait 6 minutes, then try once."


class SlowDown(Refused):
    """429: too many requests or too many mails."""

    what = "Too many requests in a short time."
    next_step = "Wait, then try again."


class AuthorizationPending(Refused):
    """400 `authorization_pending`: the push has not been answered yet."""

    what = "The person has not answered yet."
    next_step = "Ask again in a few seconds."


class PushRejected(Refused):
    """400 `access_denied` (recorded) or 403 `invalid_grant` (documented), `MFA Authorization rejected.`"""

    what = "The person rejected the push."
    next_step = (
        "Do not ask again by yourself: somebody else may be signing in with the password. Let the person start anew."
    )


class RequestIncomplete(Refused):
    """400 `invalid_request`: a field is missing or has a wrong form."""

    what = "The tenant misses something in the request."
    next_step = "Read the tenant's own words, correct the field and try again."


class GrantUnknown(Refused):
    """`unsupported_grant_type`."""

    what = "The tenant does not know this grant type."
    next_step = "Check the spelling: grant types of the MFA API are whole addresses."


class TenantFailed(Refused):
    """5xx with a readable body: the tenant itself failed or is not set up."""

    what = "The tenant could not do it."
    next_step = "Wait a moment and try again. Read the tenant's own words: a setting may be missing."


__all__ = sorted(
    name for name, thing in list(globals().items()) if isinstance(thing, type) and issubclass(thing, MfaError)
)
