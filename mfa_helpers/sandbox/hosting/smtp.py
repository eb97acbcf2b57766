"""Mail out and mail in."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from ..tenant import mailbox, planned_faults
from ..tenant.tenant import Tenant

if TYPE_CHECKING:
    from email.message import EmailMessage


def send(message: EmailMessage, host: str, port: int) -> None:
    """Send it by that server. Raises `OSError`: smtplib's own errors are such, too."""
    import smtplib

    # Our own host name is given, because smtplib would ask DNS for it.
    with smtplib.SMTP(host, port, local_hostname="localhost", timeout=5) as post:
        post.send_message(message)


def smtp_server(tenant: Tenant) -> asyncio.Protocol:
    """Answers one SMTP connection."""
    from aiosmtpd.smtp import SMTP  # loaded with the first mail: many lessons start, few of them mail at once

    return SMTP(_Mailbox(tenant), loop=asyncio.get_running_loop(), hostname="localhost", enable_SMTPUTF8=True)


class _Mailbox:
    """Takes what SMTP brings. aiosmtpd finds the method by its name."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if planned_faults.refuses_mail(self._tenant):
            return "554 The sandbox was told to refuse this message"
        mailbox.receive(
            self._tenant.store, list(envelope.rcpt_tos), envelope.original_content, self._tenant.clock.now()
        )
        return "250 Message accepted for delivery"
