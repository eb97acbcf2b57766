"""What an SDK sent, each call beside the one that was written by hand: as text, or as HTML that needs no style and no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...client.models import Exchange
from ...outline import FLOW
from ...show.html import PRE, Html, reached_by_keyboard
from ...show.text import header_name, listed, request_text
from .recordings import by_hand

_WRAPPED = PRE + "line-height: 1.4; white-space: pre-wrap; word-break: normal; overflow-wrap: anywhere"
_CODE = PRE + "line-height: 1.4; white-space: pre; overflow-x: auto; width: 0; min-width: 100%"
_HEAD = "margin: 8px 0 0; line-height: 1.4; font-weight: 600"
_SAID = "margin: 4px 0 0; line-height: 1.4"
_STAGES = {stage.name: stage for stage in FLOW}
#: Fields in which an SDK may have another value than the call by hand, and it matters.
_TOLD = ("grant_type", "challenge_type", "Content-Type", "scope")


def places(sent: Sequence[Exchange]) -> list[str]:
    """Where in the flow each call belongs: a key of `FLOW`, or `sign in` for a login page's end, or empty."""
    found, verified = [], 0
    for exchange in sent:
        body = exchange.request_body if isinstance(exchange.request_body, Mapping) else {}
        grant = str(body.get("grant_type", "")).rpartition("/")[2]
        if exchange.path == "/oauth/token":
            name = {"mfa-oob": "complete" if verified else "confirm", "authorization_code": "sign in"}.get(
                grant, "login again" if verified else "login"
            )
            verified += grant == "mfa-oob" and exchange.status == 200
        else:
            name = {"/mfa/associate": "associate", "/mfa/authenticators": "list", "/mfa/challenge": "challenge"}.get(
                exchange.path, ""
            )
        found.append(name)
    return found


def answer(exchange: Exchange) -> str:
    """The response in one line: its status, and the error or the names of its fields."""
    body = exchange.response_body
    if isinstance(body, Mapping) and body.get("error"):
        return f"{exchange.status} {body['error']}"
    return f"{exchange.status}"


def difference(theirs: Exchange, ours: Exchange) -> str:
    """What only one of the two requests has, in a sentence."""
    mine, its = _parts(ours), _parts(theirs)
    said = []
    if extra := [name for name in its if name not in mine]:
        said.append(f"Only the SDK sends {listed(extra)}.")
    if missing := [name for name in mine if name not in its]:
        said.append(f"Only your request has {listed(missing)}.")
    said += [
        f"The SDK's {name} is {its[name]}."
        for name in _TOLD
        if name in mine and its.get(name, mine[name]) != mine[name]
    ]
    return " ".join(said) or "Both requests are the same."


def _parts(exchange: Exchange) -> dict[str, Any]:
    body = exchange.request_body if isinstance(exchange.request_body, Mapping) else {}
    headers = {header_name(name): value for name, value in exchange.request_headers.items() if name != "accept"}
    return {**headers, **body}


@dataclass(frozen=True, kw_only=True)
class SdkRun:
    """What `sdk` sent, oldest first. Beside it are the calls of the earlier notebooks, as they were recorded.

    `how` says whether it has just been sent. `said` is what a program printed, or why nothing was sent; `program` is its
    text, if that isn't in the cell. `before` has what was sent before these.
    """

    sdk: str
    how: str
    sent: Sequence[Exchange]
    before: Sequence[Exchange] = ()
    said: Sequence[str] = ()
    program: str = ""

    def __repr__(self) -> str:
        lines = [f"{self.sdk}{self.how}"]
        for place, exchange in self._rows():
            is_told = not self.program and place in by_hand()
            lines += [*([""] if is_told else []), self._title(place, exchange)]
            if is_told:
                lines += ["", request_text(exchange), "", difference(exchange, by_hand()[place])]
        return "\n".join([*lines, *(["", self._heard(), *self.said] if self.said else [])])

    def html(self) -> Html:
        """The same as HTML, with the request by hand beside each."""
        parts = [Html('<div style="{}">{}</div>').format(_SAID, f"{self.sdk}{self.how}")]
        if self.program:
            program = Html('<details><summary>The program</summary><pre {} style="{}">{}</pre></details>')
            parts.append(program.format(reached_by_keyboard(f"The program with {self.sdk}"), _CODE, self.program))
        for place, exchange in self._rows():
            title = self._title(place, exchange)
            if place not in by_hand():
                parts.append(Html('<div style="{}">{}</div>').format(_SAID, title))
            elif self.program:
                parts.append(
                    Html('<details style="{}"><summary>{}</summary>{}</details>').format(
                        _SAID, title, self._beside(place, exchange)
                    )
                )
            else:
                parts.append(Html('<div style="{}">{}</div>{}').format(_HEAD, title, self._beside(place, exchange)))
        if self.said:
            parts.append(Html('<div style="{}">{}</div>').format(_HEAD, self._heard()))
        parts += [Html('<div style="{}">{}</div>').format(_SAID, line) for line in self.said]
        return Html().join(parts)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": str(self.html())}

    def _heard(self) -> str:
        return "The program printed:" if self.program else "The step stopped:"

    def _rows(self) -> list[tuple[str, Exchange]]:
        """What was sent, with its places."""
        everything = [*self.before, *self.sent]
        return list(zip(places(everything), everything, strict=True))[len(self.before) :]

    def _title(self, place: str, exchange: Exchange) -> str:
        stage = _STAGES.get(place)
        words = f"{stage.number} {stage.words}: " if stage else ""
        if stage and isinstance(exchange.request_body, Mapping) and "refresh_token" in exchange.request_body:
            words = f"refresh, in place of {words}"
        return f"{words}{exchange.method} {exchange.path} → {answer(exchange)}"

    def _beside(self, place: str, exchange: Exchange) -> Html:
        ours = by_hand()[place]
        column = Html(
            '<div style="flex: 1 1 20rem; min-width: 0"><div style="{}">{}</div><pre style="{}">{}</pre></div>'
        )
        return Html(
            '<div style="display: flex; flex-wrap: wrap; gap: 0 32px">{}{}</div><div style="{}">{}</div>'
        ).format(
            column.format(_SAID, "The SDK", _WRAPPED, request_text(exchange)),
            column.format(_SAID, f"Notebook {_STAGES[place].number}", _WRAPPED, request_text(ours)),
            _SAID,
            difference(exchange, ours),
        )
