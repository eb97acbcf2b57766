"""The mail with the code: a Liquid template, as in a real tenant (template name `mfa_oob_code`)."""

from __future__ import annotations

from datetime import datetime, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from . import profile

if TYPE_CHECKING:
    from email.message import EmailMessage

# Nobody prints Auth0's default wording; this one is the sandbox's own.
SUBJECT = "Your verification code for {{ application.name }}"
TEXT = """Hello {{ user.name }},

{{ code }} is your verification code for {{ application.name }}.

It is good for {{ minutes }} minutes and works once. If you did not just sign in, somebody knows your password.

{{ friendly_name }}
"""
HTML = """<!doctype html>
<html lang="en"><body style="font-family: sans-serif">
<p>Hello {{ user.name | escape }},</p>
<p>your verification code for {{ application.name | escape }} is</p>
<p style="font-size: 2em; letter-spacing: .2em"><strong>{{ code }}</strong></p>
<p>It is good for {{ minutes }} minutes and works once. If you did not just sign in, somebody knows your password.</p>
<p>{{ friendly_name | escape }}</p>
</body></html>
"""


@lru_cache
def _template(source: str) -> Any:
    from liquid import Environment

    return Environment().from_string(source)


def compose(to: str, code: str, *, name: str, application: str, now: float) -> "EmailMessage":
    """The message that brings `code` to the address `to`."""
    from email.message import EmailMessage
    from email.utils import format_datetime

    values = {
        "code": code,
        "user": {"name": name, "email": to},
        "application": {"name": application},
        "tenant": "sandbox",
        "friendly_name": profile.TENANT_NAME,
        "minutes": profile.LIFETIMES.oob_code // 60,
    }
    message = EmailMessage()
    message["From"] = f"{profile.TENANT_NAME} <{profile.SENDER}>"
    message["To"] = to
    message["Subject"] = " ".join(_template(SUBJECT).render(**values).split())
    message["Date"] = format_datetime(datetime.fromtimestamp(now, timezone.utc))
    message.set_content(_template(TEXT).render(**values))
    message.add_alternative(_template(HTML).render(**values), subtype="html")
    return message
