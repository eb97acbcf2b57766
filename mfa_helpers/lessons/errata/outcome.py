"""What came of one thing that was sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...client.models import Exchange
from ...client.transport import Reply

#: What the fields that matter in a response are, in words.
_WORTH = {"access_token": "tokens", "oob_code": "an oob_code"}


@dataclass(frozen=True)
class Outcome:
    """What was sent, in words, what came of it, what that led to, and the exchange if there was one."""

    sent: str
    answer: str
    and_so: str = ""
    exchange: Exchange | None = None


def said(reply: Reply, note: str = "", and_so: str = "") -> Outcome:
    """An answer in one line: status, error and text, or status and what came."""
    sent = f"{reply.exchange.method} {reply.exchange.path} {note}".rstrip()
    body = reply.body if isinstance(reply.body, dict) else {}
    if "error_description" in body:
        answer = f"{reply.status} {body['error']}: {body['error_description']}"
    elif "statusCode" in body:
        answer = f"{reply.status} {body['error']}"
    else:
        came = [words for name, words in _WORTH.items() if name in body] or sorted(body)
        answer = f"{reply.status} with {', '.join(came) if came else f'{len(reply.body)} row'}"
    return Outcome(sent, answer, and_so, reply.exchange)


def gives(outcomes: Iterable[Outcome]) -> str:
    """What came of `outcomes`, in lines, each once."""
    lines = [line for one in outcomes for line in (one.answer, one.and_so) if line]
    return "\n".join(dict.fromkeys(lines))
