"""Helpers of the course on MFA by e-mail. Names load when first asked for, so importing this is cheap."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .browser import settle
from .loading import without_gc

if TYPE_CHECKING:
    from .client import MfaClient
    from .errors import MfaError, MfaRequired
    from .id_token import verify_id_token
    from .lab import Lab
    from .masking import Secret

__all__ = ["Lab", "MfaClient", "MfaError", "MfaRequired", "Secret", "verify_id_token"]

_HOME = {
    "Lab": "lab",
    "MfaClient": "client",
    "MfaError": "errors",
    "MfaRequired": "errors",
    "Secret": "masking",
    "verify_id_token": "id_token",
}
_MODULES = ("errors", "forms")


settle()


def __getattr__(name: str) -> Any:
    if name not in _HOME and name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with without_gc():
        module = import_module(f".{_HOME.get(name, name)}", __name__)
    return module if name in _MODULES else getattr(module, name)
