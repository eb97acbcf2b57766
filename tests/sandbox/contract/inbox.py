"""Where the codes arrive: the sandbox's inbox, a real mailbox over IMAP, or whoever sits at the terminal."""

from __future__ import annotations

import imaplib
import re
import ssl
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.utils import getaddresses
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from mfa_helpers.sandbox.tenant.mailbox import find_code

from ...support.deadline import DEADLINE

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class NoMail(Exception):
    """A code cannot be had. The text says why, and names no secret."""


class Inbox(Protocol):
    owner: str  #: whose mailbox it is, if that is known

    def mark(self) -> int:
        """This moment: a mail that comes later is newer."""

    def code(self, to: str, since: int) -> str:
        """The six digits of the newest mail to an address since that moment. Raises `NoMail`."""

    def drain(self, to: str, since: int) -> None:
        """Let a mail arrive whose code nobody wants, so that it is not taken for a later one."""


class SandboxInbox:
    """`mails` is `Api.mails`."""

    def __init__(self, mails: Callable[[str], list[dict[str, Any]]], owner: str) -> None:
        self._mails, self.owner = mails, owner

    def mark(self) -> int:
        return 0  # what is newest is there at once

    def code(self, to: str, since: int) -> str:
        return str(self._mails(to)[0]["code"])

    def drain(self, to: str, since: int) -> None:
        pass


class Asked:
    """`ask` shows a question to a person and returns the line typed."""

    owner = ""

    def __init__(self, ask: Callable[[str], str]) -> None:
        self._ask = ask

    def mark(self) -> int:
        return 0

    def code(self, to: str, since: int) -> str:
        for _ in range(3):
            typed = self._ask(f"The six digits in the newest email to {to}:").strip()
            if re.fullmatch("[0-9]{6}", typed):
                return typed
        raise NoMail("No six digits were typed.")

    def drain(self, to: str, since: int) -> None:
        pass


class Imap:
    """`imaps://user:password@host[:port]/INBOX`; `imap://` only on this machine. Nothing in the mailbox is changed."""

    def __init__(self, url: str, seconds: float = 60) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username or not parts.password:
            raise NoMail("MFA_TEST_INBOX must be imaps://user:password@host[:port]/INBOX, or ask.")
        if parts.scheme == "imap" and parts.hostname not in LOOPBACK:
            raise NoMail("MFA_TEST_INBOX: imap:// sends the password unencrypted. Use imaps://.")
        self.owner, self.password = unquote(parts.username), unquote(parts.password)
        self._host, self._port, self._tls = parts.hostname, parts.port, parts.scheme == "imaps"
        self._mailbox = unquote(parts.path.strip("/")) or "INBOX"
        self._seconds = seconds
        self._connection: imaplib.IMAP4 | None = None

    def mark(self) -> int:
        return self._selected()[1]

    def code(self, to: str, since: int) -> str:
        deadline = time.monotonic() + self._seconds
        while True:
            code = self._newest(to.lower(), since)
            if code:
                return code
            if time.monotonic() > deadline:
                raise NoMail(f"No email with a code for {to} arrived within {self._seconds:g} seconds.")
            time.sleep(0.05 if self._host in LOOPBACK else 1)

    def drain(self, to: str, since: int) -> None:
        self.code(to, since)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.shutdown()
            self._connection = None

    def _selected(self) -> tuple[imaplib.IMAP4, int]:
        """The connection, its mailbox looked at again, and the number that the next mail will have."""
        for last in (False, True):
            try:
                connection = self._connection = self._connection or self._opened()
                status, _ = connection.select(f'"{self._mailbox}"', readonly=True)
                if status != "OK":
                    raise NoMail(f"The mailbox {self._mailbox} of MFA_TEST_INBOX can't be opened.")
                (told,) = connection.response("UIDNEXT")[1]
                return connection, int(told or 0)
            except (OSError, imaplib.IMAP4.error) as fault:
                self.close()  # a connection may have been cut while nobody used it: once more
                if last:
                    raise NoMail(f"The mail server {self._host} doesn't respond ({type(fault).__name__}).") from None
        raise AssertionError

    def _opened(self) -> imaplib.IMAP4:
        connection: imaplib.IMAP4
        if self._tls:
            context = ssl.create_default_context()
            connection = imaplib.IMAP4_SSL(self._host, self._port or 993, ssl_context=context, timeout=DEADLINE)
        else:
            connection = imaplib.IMAP4(self._host, self._port or 143, timeout=DEADLINE)
        try:
            connection.login(self.owner, self.password)
        except imaplib.IMAP4.error:  # its text could repeat the password
            connection.shutdown()
            raise NoMail(
                f"The mail server {self._host} rejects the user name and password of MFA_TEST_INBOX."
            ) from None
        return connection

    def _newest(self, to: str, since: int) -> str | None:
        connection, _ = self._selected()
        numbers = connection.uid("SEARCH", "UID", f"{since}:*")[1][0] or b""
        # `n:*` always names the last mail, even if its number is less than n
        for number in sorted((int(found) for found in numbers.split() if int(found) >= since), reverse=True):
            parts = connection.uid("FETCH", str(number), "(BODY.PEEK[])")[1]
            raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
            code = code_of(raw, to)
            if code:
                return code
        return None


def code_of(raw: bytes, to: str) -> str | None:
    """The code in a mail, if it is to that address."""
    message: Any = message_from_bytes(raw, policy=policy.default)
    told = [str(value) for name in ("To", "Delivered-To", "X-Original-To") for value in message.get_all(name, [])]
    if to not in [address.lower() for _, address in getaddresses(told)]:
        return None
    body = message.get_body(("plain", "html"))
    text = body.get_content() if body is not None else ""
    if body is not None and body.get_content_subtype() == "html":
        text = re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", text, flags=re.S | re.I)
    return find_code(text)
