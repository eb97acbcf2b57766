"""Applications: how they prove themselves, their grant types and addresses, and what has no effect here."""

from __future__ import annotations

import json
import secrets
import sqlite3
import string
from typing import Any

from starlette.responses import Response

from ... import defaults
from ...tenant import client_grants, origins
from ..client_auth import PRIVATE_KEY_JWT
from . import credentials
from .endpoint import NULL, Failure, Kinds, Work, invalid, merged, needs, nothing, say, texts

_GRANTS = (
    defaults.PASSWORD,
    defaults.PASSWORD_REALM,
    defaults.MFA_OOB,
    defaults.MFA_OTP,
    defaults.MFA_RECOVERY,
    defaults.REFRESH_TOKEN,
    defaults.CLIENT_CREDENTIALS,
    defaults.AUTHORIZATION_CODE,
    "implicit",
    "http://auth0.com/oauth/grant-type/passwordless/otp",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "urn:openid:params:grant-type:ciba",
)
_MOST_ORIGINS = 100  # documentation, application-settings
_METHODS = ("none", "client_secret_post", "client_secret_basic")
_APP_TYPES = ("native", "spa", "regular_web", "non_interactive")
#: Applications that run at their users' and can keep no secret (documentation, confidential-and-public-applications).
_PUBLIC = ("native", "spa")

_OWN: Kinds = {
    "name": str,
    "grant_types": list,
    "token_endpoint_auth_method": (str, NULL),
    "client_authentication_methods": (dict, NULL),
}
#: Kept and shown; callbacks, origins, and logout URLs have effects, too. Names and kinds as in the Management API's reference.
_MORE: Kinds = {
    **dict.fromkeys(
        (
            "description",
            "logo_uri",
            "app_type",
            "cross_origin_loc",
            "custom_login_page",
            "custom_login_page_preview",
            "form_template",
            "initiate_login_uri",
            "organization_usage",
            "organization_require_behavior",
            "compliance_level",
            "resource_server_identifier",
            "third_party_security_mode",
            "redirection_policy",
        ),
        (str, NULL),
    ),
    **dict.fromkeys(
        (
            "callbacks",
            "allowed_origins",
            "web_origins",
            "client_aliases",
            "allowed_clients",
            "allowed_logout_urls",
            "organization_discovery_methods",
        ),
        (list, NULL),
    ),
    **dict.fromkeys(
        (
            "is_token_endpoint_ip_header_trusted",
            "is_first_party",
            "oidc_conformant",
            "sso",
            "sso_disabled",
            "cross_origin_authentication",
            "custom_login_page_on",
            "require_pushed_authorization_requests",
            "require_proof_of_possession",
            "skip_non_verifiable_callback_uri_confirmation_prompt",
        ),
        (bool, NULL),
    ),
    **dict.fromkeys(("jwt_configuration", "refresh_token"), (dict, NULL)),
    **dict.fromkeys(
        (
            "oidc_logout",
            "oidc_backchannel_logout",
            "session_transfer",
            "encryption_key",
            "addons",
            "client_metadata",
            "mobile",
            "native_social_login",
            "fedcm_login",
            "default_organization",
            "signed_request_object",
            "token_vault_privileged_access",
            "token_exchange",
            "token_quota",
            "identity_assertion_authorization_grant",
            "express_configuration",
            "my_organization_configuration",
            "async_approval_notification_channels",
        ),
        (dict, list, NULL),
    ),
    "par_request_expiry": (int, NULL),
}
#: Of a new application (recordings of auth0-deploy-cli; TestAccClientCredentials…).
_FIRST: dict[str, dict[str, Any]] = {
    "jwt_configuration": {
        "alg": "RS256",
        "lifetime_in_seconds": defaults.LIFETIMES.id_token,
        "secret_encoded": False,
    },
    "refresh_token": {
        "expiration_type": "non-expiring",
        "leeway": 0,
        "infinite_token_lifetime": True,
        "infinite_idle_token_lifetime": True,
        "token_lifetime": 31_557_600,
        "idle_token_lifetime": 2_592_000,
        "rotation_type": "non-rotating",
    },
}
_DEFAULTS = {
    "is_token_endpoint_ip_header_trusted": False,
    "is_first_party": True,
    "oidc_conformant": True,
    "sso_disabled": False,
    "cross_origin_authentication": False,
    "cross_origin_auth": False,
    "callbacks": [],
    "custom_login_page_on": True,
    **_FIRST,
}
_LETTERS = string.ascii_letters + string.digits


@needs("read:clients")
def list_clients(work: Work) -> Response:
    """`GET /api/v2/clients`. The one that stands for all is told only to whoever asks for `is_global=true`."""
    if work.query.get("is_global") == "true":
        return work.part("clients", [{**ALL, **(work.store.kept(PATH_OF_ALL) or {})}])
    shown = [_as_client(row) for row in work.store.clients()]
    for name in ("is_first_party", "app_type"):
        wanted = work.query.get(name)
        if wanted is not None:
            shown = [one for one in shown if str(one.get(name)).lower() in wanted.lower().split(",")]
    return work.part("clients", shown)


@needs("read:clients")
def read_client(work: Work) -> Response:
    """`GET /api/v2/clients/{id}`."""
    return work.say(_as_client(credentials.application(work)))


@needs("create:clients")
def add_client(work: Work) -> Response:
    """`POST /api/v2/clients`: 201, with the secret, which no other answer tells."""
    sent = {name: value for name, value in work.required("name", **_OWN, **_MORE).items() if value is not None}
    is_public = sent.get("app_type") in _PUBLIC
    usual = [defaults.AUTHORIZATION_CODE, "implicit", defaults.REFRESH_TOKEN]
    new = {
        "grant_types": usual if is_public else [*usual, defaults.CLIENT_CREDENTIALS],
        "token_endpoint_auth_method": "none" if is_public else "client_secret_post",
        **sent,
    }
    methods = new.pop("client_authentication_methods", None)
    if methods is not None and "token_endpoint_auth_method" not in sent:
        new["token_endpoint_auth_method"] = None
    id, secret = _random(32), _random(64)
    columns = {"client_secret": secret, "keys": "[]", "more": "{}", "auth_method": "none"}
    columns |= _columns(work, columns, {**new, "client_authentication_methods": methods}, are_new=True)
    work.store.add_client(id, **columns)
    row = work.store.client(id)
    assert row is not None
    return say({**_as_client(row), "client_secret": secret}, 201)


@needs("update:clients")
def change_client(work: Work) -> Response:
    """`grant_types` replaces the list (documentation, update-grant-types; its sample shows a string, which is no list)."""
    row = credentials.application(work)
    work.store.change_client(row["client_id"], **_columns(work, dict(row), work.fields(**_OWN, **_MORE)))
    return say(_as_client(credentials.application(work)))


@needs("delete:clients")
def remove_client(work: Work) -> Response:
    """`DELETE /api/v2/clients/{id}`: 204. Its client grants go with it. The sandbox's own stay, because it starts with them."""
    gone = credentials.application(work)["client_id"]
    if gone in (defaults.CLIENT_ID, defaults.PUBLIC_CLIENT_ID, defaults.MANAGEMENT_CLIENT_ID):
        raise Failure(403, "The sandbox keeps its own applications.", "operation_not_supported")
    work.store.remove_client(gone)
    client_grants.remove(work.tenant, "client_id", gone)
    return nothing()


def _columns(work: Work, row: dict[str, Any], sent: dict[str, Any], *, are_new: bool = False) -> dict[str, Any]:
    """What is to be stored. `are_new`: keys are sent whole, not by their ids. Raises `Failure`."""
    changed: dict[str, Any] = {"name": sent["name"]} if sent.get("name") else {}
    if "grant_types" in sent:
        for name in sent["grant_types"]:
            if name not in _GRANTS:
                raise invalid(f"Unknown grant type: {str(name)[:100]}", "grant_types")
        changed["grant_types"] = json.dumps(sent["grant_types"])
    if sent.get("app_type") not in (None, *_APP_TYPES):
        raise invalid(f"Expected one of {', '.join(_APP_TYPES)}", "app_type")
    method, methods = sent.get("token_endpoint_auth_method"), sent.get("client_authentication_methods")
    if method is not None and methods is not None:
        raise invalid("token_endpoint_auth_method and client_authentication_methods exclude each other")
    if method is not None:
        if method not in _METHODS:
            raise invalid(f"Expected one of {', '.join(_METHODS)}", "token_endpoint_auth_method")
        if method != "none" and row["client_secret"] is None:
            raise invalid("This application has no secret", "token_endpoint_auth_method")
        changed["auth_method"] = method
    if methods is not None:
        keys = json.loads(row["keys"])
        if are_new:
            keys, methods = _new_keys(work, methods)
        changed |= {"auth_method": PRIVATE_KEY_JWT, "keys": json.dumps(credentials.switched_on(keys, methods))}
    more = {name: value for name, value in sent.items() if name in _MORE}
    for name in origins.FIELDS:
        _check_origins(name, more.get(name) or [])
    for name in ("callbacks", "allowed_logout_urls"):
        _check_addresses(name, more.get(name) or [])
    for name in ("jwt_configuration", "refresh_token"):
        if more.get(name) is not None:
            more[name] = {**_FIRST[name], **more[name]}
    return {**changed, "more": json.dumps(merged(json.loads(row["more"]), more))}


def _check_origins(name: str, wanted: list[Any]) -> None:
    if len(wanted) > _MOST_ORIGINS:
        raise invalid(f"Array is too long ({len(wanted)}), maximum {_MOST_ORIGINS}", name)
    for origin in wanted:
        if not (isinstance(origin, str) and origins.is_origin(origin)):
            raise invalid(f"Object didn't pass validation for format origin: {str(origin)[:100]}", name)


def _check_addresses(name: str, wanted: list[Any]) -> None:
    for url in texts(name, wanted):
        try:
            origins.of_url(url)
        except ValueError:
            raise invalid(f"Object didn't pass validation for format url: {url[:100]}", name) from None


def _new_keys(work: Work, methods: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Those that come with a new application, and the methods that name them. Raises `Failure`."""
    try:
        sent = methods[PRIVATE_KEY_JWT]["credentials"]
        keys = [credentials.new_key(work, dict(one)) for one in sent]
    except (KeyError, TypeError, ValueError):
        raise invalid("Expected the credentials of private_key_jwt", "client_authentication_methods") from None
    return keys, {PRIVATE_KEY_JWT: {"credentials": [{"id": key["id"]} for key in keys]}}


def _random(letters: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(letters))


def _as_client(row: sqlite3.Row) -> dict[str, Any]:
    """Without its secret: that would need the scope read:client_keys, which nobody has here."""
    shown: dict[str, Any] = {
        "tenant": "sandbox",
        "global": False,
        "client_id": row["client_id"],
        "name": row["name"],
        **_DEFAULTS,
        **json.loads(row["more"]),
        "grant_types": json.loads(row["grant_types"]),
    }
    if row["auth_method"] == PRIVATE_KEY_JWT:
        ids = [{"id": key["id"]} for key in json.loads(row["keys"]) if key["active"]]
        return {**shown, "client_authentication_methods": {PRIVATE_KEY_JWT: {"credentials": ids}}}
    return {**shown, "token_endpoint_auth_method": row["auth_method"]}


#: Stands for all applications; only its login page can be changed (recordings of auth0-deploy-cli).
ALL = {
    "tenant": "sandbox",
    "global": True,
    "client_id": "SandboxAllApps0123456789abcdefgh",
    "name": "All Applications",
    **_DEFAULTS,
}
PATH_OF_ALL = f"clients/{ALL['client_id']}"
