"""What every request passes on its way in: the guard, faults that were asked for, limits; then its handler.

Written out in one place instead of as middleware, and past the framework's own
where the address has no parameter: the way through seven layers took longer
than the login at its end (measured).
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from . import answers, faults, guard, limits
from .answers import Refusal, refuse
from .classroom import Classroom
from .store import cannot_write
from .tenant import Tenant


class Front:
    """The tenant's ASGI application. `token` is that of a sandbox that listens beyond this machine, else empty."""

    def __init__(self, inside: Starlette, tenant: Tenant, token: str = "", classroom: Classroom | None = None) -> None:
        self._inside = inside
        self._tenant = tenant
        self._token = token.encode()
        self._classroom = classroom
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
        route = self._straight.get((scope["method"], scope["path"]))
        if route is None:
            await self._inside(scope, receive, send)
            return
        scope["app"], scope["route"] = self._inside, route
        try:
            response = await route.endpoint(Request(scope, receive, send))
        except Refusal as refusal:
            response = refuse(refusal, route.path)
        except Exception as fault:
            await broken(fault)(scope, receive, send)
            raise  # to the server's log
        await response(scope, receive, send)


def broken(fault: BaseException) -> Response:
    """What is said of a fault that is not the caller's.

    The server ends a connection on which there was one. So the answer says that:
    else the next request could be on its way into the closing connection.
    """
    answer = refuse(Refusal(answers.CANNOT_WRITE if cannot_write(fault) else answers.BROKEN))
    answer.headers["connection"] = "close"
    return answer
