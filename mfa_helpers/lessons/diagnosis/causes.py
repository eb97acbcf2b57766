"""What can be wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...client import errors
from ...client.grants import PASSWORD, PASSWORD_REALM
from ...client.lifetimes import CODE_LIFETIME, MFA_TOKEN_LIFETIME, minutes
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
    list_origin,
    origins,
    page_of,
    policy,
    set_directory,
    switch_factor_on,
    unblock,
)


@dataclass(frozen=True, kw_only=True)
class Cause:
    """`what` is at fault; `place` is where to mend it by hand.

    `fits` looks at a failure, `reads` at the tenant, `mend` puts it right through
    the Management API. `reads` gives `None` where no setting tells it. `lets_through` says whether a right setting
    is enough for the call of the case. `fine` is what a right setting is called before a lesson.
    """

    name: str
    what: str
    place: str
    fits: Callable[[Case], bool]
    reads: Callable[[LearnerSession, Case], Setting | None] | None = None
    mend: Callable[[LearnerSession, Case], None] | None = None
    lets_through: Callable[[LearnerSession, Case], bool] = lambda session, case: True
    fine: str = ""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One cause that fits, with its evidence: pairs of what it is and its words.

    `is_over` says that it was put right after the call that failed.
    """

    cause: Cause
    evidence: tuple[tuple[str, str], ...]
    can_mend: bool
    is_over: bool = False


_GRANTS = "Applications, your application, Advanced Settings, Grant Types: tick Password and MFA."

#: In the order in which a login meets them. A setting comes before what it may lead to.
CAUSES: tuple[Cause, ...] = (
    Cause(
        name="tenant-down",
        what="Nobody answers at the tenant's address.",
        place="Check the domain. The sandbox is started anew with the next call: run the notebook's first cells again.",
        fits=lambda case: case.is_a(errors.TenantUnreachable),
    ),
    Cause(
        name="time-out",
        what="The answer took longer than the time-out allows. The tenant may have done what was asked, or not.",
        place="Try again. Before you repeat what must not happen twice, look what is there: list the authenticators.",
        fits=lambda case: case.is_a(errors.TenantTimedOut),
    ),
    Cause(
        name="proxy-page",
        what="Something between you and the tenant answered with a page for people: a proxy, or a gateway.",
        place="Try again after a moment. If it stays so, ask who runs your proxy.",
        fits=lambda case: case.is_a(errors.UnreadableAnswer, errors.ProxyRefused, errors.UnexpectedRedirect),
    ),
    Cause(
        name="origin",
        what="The application does not list the origin of the page that asked.",
        place="Applications, the application that the page uses (in this course the public one), Application URIs, Allowed Web Origins: add the origin, without a path.",
        fits=lambda case: case.is_a(errors.ClientRefused) and bool(page_of(case)),
        reads=origins,
        mend=list_origin,
    ),
    Cause(
        name="client-secret",
        what="The client id or the client secret is wrong: the tenant does not know this application.",
        place="Applications, your application, Basic Information: compare Client ID and Client Secret.",
        fits=lambda case: case.is_a(errors.ClientRefused) and not page_of(case),
    ),
    Cause(
        name="grant-type",
        what="The application may not use the grant.",
        place=_GRANTS,
        fits=lambda case: case.is_a(errors.GrantNotAllowed),
        reads=grants,
        mend=allow_grants,
        fine="The application is allowed to use the password and MFA grants.",
    ),
    Cause(
        name="no-directory",
        what="The tenant does not know where to look for users: it has no Default Directory.",
        place=f"Settings, General, Default Directory: write {DIRECTORY}. Or name a realm.",
        fits=lambda case: "default connection" in case.words,
        reads=directory,
        mend=set_directory,
        fine="The tenant has a Default Directory.",
    ),
    Cause(
        name="audience",
        what="No API of the tenant has the audience that was sent. One letter is enough, also a slash at the end.",
        place="Applications, APIs: compare the identifier with your audience.",
        fits=lambda case: case.is_a(errors.AudienceUnknown),
        reads=audience,
        mend=add_api,
        lets_through=lambda session, case: case.sent.get("audience") == session.tenant.audience,
        fine="The tenant has the API that the tokens are for.",
    ),
    Cause(
        name="policy",
        what="The tenant did not ask for a second factor: its policy is not Always.",
        place="Security, Multi-factor Auth, Require Multi-factor Auth: choose Always.",
        fits=lambda case: (
            case.is_a(errors.MfaTokenMissing)
            or (
                "access_token" in case.said
                and case.sent.get("grant_type") in (PASSWORD, PASSWORD_REALM)
                and "/mfa" not in str(case.sent.get("audience"))
            )
        ),
        reads=policy,
        mend=always,
        fine="The MFA policy is Always, so each login requires a second factor.",
    ),
    Cause(
        name="factor",
        what="The email factor is off.",
        place="Security, Multi-factor Auth: switch Email on, and one other factor beside it.",
        fits=lambda case: case.is_a(errors.AddressRefused, errors.RequestIncomplete) and "factor" in case.words,
        reads=factor,
        mend=switch_factor_on,
        fine="The email factor is on.",
    ),
    Cause(
        name="blocked",
        what="The user is blocked. A block comes from ten wrong passwords in a row, or from an administrator.",
        place="User Management, Users, the user, Actions: Unblock.",
        fits=lambda case: case.is_a(errors.AccountBlocked) or "user is blocked" in case.words,
        reads=blocked,
        mend=unblock,
        fine="The user isn't blocked.",
    ),
    Cause(
        name="password",
        what="The user name or the password is wrong. The tenant does not tell which.",
        place="User Management, Users: look whether the user is there; Actions, Change Password.",
        fits=lambda case: case.is_a(errors.WrongCredentials),
    ),
    Cause(
        name="access-token",
        what="An access token was sent where an MFA token belongs. It is a signed JWT; an MFA token is sealed.",
        place="Take mfa_token from the answer mfa_required. An access token for the MFA audience lists and enrols, but cannot be challenged with.",
        fits=lambda case: case.is_a(errors.MfaTokenRefused) and jwt_sent(case),
    ),
    Cause(
        name="token-spent",
        what="The MFA token is spent or cut off, or belongs to another application.",
        place="Sign in again. Each login gives one token, and completing the login spends it.",
        fits=lambda case: case.is_a(errors.MfaTokenRefused) and not jwt_sent(case),
    ),
    Cause(
        name="login-expired",
        what=f"The login is older than {minutes(MFA_TOKEN_LIFETIME)}, so its MFA token is no longer good.",
        place="Sign in again. This lifetime cannot be changed.",
        fits=lambda case: case.is_a(errors.LoginExpired),
    ),
    Cause(
        name="already-enrolled",
        what="The user has a confirmed authenticator. An MFA token enrols the first one only.",
        place="Challenge the one that is there: notebooks 04 and 05. To add another, sign in for the MFA audience.",
        fits=lambda case: case.is_a(errors.AlreadyEnrolled),
        reads=confirmed,
    ),
    Cause(
        name="unconfirmed",
        what="The user has no confirmed authenticator that can be challenged.",
        place="Associate one and confirm it with its code: notebooks 02 and 03. A row with active: false does not count.",
        fits=lambda case: case.is_a(errors.NotEnrolled, errors.NoSuchAuthenticator),
        reads=confirmed,
    ),
    Cause(
        name="code-wrong",
        what="The code does not belong to this oob_code, or it was used before.",
        place="Take the code of the newest mail and the oob_code of the same answer. Or ask for a new code; the login is kept.",
        fits=lambda case: case.is_a(errors.WrongCode, errors.OobCodeUnknown),
    ),
    Cause(
        name="other-login",
        what="The oob_code was given to another login than the MFA token.",
        place="Ask for a new code with the MFA token that you have now.",
        fits=lambda case: case.is_a(errors.CodeNotForThisLogin),
    ),
    Cause(
        name="code-expired",
        what=f"The code is older than {minutes(CODE_LIFETIME)}.",
        place="Ask for a new one; the login is kept. This lifetime cannot be changed.",
        fits=lambda case: case.is_a(errors.CodeExpired),
    ),
    Cause(
        name="too-many-codes",
        what="Ten wrong codes are used up. Even the right one is refused now; each 6 minutes give one try back.",
        place="Wait as long as the answer says, then type the right code once.",
        fits=lambda case: case.is_a(errors.TooManyCodes),
    ),
    Cause(
        name="rate-limit",
        what="Too many requests in a short time.",
        place="Wait as long as Retry-After says, then send the same request once. Do not repeat it at once.",
        fits=lambda case: case.is_a(errors.SlowDown),
    ),
)
