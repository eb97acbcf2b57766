"""Paths whose parts may hold an escaped slash: `/users/a%2Fb` has two parts, and the second one is `a/b`."""

from __future__ import annotations

import re
from urllib.parse import unquote

from starlette import routing
from starlette.routing import Match
from starlette.types import Scope

#: Stands for an escaped slash until the route is found. Unicode keeps this sign for such uses; no text has it.
_SLASH = "\ufdd0"
_ESCAPED = re.compile(rb"%2[fF]")


def with_escaped_slashes(scope: Scope) -> Scope:
    """The request with a path in which an escaped slash is no slash. Servers decode both alike."""
    parts = _ESCAPED.split(scope.get("raw_path") or b"")
    return (
        scope if len(parts) < 2 else {**scope, "path": _SLASH.join(unquote(part.decode("latin-1")) for part in parts)}
    )


class Route(routing.Route):
    """A route whose handler finds the slashes in `path_params`."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, found = super().matches(scope)
        params = found.get("path_params", {})
        for name, value in params.items():
            if isinstance(value, str):  # some routes want a number
                params[name] = value.replace(_SLASH, "/")
        return match, found
