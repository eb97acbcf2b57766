"""Which application may have a token of its own for which API: the tenant's client grants."""

from __future__ import annotations

from typing import Any

from .. import defaults
from ..store import names_in
from .tenant import Tenant

PATH = "client-grants"
#: The setup application's; it can't be changed, so that nobody shuts the tenant's administrator out.
OWN = "cgr_SandboxSetUp0001"


def all_of(tenant: Tenant) -> list[dict[str, Any]]:
    """The setup application's own, and those that were made."""
    own = {
        "id": OWN,
        "client_id": defaults.MANAGEMENT_CLIENT_ID,
        "audience": tenant.management_audience,
        "scope": list(defaults.MANAGEMENT_SCOPES),
    }
    return [own, *made(tenant)]


def made(tenant: Tenant) -> list[dict[str, Any]]:
    """Those that an administrator has made."""
    found: list[dict[str, Any]] = tenant.store.kept(PATH) or []
    return found


def remove(tenant: Tenant, name: str, value: str) -> None:
    """Those of which that is so: the application, or the API, is gone."""
    tenant.store.keep(PATH, [grant for grant in made(tenant) if grant[name] != value])


def possible(tenant: Tenant, audience: str) -> tuple[str, ...] | None:
    """The scopes that there are to grant; `None` if no API has that audience."""
    if audience == tenant.management_audience:
        return defaults.MANAGEMENT_SCOPES
    api = tenant.store.api(audience)
    return None if api is None or api["identifier"] != audience else names_in(api["scopes"])


def scopes(tenant: Tenant, client_id: str, audience: str) -> list[str] | None:
    """What that application may ask for, of what the API still has; `None` if it has no grant for the audience."""
    for grant in all_of(tenant):
        if grant["client_id"] == client_id and grant["audience"] == audience:
            return [name for name in grant["scope"] if name in (possible(tenant, audience) or ())]
    return None
