"""The pages that a person sees: plain forms that need no script, and what keeps other pages away from them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from ...refusals import Refusal

_STYLE = """
  :root { color-scheme: light dark; background: Canvas; color: CanvasText }
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 26rem; margin: 2rem auto; padding: 0 1rem }
  label { display: block; margin-top: 1rem }
  input { box-sizing: border-box; width: 100%; font: inherit; padding: .5rem }
  button { font: inherit; padding: .5rem 1rem; margin: 1rem .5rem 0 0 }
  [role=alert] { border: 2px solid; padding: .5rem 1rem }
  footer { margin-top: 2rem; border-top: 1px solid }
"""

_BODY = Markup("<body>")


def page(
    title: str,
    main: Markup,
    status: int = 200,
    *,
    body: Markup = _BODY,
    script: str = "",
    framed_by: str = "'none'",
) -> Response:
    """A whole page. `framed_by` is the origin that may frame it; `script` runs on it, and nothing else does."""
    html = Markup(
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n<title>{}</title>\n<style>{}</style>\n</head>\n'
        "{}\n<main>\n{}</main>\n{}</body>\n</html>\n"
    ).format(title, Markup(_STYLE), body, main, Markup(f"<script>{script}</script>\n") if script else "")
    # There is no form-action: browsers apply it to redirects, too, and where an application sends its user next is its own.
    policy = [
        "default-src 'none'",
        f"style-src {_hash_of(_STYLE)}",
        *([f"script-src {_hash_of(script)}"] if script else []),
        "base-uri 'none'",
        f"frame-ancestors {framed_by}",
    ]
    headers = {
        "content-security-policy": "; ".join(policy),
        "cache-control": "no-store",
        # The address has the login's state. It isn't "no-referrer": with that, a form has no origin to tell.
        "referrer-policy": "same-origin",
        **({"x-frame-options": "DENY"} if framed_by == "'none'" else {}),
    }
    return HTMLResponse(html, status, headers)


def failure(refusal: Refusal) -> Response:
    """What is said to a person, because it can't be sent back to the application."""
    answer = refusal.answer
    main = Markup(
        '<h1>Something went wrong</h1>\n<p role="alert"><code>{}</code>: {}</p>\n'
        "<p>Go back to the application. If this keeps happening, the app's developer needs to check its settings.</p>\n"
    ).format(answer.error, answer.text)
    return page("Something went wrong", main, answer.status)


def login(state: str, application: str, username: str = "", refusal: Refusal | None = None) -> Response:
    """Email address and password."""
    main = Markup(
        "<h1>Sign in</h1>\n<p>You are signing in to {}.</p>\n{}"
        '<form method="post">\n<input type="hidden" name="state" value="{}">\n'
        '<label for="username">Email address</label>\n'
        '<input id="username" name="username" type="email" autocomplete="username" required value="{}"{}>\n'
        '<label for="password">Password</label>\n'
        '<input id="password" name="password" type="password" autocomplete="current-password" required{}>\n'
        '<button name="action" value="default">Continue</button>\n</form>\n{}'
    ).format(application, _alert(refusal), state, username, _invalid(refusal), _invalid(refusal), _HERE)
    return page("Sign in", main, _status(refusal))


def challenge(
    state: str,
    *,
    told: str,
    label: str,
    others: Iterable[tuple[str, str]],
    sends: bool,
    digits: bool,
    refusal: Refusal | None = None,
) -> Response:
    """A code. `told` says where it is found, `others` are the user's other methods (id, words), `sends` offers to send another one."""
    kind = 'inputmode="numeric" autocomplete="one-time-code"' if digits else 'autocomplete="off"'
    named = hidden({"state": state})
    main = Markup(
        '<h1>Verify your identity</h1>\n<p>{}</p>\n{}<form method="post">\n{}\n'
        '<label for="code">{}</label>\n<input id="code" name="code" {} required{}>\n'
        '<button name="action" value="default">Continue</button>\n</form>\n'
    ).format(told, _alert(refusal), named, label, Markup(kind), _invalid(refusal))
    if sends:
        main += Markup(
            '<form method="post">\n{}\n<button name="action" value="resend-code">Send another code</button>\n</form>\n'
        ).format(named)
    choices = Markup("\n").join(
        Markup('<button name="authenticator" value="{}">{}</button>').format(id, words) for id, words in others
    )
    if choices:
        main += Markup('<h2>Try another method</h2>\n<form method="post">\n{}\n{}\n</form>\n').format(named, choices)
    return page("Verify your identity", main + _HERE, _status(refusal))


def new_recovery_code(state: str, code: str) -> Response:
    """The code that replaces the one that was just used. It is shown only once."""
    main = Markup(
        "<h1>Write down your new recovery code</h1>\n<p>The code you used no longer works. Your new code is:</p>\n"
        '<p><strong>{}</strong></p>\n<form method="post">\n<input type="hidden" name="state" value="{}">\n'
        '<button name="action" value="default">Continue</button>\n</form>\n'
    ).format(code, state)
    return page("Your new recovery code", main)


def logout(fields: dict[str, str]) -> Response:
    """Whether the person wants that, too (documentation, logout consent prompt)."""
    main = Markup(
        '<h1>Sign out?</h1>\n<p>An application wants to sign you out.</p>\n<form method="post">\n{}\n'
        "<button>Sign out</button>\n</form>\n"
    ).format(hidden(fields))
    return page("Sign out?", main)


def hidden(fields: dict[str, str]) -> Markup:
    """What a form sends besides."""
    return Markup("\n").join(
        Markup('<input type="hidden" name="{}" value="{}">').format(name, value) for name, value in fields.items()
    )


_HERE = Markup("<footer><p>This is a sandbox. Its messages arrive in its own inbox.</p></footer>\n")


def _status(refusal: Refusal | None) -> int:
    return 200 if refusal is None else 429 if refusal.answer.status == 429 else 400


def _alert(refusal: Refusal | None) -> Markup:
    return Markup() if refusal is None else Markup('<p role="alert" id="problem">{}</p>\n').format(refusal.answer.text)


def _invalid(refusal: Refusal | None) -> Markup:
    return Markup() if refusal is None else Markup(' aria-invalid="true" aria-describedby="problem"')


def _hash_of(text: str) -> str:
    """What the page's own style or script holds, as a policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
