"""Who may call the Management API, how bodies are checked, and how it says no."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ...http.call import Call, content_type, json_of, read_raw
from ...refusals import Refusal
from ...store import Store
from ...tenant.tenant import MANAGEMENT, Tenant


class Failure(Exception):
    """A refusal in the Management API's shape (documentation; texts as reported, else assumed)."""

    def __init__(self, status: int, message: str, code: str | None = None) -> None:
        self.status = status
        self.message = message
        self.code = code
        super().__init__(message)

    def answer(self) -> Response:
        """The response that tells it."""
        body = {"statusCode": self.status, "error": HTTPStatus(self.status).phrase, "message": self.message}
        return say({**body, **({"errorCode": self.code} if self.code else {})}, self.status)


class Work:
    """A call whose token has been checked: the tenant, the path's ids, and the body."""

    def __init__(self, call: Call, body: Any) -> None:
        self.call = call
        self.path = call.request.path_params
        self.query = call.request.query_params
        self.body = body

    @property
    def tenant(self) -> Tenant:
        """The tenant that is called."""
        return self.call.tenant

    @property
    def store(self) -> Store:
        """The tenant's memory; a handler is one transaction of it."""
        return self.call.tenant.store

    def fields(self, **kinds: type | tuple[type, ...]) -> dict[str, Any]:
        """The body as an object of these names and kinds; what is not sent is missing. Raises `Failure`."""
        if not isinstance(self.body, dict):
            raise invalid("Expected type object")
        for name, value in self.body.items():
            if name not in kinds:
                raise invalid(f"Additional properties not allowed: {name[:60]}")
            wanted = kinds[name]
            kinds_of = wanted if isinstance(wanted, tuple) else (wanted,)
            if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in kinds_of):
                raise invalid(f"Expected type {_NAMES[kinds_of[0]]}", name)
        return dict(self.body)

    def required(self, *names: str, **kinds: type | tuple[type, ...]) -> dict[str, Any]:
        """As `fields`, and `names` must be there and not empty. Raises `Failure`."""
        found = self.fields(**kinds)
        for name in names:
            if found.get(name) in (None, ""):
                raise invalid(f"Missing required property: {name}")
        return found

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number of the query. Raises `Failure`."""
        text = self.query.get(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit() and len(text) < 8 and least <= int(text) <= most):
            raise Failure(400, f"{name} must be a whole number from {least} to {most}.", "invalid_query_string")
        return int(text)

    def page(self) -> tuple[int, int]:
        """First row and number of rows that are asked for. Raises `Failure`."""
        size = self.number("per_page", 50, 1, 100)
        return self.number("page", 0, 0, 10**6) * size, size

    def say(self, body: dict[str, Any]) -> Response:
        """A yes, with only the `fields` that the query names, or without them if `include_fields` is false."""
        return say(self.chosen(body))

    def chosen(self, body: dict[str, Any]) -> dict[str, Any]:
        """The fields of one object that the query wants."""
        names = self.query.get("fields")
        if not names:
            return body
        wanted = self.query.get("include_fields") != "false"
        return {name: value for name, value in body.items() if (name in names.split(",")) == wanted}

    def paged(self, name: str, rows: list[dict[str, Any]], total: int, **more: int) -> Response:
        """A list, or an object with totals if the query wants them; `name` is what its list is called there."""
        shown = [self.chosen(row) for row in rows]
        if self.query.get("include_totals") != "true":
            return say(shown)
        start, limit = self.page()
        return say({"total": total, "start": start, "limit": limit, **more, name: shown})

    def part(self, name: str, rows: list[dict[str, Any]], *, with_length: bool = False) -> Response:
        """As `paged`, of rows that are all at hand; or from the checkpoint `from` on, if the query has `take`. Raises `Failure`."""
        if "take" in self.query:
            start = self.number("from", 0, 0, 10**6)
            end = start + self.number("take", 50, 1, 100)
            more = {"next": str(end)} if end < len(rows) else {}
            return say({name: [self.chosen(row) for row in rows[start:end]], **more})
        start, size = self.page()
        found = rows[start : start + size]
        return self.paged(name, found, len(rows), **({"length": len(found)} if with_length else {}))


#: What may be sent in place of a value: it takes the field away.
NULL = type(None)
_NAMES = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object", NULL: "null"}
Kinds = Mapping[str, type | tuple[type, ...]]


def invalid(what: str, where: str = "") -> Failure:
    """The failure of a body that is not as it should be."""
    at = f" on property {where}" if where else ""
    return Failure(400, f"Payload validation error: '{what}'{at}.", "invalid_body")


def merged(kept: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """`kept` with what was sent; `null` takes a field away (recording TestAccTenant_Main)."""
    return {name: value for name, value in {**kept, **sent}.items() if value is not None}


def texts(name: str, wanted: list[Any]) -> list[str]:
    """A list that the body has for `name`, if all in it is text. Raises `Failure`."""
    if not all(isinstance(one, str) for one in wanted):
        raise invalid("Expected type string", name)
    return wanted


_JSON = "application/json; charset=utf-8"


def say(body: Any, status: int = 200) -> Response:
    """As recorded (TestAccGuardian): JSON with a charset."""
    return JSONResponse(body, status, media_type=_JSON)


def nothing() -> Response:
    """As recorded (TestAccUser): 204, and what it would be if there were something."""
    return Response(status_code=204, media_type=_JSON)


Handler = Callable[[Work], Response]


def needs(
    *scopes: str, ahead: Callable[[Work], Awaitable[None]] | None = None
) -> Callable[[Handler], Callable[[Request], Awaitable[Response]]]:
    """Run a handler if the token has one of `scopes`; all that it changes is one transaction.

    `ahead` is what takes its time, before that; it may raise `Failure`. What is changed here, or was to be, is in the log as `sapi` or `fapi`.
    """

    def around(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        @wraps(handler)
        async def answer(request: Request) -> Response:
            call = Call(request, {})
            is_change = request.method not in ("GET", "HEAD")
            try:
                raw = await _body(request)
                _check_token(call, scopes)
                body = _value(raw, request)
                work = Work(call, body)
                if ahead is not None:
                    await ahead(work)
                with call.tenant.store.change():
                    response = handler(work)
                    if is_change:
                        call.log("sapi", _described(request))
            except Failure as failure:
                if is_change:
                    call.log("fapi", f"{_described(request)}: {failure.message}")
                return failure.answer()
            return response

        return answer

    return around


async def _body(request: Request) -> bytes:
    try:
        return await read_raw(request)
    except Refusal as refusal:  # too large: said in this API's own shape
        raise Failure(refusal.answer.status, refusal.answer.text) from None


def _value(raw: bytes, request: Request) -> Any:
    try:
        return json_of(raw, content_type(request)[1])
    except Refusal as refusal:  # no text, in this API's own shape
        raise Failure(refusal.answer.status, refusal.answer.text, "invalid_body") from None


def _described(request: Request) -> str:
    return f"{request.method} {request.scope['route'].path.replace(':path', '')}"


def _check_token(call: Call, scopes: tuple[str, ...]) -> None:
    token = call.bearer()
    if token is None:
        raise Failure(401, "Missing authentication")
    claims = call.tenant.claims_for(token, MANAGEMENT)
    if claims is None or claims.get("gty") != "client-credentials":
        raise Failure(401, "Invalid token")
    if claims["exp"] <= call.now:
        raise Failure(401, "Expired token received for JSON Web Token validation")
    call.client_id = claims["azp"]
    if not set(scopes) & set(claims["scope"].split()):
        raise Failure(403, f"Insufficient scope, expected any of: {','.join(scopes)}", "insufficient_scope")
