"""What lets a page read an answer: the headers of CORS, and the answer to a browser that asks beforehand."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ..tenant import origins
from ..tenant.tenant import Tenant

#: Open to every page, as a real tenant's (recorded: DockYard/openid_connect, headers of discovery and keys).
OPEN = "/.well-known/"
_USUAL: dict[str, Any] = {
    "allow_methods": ["*"],
    "allow_headers": ["*"],
    # The same recordings; at other addresses that is assumed.
    "expose_headers": ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"],
}
#: auth0-spa-js reads one more at `/me/`. And a browser may ask whether a page of the web may use this machine at all.
_FOR_LISTED = {
    **_USUAL,
    "expose_headers": [*_USUAL["expose_headers"], "Location"],
    "allow_private_network": True,
}


class Cors:
    """Discovery and keys are for every page, all else for those whose origin an application lists.

    Whether a page is let in at all is the guard's business, and whether its application is the right one, the endpoint's.
    """

    def __init__(self, app: ASGIApp, tenant: Tenant) -> None:
        self._inside = app
        self._for_all = CORSMiddleware(app, allow_origins=["*"], **_USUAL)
        self._for_listed = _ForListed(app, tenant)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = Headers(scope=scope).get("origin")
        if scope["path"].startswith(OPEN):
            await self._for_all(scope, receive, send)
        elif origin is not None and self._for_listed.is_allowed_origin(origin):
            await self._for_listed(scope, receive, send)
        else:
            await self._inside(scope, receive, send)


class _ForListed(CORSMiddleware):
    def __init__(self, app: ASGIApp, tenant: Tenant) -> None:
        super().__init__(app, **_FOR_LISTED)
        self._store = tenant.store

    def is_allowed_origin(self, origin: str) -> bool:
        return origins.is_listed(self._store, origin)

    def preflight_response(self, request_headers: Headers) -> Response:
        """Without the word that the library puts into it: nobody reads that."""
        answer = super().preflight_response(request_headers)
        kept = {name: value for name, value in answer.headers.items() if not name.startswith("content-")}
        return Response(status_code=answer.status_code, headers=kept)
