"""Settings of the tenant."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from ... import defaults
from ...tenant import messages
from ...tenant.liquid_templates import Unsendable
from .endpoint import Work, invalid, needs, say

_LONGEST = 500  # letters: more does not fit into the head of a mail
_NAMES = ("default_directory", "friendly_name", "support_email", "support_url", "customize_mfa_in_postlogin_action")


@needs("read:tenant_settings")
def read(work: Work) -> Response:
    """`GET /api/v2/tenants/settings`: those that matter here."""
    return say(_shown(work))


@needs("update:tenant_settings")
def change(work: Work) -> Response:
    """`default_directory` is where the `password` grant looks; without it that grant fails (documentation)."""
    wanted: dict[str, Any] = work.fields(
        default_directory=(str, type(None)),
        friendly_name=str,
        support_email=str,
        support_url=str,
        customize_mfa_in_postlogin_action=bool,
    )
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
    work.store.change_settings(**{name: "" if value is None else value for name, value in wanted.items()})
    return say(_shown(work))


def _shown(work: Work) -> dict[str, Any]:
    settings = work.store.settings()
    return {name: getattr(settings, name) for name in _NAMES}
