"""Mail out and mail in."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from .. import addresses
from ..tenant import mailbox, planned_faults
from ..tenant.tenant import Tenant
from ..tenant.workers import COMPOSING, done_by

if TYPE_CHECKING:
    from email.message import EmailMessage

_RECIPIENTS = 50  # of one message; each gets a copy
_GREETING = 5  # seconds until whoever asks is greeted


def send(message: EmailMessage, host: str, port: int) -> None:
    """Send it by that server. Raises `OSError`: smtplib's own errors are such, too."""
    import smtplib

    # Our own host name is given, because smtplib would ask DNS for it.
    with smtplib.SMTP(host, port, local_hostname="localhost", timeout=5) as post:
        post.send_message(message)


async def greets(port: int) -> bool:
    """Whether an SMTP server of this machine answers at that port."""
    try:
        async with asyncio.timeout(_GREETING):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                return (await reader.readline()).startswith(b"220 ")
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False


def smtp_server(tenant: Tenant) -> asyncio.Protocol:
    """Answers one SMTP connection."""
    from aiosmtpd.smtp import SMTP  # loaded with the first mail: many lessons start, few of them mail at once

    return SMTP(
        _Mailbox(tenant),
        loop=asyncio.get_running_loop(),
        hostname="localhost",
        enable_SMTPUTF8=True,
        data_size_limit=mailbox.LARGEST,
    )


class _Mailbox:
    """Takes what SMTP brings, if the inbox can show it. aiosmtpd finds the methods by their names."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address and not _is_somebodys(address):
            return "553 That isn't an address"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if not _is_somebodys(address):
            return "553 That isn't an address"
        if len(envelope.rcpt_tos) >= _RECIPIENTS:
            return f"452 A message has at most {_RECIPIENTS} recipients"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if planned_faults.refuses_mail(self._tenant):
            return "554 The sandbox was told to refuse this message"
        if not await done_by(COMPOSING, mailbox.can_be_read, envelope.original_content):
            return "554 This message is too large, or takes too long to decode"
        mailbox.receive(
            self._tenant.store, list(envelope.rcpt_tos), envelope.original_content, self._tenant.clock.now()
        )
        return "250 Message accepted for delivery"


def _is_somebodys(address: str) -> bool:
    return addresses.address_of(address) is not None and address.isprintable()
