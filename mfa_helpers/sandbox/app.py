"""The tenant as a plain ASGI application: its whole surface on one screen.

It knows neither its server nor how mail travels; both are handed in.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from . import refusals
from .endpoints import management, mfa, my_account, oauth, tokens, wellknown
from .endpoints.browser import factor, login, logout
from .endpoints.extras import class_members, control, health, phone
from .endpoints.extras.recorder import Recorder
from .gateway.class_access import ClassAccess
from .gateway.cors import Cors
from .gateway.gateway import Gateway
from .gateway.guard import Guard
from .gateway.response_headers import NO_GUESS, ResponseHeaders
from .http.responses import refuse
from .http.routing import Route
from .refusals import Refusal
from .store import cannot_write, is_busy
from .tenant.join_token import JoinToken
from .tenant.tenant import Tenant


def create_app(
    tenant: Tenant,
    token: str = "",
    join_token: JoinToken | None = None,
    any_host: bool = False,
    records: bool = False,
) -> Starlette:
    """The application; `token` opens `/sandbox/…`, `join_token` a class.

    `any_host`: other machines reach it. `records`: what arrives is kept, and `/sandbox/requests` tells it.
    """
    routes = [
        Route("/oauth/token", oauth.token, methods=["POST"]),
        Route("/oauth/revoke", oauth.revoke, methods=["POST"]),
        Route("/userinfo", tokens.userinfo, methods=["GET", "POST"]),
        Route("/mfa/associate", mfa.associate, methods=["POST"]),
        Route("/mfa/authenticators", mfa.list_authenticators, methods=["GET"]),
        Route("/mfa/authenticators/{id}", mfa.delete_authenticator, methods=["DELETE"]),
        Route("/mfa/challenge", mfa.challenge, methods=["POST"]),
        Route("/.well-known/openid-configuration", wellknown.discovery),
        Route("/.well-known/oauth-authorization-server", wellknown.discovery),
        Route("/.well-known/jwks.json", wellknown.jwks),
        Route("/authorize", login.authorize, methods=["GET"]),
        Route("/u/login", login.show_login, methods=["GET"]),
        Route("/u/login", login.sign_in, methods=["POST"]),
        Route("/u/mfa", factor.begin, methods=["GET"]),
        Route("/u/mfa", factor.prove, methods=["POST"]),
        Route("/u/mfa-{kind}-challenge", factor.show, methods=["GET"]),
        Route("/u/mfa-{kind}-challenge", factor.prove, methods=["POST"]),
        Route("/v2/logout", logout.log_out, methods=["GET"]),
        Route("/oidc/logout", logout.log_out_oidc, methods=["GET", "POST"]),
        *my_account.routes,
        *management.routes,
        Route("/health", health.health, methods=["GET"]),
        Route("/sandbox/inbox", control.inbox, methods=["GET"]),
        Route("/sandbox/phone", phone.phone, methods=["GET"]),
        Route("/sandbox/push", phone.waiting, methods=["GET"]),
        Route("/sandbox/push/{id}", phone.answer, methods=["POST"]),
        Route("/sandbox/clock", control.time, methods=["GET"]),
        Route("/sandbox/clock", control.clock, methods=["POST"]),
        Route("/sandbox/faults", control.list_faults, methods=["GET"]),
        Route("/sandbox/faults", control.add_fault, methods=["POST"]),
        Route("/sandbox/faults", control.remove_faults, methods=["DELETE"]),
        Route("/sandbox/limits", control.refill_limits, methods=["DELETE"]),
        Route("/sandbox/link", control.link, methods=["POST"]),
        Route("/sandbox/stay", control.stay, methods=["GET"]),
        Route("/sandbox/reset", control.reset, methods=["POST"]),
    ]
    if join_token is not None:
        routes.append(Route("/sandbox/join", class_members.join, methods=["POST"]))
        routes.append(Route("/sandbox/join", class_members.remove_empty_seats, methods=["DELETE"]))
        routes.append(Route("/sandbox/group", class_members.group, methods=["GET"]))
        routes.append(Route("/sandbox/group", class_members.begin_group, methods=["POST"]))
        routes.append(Route("/sandbox/errors", class_members.errors, methods=["GET"]))
        routes.append(Route("/sandbox/log", class_members.log, methods=["GET"]))
        routes.append(Route("/sandbox/learner", class_members.about, methods=["POST"]))
    outside = []
    if records:
        recorder = Recorder()
        routes.append(Route("/sandbox/requests", recorder.requests, methods=["GET"]))
        routes.append(Route("/sandbox/requests", recorder.forget, methods=["DELETE"]))
        outside.append(Middleware(recorder.around))
    class_access = None if join_token is None else ClassAccess(tenant.store, join_token)
    guard = Guard(tenant, token, class_access, any_host)
    app = Starlette(
        routes=routes,
        middleware=[
            *outside,
            Middleware(ResponseHeaders),
            Middleware(Cors, tenant),
            Middleware(Gateway, tenant, guard),
        ],
        exception_handlers={
            Refusal: _refused,
            HTTPException: _no_such_page,
            ClientDisconnect: _gone,
            Exception: _broken,
        },
    )
    app.router.redirect_slashes = False  # a redirect would make clients resend secrets
    app.state.tenant, app.state.links, app.state.join_token = tenant, guard.links, join_token
    return app


async def _refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    return refuse(refusal, request.scope["path"])


async def _no_such_page(request: Request, error: Exception) -> Response:
    """404 and 405 in the shape that Auth0's own framework has (assumed)."""
    assert isinstance(error, HTTPException)
    body = {"statusCode": error.status_code, "error": error.detail, "message": error.detail}
    return JSONResponse(body, error.status_code, error.headers)


async def _gone(request: Request, error: Exception) -> Response:
    """Whoever asked does not wait for the answer: nothing is broken here, and nobody reads this."""
    return Response()


async def _broken(request: Request, error: Exception) -> Response:
    """What is said of an error that is not the caller's.

    The server ends a connection on which there was one. So the answer says that:
    else the next request could be on its way into the closing connection.
    """
    request.app.state.tenant.errors.note(error)
    busy = refusals.BUSY if is_busy(error) else refusals.BROKEN
    answer = refuse(Refusal(refusals.CANNOT_WRITE if cannot_write(error) else busy), request.scope["path"])
    answer.headers["connection"] = "close"
    answer.raw_headers.append(NO_GUESS)  # this answer is made outside of all middleware
    return answer
