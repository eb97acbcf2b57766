"""Applications, their grant types and keys; and the APIs that tokens are for."""

from __future__ import annotations

import json
import secrets
import sqlite3
from typing import Any

from starlette.responses import Response

from ... import defaults
from ...crypto.signing import keys
from ...tenant import origins
from ..client_auth import ALGORITHMS, PRIVATE_KEY_JWT
from .endpoint import Failure, Work, invalid, needs, say

_GRANTS = (
    defaults.PASSWORD,
    defaults.PASSWORD_REALM,
    defaults.MFA_OOB,
    defaults.MFA_OTP,
    defaults.MFA_RECOVERY,
    defaults.REFRESH_TOKEN,
    defaults.CLIENT_CREDENTIALS,
    "authorization_code",
    "implicit",
    "http://auth0.com/oauth/grant-type/passwordless/otp",
    "urn:ietf:params:oauth:grant-type:device_code",
)
_METHODS = ("none", "client_secret_post", "client_secret_basic")
_MOST_ORIGINS = 100  # documentation, application-settings


@needs("read:clients")
def list_clients(work: Work) -> Response:
    """`GET /api/v2/clients`."""
    return work.part("clients", [_as_client(row) for row in work.store.clients()])


@needs("read:clients")
def read_client(work: Work) -> Response:
    """`GET /api/v2/clients/{id}`."""
    return say(_as_client(_client(work)))


@needs("update:clients")
def change_client(work: Work) -> Response:
    """`grant_types` replaces the list (documentation, update-grant-types; its sample shows a string, which is no list)."""
    row = _client(work)
    wanted = work.fields(
        name=str,
        grant_types=list,
        token_endpoint_auth_method=(str, type(None)),
        client_authentication_methods=(dict, type(None)),
        **dict.fromkeys(origins.FIELDS, list),
    )
    changed: dict[str, Any] = {"name": wanted["name"]} if wanted.get("name") else {}
    if "grant_types" in wanted:
        for name in wanted["grant_types"]:
            if name not in _GRANTS:
                raise invalid(f"Unknown grant type: {str(name)[:100]}", "grant_types")
        changed["grant_types"] = json.dumps(wanted["grant_types"])
    method, keys = wanted.get("token_endpoint_auth_method"), wanted.get("client_authentication_methods")
    if method is not None and keys is not None:
        raise invalid("token_endpoint_auth_method and client_authentication_methods exclude each other")
    if method is not None:
        if method not in _METHODS:
            raise invalid(f"Expected one of {', '.join(_METHODS)}", "token_endpoint_auth_method")
        if method != "none" and row["client_secret"] is None:
            raise invalid("This application has no secret", "token_endpoint_auth_method")
        changed["auth_method"] = method
    if keys is not None:
        changed |= {"auth_method": PRIVATE_KEY_JWT, "keys": json.dumps(_switched_on(row, keys))}
    lists = {name: _origins(name, wanted[name]) for name in origins.FIELDS if name in wanted}
    if lists:
        changed["more"] = json.dumps({**json.loads(row["more"]), **lists})
    work.store.change_client(row["client_id"], **changed)
    return say(_as_client(_client(work)))


def _origins(name: str, wanted: list[Any]) -> list[str]:
    if len(wanted) > _MOST_ORIGINS:
        raise invalid(f"Array is too long ({len(wanted)}), maximum {_MOST_ORIGINS}", name)
    for origin in wanted:
        if not (isinstance(origin, str) and origins.is_origin(origin)):
            raise invalid(f"Object didn't pass validation for format origin: {str(origin)[:100]}", name)
    return wanted


@needs("create:client_credentials")
def add_credential(work: Work) -> Response:
    """A public key, as PEM. It works once `client_authentication_methods` names its id (documentation, private-key-jwt)."""
    row = _client(work)
    wanted = work.required("credential_type", "pem", credential_type=str, pem=str, name=str, alg=str)
    if wanted["credential_type"] != "public_key":
        raise invalid("Expected public_key", "credential_type")
    if wanted.get("alg", "RS256") not in ALGORITHMS:
        raise invalid(f"Expected one of {', '.join(ALGORITHMS)}", "alg")
    if not keys.is_public_key(wanted["pem"]):
        raise invalid("Expected an RSA public key in PEM format", "pem")
    key = {
        "id": "cred_" + secrets.token_urlsafe(16),
        "name": wanted.get("name", ""),
        "alg": wanted.get("alg", "RS256"),
        "credential_type": "public_key",
    }
    stored = [*json.loads(row["keys"]), {**key, "pem": wanted["pem"], "active": False}]
    work.store.change_client(row["client_id"], keys=json.dumps(stored))
    return say(key, 201)


def _switched_on(row: sqlite3.Row, wanted: dict[str, Any]) -> list[dict[str, Any]]:
    keys = json.loads(row["keys"])
    try:
        ids = {item["id"] for item in wanted[PRIVATE_KEY_JWT]["credentials"]}
    except (KeyError, TypeError):
        ids = set()
    if not ids or not ids <= {key["id"] for key in keys}:
        raise invalid(
            'Expected {"private_key_jwt": {"credentials": [{"id": …}]}} with ids of this application\'s credentials',
            "client_authentication_methods",
        )
    return [{**key, "active": key["id"] in ids} for key in keys]


def _client(work: Work) -> sqlite3.Row:
    row = work.store.client(work.path["id"])
    if row is None:
        raise Failure(404, "The client does not exist", "inexistent_client")
    return row


def _as_client(row: sqlite3.Row) -> dict[str, Any]:
    """Without its secret: that would need the scope read:client_keys, which nobody has here."""
    shown: dict[str, Any] = {
        "tenant": "sandbox",
        "client_id": row["client_id"],
        "name": row["name"],
        "is_first_party": True,
        "grant_types": json.loads(row["grant_types"]),
        **json.loads(row["more"]),
    }
    if row["auth_method"] == PRIVATE_KEY_JWT:
        ids = [{"id": key["id"]} for key in json.loads(row["keys"]) if key["active"]]
        return {**shown, "client_authentication_methods": {PRIVATE_KEY_JWT: {"credentials": ids}}}
    return {**shown, "token_endpoint_auth_method": row["auth_method"]}


# APIs


@needs("read:resource_servers")
def list_apis(work: Work) -> Response:
    """`GET /api/v2/resource-servers`."""
    return work.part("resource_servers", [_as_api(row) for row in work.store.apis()])


@needs("read:resource_servers")
def read_api(work: Work) -> Response:
    """`GET /api/v2/resource-servers/{id}`, by id or identifier."""
    return say(_as_api(_api(work)))


@needs("create:resource_servers")
def add_api(work: Work) -> Response:
    """`POST /api/v2/resource-servers`: 201. An identifier that is taken, or one of the tenant's own, is a conflict."""
    wanted = work.required("identifier", **_API)
    # The tenant's own audiences are recognized by their ends, so nobody else's may end like them.
    is_own = wanted["identifier"].rstrip("/").endswith(("/mfa", "/me", "/api/v2"))
    if is_own or work.store.api(wanted["identifier"]) is not None:
        raise Failure(409, "A resource server with the same identifier already exists", "conflict")
    id = secrets.token_hex(12)
    name = wanted.get("name") or wanted["identifier"]
    offline = wanted.get("allow_offline_access", False)
    work.store.add_api(
        id,
        identifier=wanted["identifier"],
        name=name,
        scopes=_scopes(wanted.get("scopes", [])),
        allow_offline_access=offline,
    )
    row = work.store.api(id)
    assert row is not None
    return say(_as_api(row), 201)


@needs("update:resource_servers")
def change_api(work: Work) -> Response:
    """`PATCH /api/v2/resource-servers/{id}`. The identifier stays."""
    row = _api(work)
    wanted = work.fields(**{name: kind for name, kind in _API.items() if name != "identifier"})
    if "scopes" in wanted:
        wanted["scopes"] = _scopes(wanted["scopes"])
    work.store.change_api(row["id"], **wanted)
    return say(_as_api(_api(work)))


@needs("delete:resource_servers")
def remove_api(work: Work) -> Response:
    """From now on its audience is unknown."""
    work.store.remove_api(_api(work)["id"])
    return Response(status_code=204)


_API: dict[str, type] = {"identifier": str, "name": str, "scopes": list, "allow_offline_access": bool}


def _scopes(wanted: list[Any]) -> str:
    values = [item.get("value") if isinstance(item, dict) else None for item in wanted]
    if not all(isinstance(value, str) and value and " " not in value for value in values):
        raise invalid('Expected [{"value": …}]', "scopes")
    return json.dumps(values)


def _api(work: Work) -> sqlite3.Row:
    row = work.store.api(work.path["id"])
    if row is None:
        raise Failure(404, "The resource server does not exist", "inexistent_resource_server")
    return row


def _as_api(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "identifier": row["identifier"],
        "name": row["name"],
        "scopes": [{"value": value} for value in json.loads(row["scopes"])],
        "allow_offline_access": bool(row["allow_offline_access"]),
        "signing_alg": "RS256",
        "token_lifetime": defaults.LIFETIMES.access_token,
    }
