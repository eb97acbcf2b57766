"""Users and their authentication methods."""

from __future__ import annotations

import re
import secrets
import sqlite3
from typing import Any

from starlette.responses import Response

from ... import defaults
from ...crypto import opaque_strings, passwords
from ...tenant import authenticators, messages
from ...tenant.clock import as_text
from .endpoint import Failure, Work, invalid, needs, say

_METHODS = {
    "email": "email",
    "sms": "phone",
    "voice": "phone",
    "push": "push-notification",
    "totp": "totp",
    "recovery-code": "recovery-code",
}


@needs("create:users")
def add_user(work: Work) -> Response:
    """`POST /api/v2/users`: 201."""
    kinds: dict[str, type] = {
        "connection": str,
        "email": str,
        "password": str,
        "email_verified": bool,
        "name": str,
        "verify_email": bool,
    }
    wanted = work.required("connection", "email", "password", **kinds)
    if wanted["connection"] != defaults.REALM:
        raise Failure(400, "The connection does not exist.", "inexistent_connection")
    email = wanted["email"]
    if not messages.is_address(email):
        raise invalid("Object didn't pass validation for format email", "email")
    if work.store.user_by_email(email) is not None:
        raise Failure(409, "The user already exists.", "auth0_idp_error")
    user_id = "auth0|" + secrets.token_hex(12)
    name = wanted.get("name") or email
    hashed = passwords.hash_password(wanted["password"])
    work.store.add_user(
        user_id,
        email=email,
        name=name,
        password_hash=hashed,
        email_verified=wanted.get("email_verified", False),
        now=work.call.now,
    )
    return say(_as_user(work.store.user(user_id)), 201)


@needs("read:users")
def by_email(work: Work) -> Response:
    """`GET /api/v2/users-by-email?email=…`: an array, empty if there is none."""
    row = work.store.user_by_email(work.query.get("email", ""))
    return say([_as_user(row)] if row is not None else [])


@needs("read:users")
def read_user(work: Work) -> Response:
    """`GET /api/v2/users/{id}`."""
    return say(_as_user(_user(work)))


@needs("update:users")
def change_user(work: Work) -> Response:
    """`{"email_verified": true}` makes the implicit e-mail authenticator appear (documentation, manage page)."""
    row = _user(work)
    wanted = work.fields(email_verified=bool, blocked=bool, name=str, password=str, connection=str)
    wanted.pop("connection", None)
    password = wanted.pop("password", None)
    if password == "" or wanted.get("name") == "":
        raise invalid("String is too short (0 chars), minimum 1")
    if password:
        wanted["password_hash"] = passwords.hash_password(password)
    work.store.change_user(row["user_id"], **wanted, changed_at=work.call.now)
    return say(_as_user(_user(work)))


@needs("update:users")
def unblock(work: Work) -> Response:
    """`DELETE /api/v2/user-blocks/{id}` ends a brute-force block; the administrator's own is `blocked` (documentation)."""
    work.store.forget_failed_logins(_user(work)["user_id"])
    return Response(status_code=204)


@needs("read:authentication_methods")
def list_methods(work: Work) -> Response:
    """Enrolled ones, confirmed or not (documentation, manage-authentication-methods); the implicit e-mail is not among them."""
    rows = work.store.authenticators(_user(work)["user_id"])
    return work.part("authenticators", [_as_method(row) for row in rows])


@needs("create:authentication_methods")
def add_method(work: Work) -> Response:
    """Confirmed at once (documentation)."""
    user = _user(work)
    wanted = work.required(
        "type",
        type=str,
        name=str,
        email=str,
        phone_number=str,
        totp_secret=str,
        preferred_authentication_method=str,
    )
    kind, address, secret = _new_method(wanted)
    id = authenticators.new_id(kind)
    store = work.store
    if len(store.authenticators(user["user_id"])) >= defaults.LIMITS.authenticators:
        raise Failure(409, "The user has too many authentication methods.", "conflict")
    store.add_authenticator(
        id,
        user_id=user["user_id"],
        kind=kind,
        now=work.call.now,
        address=address,
        secret=secret,
        name=wanted.get("name", ""),
    )
    store.confirm(id)
    row = store.authenticator(id)
    assert row is not None
    return say(_as_method(row), 201)


def _new_method(wanted: dict[str, Any]) -> tuple[str, str, str]:
    """Kind, address and secret. Raises `Failure`."""
    if wanted["type"] == "email":
        if not messages.is_address(wanted.get("email", "")):
            raise invalid("Object didn't pass validation for format email", "email")
        return "email", wanted["email"], ""
    if wanted["type"] == "phone":
        if not messages.is_number(wanted.get("phone_number", "")):
            raise invalid("The phone number is invalid", "phone_number")
        kind = wanted.get("preferred_authentication_method", "sms")
        if kind not in ("sms", "voice"):
            raise invalid("Expected sms or voice", "preferred_authentication_method")
        return kind, wanted["phone_number"], ""
    if wanted["type"] == "totp":
        # Whole groups, and 112 bits or more: what makes the codes takes no less (NIST SP 800-63B, section 3.1.4).
        if not re.fullmatch(r"(?:[A-Z2-7]{8}){3,16}", wanted.get("totp_secret", "")):
            raise invalid("Expected a base32 secret of 24, 32, 40 … 128 letters", "totp_secret")
        return "totp", "", wanted["totp_secret"]
    raise invalid("Expected one of email, phone, totp", "type")


@needs("delete:authentication_methods")
def remove_methods(work: Work) -> Response:
    """`DELETE /api/v2/users/{id}/authentication-methods`: all of them, 204."""
    return _remove_all(work)


@needs("delete:authentication_methods")
def remove_method(work: Work) -> Response:
    """`DELETE /api/v2/users/{id}/authentication-methods/{method}`: 204."""
    user = _user(work)
    row = work.store.authenticator(work.path["method"])
    if row is None or row["user_id"] != user["user_id"]:
        raise Failure(404, "The authentication method does not exist.", "inexistent_authentication_method")
    work.store.remove_device(row["id"])
    return Response(status_code=204)


@needs("delete:guardian_enrollments")
def remove_enrollments(work: Work) -> Response:
    """`DELETE /api/v2/users/{id}/authenticators`: all of them, 204."""
    return _remove_all(work)


@needs("update:users")
def regenerate_recovery_code(work: Work) -> Response:
    """The old one is dead. The outline is documented, the status assumed."""
    user = _user(work)
    store, code = work.store, authenticators.new_recovery_code()
    for row in store.authenticators(user["user_id"]):
        if row["kind"] == "recovery-code":
            store.remove_authenticator(row["id"])
    id = authenticators.new_id("recovery-code")
    store.add_authenticator(
        id, user_id=user["user_id"], kind="recovery-code", now=work.call.now, secret=opaque_strings.fingerprint(code)
    )
    store.confirm(id)
    return say({"recovery_code": code}, 201)


def _remove_all(work: Work) -> Response:
    for row in work.store.authenticators(_user(work)["user_id"]):
        work.store.remove_authenticator(row["id"])
    return Response(status_code=204)


def _user(work: Work) -> sqlite3.Row:
    try:
        return work.store.user(work.path["id"])
    except KeyError:
        raise Failure(404, "The user does not exist.", "inexistent_user") from None


def _as_user(row: sqlite3.Row) -> dict[str, Any]:
    provider, _, id = row["user_id"].partition("|")
    shown = {
        "user_id": row["user_id"],
        "email": row["email"],
        "email_verified": bool(row["email_verified"]),
        "name": row["name"],
        "nickname": row["email"].split("@")[0],
        "updated_at": as_text(row["changed_at"]),
        "identities": [{"connection": defaults.REALM, "provider": provider, "user_id": id, "isSocial": False}],
    }
    return {**shown, "blocked": True} if row["blocked"] else shown


def _as_method(row: sqlite3.Row) -> dict[str, Any]:
    shown = {
        "id": row["id"],
        "type": _METHODS[row["kind"]],
        "confirmed": bool(row["active"]),
        "created_at": as_text(row["created_at"]),
    }
    if row["name"]:
        shown |= {"name": row["name"]}
    if row["kind"] in ("sms", "voice"):
        shown |= {"phone_number": row["address"], "preferred_authentication_method": row["kind"]}
    elif row["kind"] == "email":
        shown |= {"email": row["address"]}
    return {**shown, "last_auth_at": as_text(row["used_at"])} if row["used_at"] else shown
