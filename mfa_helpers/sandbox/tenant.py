"""What every handler needs, in one value, and the reading of requests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Awaitable, Callable
from urllib.parse import parse_qsl

from starlette.requests import Request

from . import answers
from .clock import Clock
from .signing import Signer
from .store import Store

if TYPE_CHECKING:
    from email.message import EmailMessage

#: Hands a finished message to the post. Over SMTP when the sandbox runs as a server.
Deliver = Callable[["EmailMessage"], Awaitable[None]]

_MAX_BODY = 100_000  # characters; the largest honest request has a few hundred


@dataclass
class Tenant:
    store: Store
    issuer: str
    deliver: Deliver

    @cached_property
    def clock(self) -> Clock:
        return Clock(self.store)

    @cached_property
    def signer(self) -> Signer:
        return Signer(*self.store.signing_key())

    @property
    def mfa_audience(self) -> str:
        """Ends in a slash, as documented."""
        return self.issuer + "mfa/"

    def is_mfa_audience(self, audience: str | None) -> bool:
        """With or without the final slash: reports use both spellings (assumed to be the same)."""
        return audience is not None and audience.rstrip("/") == self.mfa_audience.rstrip("/")


def tenant_of(request: Request) -> Tenant:
    tenant: Tenant = request.app.state.tenant
    return tenant


async def read_body(request: Request) -> dict[str, Any]:
    """The fields of a form or of a JSON object.

    Anything else reads as no fields, so the caller's first missing parameter is
    named: JSON that is labelled as a form, or not labelled at all, ends there.
    An empty body is fine whatever its label (auth0-auth-js labels empty ones).
    """
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > _MAX_BODY:
            raise answers.Refusal(answers.TOO_LARGE)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    text = raw.decode("utf-8", "replace")
    if kind == "application/x-www-form-urlencoded":
        return dict(parse_qsl(text, keep_blank_values=True))
    if kind == "application/json" and text.strip():
        try:
            body = json.loads(text)
            if "\\ud" in text.lower():
                # JSON can spell half a surrogate pair, which neither SQLite nor an answer can hold.
                body = json.loads(json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"))
        except (ValueError, RecursionError):
            return {}
        return body if isinstance(body, dict) else {}
    return {}


def text_field(body: dict[str, Any], name: str) -> str:
    """A required field. Raises `Refusal` if it is missing, empty or not text."""
    value = optional_text(body, name)
    if not value:
        raise answers.Refusal(answers.MISSING, name=name)
    return value


def optional_text(body: dict[str, Any], name: str) -> str | None:
    """A field that may be missing. Raises `Refusal` if it is not text."""
    value = body.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise answers.Refusal(answers.NOT_TEXT, name=name)
    return value


def text_list(body: dict[str, Any], name: str) -> list[str]:
    """A required array of strings. Raises `Refusal`."""
    value = body.get(name)
    if not value:
        raise answers.Refusal(answers.MISSING, name=name)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise answers.Refusal(answers.NOT_TEXT, name=f"each of {name}")
    return value


def check_client(tenant: Tenant, body: dict[str, Any]) -> str:
    """The client's id, proven by its secret if it has one. Raises `Refusal`.

    A public client (auth method `none`) needs no secret. An unknown client is
    answered like a wrong secret (assumed).
    """
    client = tenant.store.client(text_field(body, "client_id"))
    secret = optional_text(body, "client_secret")
    if client is None or (client["client_secret"] is not None and client["client_secret"] != secret):
        raise answers.Refusal(answers.UNAUTHORIZED)
    client_id: str = client["client_id"]
    return client_id


def check_grant(tenant: Tenant, grant: str) -> None:
    """Raises `Refusal` if the tenant's applications may not use `grant`."""
    if grant not in tenant.store.settings().grant_types:
        raise answers.Refusal(answers.GRANT_NOT_ALLOWED, grant=grant)


def requested_scopes(body: dict[str, Any]) -> list[str] | None:
    """`scope` as a list, `None` if it was not sent. Raises `Refusal`."""
    scope = body.get("scope")
    if scope is None or scope == "":
        return None
    if isinstance(scope, str):
        return scope.split()
    if isinstance(scope, list) and all(isinstance(item, str) for item in scope):
        return list(scope)
    raise answers.Refusal(answers.BAD_SCOPE)


