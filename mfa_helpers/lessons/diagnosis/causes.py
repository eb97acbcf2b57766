"""What can be wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...client import errors
from ...client.grants import PASSWORD, PASSWORD_REALM
from ...learner.session import LearnerSession
from .case import Case
from .tenant_settings import (
    DIRECTORY,
    Setting,
    add_api,
    allow_grants,
    always,
    audience,
    blocked,
    confirmed,
    directory,
    factor,
    grants,
    jwt_sent,
    policy,
    set_directory,
    switch_factor_on,
    unblock,
)


@dataclass(frozen=True)
class Cause:
    """`what` is at fault; `place` is where to mend it by hand.

    `fits` looks at a failure, `reads` at the tenant, `mend` puts it right through
    the Management API. `fine` is what a right setting is called before a lesson.
    """

    name: str
    what: str
    place: str
    fits: Callable[[Case], bool]
    reads: Callable[[LearnerSession, Case], Setting] | None = None
    mend: Callable[[LearnerSession, Case], None] | None = None
    fine: str = ""


@dataclass(frozen=True)
class Finding:
    """One cause that fits, with its evidence: pairs of what it is and its words."""

    cause: Cause
    evidence: tuple[tuple[str, str], ...]
    can_mend: bool


_GRANTS = "Applications, your application, Advanced Settings, Grant Types: tick Password and MFA."

#: In the order in which a login meets them. A setting comes before what it may lead to.
CAUSES: tuple[Cause, ...] = (
    Cause(
        "tenant-down",
        "Nobody answers at the tenant's address.",
        "Check the domain. The sandbox is started anew with the next call: run the notebook's first cells again.",
        lambda case: case.is_a(errors.TenantUnreachable),
    ),
    Cause(
        "time-out",
        "The answer took longer than the time-out allows. The tenant may have done what was asked, or not.",
        "Try again. Before you repeat what must not happen twice, look what is there: list the authenticators.",
        lambda case: case.is_a(errors.TenantTimedOut),
    ),
    Cause(
        "proxy-page",
        "Something between you and the tenant answered with a page for people: a proxy, or a gateway.",
        "Try again after a moment. If it stays so, ask who runs your proxy.",
        lambda case: case.is_a(errors.UnreadableAnswer, errors.ProxyRefused, errors.UnexpectedRedirect),
    ),
    Cause(
        "client-secret",
        "The client id or the client secret is wrong: the tenant does not know this application.",
        "Applications, your application, Basic Information: compare Client ID and Client Secret.",
        lambda case: case.is_a(errors.ClientRefused),
    ),
    Cause(
        "grant-type",
        "The application may not use the grant.",
        _GRANTS,
        lambda case: case.is_a(errors.GrantNotAllowed),
        *(grants, allow_grants, "The application may use the password and MFA grants."),
    ),
    Cause(
        "no-directory",
        "The tenant does not know where to look for users: it has no Default Directory.",
        f"Settings, General, Default Directory: write {DIRECTORY}. Or name a realm.",
        lambda case: "default connection" in case.words,
        *(directory, set_directory, "The tenant has a Default Directory."),
    ),
    Cause(
        "audience",
        "No API of the tenant has the audience that was sent. One letter is enough, also a slash at the end.",
        "Applications, APIs: compare the identifier with your audience.",
        lambda case: case.is_a(errors.AudienceUnknown),
        *(audience, add_api, "The tenant has the API that tokens are for."),
    ),
    Cause(
        "policy",
        "The tenant did not ask for a second factor: its policy is not Always.",
        "Security, Multi-factor Auth, Require Multi-factor Auth: choose Always.",
        lambda case: case.is_a(errors.MfaTokenMissing)
        or ("access_token" in case.said and case.sent.get("grant_type") in (PASSWORD, PASSWORD_REALM) and "/mfa" not in str(case.sent.get("audience"))),
        *(policy, always, "The policy is Always: each login wants a second factor."),
    ),
    Cause(
        "factor",
        "The e-mail factor is off.",
        "Security, Multi-factor Auth: switch Email on, and one other factor beside it.",
        lambda case: case.is_a(errors.AddressRefused, errors.RequestIncomplete) and "factor" in case.words,
        *(factor, switch_factor_on, "The e-mail factor is on."),
    ),
    Cause(
        "blocked",
        "The user is blocked. A block comes from ten wrong passwords in a row, or from an administrator.",
        "User Management, Users, the user, Actions: Unblock.",
        lambda case: case.is_a(errors.AccountBlocked) or "user is blocked" in case.words,
        *(blocked, unblock, "The user is not blocked."),
    ),
    Cause(
        "password",
        "The user name or the password is wrong. The tenant does not tell which.",
        "User Management, Users: look whether the user is there; Actions, Change Password.",
        lambda case: case.is_a(errors.WrongCredentials),
    ),
    Cause(
        "access-token",
        "An access token was sent where an MFA token belongs. It is a signed JWT; an MFA token is sealed.",
        "Take mfa_token from the answer mfa_required. An access token for the MFA audience lists and enrols, but cannot be challenged with.",
        lambda case: case.is_a(errors.MfaTokenRefused) and jwt_sent(case),
    ),
    Cause(
        "token-spent",
        "The MFA token is spent or cut off, or belongs to another application.",
        "Sign in again. Each login gives one token, and completing the login spends it.",
        lambda case: case.is_a(errors.MfaTokenRefused) and not jwt_sent(case),
    ),
    Cause(
        "login-expired",
        "The login is older than 10 minutes, so its MFA token is no longer good.",
        "Sign in again. This lifetime cannot be changed.",
        lambda case: case.is_a(errors.LoginExpired),
    ),
    Cause(
        "already-enrolled",
        "The user has a confirmed authenticator. An MFA token enrols the first one only.",
        "Challenge the one that is there: notebooks 04 and 05. To add another, sign in for the MFA audience.",
        lambda case: case.is_a(errors.AlreadyEnrolled),
        confirmed,
    ),
    Cause(
        "unconfirmed",
        "The user has no confirmed authenticator that can be challenged.",
        "Associate one and confirm it with its code: notebooks 02 and 03. A row with active: false does not count.",
        lambda case: case.is_a(errors.NotEnrolled, errors.NoSuchAuthenticator),
        confirmed,
    ),
    Cause(
        "code-wrong",
        "The code does not belong to this oob_code, or it was used before.",
        "Take the code of the newest mail and the oob_code of the same answer. Or ask for a new code; the login is kept.",
        lambda case: case.is_a(errors.WrongCode, errors.OobCodeUnknown),
    ),
    Cause(
        "other-login",
        "The oob_code was given to another login than the MFA token.",
        "Ask for a new code with the MFA token that you have now.",
        lambda case: case.is_a(errors.CodeNotForThisLogin),
    ),
    Cause(
        "code-expired",
        "The code is older than 5 minutes.",
        "Ask for a new one; the login is kept. This lifetime cannot be changed.",
        lambda case: case.is_a(errors.CodeExpired),
    ),
    Cause(
        "too-many-codes",
        "Ten wrong codes are used up. Even the right one is refused now; each 6 minutes give one try back.",
        "Wait as long as the answer says, then type the right code once.",
        lambda case: case.is_a(errors.TooManyCodes),
    ),
    Cause(
        "rate-limit",
        "Too many requests in a short time.",
        "Wait as long as Retry-After says, then send the same request once. Do not repeat it at once.",
        lambda case: case.is_a(errors.SlowDown),
    ),
)  # fmt: skip
