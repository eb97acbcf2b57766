"""The tenant as a plain ASGI application: its whole surface on one screen.

It knows neither its server nor how mail travels; both are handed in.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import answers, classroom, control, management, mfa, oauth, push, tokens, wellknown
from .answers import Refusal, refuse
from .front import Front
from .store import cannot_write
from .tenant import Tenant


def create_app(tenant: Tenant, token: str = "", join_token: str = "") -> Starlette:
    """The application; `token` opens `/sandbox/…` if it is served beyond this machine, `join_token` a class."""
    routes = [
        Route("/oauth/token", oauth.token, methods=["POST"]),
        Route("/oauth/revoke", oauth.revoke, methods=["POST"]),
        Route("/userinfo", tokens.userinfo, methods=["GET", "POST"]),
        Route("/mfa/associate", mfa.associate, methods=["POST"]),
        Route("/mfa/authenticators", mfa.list_authenticators, methods=["GET"]),
        Route("/mfa/authenticators/{id}", mfa.delete_authenticator, methods=["DELETE"]),
        Route("/mfa/challenge", mfa.challenge, methods=["POST"]),
        Route("/.well-known/openid-configuration", wellknown.discovery),
        Route("/.well-known/jwks.json", wellknown.jwks),
        *management.routes,
        Route("/sandbox/inbox", control.inbox, methods=["GET"]),
        Route("/sandbox/phone", push.phone, methods=["GET"]),
        Route("/sandbox/push", push.waiting, methods=["GET"]),
        Route("/sandbox/push/{id}", push.answer, methods=["POST"]),
        Route("/sandbox/clock", control.time, methods=["GET"]),
        Route("/sandbox/clock", control.clock, methods=["POST"]),
        Route("/sandbox/faults", control.list_faults, methods=["GET"]),
        Route("/sandbox/faults", control.add_fault, methods=["POST"]),
        Route("/sandbox/faults", control.remove_faults, methods=["DELETE"]),
        Route("/sandbox/stay", control.stay, methods=["GET"]),
        Route("/sandbox/reset", control.reset, methods=["POST"]),
    ]
    if join_token:
        routes.append(Route("/sandbox/join", classroom.join, methods=["POST"]))
        routes.append(Route("/sandbox/log", classroom.log, methods=["GET"]))
    classroom_ = classroom.Classroom(tenant.store, join_token) if join_token else None
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Front, tenant, token, classroom_)],
        exception_handlers={Refusal: _refused, HTTPException: _no_such_page, Exception: _broken},
    )
    app.router.redirect_slashes = False  # a redirect would make clients resend secrets
    app.state.tenant = tenant
    return app


async def _refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    return refuse(refusal, request.scope["path"])


async def _no_such_page(request: Request, fault: Exception) -> Response:
    """404 and 405 in the shape that Auth0's own framework has (assumed)."""
    assert isinstance(fault, HTTPException)
    body = {"statusCode": fault.status_code, "error": fault.detail, "message": fault.detail}
    return JSONResponse(body, fault.status_code, fault.headers)


async def _broken(request: Request, fault: Exception) -> Response:
    """What is said of a fault that is not the caller's.

    The server ends a connection on which there was one. So the answer says that:
    else the next request could be on its way into the closing connection.
    """
    answer = refuse(Refusal(answers.CANNOT_WRITE if cannot_write(fault) else answers.BROKEN))
    answer.headers["connection"] = "close"
    return answer
