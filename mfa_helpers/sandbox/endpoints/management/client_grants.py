"""Client grants: which application may have a token of its own for which API."""

from __future__ import annotations

import secrets
from typing import Any

from starlette.responses import Response

from ...tenant import client_grants
from .endpoint import Failure, Kinds, Work, invalid, needs, nothing, say

_MORE: Kinds = {
    "organization_usage": str,
    "allow_any_organization": bool,
    "subject_type": str,
    "authorization_details_types": list,
}


@needs("read:client_grants")
def list_grants(work: Work) -> Response:
    """`GET /api/v2/client-grants`, of one `client_id` or `audience` if the query names it."""
    found = client_grants.all_of(work.tenant)
    for name in ("client_id", "audience"):
        found = [grant for grant in found if work.query.get(name) in (None, grant[name])]
    return work.part("client_grants", found)


@needs("read:client_grants")
def read_grant(work: Work) -> Response:
    """`GET /api/v2/client-grants/{id}`."""
    return say(_grant(work))


@needs("create:client_grants")
def add_grant(work: Work) -> Response:
    """`POST /api/v2/client-grants`: 201, or 409 if the application has one for that API."""
    sent = work.required("client_id", "audience", client_id=str, audience=str, scope=list, **_MORE)
    sent["audience"] = work.tenant.audience_of(sent["audience"])
    if work.store.client(sent["client_id"]) is None:
        raise Failure(404, "The client does not exist", "inexistent_client")
    _check(work, {"scope": [], **sent})
    if client_grants.scopes(work.tenant, sent["client_id"], sent["audience"]) is not None:
        raise Failure(409, "A resource with the same client_id and audience already exists.", "conflict")
    grant = {"id": "cgr_" + secrets.token_hex(8), "scope": [], **sent}
    _keep(work, [*client_grants.made(work.tenant), grant])
    return say(grant, 201)


@needs("update:client_grants")
def change_grant(work: Work) -> Response:
    """`PATCH /api/v2/client-grants/{id}`: `scope` replaces the list."""
    grant = {**_made(work), **work.fields(scope=list, **_MORE)}
    _check(work, grant)
    _keep(work, [grant if grant["id"] == other["id"] else other for other in client_grants.made(work.tenant)])
    return say(grant)


@needs("delete:client_grants")
def remove_grant(work: Work) -> Response:
    """`DELETE /api/v2/client-grants/{id}`: 204."""
    client_grants.remove(work.tenant, "id", _made(work)["id"])
    return nothing()


def _check(work: Work, grant: dict[str, Any]) -> None:
    """Raises `Failure` if no API has its audience, or if the API hasn't its scopes."""
    possible = client_grants.possible(work.tenant, grant["audience"])
    if possible is None:
        raise Failure(404, "The resource server does not exist", "inexistent_resource_server")
    for name in grant["scope"]:
        if name not in possible:
            raise invalid(f"Scope not found in the API: {str(name)[:60]}", "scope")


def _grant(work: Work) -> dict[str, Any]:
    for grant in client_grants.all_of(work.tenant):
        if grant["id"] == work.path["id"]:
            return grant
    raise Failure(404, "The client grant does not exist.", "inexistent_client_grant")


def _made(work: Work) -> dict[str, Any]:
    grant = _grant(work)
    if grant["id"] == client_grants.OWN:
        raise Failure(403, "The sandbox's setup application keeps its grant.", "operation_not_supported")
    return grant


def _keep(work: Work, grants: list[dict[str, Any]]) -> None:
    work.store.keep(client_grants.PATH, grants)
