"""The APIs that tokens are for."""

from __future__ import annotations

import json
import secrets
import sqlite3
from typing import Any

from starlette.responses import Response

from ... import defaults
from ...tenant import client_grants
from ...tenant.tenant import ends_like_the_tenants_own
from .endpoint import NULL, Failure, Kinds, Work, invalid, merged, needs, nothing, say

#: What is only kept and shown, except `token_lifetime`.
_MORE: Kinds = {
    **dict.fromkeys(("token_lifetime", "token_lifetime_for_web"), int),
    **dict.fromkeys(("signing_alg", "signing_secret", "token_dialect"), str),
    **dict.fromkeys(
        (
            "skip_consent_for_verifiable_first_party_clients",
            "enforce_policies",
            "allow_online_access",
            "allow_online_access_with_ephemeral_sessions",
        ),
        bool,
    ),
    **dict.fromkeys(("token_encryption", "proof_of_possession", "authorization_policy"), (dict, NULL)),
    "subject_type_authorization": dict,
    "consent_policy": (str, NULL),
    "authorization_details": (list, NULL),
}
_OWN: Kinds = {"name": str, "scopes": list, "allow_offline_access": bool}
#: Of a new API (recording TestAccResourceServer).
_DEFAULTS = {
    "skip_consent_for_verifiable_first_party_clients": False,
    "subject_type_authorization": {"client": {"policy": "require_client_grant"}, "user": {"policy": "allow_all"}},
    "token_lifetime": defaults.LIFETIMES.access_token,
    "token_lifetime_for_web": 7200,
    "signing_alg": "RS256",
}
_LONGEST = 2_592_000  # seconds of a token: 30 days (documentation, update-access-token-lifetime)


@needs("read:resource_servers")
def list_apis(work: Work) -> Response:
    """`GET /api/v2/resource-servers`."""
    return work.part("resource_servers", [_as_api(row) for row in work.store.apis()])


@needs("read:resource_servers")
def read_api(work: Work) -> Response:
    """`GET /api/v2/resource-servers/{id}`, by id or identifier."""
    return work.say(_as_api(_api(work)))


@needs("create:resource_servers")
def add_api(work: Work) -> Response:
    """`POST /api/v2/resource-servers`: 201. An identifier that is taken, or one of the tenant's own, is a conflict."""
    sent = work.required("identifier", identifier=str, **_OWN, **_MORE)
    identifier = sent.pop("identifier")
    if ends_like_the_tenants_own(identifier) or work.store.api(identifier) is not None:
        raise Failure(409, "A resource server with the same identifier already exists", "conflict")
    id = secrets.token_hex(12)
    new = {"name": identifier, "scopes": [], "allow_offline_access": False, **sent}
    work.store.add_api(id, identifier=identifier, **_columns(work, "{}", new))
    row = work.store.api(id)
    assert row is not None
    return say(_as_api(row), 201)


@needs("update:resource_servers")
def change_api(work: Work) -> Response:
    """`PATCH /api/v2/resource-servers/{id}`. The identifier stays."""
    row = _api(work)
    work.store.change_api(row["id"], **_columns(work, row["more"], work.fields(**_OWN, **_MORE)))
    return say(_as_api(_api(work)))


@needs("delete:resource_servers")
def remove_api(work: Work) -> Response:
    """From now on its audience is unknown. Its client grants go with it."""
    gone = _api(work)
    work.store.remove_api(gone["id"])
    client_grants.remove(work.tenant, "audience", gone["identifier"])
    return nothing()


def _columns(work: Work, kept: str, sent: dict[str, Any]) -> dict[str, Any]:
    """Raises `Failure`."""
    if not 0 < sent.get("token_lifetime", 1) <= _LONGEST:
        raise invalid(f"Expected a number of seconds from 1 to {_LONGEST:,}", "token_lifetime")
    if sent.get("signing_alg", "RS256") != "RS256":
        raise invalid("The sandbox signs only with RS256", "signing_alg")
    more = {name: sent.pop(name) for name in [*sent] if name in _MORE}
    if "scopes" in sent:
        sent["scopes"], more["descriptions"] = _scopes(sent["scopes"])
    return {**sent, "more": json.dumps(merged(json.loads(kept), more))}


def _scopes(wanted: list[Any]) -> tuple[str, dict[str, str]]:
    """The names as they are stored, and what is said of them."""
    items = [item if isinstance(item, dict) else {} for item in wanted]
    values = [item.get("value") for item in items]
    told = {str(item.get("value")): item["description"] for item in items if "description" in item}
    are_names = all(isinstance(value, str) and value and " " not in value for value in values)
    if not are_names or not all(isinstance(text, str) for text in told.values()):
        raise invalid('Expected [{"value": …, "description": …}]', "scopes")
    return json.dumps(values), told


def _api(work: Work) -> sqlite3.Row:
    row = work.store.api(work.path["id"])
    if row is None:
        raise Failure(404, "The resource server does not exist", "inexistent_resource_server")
    return row


def _as_api(row: sqlite3.Row) -> dict[str, Any]:
    more = json.loads(row["more"])
    told = more.pop("descriptions", {})
    scopes = [
        {"value": value, **({"description": told[value]} if value in told else {})}
        for value in json.loads(row["scopes"])
    ]
    return {
        "id": row["id"],
        "name": row["name"],
        "identifier": row["identifier"],
        "scopes": scopes,
        "allow_offline_access": bool(row["allow_offline_access"]),
        **_DEFAULTS,
        **{name: value for name, value in more.items() if name != "signing_secret"},
    }
