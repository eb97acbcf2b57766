"""`/v2/logout` and `/oidc/logout`: the session of the browser ends, and the person goes where the tenant allows it."""

from __future__ import annotations

import hmac
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from ... import refusals
from ...crypto.opaque_strings import fingerprint
from ...http.call import Call
from ...refusals import Refusal
from ...store import addresses_in
from . import pages, sessions

_CONFIRMED = "confirmed"


async def log_out(request: Request) -> Response:
    """`GET /v2/logout`: `returnTo` has to be listed, by the application if `client_id` names one, or else by the tenant."""
    call, listed = Call(request, dict(request.query_params)), list[str]()
    try:
        listed = _listed(call, call.optional("client_id"))
        url = call.optional("returnTo") or (listed[0] if listed and call.client_id else None)
        # The query and what follows # are left out of the comparison (documentation, redirect-users-after-logout).
        if url is not None and _without_query(url) not in {_without_query(one) for one in listed}:
            raise Refusal(refusals.LOGOUT_NOT_LISTED, name="returnTo", url=url[:300])
    except Refusal as refusal:
        return _failed(call, refusal, "returnTo", listed)
    return _ended(call, url, listed)


async def log_out_oidc(request: Request) -> Response:
    """`GET` or `POST /oidc/logout`: RP-initiated logout (documentation, log-users-out-of-auth0)."""
    call, listed = Call(request, dict(request.query_params)), list[str]()
    try:
        if request.method == "POST":
            call = await Call.of(request)
        session = sessions.current(call)
        sid, client_id = _hinted(call)
        listed = _listed(call, client_id)
        url = call.optional("post_logout_redirect_uri") or (listed[0] if listed and client_id else None)
        if url is not None and url not in listed:  # exactly, with its query
            raise Refusal(refusals.LOGOUT_NOT_LISTED, name="post_logout_redirect_uri", url=url[:300])
    except Refusal as refusal:
        return _failed(call, refusal, "post_logout_redirect_uri", listed)
    if session is not None and sid != session.sid and not _is_confirmed(call):
        return pages.logout({**_texts(call), _CONFIRMED: _proof(call)})
    state = call.optional("state")
    if url is not None and state is not None:
        url += ("&" if "?" in url else "?") + urlencode({"state": state})
    return _ended(call, url, listed)


def _failed(call: Call, refusal: Refusal, name: str, listed: list[str]) -> Response:
    wanted = call.fields.get(name)
    return_to = wanted[:500] if isinstance(wanted, str) else ""
    call.log("flo", refusal.answer.text, allowed_logout_url=listed, return_to=return_to)
    return pages.failure(refusal)


def _hinted(call: Call) -> tuple[str | None, str | None]:
    """The session and the application that the hints name. Raises `Refusal` if they contradict each other."""
    client_id, sid = call.optional("client_id"), call.optional("logout_hint")
    token = call.optional("id_token_hint")
    if token is None:
        return sid, client_id
    claims = call.tenant.signer.read(token)  # it may have expired
    if claims is None:
        raise Refusal(refusals.BAD_LOGOUT, name="id_token_hint")
    if client_id not in (None, claims["aud"]):
        raise Refusal(refusals.BAD_LOGOUT, name="client_id")
    if sid not in (None, claims.get("sid")):
        raise Refusal(refusals.BAD_LOGOUT, name="logout_hint")
    return claims.get("sid"), str(claims["aud"])


def _listed(call: Call, client_id: str | None) -> list[str]:
    if client_id is None:
        return call.tenant.store.settings().allowed_logout_urls
    client = call.tenant.store.client(client_id)
    if client is None:
        raise Refusal(refusals.UNKNOWN_CLIENT, client_id=client_id[:100])
    call.client_id = client_id
    return addresses_in(client, "allowed_logout_urls")


def _without_query(url: str) -> tuple[str, str, str]:
    """Scheme and host without case, the path as it is."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", "", url
    return parts.scheme.lower(), parts.netloc.lower(), parts.path.rstrip("/")


def _ended(call: Call, url: str | None, listed: list[str]) -> Response:
    with call.tenant.store.change():
        session = sessions.current(call)
        if session is not None:
            call.user_id = session.user["user_id"]
            sessions.end(call)
            told = {"session_id": session.sid, "return_to": (url or "")[:500], "allowed_logout_url": listed}
            call.log("slo", "User successfully logged out", **told)
    # A real tenant says no more than that, either.
    response = PlainTextResponse("OK") if url is None else RedirectResponse(url, 302)
    response.headers["cache-control"] = "no-store"
    sessions.set_cookie(response, call.request, sessions.SESSION, "")
    return response


def _proof(call: Call) -> str:
    """What only a page that this browser was shown knows."""
    return fingerprint("logout:" + sessions.cookie(call.request, sessions.SESSION))


def _is_confirmed(call: Call) -> bool:
    given = call.optional(_CONFIRMED) or ""
    return call.request.method == "POST" and hmac.compare_digest(given.encode(), _proof(call).encode())


def _texts(call: Call) -> dict[str, str]:
    return {name: value for name, value in call.fields.items() if isinstance(value, str) and name != _CONFIRMED}
