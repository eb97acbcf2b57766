"""The public keys by which an application proves itself."""

from __future__ import annotations

import json
import secrets
import sqlite3
from typing import Any

from starlette.responses import Response

from ...crypto.signing import keys
from ...tenant.clock import as_text, of_text
from ..client_auth import ALGORITHMS, PRIVATE_KEY_JWT
from .endpoint import NULL, Failure, Kinds, Work, invalid, needs, nothing, say

_SENT: Kinds = {
    **dict.fromkeys(("credential_type", "pem", "name", "alg", "kid", "expires_at"), str),
    "parse_expiry_from_cert": bool,
}
_SHOWN = ("id", "credential_type", "kid", "alg", "name", "created_at", "updated_at", "expires_at")


@needs("read:client_credentials")
def list_credentials(work: Work) -> Response:
    """`GET /api/v2/clients/{id}/credentials`: the newest first, and always a list (recording TestAccClientCredentials…)."""
    return say([_shown(key) for key in reversed(_keys(work))])


@needs("read:client_credentials")
def read_credential(work: Work) -> Response:
    """`GET /api/v2/clients/{id}/credentials/{key}`."""
    return say(_shown(_key(work)))


@needs("create:client_credentials")
def add_credential(work: Work) -> Response:
    """A public key, as PEM. It works once `client_authentication_methods` names its id (documentation, private-key-jwt)."""
    keys = _keys(work)
    key = new_key(work, work.required("credential_type", "pem", **_SENT))
    _keep(work, [*keys, key])
    return say(_shown(key), 201)


@needs("update:client_credentials")
def change_credential(work: Work) -> Response:
    """`PATCH /api/v2/clients/{id}/credentials/{key}`: only its expiry can change (documentation)."""
    key, sent = _key(work), work.fields(expires_at=(str, NULL))
    if "expires_at" in sent:
        expires_at = None if sent["expires_at"] is None else _moment(sent["expires_at"])
        key |= {"expires_at": expires_at, "updated_at": work.call.now}
    _keep(work, [key if key["id"] == other["id"] else other for other in _keys(work)])
    return say(_shown(key))


@needs("delete:client_credentials")
def remove_credential(work: Work) -> Response:
    """`DELETE /api/v2/clients/{id}/credentials/{key}`: 204. Nothing is proven by it any longer."""
    gone = _key(work)["id"]
    _keep(work, [key for key in _keys(work) if key["id"] != gone])
    return nothing()


def application(work: Work) -> sqlite3.Row:
    """The application of the path. Raises `Failure`."""
    row = work.store.client(work.path["id"])
    if row is None:
        raise Failure(404, "The client does not exist", "inexistent_client")
    return row


def new_key(work: Work, sent: dict[str, Any]) -> dict[str, Any]:
    """A key that was sent, to be stored. Raises `Failure`."""
    if sent.get("credential_type") != "public_key":
        raise invalid("Expected public_key", "credential_type")
    if sent.get("alg", "RS256") not in ALGORITHMS:
        raise invalid(f"Expected one of {', '.join(ALGORITHMS)}", "alg")
    found = keys.read_public_key(str(sent.get("pem", "")))
    if found is None:
        raise invalid("Expected an RSA public key in PEM format", "pem")
    expires_at = _moment(sent["expires_at"]) if "expires_at" in sent else None
    if sent.get("parse_expiry_from_cert"):
        if found.expires_at is None:
            raise invalid("Expected a certificate", "pem")
        expires_at = found.expires_at
    return {
        "id": "cred_" + secrets.token_urlsafe(16),
        "credential_type": "public_key",
        "kid": sent.get("kid") or found.thumbprint(),
        "alg": sent.get("alg", "RS256"),
        "name": sent.get("name", ""),
        "created_at": work.call.now,
        "updated_at": work.call.now,
        "expires_at": expires_at,
        "pem": found.pem,
        "active": False,
    }


def switched_on(keys: list[dict[str, Any]], wanted: dict[str, Any]) -> list[dict[str, Any]]:
    """The keys, of which those are active that `client_authentication_methods` names. Raises `Failure`."""
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


def _moment(text: str) -> float:
    try:
        moment = of_text(text)
        as_text(moment)  # its time zone may lead out of the years that can be told
    except (ValueError, OverflowError):
        raise invalid("Object didn't pass validation for format date-time", "expires_at") from None
    return moment


def _keys(work: Work) -> list[dict[str, Any]]:
    keys: list[dict[str, Any]] = json.loads(application(work)["keys"])
    return keys


def _key(work: Work) -> dict[str, Any]:
    for key in _keys(work):
        if key["id"] == work.path["key"]:
            return key
    raise Failure(404, "The credential does not exist", "inexistent_credential")


def _keep(work: Work, keys: list[dict[str, Any]]) -> None:
    work.store.change_client(work.path["id"], keys=json.dumps(keys))


def _shown(key: dict[str, Any]) -> dict[str, Any]:
    """Without the key itself, and without what it hasn't got."""
    shown = {name: key[name] for name in _SHOWN if key.get(name) is not None}
    return {name: as_text(value) if name.endswith("_at") else value for name, value in shown.items()}
