"""Helpers of the course on MFA by e-mail. Names load when first asked for, so importing this is cheap."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._startup import without_gc
from .storage.browser import settle

if TYPE_CHECKING:
    from .client.errors import MfaError, MfaRequired
    from .client.id_token import verify_id_token
    from .client.mfa import MfaClient
    from .client.secret import Secret
    from .lab import Lab

__all__ = ["Lab", "MfaClient", "MfaError", "MfaRequired", "Secret", "verify_id_token"]

_HOME = {
    "Lab": "lab",
    "MfaClient": "client.mfa",
    "MfaError": "client.errors",
    "MfaRequired": "client.errors",
    "Secret": "client.secret",
    "verify_id_token": "client.id_token",
}
_MODULES = {"errors": "client.errors", "forms": "forms", "languages": "languages"}


settle()


def __getattr__(name: str) -> Any:
    if name not in _HOME and name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with without_gc():
        module = import_module("." + (_HOME.get(name) or _MODULES[name]), __name__)
    return module if name in _MODULES else getattr(module, name)
