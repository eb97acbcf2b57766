"""What every request passes on its way in: the guard, faults that were asked for, limits; then its handler.

Written out in one place instead of as middleware, and past the framework's own
where the address has no parameter: the way through seven layers took longer
than the login at its end (measured).
"""

from __future__ import annotations

import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from .. import refusals
from ..http.responses import refuse
from ..refusals import Refusal
from ..store import cannot_write
from ..tenant import planned_faults
from ..tenant.tenant import Tenant
from . import fault_responses, guard, rate_limits
from .class_access import Classroom


class Front:
    """The tenant's ASGI application. `token` is that of a sandbox that listens beyond this machine, else empty."""

    def __init__(self, inside: Starlette, tenant: Tenant, token: str = "", classroom: Classroom | None = None) -> None:
        self._inside = inside
        self._tenant = tenant
        self._token = token.encode()
        self._classroom = classroom
        self._has_looked = False
        self.routes = [route for route in inside.routes if isinstance(route, Route)]
        self._straight = {
            (method, route.path): route
            for route in self.routes
            if "{" not in route.path
            for method in route.methods or ()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"  # the server has no other kind
        trouble = guard.trouble(scope, self._token, self._classroom)
        if trouble:
            await guard.refusal(scope["path"], trouble)(scope, receive, send)
            return
        self._look()
        fault = planned_faults.of_path(self._tenant, scope["path"])
        if fault is not None:
            await fault_responses.happen(fault, self._tenant, self._let_in, scope, receive, send)
        else:
            await self._let_in(scope, receive, send)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        if rate_limits.are_on(self._tenant, scope["path"]):
            counted = rate_limits.count(self._tenant, scope["path"], send)
            if isinstance(counted, Refusal):
                await refuse(counted, scope["path"])(scope, receive, send)
                return
            send = counted
        route = self._straight.get((scope["method"], scope["path"]))
        if route is None:
            await self._inside(scope, receive, send)
            return
        scope["app"], scope["route"] = self._inside, route
        try:
            response = await route.endpoint(Request(scope, receive, send))
        except Refusal as refusal:
            response = refuse(refusal, route.path)
        except Exception as error:
            await broken(error)(scope, receive, send)
            raise  # to the server's log
        await response(scope, receive, send)

    def _look(self) -> None:
        """Once in a turn of the loop: whatever is handled in one turn was sent before the turn began."""
        if not self._has_looked:
            self._has_looked = True
            asyncio.get_running_loop().call_soon(self._forget)
            self._tenant.store.look()

    def _forget(self) -> None:
        self._has_looked = False


def broken(error: BaseException) -> Response:
    """What is said of an error that is not the caller's.

    The server ends a connection on which there was one. So the answer says that:
    else the next request could be on its way into the closing connection.
    """
    answer = refuse(Refusal(refusals.CANNOT_WRITE if cannot_write(error) else refusals.BROKEN))
    answer.headers["connection"] = "close"
    return answer
