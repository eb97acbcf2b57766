"""Settings of a tenant, read and put right over the Management API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ...client.grants import MFA_OOB, PASSWORD, PASSWORD_REALM
from ...learner.session import LearnerSession
from .case import Case

if TYPE_CHECKING:
    from ...client.management import Management


DIRECTORY = "Username-Password-Authentication"


@dataclass(frozen=True)
class Setting:
    """A setting as the tenant tells it: whether it is right, and what it says, in words."""

    is_right: bool
    words: str


def management(lab: LearnerSession) -> Management:
    return lab.tenant.require_management()


def application(lab: LearnerSession) -> str:
    return "/clients/" + quote(lab.tenant.client_id, safe="")


def grants(lab: LearnerSession, case: Case) -> Setting:
    allowed = management(lab).get(application(lab))["grant_types"]
    missing = [name for name in (PASSWORD, MFA_OOB) if name not in allowed]
    return Setting(
        not missing,
        "the application's grant_types lack " + " and ".join(missing) if missing else "both grants are ticked",
    )


def allow_grants(lab: LearnerSession, case: Case) -> None:
    allowed = management(lab).get(application(lab))["grant_types"]
    wanted = [name for name in (PASSWORD, PASSWORD_REALM, MFA_OOB) if name not in allowed]
    management(lab).change("PATCH", application(lab), {"grant_types": [*allowed, *wanted]})


def factor(lab: LearnerSession, case: Case) -> Setting:
    on = [row["name"] for row in management(lab).get("/guardian/factors") if row["enabled"]]
    return Setting("email" in on, f"the factors that are on: {', '.join(on) or 'none'}")


def switch_factor_on(lab: LearnerSession, case: Case) -> None:
    management(lab).change("PUT", "/guardian/factors/email", {"enabled": True})


def policy(lab: LearnerSession, case: Case) -> Setting:
    policies = management(lab).get("/guardian/policies")
    return Setting(policies == ["all-applications"], f"the policy is {policies[0] if policies else 'never'}")


def always(lab: LearnerSession, case: Case) -> None:
    management(lab).change("PUT", "/guardian/policies", ["all-applications"])


def directory(lab: LearnerSession, case: Case) -> Setting:
    name = management(lab).get("/tenants/settings")["default_directory"]
    return Setting(bool(name), f"default_directory is {name or 'empty'}")


def set_directory(lab: LearnerSession, case: Case) -> None:
    management(lab).change("PATCH", "/tenants/settings", {"default_directory": DIRECTORY})


def apis(lab: LearnerSession) -> list[str]:
    return [row["identifier"] for row in management(lab).get("/resource-servers")]


def audience(lab: LearnerSession, case: Case) -> Setting:
    wanted, known = lab.tenant.audience, apis(lab)
    return Setting(not wanted or wanted in known, f"the tenant's APIs are {', '.join(known) or 'none'}")


def add_api(lab: LearnerSession, case: Case) -> None:
    if lab.tenant.audience not in apis(lab):
        management(lab).change("POST", "/resource-servers", {"identifier": lab.tenant.audience, "name": "My API"})


def user_of(lab: LearnerSession, case: Case) -> dict[str, Any]:
    email = str(case.sent.get("username") or lab.tenant.username or "")
    found: list[dict[str, Any]] = management(lab).get("/users-by-email", email=email)
    return found[0] if found else {}


def blocked(lab: LearnerSession, case: Case) -> Setting:
    user = user_of(lab, case)
    if not user:
        return Setting(False, "the tenant has no user with this e-mail")
    by_hand = bool(user.get("blocked"))
    return Setting(not by_hand, f"blocked is {'true' if by_hand else 'false'} at the user")


def unblock(lab: LearnerSession, case: Case) -> None:
    user = user_of(lab, case)
    if user:
        path = quote(user["user_id"], safe="")
        management(lab).change("DELETE", f"/user-blocks/{path}")
        if user.get("blocked"):
            management(lab).change("PATCH", f"/users/{path}", {"blocked": False})


def confirmed(lab: LearnerSession, case: Case) -> Setting:
    user = user_of(lab, case)
    rows = management(lab).get(f"/users/{quote(user['user_id'], safe='')}/authentication-methods") if user else []
    confirmed = sum(bool(row.get("confirmed")) for row in rows)
    return Setting(confirmed > 0, f"{len(rows)} authenticators, {confirmed} of them confirmed")


def jwt_sent(case: Case) -> bool:
    bearer = case.exchange.request_headers.get("authorization", "") if case.exchange else ""
    return "signed JWT" in str(case.sent.get("mfa_token", "")) or "signed JWT" in bearer
