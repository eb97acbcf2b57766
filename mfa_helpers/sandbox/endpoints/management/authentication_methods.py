"""The authentication methods of a user, as an administrator sees and changes them.

A phone number is a single method here, with texts and calls inside. In the MFA API, each of these is an authenticator.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from starlette.responses import Response

from ... import addresses, defaults
from ...crypto import opaque_strings
from ...tenant import authenticators
from ...tenant.clock import as_text
from .endpoint import Failure, Kinds, Work, invalid, needs, nothing, say
from .users import address_of, user_of

_ON_PHONE = ("sms", "voice")
_SENT: Kinds = dict.fromkeys(
    ("type", "name", "email", "phone_number", "totp_secret", "preferred_authentication_method"), str
)


@needs("read:authentication_methods")
def list_methods(work: Work) -> Response:
    """Enrolled ones, confirmed or not (documentation, manage-authentication-methods); the implicit email is not among them."""
    return work.part("authenticators", _all(work, user_of(work)["user_id"]))


@needs("read:authentication_methods")
def read_method(work: Work) -> Response:
    """`GET /api/v2/users/{id}/authentication-methods/{method}`."""
    return say(_as_method(_rows(work)))


@needs("create:authentication_methods")
def add_method(work: Work) -> Response:
    """Confirmed at once (documentation)."""
    user_id = user_of(work)["user_id"]
    _add(work, user_id, work.required("type", **_SENT))
    return say(_as_method(_methods(work, user_id)[-1]), 201)


@needs("update:authentication_methods")
def replace_methods(work: Work) -> Response:
    """`PUT /api/v2/users/{id}/authentication-methods`: these in place of all that were there."""
    user_id, wanted = user_of(work)["user_id"], work.body
    if not isinstance(wanted, list):
        raise invalid("Expected type array")
    _remove_all(work, user_id)
    for one in wanted:
        _add(work, user_id, Work(work.call, one).required("type", **_SENT))
    return say(_all(work, user_id))


@needs("update:authentication_methods")
def change_method(work: Work) -> Response:
    """`PATCH /api/v2/users/{id}/authentication-methods/{method}`: its name; of a phone, what is preferred."""
    rows = _rows(work)
    sent = work.fields(name=str, preferred_authentication_method=str)
    preferred = sent.get("preferred_authentication_method")
    if preferred is not None and (preferred not in _ON_PHONE or rows[0]["kind"] not in _ON_PHONE):
        raise invalid("Expected sms or voice of a phone", "preferred_authentication_method")
    for row in rows:
        if "name" in sent:
            work.store.change_authenticator(row["id"], name=sent["name"])
    if preferred is not None and preferred != rows[0]["kind"]:
        _prefer(work, rows, preferred)
    return say(_as_method(_rows(work)))


@needs("delete:authentication_methods")
def remove_methods(work: Work) -> Response:
    """`DELETE /api/v2/users/{id}/authentication-methods`: all of them, 204."""
    _remove_all(work, user_of(work)["user_id"])
    return nothing()


@needs("delete:authentication_methods")
def remove_method(work: Work) -> Response:
    """`DELETE /api/v2/users/{id}/authentication-methods/{method}`: 204."""
    work.store.remove_device(_rows(work)[0]["id"])
    return nothing()


@needs("delete:guardian_enrollments")
def remove_enrollments(work: Work) -> Response:
    """`DELETE /api/v2/users/{id}/authenticators`: all of them, 204."""
    _remove_all(work, user_of(work)["user_id"])
    return nothing()


@needs("update:users")
def regenerate_recovery_code(work: Work) -> Response:
    """The old one is dead. The outline is documented; 200 as in the Management API's reference."""
    user_id, store, code = user_of(work)["user_id"], work.store, authenticators.new_recovery_code()
    for row in store.authenticators(user_id):
        if row["kind"] == "recovery-code":
            store.remove_authenticator(row["id"])
    secret = opaque_strings.fingerprint(code)
    authenticators.add_confirmed(store, user_id, "recovery-code", now=work.call.now, secret=secret)
    return say({"recovery_code": code})


def _add(work: Work, user_id: str, wanted: dict[str, Any]) -> None:
    """Raises `Failure`."""
    kind, address, secret = _new_method(wanted)
    if len(work.store.authenticators(user_id)) >= defaults.LIMITS.authenticators:
        raise Failure(409, "The user has too many authentication methods.", "conflict")
    name = wanted.get("name", "")
    authenticators.add_confirmed(
        work.store, user_id, kind, now=work.call.now, address=address, secret=secret, name=name
    )


def _new_method(wanted: dict[str, Any]) -> tuple[str, str, str]:
    """Kind, address and secret. Raises `Failure`."""
    if wanted["type"] == "email":
        return "email", address_of(wanted.get("email", "")), ""
    if wanted["type"] == "phone":
        if not addresses.is_number(wanted.get("phone_number", "")):
            raise invalid("The phone number is invalid", "phone_number")
        kind = wanted.get("preferred_authentication_method", "sms")
        if kind not in _ON_PHONE:
            raise invalid("Expected sms or voice", "preferred_authentication_method")
        return kind, wanted["phone_number"], ""
    if wanted["type"] == "totp":
        if not authenticators.is_totp_secret(wanted.get("totp_secret", "")):
            raise invalid("Expected a base32 secret of 24, 32, 40, …, or 128 characters", "totp_secret")
        return "totp", "", wanted["totp_secret"]
    raise invalid("Expected one of email, phone, totp", "type")


def _prefer(work: Work, rows: list[sqlite3.Row], kind: str) -> None:
    """The oldest row of a phone is the preferred one: the two change places, or the only one changes its kind."""
    first, *others = rows
    for row, other in ((first, kind), *((row, first["kind"]) for row in others)):
        work.store.change_authenticator(row["id"], id=f"moving-{other}", kind=other)
    for row, other in ((first, kind), *((row, first["kind"]) for row in others)):
        work.store.change_authenticator(f"moving-{other}", id=authenticators.twin(row["id"], other))


def _remove_all(work: Work, user_id: str) -> None:
    for row in work.store.authenticators(user_id):
        work.store.remove_authenticator(row["id"])


def _methods(work: Work, user_id: str) -> list[list[sqlite3.Row]]:
    """The rows of each method: two of a phone that takes texts and calls, else one."""
    found: dict[str, list[sqlite3.Row]] = {}
    for row in work.store.authenticators(user_id):
        found.setdefault(_id_of(row), []).append(row)
    return list(found.values())


def _all(work: Work, user_id: str) -> list[dict[str, Any]]:
    return [_as_method(rows) for rows in _methods(work, user_id)]


def _rows(work: Work) -> list[sqlite3.Row]:
    """Of the method of the path, which may name what is inside a phone, too. Raises `Failure`."""
    wanted = work.path["method"]
    for rows in _methods(work, user_of(work)["user_id"]):
        if wanted in (_id_of(rows[0]), *(row["id"] for row in rows)):
            return rows
    raise Failure(404, "The authentication method does not exist.", "inexistent_authentication_method")


def _id_of(row: sqlite3.Row) -> str:
    return authenticators.twin(row["id"], "phone") if row["kind"] in _ON_PHONE else str(row["id"])


def _as_method(rows: list[sqlite3.Row]) -> dict[str, Any]:
    row = rows[0]
    shown = {
        "id": _id_of(row),
        "type": authenticators.METHOD[row["kind"]],
        "confirmed": bool(row["active"]),
        "created_at": as_text(row["created_at"]),
    }
    if row["name"]:
        shown |= {"name": row["name"]}
    if row["kind"] in _ON_PHONE:
        inside = [{"type": one["kind"], "id": one["id"]} for one in rows]
        shown |= {
            "phone_number": row["address"],
            "authentication_methods": inside,
            "preferred_authentication_method": row["kind"],
        }
    elif row["kind"] == "email":
        shown |= {"email": row["address"]}
    used_at = max(row["used_at"] for row in rows)
    return {**shown, "last_auth_at": as_text(used_at)} if used_at else shown
