"""The mail server that a tenant names, and the templates that need one."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.responses import Response

from ...tenant import messages
from ...tenant.liquid_templates import Unsendable
from ...tenant.workers import COMPOSING, done_by
from .endpoint import Failure, Work, invalid, needs, nothing, say

#: Only `mfa_oob_code` is ever sent here.
NAMES = (
    "verify_email",
    "verify_email_by_code",
    "reset_email",
    "reset_email_by_code",
    "welcome_email",
    "blocked_account",
    "stolen_credentials",
    "enrollment_email",
    "mfa_oob_code",
    "user_invitation",
    "change_password",
    "password_reset",
    "async_approval",
)
_TEMPLATE: dict[str, type | tuple[type, ...]] = {
    "template": str,
    "body": (str, type(None)),
    "from": (str, type(None)),
    "resultUrl": (str, type(None)),
    "subject": (str, type(None)),
    "syntax": (str, type(None)),
    "urlLifetimeInSeconds": (int, type(None)),
    "enabled": bool,
}
_PROVIDER: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "enabled": bool,
    "default_from_address": str,
    "credentials": dict,
    "settings": (dict, type(None)),
}


@needs("read:email_provider")
def read_provider(work: Work) -> Response:
    """`GET /api/v2/emails/provider`, without its secrets."""
    return work.say(_shown(_provider(work)))


@needs("create:email_provider")
def add_provider(work: Work) -> Response:
    """`POST /api/v2/emails/provider`: 201, or 409 if there is one."""
    wanted = work.required("name", "credentials", **_PROVIDER)
    if json.loads(work.store.get("email_provider") or "null"):
        raise Failure(409, "There is already a configured email provider.", "email_provider_conflict")
    return _keep(work, {"enabled": True, "default_from_address": "", **wanted}, 201)


@needs("update:email_provider")
def change_provider(work: Work) -> Response:
    """`PATCH /api/v2/emails/provider`: what is not sent stays, but nothing of another provider's."""
    kept, sent = _provider(work), work.fields(**_PROVIDER)
    if sent.get("name", kept["name"]) != kept["name"]:
        work.required("credentials", **_PROVIDER)
        kept = {name: kept[name] for name in ("enabled", "default_from_address")}
    return _keep(work, {**kept, **sent}, 200)


@needs("delete:email_provider")
def remove_provider(work: Work) -> Response:
    """`DELETE /api/v2/emails/provider`: 204. The built-in one sends again."""
    _provider(work)
    work.store.put("email_provider", "null")
    return nothing()


def _keep(work: Work, provider: dict[str, Any], status: int) -> Response:
    credentials = provider["credentials"]
    if provider["name"] == "smtp" and not (
        isinstance(credentials.get("smtp_host"), str)
        and type(credentials.get("smtp_port")) is int
        and 0 < credentials["smtp_port"] < 65_536
    ):
        raise invalid("Expected smtp_host and smtp_port", "credentials")
    work.store.put("email_provider", json.dumps(provider))
    return say(_shown(provider), status)


def _provider(work: Work) -> dict[str, Any]:
    found: dict[str, Any] | None = json.loads(work.store.get("email_provider") or "null")
    if found is None:
        raise Failure(404, "There is not a configured email provider", "inexistent_email_provider")
    return found


def _shown(provider: dict[str, Any]) -> dict[str, Any]:
    """Without passwords and keys."""
    kept = ("smtp_host", "smtp_port", "smtp_user", "region")
    credentials = {name: value for name, value in provider["credentials"].items() if name in kept}
    shown = {**provider, "credentials": credentials}
    return {name: shown[name] for name in _PROVIDER if shown.get(name) is not None}


@needs("read:email_templates")
def read_template(work: Work) -> Response:
    """`GET /api/v2/email-templates/{name}`."""
    return say(_template(work))


def _added(work: Work) -> dict[str, Any]:
    wanted = work.required("template", "body", "from", "subject", "syntax", **_TEMPLATE)
    if wanted["template"] in _templates(work):
        raise Failure(409, "The template already exists.", "email_template_conflict")
    return _checked(work, {"enabled": True, **wanted})


def _replaced(work: Work) -> dict[str, Any]:
    wanted = work.required("body", "from", "subject", "syntax", **_TEMPLATE)
    return _checked(work, {"enabled": True, **wanted, "template": work.path["name"]})


def _changed(work: Work) -> dict[str, Any]:
    return _checked(work, {**_template(work), **work.fields(**_TEMPLATE), "template": work.path["name"]})


async def _try_out(merged: Callable[[Work], dict[str, Any]], work: Work) -> None:
    """Raises `Failure` with the reason if the template makes no mail."""
    template, to = merged(work), "somebody@example.com"
    try:
        await done_by(COMPOSING, messages.compose_mail, to, _SAMPLE, template, work.call.now)
    except Unsendable as error:
        raise invalid(str(error)) from None


@needs("create:email_templates", ahead=partial(_try_out, _added))
def add_template(work: Work) -> Response:
    """`POST /api/v2/email-templates`: 409 if there is one of that name."""
    return _keep_template(work, _added(work))


@needs("update:email_templates", ahead=partial(_try_out, _replaced))
def replace_template(work: Work) -> Response:
    """`PUT /api/v2/email-templates/{name}`: what is not sent is as in a new one."""
    return _keep_template(work, _replaced(work))


@needs("update:email_templates", ahead=partial(_try_out, _changed))
def change_template(work: Work) -> Response:
    """`PATCH /api/v2/email-templates/{name}`: what is not sent stays."""
    return _keep_template(work, _changed(work))


def _templates(work: Work) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(work.store.get("email_templates") or "{}")
    return found


def _template(work: Work) -> dict[str, Any]:
    found: dict[str, Any] | None = _templates(work).get(work.path["name"])
    if found is None:
        raise Failure(404, "The template does not exist.", "inexistent_email_template")
    return found


def _checked(work: Work, template: dict[str, Any]) -> dict[str, Any]:
    """A template that may be tried out. Raises `Failure`."""
    if template["template"] not in NAMES:
        raise Failure(404, "The template does not exist.", "inexistent_email_template")
    _provider(work)  # the built-in one does not take templates (documentation, email templates)
    if template.get("syntax") not in (None, "liquid"):
        raise invalid("Expected liquid", "syntax")
    return {"syntax": "liquid", **template}


def _keep_template(work: Work, template: dict[str, Any]) -> Response:
    work.store.put("email_templates", json.dumps({**_templates(work), template["template"]: template}))
    return say(template)


_SAMPLE: dict[str, Any] = {
    "code": "000000",
    "user": {"user_id": "auth0|0", "name": "Somebody", "email": "somebody@example.com", "email_verified": True},
    "application": {"name": "Application"},
    "tenant": "sandbox",
    "friendly_name": "Sandbox tenant",
    "support_email": "",
    "support_url": "",
    "request_language": "en",
    "minutes": 5,
}
