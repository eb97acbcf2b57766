"""The tenant's one connection: its database of users. What is sent of it is kept and shown."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from ... import defaults
from .endpoint import NULL, Failure, Kinds, Work, invalid, needs, nothing, say

ID = "con_SandboxUsers0001"
_PATH, _CLIENTS = f"connections/{ID}", f"connections/{ID}/clients"
_SENT: Kinds = {
    "display_name": str,
    "options": (dict, NULL),
    "enabled_clients": (list, NULL),
    "is_domain_connection": bool,
    "show_as_button": bool,
    "realms": list,
    "metadata": dict,
    "authentication": dict,
    "connected_accounts": dict,
}
#: Of a new tenant (recordings of auth0-deploy-cli).
_DEFAULTS = {
    "options": {
        "mfa": {"active": True, "return_enroll_settings": True},
        "passwordPolicy": "good",
        "strategy_version": 2,
        "brute_force_protection": True,
        "disable_self_service_change_password": False,
    },
    "strategy": "auth0",
    "name": defaults.REALM,
    "is_domain_connection": False,
    "authentication": {"active": True},
    "connected_accounts": {"active": False},
    "realms": [defaults.REALM],
}


@needs("read:connections")
def list_connections(work: Work) -> Response:
    """`GET /api/v2/connections`, of one `name` or `strategy` if the query names it."""
    one = _connection(work)
    is_wanted = all(work.query.get(name) in (None, one[name]) for name in ("name", "strategy"))
    return work.part("connections", [one] if is_wanted else [])


@needs("read:connections")
def read_connection(work: Work) -> Response:
    """`GET /api/v2/connections/{id}`."""
    _check_id(work)
    return work.say(_connection(work))


@needs("update:connections")
def change_connection(work: Work) -> Response:
    """`PATCH /api/v2/connections/{id}`: `options` are replaced as a whole (documentation)."""
    _check_id(work)
    sent = work.fields(**_SENT)
    if sent.get("enabled_clients") is not None:
        work.store.keep(_CLIENTS, sent.pop("enabled_clients"))
    work.store.keep(_PATH, {**(work.store.kept(_PATH) or {}), **sent})
    return say(_connection(work))


@needs("read:connections")
def list_clients(work: Work) -> Response:
    """`GET /api/v2/connections/{id}/clients`: the applications for which it is enabled."""
    _check_id(work)
    return say({"clients": [{"client_id": id} for id in _enabled(work)]})


@needs("update:connections")
def change_clients(work: Work) -> Response:
    """`PATCH /api/v2/connections/{id}/clients`: 204 (recording of auth0-deploy-cli)."""
    _check_id(work)
    if not isinstance(work.body, list):
        raise invalid("Expected type array")
    enabled = _enabled(work)
    for one in work.body:
        sent = Work(work.call, one).required("client_id", "status", client_id=str, status=bool)
        others = [id for id in enabled if id != sent["client_id"]]
        enabled = [*others, sent["client_id"]] if sent["status"] else others
    work.store.keep(_CLIENTS, enabled)
    return nothing()


def _connection(work: Work) -> dict[str, Any]:
    return {"id": ID, **_DEFAULTS, **(work.store.kept(_PATH) or {}), "enabled_clients": _enabled(work)}


def _enabled(work: Work) -> list[str]:
    """Until somebody says otherwise, all; never those that are gone."""
    kept: list[str] | None = work.store.kept(_CLIENTS)
    known = [row["client_id"] for row in work.store.clients()]
    return known if kept is None else [id for id in known if id in kept]


def _check_id(work: Work) -> None:
    if work.path["id"] != ID:
        raise Failure(404, "The connection does not exist", "inexistent_connection")
