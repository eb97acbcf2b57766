"""What every request passes on its way in: the guard, faults that were asked for, limits; then its handler."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from . import faults, guard, limits
from .answers import Refusal, refuse
from .classroom import Classroom
from .tenant import Tenant


class Front:
    """The application's only middleware. `token` is that of a sandbox that listens beyond this machine, else empty."""

    def __init__(self, app: ASGIApp, tenant: Tenant, token: str = "", classroom: Classroom | None = None) -> None:
        self._inside = app
        self._tenant = tenant
        self._token = token.encode()
        self._classroom = classroom

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"  # the server has no other kind
        trouble = guard.trouble(scope, self._token, self._classroom)
        if trouble:
            await guard.refusal(scope["path"], trouble)(scope, receive, send)
            return
        fault = faults.of_path(self._tenant, scope["path"])
        if fault is not None:
            await faults.happen(fault, self._tenant, self._let_in, scope, receive, send)
        else:
            await self._let_in(scope, receive, send)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        if limits.are_on(self._tenant, scope["path"]):
            counted = limits.count(self._tenant, scope["path"], send)
            if isinstance(counted, Refusal):
                await refuse(counted, scope["path"])(scope, receive, send)
                return
            send = counted
        await self._inside(scope, receive, send)
