"""Settings of the tenant."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from ... import defaults
from ...tenant import messages
from ...tenant.liquid_templates import Unsendable
from .endpoint import NULL, Kinds, Work, invalid, merged, needs, say, texts

_LONGEST = 500  # letters: more does not fit into the head of a mail
_LONGEST_LIFETIME = 10**9  # hours or minutes of a session: more than anybody means
_PATH = "tenants/settings"
_MINUTES = "_in_minutes"
#: What something here depends on.
_OWN: Kinds = {
    "default_directory": (str, NULL),
    "friendly_name": str,
    "support_email": str,
    "support_url": str,
    "customize_mfa_in_postlogin_action": bool,
    "allowed_logout_urls": (list, NULL),
}
#: What is only kept and shown; names and kinds as in the Management API's reference.
_MORE: Kinds = {
    **dict.fromkeys(
        (
            "default_audience",
            "picture_url",
            "sandbox_version",
            "legacy_sandbox_version",
            "default_redirection_uri",
            "resource_parameter_profile",
            "dynamic_client_registration_security_mode",
        ),
        (str, NULL),
    ),
    **dict.fromkeys(
        (
            "change_password",
            "device_flow",
            "guardian_mfa_page",
            "error_page",
            "default_token_quota",
            "flags",
            "security_headers",
            "session_cookie",
            "sessions",
            "oidc_logout",
            "mtls",
            "country_codes",
        ),
        (dict, NULL),
    ),
    **dict.fromkeys(("enabled_locales", "acr_values_supported"), (list, NULL)),
    **dict.fromkeys(
        (
            "session_lifetime",
            "session_lifetime_in_minutes",
            "idle_session_lifetime",
            "idle_session_lifetime_in_minutes",
            "ephemeral_session_lifetime",
            "ephemeral_session_lifetime_in_minutes",
            "idle_ephemeral_session_lifetime",
            "idle_ephemeral_session_lifetime_in_minutes",
        ),
        (float, int),
    ),
    **dict.fromkeys(
        (
            "allow_organization_name_in_authentication_api",
            "pushed_authorization_requests_supported",
            "authorization_response_iss_parameter_supported",
            "skip_non_verifiable_callback_uri_confirmation_prompt",
            "client_id_metadata_document_supported",
            "enable_ai_guide",
            "phone_consolidated_experience",
            "include_session_metadata_in_tenant_logs",
        ),
        (bool, NULL),
    ),
}
#: Of a new tenant (recording TestAccTenant_Main).
_DEFAULTS = {
    "enabled_locales": ["en"],
    "flags": {"revoke_refresh_token_grant": False, "disable_clickjack_protection_headers": False},
    "session_lifetime": 168,
    "idle_session_lifetime": 72,
    "sandbox_version": "22",
}


@needs("read:tenant_settings")
def read(work: Work) -> Response:
    """`GET /api/v2/tenants/settings`."""
    return work.say({**_shown(work), "sandbox_versions_available": ["22", "18"]})


@needs("update:tenant_settings")
def change(work: Work) -> Response:
    """`default_directory` is where the `password` grant looks; without it that grant fails (documentation)."""
    wanted: dict[str, Any] = work.fields(**_OWN, **_MORE)
    if wanted.get("default_directory") not in (None, "", defaults.REALM):
        raise invalid(f"There is no connection {wanted['default_directory'][:60]}", "default_directory")
    if any(isinstance(value, str) and len(value) > _LONGEST for value in wanted.values()):
        raise invalid(f"String is too long, maximum {_LONGEST}")
    if "friendly_name" in wanted and not wanted["friendly_name"].strip():
        raise invalid("String is too short (0 chars), minimum 1", "friendly_name")
    try:
        messages.own_sender({"friendly_name": "", **wanted})
    except Unsendable as error:  # encoded, some names are longer
        raise invalid(str(error), "friendly_name") from None
    if "allowed_logout_urls" in wanted:
        wanted["allowed_logout_urls"] = texts("allowed_logout_urls", wanted["allowed_logout_urls"] or [])
    more = {name: wanted.pop(name) for name in [*wanted] if name in _MORE}
    for name, value in more.items():
        if isinstance(value, int | float) and not 0 <= value <= _LONGEST_LIFETIME:
            raise invalid(f"Expected a number from 0 to {_LONGEST_LIFETIME:,}", name)
    for name in [name for name in more if name.endswith(_MINUTES)]:  # told in hours (recordings of auth0-deploy-cli)
        hours = more.pop(name) / 60
        more[name.removesuffix(_MINUTES)] = int(hours) if hours.is_integer() else hours
    kept = work.store.kept(_PATH) or {}
    if more.get("flags") is not None:
        more["flags"] = {**_flags(kept), **more["flags"]}
    work.store.keep(_PATH, merged(kept, more))
    work.store.change_settings(**{name: "" if value is None else value for name, value in wanted.items()})
    return say(_shown(work))


def _flags(kept: dict[str, Any]) -> dict[str, Any]:
    flags: dict[str, Any] = kept.get("flags", _DEFAULTS["flags"])
    return flags


def _shown(work: Work) -> dict[str, Any]:
    settings = work.store.settings()
    own = {name: getattr(settings, name) for name in _OWN}
    return {**own, **_DEFAULTS, **(work.store.kept(_PATH) or {})}
