"""The local inbox: keeps what the post brings, and reads it back decoded."""

from __future__ import annotations

import re
import sqlite3
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..store import Store
from .clock import as_text
from .messages import mailbox_of
from .workers import TooSlow, in_time

if TYPE_CHECKING:
    from email.message import EmailMessage

# Six digits that stand alone: not a color (#123456), not part of a word or a longer number.
_CODE = re.compile(r"(?<![\w#&.,-])\d{6}(?![\w-]|[.,]\d)")
_TAGS = re.compile(r"<(style|script)\b.*?(?:</\1>|\Z)|<[^<>]*>", re.S | re.I)


# What `email` raises for mails that are odd enough: an unknown or forbidden charset, a broken header.
_ODD = (LookupError, AttributeError, ValueError, TypeError)

LARGEST = 1_000_000  # bytes
_LONGEST_HEADER = 1_000  # letters
_LONGEST_PART = 200_000  # letters, as many as a template can make
_MOST_LETTERS = 500_000  # of all mails in one answer: in JSON, some have six signs, and clients take a few megabytes
_SHORT = (
    8_000  # bytes: even what takes quadratic time is soon done, and looking at the clock doubles the time of the others
)
_SECONDS = 0.5  # of computing; a mail of a megabyte takes a tenth
#: The header of the sandbox's own messages that names the user whose call has set them off.
USER_HEADER = "X-Sandbox-User"
_USER = re.compile(rb"^X-Sandbox-User: ([^\s]+)\r?$", re.M)
#: The header with the short fingerprint of the `oob_code` that the message's code belongs to.
OOB_CODE_HEADER = "X-Sandbox-Oob-Code"


def receive(store: Store, recipients: list[str], raw: bytes, now: float) -> None:
    """Keep a message for each of its recipients."""
    named = _USER.search(re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0])
    user_id = named[1].decode("ascii", "replace") if named else ""
    with store.change():
        for recipient in recipients:
            address, channel = mailbox_of(recipient)
            store.add_mail(address, channel=channel, user_id=user_id, raw=raw, received_at=now)


def read(rows: list[sqlite3.Row]) -> list[dict[str, Any]]:
    """The first of these mails, which `Store.mails` gives, and as many more as an answer holds.

    Decoded: charset, transfer encoding and parts are seen to. It takes its time.
    """
    mails: list[dict[str, Any]] = []
    letters = 0
    for row in rows:
        content = _content(row["raw"]) or _UNREADABLE
        letters += sum(len(value or "") for value in content.values())
        if mails and letters > _MOST_LETTERS:
            break
        mails.append(
            {
                "id": row["id"],
                "to": row["recipient"],
                "channel": row["channel"],  # a text and a call are delivered here too, under the phone number
                **content,
                "received_at": as_text(row["received_at"]),
            }
        )
    return mails


_UNREADABLE = {"from": "", "subject": "", "text": "", "html": "", "code": None, "fingerprint": ""}


def can_be_read(raw: bytes) -> bool:
    """Whether a mail is small enough, and what it says found in time. It takes its time."""
    return len(raw) <= LARGEST and _content(raw) is not None


@lru_cache(maxsize=1000)  # decoding takes 8 ms a mail, and a form that looks for mail asks again and again
def _content(raw: bytes) -> dict[str, Any] | None:
    """What a mail says; `None` if that is not found, or not in time."""
    try:
        return _decoded(raw) if len(raw) <= _SHORT else in_time(_SECONDS, lambda: _decoded(raw))
    except (TooSlow, RecursionError, *_ODD):
        return None


def _decoded(raw: bytes) -> dict[str, Any]:
    from email import message_from_bytes, policy

    message: Any = message_from_bytes(raw, policy=policy.default)
    text, html = _part(message, "plain"), _part(message, "html")
    return {
        "from": _sender(message),
        "subject": _header(message, "subject"),
        "text": text,
        "html": html,
        "code": find_code(text) or find_code(_TAGS.sub(" ", html)),
        "fingerprint": _header(message, OOB_CODE_HEADER),
    }


def find_code(text: str) -> str | None:
    """The first six digits that stand alone in `text`."""
    found = _CODE.search(text)
    return found.group() if found else None


def _sender(message: Any) -> str:
    """Name and address; the name in quotes if mail programs want it so."""
    try:
        return _clean(", ".join(map(str, message["from"].addresses)))[:_LONGEST_HEADER]
    except _ODD:
        return _header(message, "from")


def _header(message: EmailMessage, name: str) -> str:
    try:
        return _clean(str(message.get(name, "")))[:_LONGEST_HEADER]
    except _ODD:
        return ""


def _part(message: EmailMessage, kind: str) -> str:
    part: Any = message.get_body((kind,))
    if part is None:
        return ""
    try:
        text = _clean(str(part.get_content())).replace("\r\n", "\n")
    except _ODD:
        raw = part.get_payload(decode=True)
        text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
    return text[:_LONGEST_PART]


def _clean(text: str) -> str:
    """`text` without halves of surrogate pairs, which an answer cannot hold."""
    return text.encode("utf-8", "replace").decode()
