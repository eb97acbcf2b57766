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


_GRANTS = "In the Dashboard, under Applications > your application > Advanced Settings > Grant Types, select Password and MFA."

#: In the order in which a login meets them. A setting comes before what it may lead to.
CAUSES: tuple[Cause, ...] = (
    Cause(
        name="tenant-down",
        what="Nothing responds at the tenant's address.",
        place="Check the domain. If you use the sandbox, run the notebook's first cells again to restart it.",
        fits=lambda case: case.is_a(errors.TenantUnreachable),
    ),
    Cause(
        name="time-out",
        what="The response took longer than the timeout allows. The tenant might or might not have carried out the request.",
        place="Try again. Before you repeat a request that must not take effect twice, list the authenticators to check what happened.",
        fits=lambda case: case.is_a(errors.TenantTimedOut),
    ),
    Cause(
        name="proxy-page",
        what="Something between you and the tenant, such as a proxy or a gateway, responded with a web page.",
        place="Try again after a moment. If it keeps happening, ask the person who runs your proxy.",
        fits=lambda case: case.is_a(errors.UnreadableAnswer, errors.ProxyRefused, errors.UnexpectedRedirect),
    ),
    Cause(
        name="origin",
        what="The application doesn't list the origin of the page that sent the request.",
        place="In the Dashboard, under Applications, open the one that the page uses (here, the public one). Under Application URIs > Allowed Web Origins, add the origin, without a path.",
        fits=lambda case: case.is_a(errors.ClientRefused) and bool(page_of(case)),
        reads=origins,
        mend=list_origin,
    ),
    Cause(
        name="client-secret",
        what="The client ID or the client secret is wrong, so the tenant doesn't recognize this application.",
        place="In the Dashboard, under Applications > your application > Basic Information, compare the Client ID and the Client Secret.",
        fits=lambda case: case.is_a(errors.ClientRefused) and not page_of(case),
    ),
    Cause(
        name="grant-type",
        what="The application isn't allowed to use this grant.",
        place=_GRANTS,
        fits=lambda case: case.is_a(errors.GrantNotAllowed),
        reads=grants,
        mend=allow_grants,
        fine="The application is allowed to use the password and MFA grants.",
    ),
    Cause(
        name="no-directory",
        what="The tenant doesn't know where to look for users, because it has no Default Directory.",
        place=f"In the Dashboard, under Settings > General > Default Directory, enter {DIRECTORY}. Or name a realm in the request.",
        fits=lambda case: "default connection" in case.words,
        reads=directory,
        mend=set_directory,
        fine="The tenant has a Default Directory.",
    ),
    Cause(
        name="audience",
        what="The tenant has no API with the audience that was sent. One wrong letter or a missing slash at the end is enough.",
        place="In the Dashboard, under Applications > APIs, compare the API's identifier with your audience.",
        fits=lambda case: case.is_a(errors.AudienceUnknown),
        reads=audience,
        mend=add_api,
        lets_through=lambda session, case: case.sent.get("audience") == session.tenant.audience,
        fine="The tenant has the API that the tokens are for.",
    ),
    Cause(
        name="policy",
        what="The tenant didn't require a second factor, because its policy isn't Always.",
        place="In the Dashboard, under Security > Multi-factor Auth > Require Multi-factor Auth, select Always.",
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
        what="The email factor is turned off.",
        place="In the Dashboard, under Security > Multi-factor Auth, turn on Email and one other factor.",
        fits=lambda case: case.is_a(errors.AddressRefused, errors.RequestIncomplete) and "factor" in case.words,
        reads=factor,
        mend=switch_factor_on,
        fine="The email factor is turned on.",
    ),
    Cause(
        name="blocked",
        what="The user is blocked, either after ten wrong passwords in a row or by an administrator.",
        place="In the Dashboard, under User Management > Users, open the user and select Actions > Unblock.",
        fits=lambda case: case.is_a(errors.AccountBlocked) or "user is blocked" in case.words,
        reads=blocked,
        mend=unblock,
        fine="The user isn't blocked.",
    ),
    Cause(
        name="password",
        what="The user name or the password is wrong. The tenant doesn't say which.",
        place="In the Dashboard, under User Management > Users, check whether the user exists. To set a new password, select Actions > Change Password.",
        fits=lambda case: case.is_a(errors.WrongCredentials),
    ),
    Cause(
        name="access-token",
        what="An access token was sent instead of an MFA token. An access token is a signed JWT, and an MFA token is sealed.",
        place="Send the mfa_token from the mfa_required response. An access token for the MFA audience can list and enroll authenticators, but not challenge them.",
        fits=lambda case: case.is_a(errors.MfaTokenRefused) and jwt_sent(case),
    ),
    Cause(
        name="token-spent",
        what="The MFA token was already used, is incomplete, or belongs to another application.",
        place="Sign in again. Each login has one MFA token, and completing the login uses it up.",
        fits=lambda case: case.is_a(errors.MfaTokenRefused) and not jwt_sent(case),
    ),
    Cause(
        name="login-expired",
        what=f"The login is older than {minutes(MFA_TOKEN_LIFETIME)}, so its MFA token is no longer valid.",
        place="Sign in again. You can't change this lifetime.",
        fits=lambda case: case.is_a(errors.LoginExpired),
    ),
    Cause(
        name="already-enrolled",
        what="The user has a confirmed authenticator. An MFA token enrolls only the first one.",
        place="Challenge the existing one, as in notebooks 04 and 05. To add another one, sign in for the MFA audience.",
        fits=lambda case: case.is_a(errors.AlreadyEnrolled),
        reads=confirmed,
    ),
    Cause(
        name="unconfirmed",
        what="The user has no confirmed authenticator that can be challenged.",
        place="Associate one and confirm it with its code, as in notebooks 02 and 03. A row with active: false doesn't count.",
        fits=lambda case: case.is_a(errors.NotEnrolled, errors.NoSuchAuthenticator),
        reads=confirmed,
    ),
    Cause(
        name="code-wrong",
        what="The code doesn't belong to this oob_code, or it was used before.",
        place="Use the code from the newest email and the oob_code of the same request. Or request a new code, because the login continues.",
        fits=lambda case: case.is_a(errors.WrongCode, errors.OobCodeUnknown),
    ),
    Cause(
        name="other-login",
        what="The oob_code and the MFA token belong to different logins.",
        place="Request a new code with the MFA token that you have now.",
        fits=lambda case: case.is_a(errors.CodeNotForThisLogin),
    ),
    Cause(
        name="code-expired",
        what=f"The code is older than {minutes(CODE_LIFETIME)}.",
        place="Request a new one, because the login continues. You can't change this lifetime.",
        fits=lambda case: case.is_a(errors.CodeExpired),
    ),
    Cause(
        name="too-many-codes",
        what="Ten wrong codes were sent, so even the correct one is rejected for now. You get one more attempt every 6 minutes.",
        place="Wait as long as the response says, and then type the correct code once.",
        fits=lambda case: case.is_a(errors.TooManyCodes),
    ),
    Cause(
        name="rate-limit",
        what="Too many requests were sent in a short time.",
        place="Wait as long as Retry-After says, and then send the same request once.",
        fits=lambda case: case.is_a(errors.SlowDown),
    ),
)
