"""How `/authorize` answers an application: by a redirect, a form, or a message to the page around it."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from ...refusals import Refusal
from ...tenant import origins
from .asked import Destination
from .pages import hidden, page

_SUBMIT = "document.forms[0].submit()"
_POST = """
const {answer, origin} = document.body.dataset;
const to = window.parent === window ? window.opener : window.parent;
if (to) to.postMessage({type: "authorization_response", response: JSON.parse(answer)}, origin);
"""


def granted(to: Destination, code: str) -> Response:
    """The authorization code goes to the application."""
    return _sent(to, {"code": code})


def refused(to: Destination, refusal: Refusal) -> Response:
    """Why there is none goes there."""
    error, text = refusal.answer.error, refusal.answer.text
    return _sent(to, {"error": error, "error_description": text})


def _sent(to: Destination, values: dict[str, str]) -> Response:
    if to.state is not None:
        values = {**values, "state": to.state}
    if to.response_mode == "web_message":
        return _message(to, values)
    if to.response_mode == "form_post":
        return _form(to, values)
    url, _, fragment = to.redirect_uri.partition("#")
    if to.response_mode == "fragment":
        return _redirect(f"{url}#{urlencode(values)}")
    return _redirect(url + ("&" if "?" in url else "?") + urlencode(values) + (f"#{fragment}" if fragment else ""))


def _redirect(url: str) -> Response:
    return RedirectResponse(url, 302, {"cache-control": "no-store"})


def _form(to: Destination, values: dict[str, str]) -> Response:
    """A page that sends itself to the application, or by its button (OAuth 2.0 Form Post Response Mode)."""
    main = Markup('<form method="post" action="{}">\n{}\n<button>Continue</button>\n</form>\n').format(
        to.redirect_uri, hidden(values)
    )
    return page("Signing in", main, script=_SUBMIT)


def _message(to: Destination, values: dict[str, str]) -> Response:
    """A page that posts the answer to the page that frames or opened it (documentation, configure-silent-authentication)."""
    origin = origins.of_url(to.redirect_uri)
    body = Markup('<body data-answer="{}" data-origin="{}">').format(json.dumps(values), origin)
    return page("Signing in", Markup(), body=body, script=_POST, framed_by=origin)
