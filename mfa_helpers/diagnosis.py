"""What is at fault: one table of causes, and the evidence for each.

A cause is known by the last failure (its class, its words, its recorded
exchange), by a setting as the Management API tells it, or by both. Where the
setting can be read it can be mended, too; on a live tenant the place in the
Dashboard is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from . import errors, view
from .client import MFA_OOB, PASSWORD, PASSWORD_REALM
from .errors import MfaError
from .models import Exchange

if TYPE_CHECKING:
    from .lab import Lab
    from .management import Management

_GRANTS = "Applications, your application, Advanced Settings, Grant Types: tick Password and MFA."
DIRECTORY = "Username-Password-Authentication"


@dataclass(frozen=True)
class Case:
    """The last failure of a kernel. `error` is `None` if the last call went well; `exchange` is the last one either way."""

    error: MfaError | None
    exchange: Exchange | None
    #: The request's and the answer's fields, masked.
    sent: Mapping[str, Any]
    said: Mapping[str, Any]

    @property
    def words(self) -> str:
        return ((self.error.error_description if self.error else None) or "").lower()

    def is_a(self, *kinds: type[MfaError]) -> bool:
        return isinstance(self.error, kinds)


#: Nothing has failed.
NOTHING = Case(None, None, {}, {})


@dataclass(frozen=True)
class Setting:
    """A setting as the tenant tells it: whether it is right, and what it says, in words."""

    is_right: bool
    words: str


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
    reads: Callable[[Lab, Case], Setting] | None = None
    mend: Callable[[Lab, Case], None] | None = None
    fine: str = ""


@dataclass(frozen=True)
class Finding:
    """One cause that fits, with its evidence: pairs of what it is and its words."""

    cause: Cause
    evidence: tuple[tuple[str, str], ...]
    can_mend: bool


# Reading and mending settings


def _management(lab: Lab) -> Management:
    assert lab.tenant.management is not None
    return lab.tenant.management


def _application(lab: Lab) -> str:
    return "/clients/" + quote(lab.tenant.client_id, safe="")


def _grants(lab: Lab, case: Case) -> Setting:
    allowed = _management(lab).get(_application(lab))["grant_types"]
    missing = [name for name in (PASSWORD, MFA_OOB) if name not in allowed]
    return Setting(
        not missing,
        "the application's grant_types lack " + " and ".join(missing) if missing else "both grants are ticked",
    )


def _allow_grants(lab: Lab, case: Case) -> None:
    allowed = _management(lab).get(_application(lab))["grant_types"]
    wanted = [name for name in (PASSWORD, PASSWORD_REALM, MFA_OOB) if name not in allowed]
    _management(lab).change("PATCH", _application(lab), {"grant_types": [*allowed, *wanted]})


def _factor(lab: Lab, case: Case) -> Setting:
    on = [row["name"] for row in _management(lab).get("/guardian/factors") if row["enabled"]]
    return Setting("email" in on, f"the factors that are on: {', '.join(on) or 'none'}")


def _switch_factor_on(lab: Lab, case: Case) -> None:
    _management(lab).change("PUT", "/guardian/factors/email", {"enabled": True})


def _policy(lab: Lab, case: Case) -> Setting:
    policies = _management(lab).get("/guardian/policies")
    return Setting(policies == ["all-applications"], f"the policy is {policies[0] if policies else 'never'}")


def _always(lab: Lab, case: Case) -> None:
    _management(lab).change("PUT", "/guardian/policies", ["all-applications"])


def _directory(lab: Lab, case: Case) -> Setting:
    name = _management(lab).get("/tenants/settings")["default_directory"]
    return Setting(bool(name), f"default_directory is {name or 'empty'}")


def _set_directory(lab: Lab, case: Case) -> None:
    _management(lab).change("PATCH", "/tenants/settings", {"default_directory": DIRECTORY})


def _apis(lab: Lab) -> list[str]:
    return [row["identifier"] for row in _management(lab).get("/resource-servers")]


def _audience(lab: Lab, case: Case) -> Setting:
    wanted, known = lab.tenant.audience, _apis(lab)
    return Setting(not wanted or wanted in known, f"the tenant's APIs are {', '.join(known) or 'none'}")


def _add_api(lab: Lab, case: Case) -> None:
    if lab.tenant.audience not in _apis(lab):
        _management(lab).change("POST", "/resource-servers", {"identifier": lab.tenant.audience, "name": "My API"})


def _user(lab: Lab, case: Case) -> dict[str, Any]:
    email = str(case.sent.get("username") or lab.tenant.username or "")
    found: list[dict[str, Any]] = _management(lab).get("/users-by-email", email=email)
    return found[0] if found else {}


def _blocked(lab: Lab, case: Case) -> Setting:
    user = _user(lab, case)
    if not user:
        return Setting(False, "the tenant has no user with this e-mail")
    by_hand = bool(user.get("blocked"))
    return Setting(not by_hand, f"blocked is {'true' if by_hand else 'false'} at the user")


def _unblock(lab: Lab, case: Case) -> None:
    user = _user(lab, case)
    if user:
        path = quote(user["user_id"], safe="")
        _management(lab).change("DELETE", f"/user-blocks/{path}")
        if user.get("blocked"):
            _management(lab).change("PATCH", f"/users/{path}", {"blocked": False})


def _confirmed(lab: Lab, case: Case) -> Setting:
    user = _user(lab, case)
    rows = _management(lab).get(f"/users/{quote(user['user_id'], safe='')}/authentication-methods") if user else []
    confirmed = sum(bool(row.get("confirmed")) for row in rows)
    return Setting(confirmed > 0, f"{len(rows)} authenticators, {confirmed} of them confirmed")


def _jwt_sent(case: Case) -> bool:
    bearer = case.exchange.request_headers.get("authorization", "") if case.exchange else ""
    return "signed JWT" in str(case.sent.get("mfa_token", "")) or "signed JWT" in bearer


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
        *(_grants, _allow_grants, "The application may use the password and MFA grants."),
    ),
    Cause(
        "no-directory",
        "The tenant does not know where to look for users: it has no Default Directory.",
        f"Settings, General, Default Directory: write {DIRECTORY}. Or name a realm.",
        lambda case: "default connection" in case.words,
        *(_directory, _set_directory, "The tenant has a Default Directory."),
    ),
    Cause(
        "audience",
        "No API of the tenant has the audience that was sent. One letter is enough, also a slash at the end.",
        "Applications, APIs: compare the identifier with your audience.",
        lambda case: case.is_a(errors.AudienceUnknown),
        *(_audience, _add_api, "The tenant has the API that tokens are for."),
    ),
    Cause(
        "policy",
        "The tenant did not ask for a second factor: its policy is not Always.",
        "Security, Multi-factor Auth, Require Multi-factor Auth: choose Always.",
        lambda case: case.is_a(errors.MfaTokenMissing)
        or ("access_token" in case.said and case.sent.get("grant_type") in (PASSWORD, PASSWORD_REALM) and "/mfa" not in str(case.sent.get("audience"))),
        *(_policy, _always, "The policy is Always: each login wants a second factor."),
    ),
    Cause(
        "factor",
        "The e-mail factor is off.",
        "Security, Multi-factor Auth: switch Email on, and one other factor beside it.",
        lambda case: case.is_a(errors.AddressRefused, errors.RequestIncomplete) and "factor" in case.words,
        *(_factor, _switch_factor_on, "The e-mail factor is on."),
    ),
    Cause(
        "blocked",
        "The user is blocked. A block comes from ten wrong passwords in a row, or from an administrator.",
        "User Management, Users, the user, Actions: Unblock.",
        lambda case: case.is_a(errors.AccountBlocked) or "user is blocked" in case.words,
        *(_blocked, _unblock, "The user is not blocked."),
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
        lambda case: case.is_a(errors.MfaTokenRefused) and _jwt_sent(case),
    ),
    Cause(
        "token-spent",
        "The MFA token is spent or cut off, or belongs to another application.",
        "Sign in again. Each login gives one token, and completing the login spends it.",
        lambda case: case.is_a(errors.MfaTokenRefused) and not _jwt_sent(case),
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
        _confirmed,
    ),
    Cause(
        "unconfirmed",
        "The user has no confirmed authenticator that can be challenged.",
        "Associate one and confirm it with its code: notebooks 02 and 03. A row with active: false does not count.",
        lambda case: case.is_a(errors.NotEnrolled, errors.NoSuchAuthenticator),
        _confirmed,
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


def case_of(lab: Lab) -> Case:
    """The last thing that happened in this kernel, if it failed; else the last call, which may have gone too well."""
    error = lab.failure
    exchange = error.exchange if error is not None else (lab.history[-1][1] if lab.history else None)
    sent = exchange.request_body if exchange is not None and isinstance(exchange.request_body, dict) else {}
    said = exchange.response_body if exchange is not None and isinstance(exchange.response_body, dict) else {}
    return Case(error, exchange, sent, said)


def diagnose(lab: Lab) -> list[Finding]:
    """Which causes there are: those of the last failure first, then settings that are wrong though nothing has met them yet.

    Raises what the Management API raises, but not for a tenant that is down: that is a finding.
    """
    case = case_of(lab)
    fitting = [cause for cause in CAUSES if cause.fits(case)]
    findings = [_finding(lab, case, cause) for cause in fitting]
    if not case.is_a(errors.TenantUnreachable):
        findings += [_finding(lab, case, cause) for cause, _ in wrong_settings(lab) if cause not in fitting]
    return findings


def settings(lab: Lab) -> Iterator[tuple[Cause, Setting]]:
    """How the tenant is set up, as far as a lesson needs it; nothing where it cannot be read."""
    if lab.tenant.management is not None:
        case = NOTHING
        for cause in CAUSES:
            if cause.fine and cause.reads is not None:
                yield cause, cause.reads(lab, case)


def wrong_settings(lab: Lab) -> list[tuple[Cause, Setting]]:
    """Those of `settings` that stand in the way."""
    return [(cause, setting) for cause, setting in settings(lab) if not setting.is_right]


def mend(lab: Lab, finding: Finding) -> None:
    """Put it right through the Management API. Raises what that raises."""
    assert finding.cause.mend is not None
    finding.cause.mend(lab, case_of(lab))


def put_back(lab: Lab) -> None:
    """Mend every setting that is wrong. Nothing happens where none is, or none can be read."""
    for cause, _ in wrong_settings(lab):
        assert cause.mend is not None
        cause.mend(lab, NOTHING)


def _finding(lab: Lab, case: Case, cause: Cause) -> Finding:
    evidence = []
    fits = cause.fits(case)
    if fits and case.exchange is not None:
        evidence.append(("The answer", _answer(case)))
    if fits and case.error is not None and case.error.retry_after:
        evidence.append(("The wait", view.duration(case.error.retry_after)))
    is_right = True
    if lab.tenant.management is not None and not case.is_a(errors.TenantUnreachable):
        if cause.reads is not None:
            setting = cause.reads(lab, case)
            is_right = setting.is_right
            evidence.append(("The setting", setting.words))
        event = _event(lab, case) if fits else None
        if event is not None:
            evidence.append(("The log", f"{event['type']}: {event['description'] or 'no words'}"))
    # Ten wrong passwords block without a setting that could be read.
    can_mend = (
        cause.mend is not None and lab.tenant.management is not None and (not is_right or cause.name == "blocked")
    )
    return Finding(cause, tuple(evidence), can_mend)


def _answer(case: Case) -> str:
    assert case.exchange is not None
    if case.exchange.status is None:
        return f"{case.exchange.method} {case.exchange.path}: no answer came"
    said = f"{case.exchange.method} {case.exchange.path}: {case.exchange.status}"
    if case.error is None:
        return f"{said}, with tokens at once"
    if case.error.error:
        return f"{said} {case.error.error}, “{case.error.error_description or 'no more words'}”"
    return f"{said}, {case.error.what}"


def _event(lab: Lab, case: Case) -> dict[str, Any] | None:
    """The newest line of the log with the answer's words."""
    words = case.error.error_description if case.error is not None else None
    if not words:
        return None
    rows: list[dict[str, Any]] = _management(lab).get("/logs", per_page=50)
    return next((row for row in rows if row["description"] == words), None)
