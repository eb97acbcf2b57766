"""What every request passes on its way in: the guard, faults that were asked for, limits; then its handler."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from ..http.responses import refuse
from ..http.routing import with_escaped_slashes
from ..refusals import Refusal
from ..tenant import planned_faults
from ..tenant.tenant import Tenant
from . import fault_responses, rate_limits
from .guard import Guard


class Gateway:
    """Decides about every request."""

    def __init__(self, app: ASGIApp, tenant: Tenant, guard: Guard) -> None:
        self._inside = app
        self._tenant = tenant
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"  # the server has no other kind
        scope = with_escaped_slashes(scope)
        refusal = self._guard.refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        fault = planned_faults.of_path(self._tenant, scope["path"])
        if fault is not None:
            await fault_responses.happen(fault, self._tenant, self._let_in, scope, receive, send)
        else:
            await self._let_in(scope, receive, send)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        if rate_limits.are_on(self._tenant, scope["path"]):
            counted = rate_limits.count(self._tenant, scope, send)
            if isinstance(counted, Refusal):
                await refuse(counted, scope["path"])(scope, receive, send)
                return
            send = counted
        await self._inside(scope, receive, send)
