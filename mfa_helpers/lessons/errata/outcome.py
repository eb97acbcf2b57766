"""What came of one thing that was sent."""

from __future__ import annotations

from dataclasses import dataclass

from ...client.models import Exchange
from ...client.transport import Reply


@dataclass(frozen=True)
class Outcome:
    """What was sent, in words, what came of it, what that led to, and the exchange if there was one."""

    sent: str
    answer: str
    and_so: str = ""
    exchange: Exchange | None = None


def said(reply: Reply, note: str = "", and_so: str = "") -> Outcome:
    """An answer in one line: status, error and text, or status and the names of what came."""
    sent = f"{reply.exchange.method} {reply.exchange.path} {note}".rstrip()
    body = reply.body if isinstance(reply.body, dict) else {}
    if "error_description" in body:
        answer = f"{reply.status} {body['error']}: {body['error_description']}"
    elif "statusCode" in body:
        answer = f"{reply.status} {body['error']}"
    else:
        answer = f"{reply.status} with {', '.join(sorted(body)) if body else f'{len(reply.body)} row'}"
    return Outcome(sent, answer, and_so, reply.exchange)
