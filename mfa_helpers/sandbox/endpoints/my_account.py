"""`/me/v1/…`: the My Account API, by which users list their own authentication methods and add an email.

Source: the documentation's page my-account-api, and its file oas/myaccount/myaccount-api-oas.json. Errors have a shape
of their own (type, title, detail, status). The texts are those of the SDKs' fixtures, or else assumed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .. import addresses
from ..crypto import opaque_strings
from ..http.call import Call, content_type, read_body
from ..http.routing import Route
from ..refusals import Refusal
from ..tenant import authenticators
from ..tenant.authenticators import Authenticator
from ..tenant.clock import as_text
from ..tenant.tenant import MY_ACCOUNT
from . import client_auth, enrollment, second_factor, tokens
from .second_factor import Login

_MOST = 20  # methods in a list (documentation, maxItems)
_TYPES = (
    *("password", "passkey", "webauthn-platform", "webauthn-roaming"),
    *("totp", "phone", "email", "push-notification", "recovery-code"),
)
_ENROLLABLE = ("passkey", "totp", "push-notification", "recovery-code", "email", "phone", "password")
#: What holds a session, and with it a code, apart from those of /mfa/: no token has this fingerprint.
_SESSION = ""


class Problem(Exception):
    """A refusal in the My Account API's shape. `code` ends its type; `wrong` names fields of the body."""

    def __init__(
        self, status: int, title: str, detail: str, code: str, wrong: list[dict[str, str]] | None = None
    ) -> None:
        self.detail = detail
        self.body: dict[str, Any] = {
            "title": title,
            "type": f"https://auth0.com/api-errors/A0E-{status}-{code}",
            "detail": detail,
            "status": status,
            **({"validation_errors": wrong} if wrong else {}),
        }
        self.headers: dict[str, str] = {}
        super().__init__(detail)


def _invalid(detail: str, pointer: str) -> Problem:
    """A body that is not as it should be, in the words of Auth0.swift's fixture."""
    wrong = [{"detail": detail, "pointer": pointer}]
    return Problem(400, "Validation Error", "Invalid request payload input", "0003", wrong)


def _of_refusal(refusal: Refusal) -> Problem:
    """What the rest of the tenant refuses, in this API's shape (assumed)."""
    answer = refusal.answer
    problem = Problem(answer.status, HTTPStatus(answer.status).phrase, answer.text, "0001")
    problem.headers = refusal.wait.headers() if refusal.wait else {}
    return problem


Handler = Callable[[Call, Login], Awaitable[Response]]


def _needs(scope: str, operation: str = "") -> Callable[[Handler], Callable[[Request], Awaitable[Response]]]:
    """Run a handler for the holder of an access token with that scope. What an `operation` comes to is in the log."""

    def around(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        @wraps(handler)
        async def answer(request: Request) -> Response:
            call = Call(request, {})
            asked = {"method": request.method, "path": request.url.path}
            try:
                login = _login(call, scope)
                if request.method == "POST":
                    if content_type(request)[0] != "application/json":
                        raise Problem(415, "Unsupported Media Type", "Send application/json.", "0001")
                    call.fields = await read_body(request)
                response = await handler(call, login)
            except (Problem, Refusal) as error:
                problem = error if isinstance(error, Problem) else _of_refusal(error)
                if operation:
                    details = {"operation": operation, "request": asked, "error": problem.body}
                    call.log("my_account_authentication_method_failed", problem.detail, **details)
                return _say(problem.body, problem.body["status"], problem.headers)
            if operation:
                call.log("my_account_authentication_method_succeeded", operation=operation, request=asked)
            return response

        return answer

    return around


def _login(call: Call, scope: str) -> Login:
    """Who asks. Raises `Problem`."""
    store, token = call.tenant.store, call.bearer() or ""
    claims = call.tenant.claims_for(token, MY_ACCOUNT)
    refused = Problem(401, "Invalid Token", "Invalid Token", "0003")
    if claims is None or claims["exp"] <= call.now:
        raise refused
    call.client_id = claims["azp"]
    client_auth.check_origin(call, call.client_id)
    try:
        user = store.user(claims["sub"])
    except KeyError:  # removed since
        raise refused from None
    call.user_id = user["user_id"]
    hash = opaque_strings.fingerprint(token)
    rows = authenticators.of_user(store, user, store.settings())
    # A token that the password alone brought ends with the first factor, but for the one that enrolled it (assumed).
    is_proven = claims.get(tokens.SECOND_FACTOR) or any(row.enrolled_by == hash and row.active for row in rows)
    if user["blocked"] or (authenticators.is_enrolled(rows) and not is_proven):
        raise refused
    if scope not in claims["scope"].split():
        raise Problem(403, "insufficient_scope", f"Insufficient scope, expected: {scope}", "0002")
    return Login(
        user=user,
        client_id=call.client_id,
        audience=None,
        scope=claims["scope"],
        token_hash=hash,
        is_access_token=True,
    )


@_needs("read:me:authentication_methods")
async def list_methods(call: Call, login: Login) -> Response:
    """`GET /me/v1/authentication-methods`, of one `type` or all. Confirmed ones first; the implicit email isn't one (assumed)."""
    wanted = call.request.query_params.get("type")
    if wanted is not None and wanted not in _TYPES:
        raise _invalid("query/type must be equal to one of the allowed values", "/type")
    rows = authenticators.of_user(call.tenant.store, login.user, call.tenant.store.settings())
    # The other half of a phone, which takes both texts and calls, is no method of its own.
    texts = {row.id.partition("|")[2] for row in rows if row.kind == "sms"}
    own = [row for row in rows if not row.implicit and (row.kind != "voice" or row.id.partition("|")[2] not in texts)]
    found = [row for row in own if wanted in (None, authenticators.METHOD[row.kind])]
    shown = sorted(found, key=lambda row: not row.active)[:_MOST]
    return _say({"authentication_methods": [_as_method(row) for row in shown]})


@_needs("create:me:authentication_methods", "create")
async def add_method(call: Call, login: Login) -> Response:
    """`POST /me/v1/authentication-methods`: 202, and a code is on its way to the address."""
    kind = call.fields.get("type")
    if kind not in _ENROLLABLE:
        raise _invalid("data/type must be equal to one of the allowed values", "/type")
    if kind != "email":
        raise _invalid("The sandbox's My Account API adds methods of the type email only", "/type")
    _check_fields(call, "type", "email")
    address = addresses.address_of(call.fields["email"])
    if address is None:
        raise _invalid('data/email must match format "email"', "/email")
    if "email" not in call.tenant.store.settings().factors:
        raise Problem(403, "Forbidden", "The email factor is not enabled for this tenant.", "0001")
    with call.tenant.store.change():
        chosen = enrollment.enroll(call, login, enrollment.Wanted("email", address))
    try:
        session = await enrollment.send_code(call, replace(login, token_hash=_SESSION), chosen)
    except Refusal:
        call.tenant.store.remove_authenticator(chosen.id)
        raise
    return _say({"id": chosen.id, "auth_session": session}, 202, _location(call, chosen.id))


@_needs("create:me:authentication_methods", "verify")
async def verify_method(call: Call, login: Login) -> Response:
    """`POST /me/v1/authentication-methods/{id}/verify`: 201, and the method counts."""
    _check_fields(call, "auth_session", "otp_code")
    session, id, store = call.fields["auth_session"], call.request.path_params["id"], call.tenant.store
    refusal: Refusal | None = None
    with store.change():
        found, row = store.oob_code(opaque_strings.fingerprint(session)), store.authenticator(id)
        if found is None or row is None or found["token_hash"] != _SESSION or found["authenticator_id"] != id:
            raise _invalid("data/auth_session is not that of this enrollment", "/auth_session")
        is_over = found["used"] or found["expires_at"] <= call.now
        if found["user_id"] != call.user_id or is_over:
            raise _invalid("data/auth_session is invalid or has expired", "/auth_session")
        try:
            code = opaque_strings.code_fingerprint(session, call.fields["otp_code"])
            second_factor.check_code(call, found["code_hash"] == code)
        except Refusal as wrong:  # it was counted, and that is kept
            refusal = wrong
        else:
            store.use_oob_code(found["hash"])
            second_factor.finish_enrollment(call, row)
    if refusal is not None:
        raise refusal
    rows = authenticators.of_user(store, login.user, store.settings())
    (method,) = (one for one in rows if one.id == id)
    return _say(_as_method(method), 201, _location(call, id))


@_needs("read:me:factors")
async def list_factors(call: Call, login: Login) -> Response:
    """`GET /me/v1/factors`: those that are on, and the password."""
    factors = call.tenant.store.settings().factors
    enabled = {authenticators.METHOD[kind] for kind, factor in authenticators.FACTOR.items() if factor in factors}
    enabled |= {name for name in ("webauthn-platform", "webauthn-roaming") if name in factors}
    shown = [{"type": name, "usage": ["secondary"]} for name in _TYPES if name in enabled]
    return _say({"factors": [{"type": "password", "usage": ["primary"]}, *shown]})


routes = [
    Route("/me/v1/authentication-methods", list_methods, methods=["GET"]),
    Route("/me/v1/authentication-methods", add_method, methods=["POST"]),
    Route("/me/v1/authentication-methods/{id}/verify", verify_method, methods=["POST"]),
    Route("/me/v1/factors", list_factors, methods=["GET"]),
]


def _check_fields(call: Call, *names: str) -> None:
    """Raises `Problem` unless the body has these fields, all of them text, and no others."""
    for name in names:
        if name not in call.fields:
            raise _invalid(f"data must have required property '{name}'", f"/{name}")
        if not isinstance(call.fields[name], str):
            raise _invalid(f"data/{name} must be string", f"/{name}")
    if set(call.fields) - set(names):
        raise _invalid("data must NOT have additional properties", "")


def _as_method(row: Authenticator) -> dict[str, Any]:
    """Keys in the order of the file's examples."""
    shown: dict[str, Any] = {"id": row.id, "type": authenticators.METHOD[row.kind], "confirmed": row.active}
    if row.kind == "email":
        shown |= {"email": row.address}
    elif row.kind in ("sms", "voice"):
        shown |= {"phone_number": row.address, "preferred_authentication_method": row.kind}
    shown |= {"usage": ["secondary"], "created_at": as_text(row.created_at)}
    return {**shown, "last_auth_at": as_text(row.used_at)} if row.used_at else shown


def _location(call: Call, id: str) -> dict[str, str]:
    """At the address that the caller used: auth0-spa-js sends what comes next there."""
    return {"location": f"{call.request.base_url}me/v1/authentication-methods/{quote(id, safe='')}"}


def _say(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(body, status, headers, media_type="application/json; charset=utf-8")
