"""The messages with a code: a mail by its Liquid template (name `mfa_oob_code`), a text, a voice call.

All of them are mails in truth: a text or a call goes to the same local inbox,
under the phone number, and says so.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .. import addresses, defaults, refusals
from ..defaults import Bucket
from ..refusals import RefusalText
from ..store import Store
from .authenticators import Authenticator
from .liquid_templates import Unsendable, render
from .workers import TooSlow, in_time

if TYPE_CHECKING:
    from email.message import EmailMessage

_SECONDS = 0.5  # of computing, not of waiting; the default template takes a thousandth
TEMPLATE = "mfa_oob_code"  # documentation, email-templates; auth0-java's enum

# Nobody prints Auth0's default wording; this one is the sandbox's own.
SUBJECT = "Your verification code for {{ application.name }}"
TEXT = """Hello {{ user.name }},

{{ code }} is your verification code for {{ application.name }}.

It's valid for {{ minutes }} minutes and works once. If you didn't just sign in, someone else knows your password.

{{ friendly_name }}
"""
HTML = """<!doctype html>
<html lang="en"><body style="font-family: sans-serif">
<p>Hello {{ user.name | escape }},</p>
<p>Your verification code for {{ application.name | escape }} is</p>
<p style="font-size: 2em; letter-spacing: .2em"><strong>{{ code }}</strong></p>
<p>It's valid for {{ minutes }} minutes and works once. If you didn't just sign in, someone else knows your password.</p>
<p>{{ friendly_name | escape }}</p>
</body></html>
"""
_SMS = "{{ code }} is your verification code for {{ application.name }}."
_VOICE = "This is {{ friendly_name }}. Your verification code for {{ application.name }} is {{ code }}."


@dataclass(frozen=True, kw_only=True)
class Channel:
    """How a kind of authenticator is reached: what limits it, and the log's words for sent and not sent."""

    name: str
    bucket_name: str
    bucket: Bucket
    too_many: RefusalText
    sent: str
    failed: str
    text: str = ""


CHANNELS = {
    "email": Channel(
        name="email",
        bucket_name="emails",
        bucket=defaults.LIMITS.emails,
        too_many=refusals.TOO_MANY_MAILS,
        sent="gd_send_email",
        failed="fn",
    ),
    "sms": Channel(
        name="SMS",
        bucket_name="texts",
        bucket=defaults.LIMITS.texts,
        too_many=refusals.TOO_MANY_TEXTS,
        sent="gd_send_sms",
        failed="gd_send_sms_failure",
        text=_SMS,
    ),
    "voice": Channel(
        name="voice call",
        bucket_name="texts",
        bucket=defaults.LIMITS.texts,
        too_many=refusals.TOO_MANY_TEXTS,
        sent="gd_send_voice",
        failed="gd_send_voice_failure",
        text=_VOICE,
    ),
}

#: A phone number as a mailbox of the local inbox: `+15550100167@sms.sandbox.example`.
_PHONE_DOMAIN = ".sandbox.example"


def mailbox_of(recipient: str) -> tuple[str, str]:
    """What an SMTP recipient is to the inbox: (address or number, channel)."""
    local, _, domain = recipient.rpartition("@")
    kind = domain.removesuffix(_PHONE_DOMAIN)
    return (
        (local, kind)
        if addresses.is_number(local) and kind in ("sms", "voice") and domain.endswith(_PHONE_DOMAIN)
        else (recipient, "email")
    )


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a message is made of: everything that the tenant's memory has to do with it.

    `custom` is the tenant's own template, `relay` its own mail server, if it has set them up. `now` is in seconds since 1970.
    """

    to: Authenticator
    values: dict[str, Any]
    now: float
    custom: dict[str, Any] | None = None
    relay: tuple[str, int] | None = None

    def written(self) -> EmailMessage:
        """The message. Raises `Unsendable` if the tenant's template makes no mail. It takes its time."""
        if self.to.kind != "email":
            return _message_to_phone(self.to, self.values, self.now)
        return compose_mail(self.to.address, self.values, self.custom, self.now)


def compose(
    store: Store, to: Authenticator, code: str, *, user: Any, application: str, language: str, now: float
) -> Letter:
    """The message that brings `code`, still to be written."""
    settings = store.settings()
    values = {
        "code": code,
        # documentation, email templates: the variables that all templates share
        "user": {
            "user_id": user["user_id"],
            "name": user["name"],
            "email": user["email"],
            "email_verified": bool(user["email_verified"]),
        },
        "application": {"name": application},
        "tenant": "sandbox",
        "friendly_name": settings.friendly_name,
        "support_email": settings.support_email,
        "support_url": settings.support_url,
        "request_language": language[:35],
        "minutes": defaults.LIFETIMES.oob_code // 60,
    }
    if to.kind != "email":
        return Letter(to=to, values=values, now=now)
    custom = json.loads(store.get("email_templates") or "{}").get(TEMPLATE)
    if custom is not None and not custom["enabled"]:
        custom = None
    return Letter(to=to, values=values, now=now, custom=custom, relay=_relay(store))


def compose_mail(to: str, values: dict[str, Any], custom: dict[str, Any] | None, now: float) -> EmailMessage:
    """A mail by the default template, or by the tenant's own. Raises `Unsendable`."""
    if custom is None:
        return _composed(to, values, None, now)
    import liquid  # noqa: F401  (loading it is not counted)

    try:
        return in_time(_SECONDS, lambda: _composed(to, values, custom, now))
    except TooSlow:
        raise Unsendable(f"The template takes more than {_SECONDS} seconds to render.") from None


def _composed(to: str, values: dict[str, Any], custom: dict[str, Any] | None, now: float) -> EmailMessage:
    if custom is None:
        html, text, sender, subject = HTML, TEXT, "", SUBJECT
    else:
        html, text = custom["body"] or "", ""
        sender, subject = custom["from"] or "", custom["subject"] or SUBJECT
    body = render(html, values)
    plain = render(text, values) if text else _without_tags(body)
    sender = " ".join(render(sender, values).split())
    subject = " ".join(render(subject, values).split())
    if max(len(sender), len(subject)) > 500:  # more does not fit into the head of a mail
        raise Unsendable("The sender or the subject is too long.")
    return _message(
        sender=_typed_sender(sender) if sender else own_sender(values),
        to=to,
        subject=subject,
        text=plain,
        html=body,
        now=now,
    )


def _message_to_phone(to: Authenticator, values: dict[str, Any], now: float) -> EmailMessage:
    channel = CHANNELS[to.kind]
    text = render(channel.text, values) + f"\n\n(Outside the sandbox, this is a {channel.name} to {to.address}.)\n"
    recipient = f"{to.address}@{to.kind}{_PHONE_DOMAIN}"
    subject = f"{channel.name} to {to.address}"
    return _message(sender=own_sender(values), to=recipient, subject=subject, text=text, html="", now=now)


def own_sender(values: dict[str, Any]) -> Any:
    """The sender of what has no other, under the tenant's name. Raises `Unsendable` if that is too long for a mail."""
    return _named(" ".join(values["friendly_name"].split()), defaults.SENDER)  # a name may have any sign in it


def _typed_sender(sender: str) -> Any:
    """A sender as a template has it, `Name <address>`, or the address alone."""
    from email.errors import HeaderParseError

    found = re.fullmatch(r"(.*[^\s<])\s*<([^<>\s]+)>", sender)
    if found is not None:
        try:
            return _named(found[1].strip('"'), found[2])
        except Unsendable:
            raise
        except (ValueError, IndexError, HeaderParseError, RecursionError):
            pass  # said by what reads it next
    return sender


def _named(name: str, address: str) -> Any:
    """A sender with a name. Raises `ValueError`, `HeaderParseError` if that is no address, `Unsendable` if it is too long.

    A name that is not ASCII, or looks as if it were encoded, becomes one encoded word, however long: between two of
    them Python reads a blank.
    """
    from email.header import Header
    from email.headerregistry import Address

    shown = str(Address(name, addr_spec=address))
    line = shown if name.isascii() and "=?" not in name else f"{Header(name, 'utf-8').encode(maxlinelen=0)} <{address}>"
    if len(line) > 900:  # SMTP's lines have a thousand letters
        raise Unsendable("The sender's name is too long.")

    class Sender(str):
        name = "From"  # by which `EmailMessage` knows that it is a whole header
        addresses = (Address(name, addr_spec=address),)

        def fold(self, *, policy: Any) -> str:
            return f"From: {line}{policy.linesep}"

    return Sender(shown)


def _message(*, sender: Any, to: str, subject: str, text: str, html: str, now: float) -> EmailMessage:
    from email.message import EmailMessage
    from email.utils import format_datetime

    message = EmailMessage()
    try:
        message["From"] = sender
        if not message["From"].addresses or any("@" not in item.addr_spec for item in message["From"].addresses):
            raise ValueError(f"{sender} isn't a valid sender")
    except (ValueError, IndexError, AttributeError, RecursionError) as error:
        raise Unsendable(f"The sender can't be used: {error}") from None
    message["To"] = to
    message["Subject"] = in_head(subject)
    message["Date"] = format_datetime(datetime.fromtimestamp(now, UTC))
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def in_head(text: str) -> str:
    """`text` for a header of a message. Python decodes what looks encoded, into line ends and halves of letters, too."""
    return text.replace("=?", "= ?")


def _relay(store: Store) -> tuple[str, int] | None:
    """The tenant's own mail server, if it is on this machine: mail of a sandbox never leaves it."""
    provider = json.loads(store.get("email_provider") or "null")
    if not provider or not provider["enabled"] or provider["name"] != "smtp":
        return None
    host, port = provider["credentials"].get("smtp_host"), provider["credentials"].get("smtp_port")
    is_here = host in ("localhost", "127.0.0.1", "::1")
    return (host, port) if is_here and isinstance(port, int) else None


def _without_tags(html: str) -> str:
    from html import unescape

    text = re.sub(r"<(style|script|title)\b.*?(?:</\1>|\Z)|<[^<>]*>", " ", html, flags=re.S | re.I)
    return "\n".join(line for line in (" ".join(part.split()) for part in unescape(text).split("\n")) if line) + "\n"
