"""Settings of a tenant, read and put right over the Management API.

Each function raises what the Management API raises: subclasses of `MfaError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ...client.errors import AccountBlocked
from ...client.grants import MFA_OOB, PASSWORD, PASSWORD_REALM
from ...client.management import Management
from ...learner.session import LearnerSession
from .case import Case

DIRECTORY = "Username-Password-Authentication"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A setting as the tenant tells it: whether it is right, and what it says, in words."""

    is_right: bool
    words: str


def management(session: LearnerSession) -> Management:
    """The Management API of a tenant that has one."""
    return session.tenant.require_management()


def application(session: LearnerSession) -> str:
    """The path of the learner's application."""
    return "/clients/" + quote(session.tenant.client_id, safe="")


def grants(session: LearnerSession, case: Case) -> Setting:
    """Whether the application may use the password grant and that for MFA."""
    allowed = management(session).get(application(session))["grant_types"]
    missing = [name for name in (PASSWORD, MFA_OOB) if name not in allowed]
    return Setting(
        is_right=not missing,
        words="the application's grant_types don't include " + " and ".join(missing)
        if missing
        else "both grants are selected",
    )


def allow_grants(session: LearnerSession, case: Case) -> None:
    """Tick both."""
    allowed = management(session).get(application(session))["grant_types"]
    wanted = [name for name in (PASSWORD, PASSWORD_REALM, MFA_OOB) if name not in allowed]
    management(session).change("PATCH", application(session), {"grant_types": [*allowed, *wanted]})


def origins(session: LearnerSession, case: Case) -> Setting:
    """Whether the application lists the origin of the page that asked."""
    found = management(session).get(_asking(session, case))
    listed = [*found.get("web_origins", []), *found.get("allowed_origins", [])]
    words = f"the application lists these origins: {', '.join(listed) or 'none'}"
    return Setting(is_right=page_of(case) in listed, words=words)


def list_origin(session: LearnerSession, case: Case) -> None:
    """List it."""
    path = _asking(session, case)
    listed = management(session).get(path).get("web_origins", [])
    management(session).change("PATCH", path, {"web_origins": [*listed, page_of(case)]})


def _asking(session: LearnerSession, case: Case) -> str:
    """The path of the application that the failed request named, else that of the lesson."""
    return "/clients/" + quote(str(case.sent.get("client_id") or session.tenant.client_id), safe="")


def factor(session: LearnerSession, case: Case) -> Setting:
    """Whether the email factor is on."""
    on = [row["name"] for row in management(session).get("/guardian/factors") if row["enabled"]]
    return Setting(is_right="email" in on, words=f"the factors that are turned on: {', '.join(on) or 'none'}")


def switch_factor_on(session: LearnerSession, case: Case) -> None:
    """Switch it on."""
    management(session).change("PUT", "/guardian/factors/email", {"enabled": True})


def policy(session: LearnerSession, case: Case) -> Setting:
    """Whether each login wants a second factor."""
    policies = management(session).get("/guardian/policies")
    return Setting(
        is_right=policies == ["all-applications"], words=f"the policy is {policies[0] if policies else 'never'}"
    )


def always(session: LearnerSession, case: Case) -> None:
    """Want one."""
    management(session).change("PUT", "/guardian/policies", ["all-applications"])


def directory(session: LearnerSession, case: Case) -> Setting:
    """Whether the tenant knows where to look for users."""
    name = management(session).get("/tenants/settings")["default_directory"]
    return Setting(is_right=bool(name), words=f"default_directory is {name or 'empty'}")


def set_directory(session: LearnerSession, case: Case) -> None:
    """Tell it."""
    management(session).change("PATCH", "/tenants/settings", {"default_directory": DIRECTORY})


def apis(session: LearnerSession) -> list[str]:
    """The identifiers of the tenant's APIs."""
    return [row["identifier"] for row in management(session).get("/resource-servers")]


def audience(session: LearnerSession, case: Case) -> Setting:
    """Whether the tenant has the API that tokens are for."""
    wanted, known = session.tenant.audience, apis(session)
    return Setting(is_right=not wanted or wanted in known, words=f"the tenant's APIs: {', '.join(known) or 'none'}")


def add_api(session: LearnerSession, case: Case) -> None:
    """Add that API, if it is not there."""
    if session.tenant.audience not in apis(session):
        management(session).change(
            "POST", "/resource-servers", {"identifier": session.tenant.audience, "name": "My API"}
        )


def user_of(session: LearnerSession, case: Case) -> dict[str, Any]:
    """The user whom the failed request named, else that of the lesson; empty if there is none."""
    email = str(case.sent.get("username") or session.tenant.username or "")
    found: list[dict[str, Any]] = management(session).get("/users-by-email", email=email)
    return found[0] if found else {}


def blocked(session: LearnerSession, case: Case) -> Setting | None:
    """Whether an administrator has blocked the user. A block after wrong passwords isn't a setting, so there's none to read."""
    if case.is_a(AccountBlocked):
        return None
    user = user_of(session, case)
    if not user:
        return Setting(is_right=False, words="the tenant has no user with this email")
    by_hand = bool(user.get("blocked"))
    return Setting(is_right=not by_hand, words=f"the user's blocked field is {'true' if by_hand else 'false'}")


def unblock(session: LearnerSession, case: Case) -> None:
    """End both sorts of block."""
    user = user_of(session, case)
    if user:
        path = quote(user["user_id"], safe="")
        management(session).change("DELETE", f"/user-blocks/{path}")
        if user.get("blocked"):
            management(session).change("PATCH", f"/users/{path}", {"blocked": False})


def confirmed(session: LearnerSession, case: Case) -> Setting:
    """Whether the user has a confirmed authenticator."""
    user = user_of(session, case)
    rows = management(session).get(f"/users/{quote(user['user_id'], safe='')}/authentication-methods") if user else []
    confirmed = sum(bool(row.get("confirmed")) for row in rows)
    return Setting(
        is_right=confirmed > 0, words=f"{len(rows)} authenticator{'s' if len(rows) != 1 else ''}, {confirmed} confirmed"
    )


def page_of(case: Case) -> str:
    """The origin of the web page that made the request; empty if a program did."""
    return case.exchange.request_headers.get("origin", "") if case.exchange else ""


def jwt_sent(case: Case) -> bool:
    """Whether an access token was sent: it is a signed JWT, an MFA token is sealed."""
    bearer = case.exchange.request_headers.get("authorization", "") if case.exchange else ""
    return "signed JWT" in str(case.sent.get("mfa_token", "")) or "signed JWT" in bearer
