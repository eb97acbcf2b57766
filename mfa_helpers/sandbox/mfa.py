"""`/mfa/associate`, `/mfa/authenticators`, `/mfa/challenge`: the e-mail factor."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from . import answers, limits, mail, profile, seals
from .answers import Refusal, mfa_answer
from .tenant import Tenant, check_client, optional_text, read_body, tenant_of, text_field, text_list

_CHANNELS = ("email", "sms", "voice", "auth0")
_FACTORS = {"sms": "sms", "voice": "sms", "auth0": "push-notification"}
_PLAIN = r"[^@\s\"(),:;<>\[\\\]"  # what needs no quotes in an address; the class is closed where it is used
# No encoded word in front (`=?…?=`), no empty label in the domain: mail programs read those as something else.
_ADDRESS = re.compile(rf"(?!=\?){_PLAIN}]{{1,64}}@{_PLAIN}.]+(?:\.{_PLAIN}.]+)*")


@dataclass(frozen=True)
class Bearer:
    """Who asks: an MFA token's login, or the holder of an access token for the MFA audience."""

    user_id: str
    token_hash: str
    client_id: str
    is_access_token: bool


async def associate(request: Request) -> Response:
    """`POST /mfa/associate`: make an unconfirmed authenticator and mail its code."""
    tenant = tenant_of(request)
    bearer = _bearer(request, tenant, "enroll")
    body = await read_body(request)
    if body.get("client_secret"):  # optional here, refused only if wrong (assumed)
        check_client(tenant, body)
    user = tenant.store.user(bearer.user_id)
    address = _wanted_address(tenant, body) or user["email"]
    rows = tenant.store.authenticators(bearer.user_id)
    # An explicit, active authenticator closes this road for the MFA token; the
    # implicit one of a verified profile address does not (assumed, nobody says).
    if not bearer.is_access_token and any(row["active"] for row in rows):
        raise Refusal(answers.ALREADY_ENROLLED)
    if len(rows) >= profile.LIMITS.authenticators:
        raise Refusal(answers.TOO_MANY_ROWS)

    # Associating an address again makes another row, as reports say.
    authenticator_id = "email|dev_" + _letters()
    with tenant.store.change():
        _spend_a_mail(tenant, bearer.user_id)
        tenant.store.add_authenticator(authenticator_id, bearer.user_id, address, tenant.clock.now())
    try:
        oob_code = await _send_code(tenant, bearer, authenticator_id, address)
    except Refusal:
        tenant.store.remove_authenticator(authenticator_id)
        raise
    return mfa_answer(
        {
            "authenticator_type": "oob",
            "binding_method": "prompt",
            # recovery_codes come only with the recovery-code factor, which is off by default
            "oob_channel": "email",
            "oob_code": oob_code,
        }
    )


async def list_authenticators(request: Request) -> Response:
    """`GET /mfa/authenticators`: all rows, the unconfirmed ones too."""
    tenant = tenant_of(request)
    bearer = _bearer(request, tenant, "read:authenticators")
    return mfa_answer([_as_row(item) for item in _all(tenant, bearer.user_id)])


async def delete_authenticator(request: Request) -> Response:
    """`DELETE /mfa/authenticators/{id}`: wants the access token, 204."""
    tenant = tenant_of(request)
    bearer = _bearer(request, tenant, "remove:authenticators")
    if not bearer.is_access_token:
        raise Refusal(answers.TOKEN_INVALID)
    found = _find(tenant, bearer.user_id, request.path_params["id"])
    if found["implicit"]:
        raise Refusal(answers.IMPLICIT)
    tenant.store.remove_authenticator(found["id"])
    return Response(status_code=204, media_type="application/json")


async def challenge(request: Request) -> Response:
    """`POST /mfa/challenge`: mail a code to an active authenticator."""
    tenant = tenant_of(request)
    body = await read_body(request)
    token = text_field(body, "mfa_token")
    client_id = check_client(tenant, body)
    row = login_of(tenant, token, client_id)
    types = (optional_text(body, "challenge_type") or "oob otp").split()
    active = [item for item in _all(tenant, row["user_id"]) if item["active"]]
    if not active:
        raise Refusal(answers.NOT_ENROLLED)
    wanted = optional_text(body, "authenticator_id")
    if wanted is not None:
        chosen = _find(tenant, row["user_id"], wanted)
        if not chosen["active"]:
            raise Refusal(answers.UNKNOWN_AUTHENTICATOR)
    else:
        chosen = active[0]  # the oldest (assumed: no order is documented)
    if "oob" not in types:  # every authenticator here is an e-mail
        raise Refusal(answers.TYPE_NOT_ENROLLED, types=" ".join(types))
    bearer = Bearer(row["user_id"], row["hash"], client_id, is_access_token=False)
    with tenant.store.change():
        _spend_a_mail(tenant, bearer.user_id)
    oob_code = await _send_code(tenant, bearer, chosen["id"], chosen["address"])
    return mfa_answer({"challenge_type": "oob", "oob_code": oob_code, "binding_method": "prompt"})


def login_of(tenant: Tenant, token: str, client_id: str) -> Any:
    """The login that an `mfa_token` in a body belongs to. Raises `Refusal`.

    An access token is malformed here: reports agree that it cannot be challenged with.
    """
    row = tenant.store.mfa_token(seals.fingerprint(token))
    if row is None or row["spent"]:  # that a completed login is spent is assumed
        raise Refusal(answers.MALFORMED_TOKEN)
    if row["expires_at"] <= tenant.clock.now():
        raise Refusal(answers.TOKEN_EXPIRED)
    if row["client_id"] != client_id:
        raise Refusal(answers.OTHER_CLIENT)
    return row


def _bearer(request: Request, tenant: Tenant, scope: str) -> Bearer:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise Refusal(answers.NO_BEARER)
    claims = mfa_access_token(tenant, token)
    if claims is not None:
        if scope not in claims["scope"].split():
            raise Refusal(answers.SCOPE_MISSING, scope=scope)
        return Bearer(claims["sub"], seals.fingerprint(token), claims["azp"], is_access_token=True)
    row = tenant.store.mfa_token(seals.fingerprint(token))
    if row is None or row["spent"]:
        raise Refusal(answers.TOKEN_INVALID)
    if row["expires_at"] <= tenant.clock.now():
        raise Refusal(answers.TOKEN_EXPIRED)
    return Bearer(row["user_id"], row["hash"], row["client_id"], is_access_token=False)


def mfa_access_token(tenant: Tenant, token: str) -> dict[str, Any] | None:
    """The claims of an access token for the MFA audience; `None` if it is anything else.

    Raises `Refusal` if it has expired. The audience is recognised by its end:
    another kernel or another start may have issued it under another address.
    """
    if token.count(".") != 2 or not token.startswith("eyJ"):
        return None
    claims = tenant.signer.read(token)
    audiences = [] if claims is None else claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if claims is None or not any(audience.rstrip("/").endswith("/mfa") for audience in audiences):
        return None
    if claims["exp"] <= tenant.clock.now():
        raise Refusal(answers.TOKEN_EXPIRED)
    return claims


def _wanted_address(tenant: Tenant, body: dict[str, Any]) -> str | None:
    for kind in text_list(body, "authenticator_types"):
        if kind == "otp":
            raise Refusal(answers.FACTOR_OFF, factor="otp")
        if kind != "oob":
            raise Refusal(answers.BAD_CHANNEL, name="authenticator type", value=kind[:40])
    for channel in text_list(body, "oob_channels"):
        if channel not in _CHANNELS:
            raise Refusal(answers.BAD_CHANNEL, name="oob channel", value=channel[:40])
        factor = _FACTORS.get(channel, channel)
        if channel != "email" or factor not in tenant.store.settings().factors:
            raise Refusal(answers.FACTOR_OFF, factor=factor)
    email = optional_text(body, "email")
    if email is not None and (not _ADDRESS.fullmatch(email) or len(email.encode()) > 254):
        raise Refusal(answers.BAD_EMAIL)
    return email


def _all(tenant: Tenant, user_id: str) -> list[dict[str, Any]]:
    """The user's authenticators. A verified profile address is one by itself (documentation, manage page)."""
    settings = tenant.store.settings()
    rows = [{**dict(row), "implicit": False} for row in tenant.store.authenticators(user_id)]
    if settings.email_verified and "email" in settings.factors:
        user = tenant.store.user(user_id)
        name = "email|dev_" + hashlib.sha256(user_id.encode()).hexdigest()[:16]
        rows.insert(0, {"id": name, "address": user["email"], "active": 1, "implicit": True})
    return rows


def _find(tenant: Tenant, user_id: str, authenticator_id: str) -> dict[str, Any]:
    for item in _all(tenant, user_id):
        if item["id"] == authenticator_id:
            return item
    raise Refusal(answers.UNKNOWN_AUTHENTICATOR)


def _as_row(item: dict[str, Any]) -> dict[str, Any]:
    # Key order as recorded (TestMFAListAuthenticators).
    return {
        "id": item["id"],
        "authenticator_type": "oob",
        "active": bool(item["active"]),
        "oob_channel": "email",
        "name": masked_address(item["address"]),
    }


def masked_address(address: str) -> str:
    """An address as the list shows it: length kept, at most four characters of each side.

    `user@example.com` is recorded as `****@exam*******`: the domain keeps its
    first four characters, the local part its first four unless it has no more
    than four (inferred from three samples).
    """
    local, _, domain = address.rpartition("@")
    shown = local[:4] if len(local) > 4 else ""
    return f"{shown}{'*' * (len(local) - len(shown))}@{domain[:4]}{'*' * max(len(domain) - 4, 0)}"


def _spend_a_mail(tenant: Tenant, user_id: str) -> None:
    now = tenant.clock.now()
    bucket = profile.LIMITS.emails
    wait = limits.seconds_until_one(tenant.store, user_id, "emails", bucket, now)
    if wait:
        raise Refusal(answers.TOO_MANY_MAILS, retry_after=wait)
    limits.take_one(tenant.store, user_id, "emails", bucket, now)


async def _send_code(tenant: Tenant, bearer: Bearer, authenticator_id: str, address: str) -> str:
    """Mail a fresh code and return its `oob_code`. Raises `Refusal` if the mail cannot be sent."""
    now = tenant.clock.now()
    expires_at = now + profile.LIFETIMES.oob_code
    oob_code, code = seals.new_seal(expires_at), f"{secrets.randbelow(10**6):06d}"
    hashed = seals.fingerprint(oob_code)
    client = tenant.store.client(bearer.client_id)
    message = mail.compose(
        address,
        code,
        name=tenant.store.user(bearer.user_id)["name"],
        application=client["name"] if client else profile.TENANT_NAME,
        now=now,
    )
    tenant.store.add_oob_code(
        hashed, bearer.token_hash, bearer.user_id, authenticator_id, seals.code_fingerprint(oob_code, code), expires_at
    )
    try:
        await tenant.deliver(message)
    except OSError:  # smtplib's errors are OSErrors
        tenant.store.remove_oob_code(hashed)
        raise Refusal(answers.MAIL_FAILED) from None
    return oob_code


def _letters() -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(secrets.choice(alphabet) for _ in range(16))
