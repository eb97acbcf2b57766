"""Drives auth0-python's `ManagementClient`: typed models of every answer of the Management API."""

from __future__ import annotations

from itertools import islice
from typing import Any

from auth0.management import ManagementClient
from pydantic import BaseModel
from steps import serve

_SECRET = ("client_secret", "recovery_code", "credentials")


class Steps:
    def start(self, domain: str, **credentials: str) -> None:
        """A fresh client: with its first call it gets itself a token by client_credentials."""
        self.client = ManagementClient(domain=domain, **credentials)

    def call(self, method: str, arguments: list[Any], **values: Any) -> dict[str, Any]:
        """`guardian.factors.list` and the like. What comes back has passed the SDK's models."""
        found: Any = self.client
        for part in method.split("."):
            found = getattr(found, part)
        found = found(*arguments, **values)
        if found is not None and not isinstance(found, (BaseModel, list, str)):
            found = list(islice(found, 100))  # a pager: without an end if the server knows no pages
        return {"value": _shown(found)}


def _shown(value: Any) -> Any:
    """Plain data without secrets."""
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json", exclude_none=True)
    if isinstance(value, list):
        return [_shown(item) for item in value]
    if isinstance(value, dict):
        return {name: "…" if name in _SECRET else _shown(item) for name, item in value.items()}
    return value


serve(Steps())
