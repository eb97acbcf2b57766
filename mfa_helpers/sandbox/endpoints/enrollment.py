"""Making an unconfirmed authenticator and sending it a code, for whichever of the tenant's APIs and pages asks for it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from .. import defaults, refusals
from ..crypto import opaque_strings
from ..http.call import Call
from ..refusals import Refusal
from ..tenant import authenticators, mailbox, messages, token_buckets
from ..tenant.authenticators import Authenticator
from ..tenant.liquid_templates import Unsendable
from ..tenant.workers import COMPOSING, done_by
from .second_factor import Login, check_may_enroll


@dataclass(frozen=True)
class Wanted:
    """What is to be enrolled: a kind of authenticator, and for some an address or a number."""

    kind: str
    address: str = ""


def enroll(call: Call, login: Login, wanted: Wanted) -> Authenticator:
    """Make an unconfirmed authenticator. Raises `Refusal`."""
    store, user_id = call.tenant.store, login.user["user_id"]
    check_may_enroll(call, login)
    if len(store.authenticators(user_id)) >= defaults.LIMITS.authenticators:
        raise Refusal(refusals.TOO_MANY_ROWS)
    secret = ""
    if wanted.kind == "totp":
        secret = _app_secret(call)
    # Associating an address again makes another row, as reports say.
    chosen = Authenticator(
        id=authenticators.new_id(wanted.kind), kind=wanted.kind, address=wanted.address, active=False, secret=secret
    )
    store.add_authenticator(
        chosen.id,
        user_id=user_id,
        kind=chosen.kind,
        now=call.now,
        address=chosen.address,
        secret=secret,
        enrolled_by=login.token_hash,
    )
    return chosen


def _app_secret(call: Call) -> str:
    """A new secret of an authenticator app. If codes are to begin with a zero, its code of now does, and the next one."""
    import pyotp

    while True:
        secret = pyotp.random_base32()
        codes = (pyotp.TOTP(secret).at(int(call.now) + later) for later in (0, defaults.LIFETIMES.totp_step))
        if not call.tenant.store.settings().codes_begin_with_zero or all(code.startswith("0") for code in codes):
            return secret


async def send_code(call: Call, login: Login, chosen: Authenticator, oob_code: str | None = None) -> str:
    """Send a fresh code and return its `oob_code`, if it was not given. Raises `Refusal` if it cannot be sent, or not now."""
    store, now = call.tenant.store, call.now
    expires_at = now + defaults.LIFETIMES.oob_code
    oob_code = oob_code or opaque_strings.new_string(expires_at)
    code = f"{secrets.randbelow(10**5 if store.settings().codes_begin_with_zero else 10**6):06d}"
    hashed = opaque_strings.fingerprint(oob_code)
    client = store.client(login.client_id)
    channel = messages.CHANNELS[chosen.kind]
    try:
        letter = messages.compose(
            store,
            chosen,
            code,
            user=login.user,
            application=client["name"] if client else "",
            language=call.request.headers.get("x-request-language", ""),
            now=now,
        )
        message = await done_by(COMPOSING, letter.written)
        message[mailbox.USER_HEADER] = call.user_id
        message[mailbox.OOB_CODE_HEADER] = opaque_strings.short_fingerprint(oob_code)
        with store.change():
            token_buckets.spend(
                store, call.user_id, channel.bucket_name, channel.bucket, now=now, refusal=channel.too_many
            )
            store.add_oob_code(
                hashed,
                token_hash=login.token_hash,
                user_id=login.user["user_id"],
                authenticator_id=chosen.id,
                code_hash=opaque_strings.code_fingerprint(oob_code, code),
                expires_at=expires_at,
            )
        await call.tenant.deliver(message, letter.relay)
    except (OSError, Unsendable) as error:  # smtplib's errors are OSErrors
        with store.change():
            store.remove_oob_code(hashed)
            call.log(channel.failed, type(error).__name__, to=chosen.address)
        raise Refusal(refusals.MAIL_FAILED, channel=channel.name) from None
    call.log(channel.sent)
    return oob_code
