"""Users: making, finding, changing, and removing them."""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
from fnmatch import fnmatchcase
from typing import Any

from starlette.responses import Response

from ... import addresses, defaults
from ...crypto import passwords
from ...tenant import people
from ...tenant.clock import as_text
from .endpoint import NULL, Failure, Kinds, Work, invalid, merged, needs, nothing, say

#: What is only kept and shown, in a profile.
_MORE: Kinds = {
    **dict.fromkeys(("given_name", "family_name", "nickname", "picture", "username", "phone_number"), (str, NULL)),
    "phone_verified": bool,
    "user_metadata": dict,
    "app_metadata": dict,
}
_OWN: Kinds = {
    **dict.fromkeys(("connection", "email", "password", "name"), str),
    **dict.fromkeys(("email_verified", "blocked", "verify_email"), bool),
}
_METADATA = ("user_metadata", "app_metadata")
_LONGEST = 1_000  # letters of a query: the search for its parts takes quadratic time
_TERM = re.compile(r'([\w.]+):("[^"]*"|[^\s()"]+)')


@needs("create:users")
def add_user(work: Work) -> Response:
    """`POST /api/v2/users`: 201."""
    sent = work.required("connection", "email", "password", user_id=str, **_OWN, **_MORE)
    if sent["connection"] != defaults.REALM:
        raise Failure(400, "The connection does not exist.", "inexistent_connection")
    email = address_of(sent["email"])
    user_id = "auth0|" + (sent.get("user_id") or secrets.token_hex(12))
    if work.store.user_by_email(email) is not None or _is_taken(work, user_id):
        raise Failure(409, "The user already exists.", "auth0_idp_error")
    work.store.add_user(
        user_id,
        email=email,
        name=sent.get("name") or email,
        password_hash=passwords.hash_password(sent["password"]),
        email_verified=sent.get("email_verified", False),
        blocked=sent.get("blocked", False),
        now=work.call.now,
        more=_more("{}", sent),
    )
    return say(_as_user(work.store.user(user_id)), 201)


@needs("read:users")
def list_users(work: Work) -> Response:
    """`GET /api/v2/users`: by `q`, `sort`, and pages."""
    shown = [_as_user(row) for row in work.store.users()]
    field, _, direction = work.query.get("sort", "created_at:1").partition(":")
    if direction not in ("1", "-1"):
        raise Failure(400, "sort must be a field and 1 or -1, like created_at:-1.", "invalid_query_string")
    shown.sort(key=lambda user: str(user.get(field, "")), reverse=direction == "-1")
    terms = _terms(work.query.get("q", ""))
    found = [user for user in shown if all(_has(user, name, value) for name, value in terms)]
    return work.part("users", found, with_length=True)


@needs("read:users")
def by_email(work: Work) -> Response:
    """`GET /api/v2/users-by-email?email=…`: an array, empty if there is none."""
    row = work.store.user_by_email(work.query.get("email", ""))
    return say([work.chosen(_as_user(row))] if row is not None else [])


@needs("read:users")
def read_user(work: Work) -> Response:
    """`GET /api/v2/users/{id}`."""
    return work.say(_as_user(user_of(work)))


@needs("update:users")
def change_user(work: Work) -> Response:
    """`{"email_verified": true}` makes the implicit email authenticator appear (documentation, manage page)."""
    row = user_of(work)
    sent = work.fields(client_id=str, verify_phone_number=bool, **_OWN, **_MORE)
    if "" in (sent.get("password"), sent.get("name")):
        raise invalid("String is too short (0 chars), minimum 1")
    changed: dict[str, Any] = {name: sent[name] for name in ("email_verified", "blocked", "name") if name in sent}
    if "password" in sent:
        changed["password_hash"] = passwords.hash_password(sent["password"])
    if "email" in sent:
        changed["email"] = address_of(sent["email"])
        other = work.store.user_by_email(changed["email"])
        if other is not None and other["user_id"] != row["user_id"]:
            raise Failure(400, "The specified new email already exists", "auth0_idp_error")
    more = _more(row["more"], sent)
    work.store.change_user(row["user_id"], **changed, more=more, changed_at=work.call.now)
    return say(_as_user(user_of(work)))


@needs("delete:users")
def remove_user(work: Work) -> Response:
    """`DELETE /api/v2/users/{id}`: 204. With the user goes all that the user has enrolled and got."""
    user_id = user_of(work)["user_id"]
    work.store.forget_user(user_id)
    work.store.remove_user(user_id)
    return nothing()


@needs("update:users")
def unblock(work: Work) -> Response:
    """`DELETE /api/v2/user-blocks/{id}` ends a brute-force block; the administrator's own is `blocked` (documentation)."""
    work.store.forget_failed_logins(user_of(work)["user_id"])
    return nothing()


def address_of(text: str) -> str:
    """Raises `Failure`."""
    address = addresses.address_of(text)
    if address is None:
        raise invalid("Object didn't pass validation for format email", "email")
    return address


def user_of(work: Work) -> sqlite3.Row:
    """The user of the path. Raises `Failure`."""
    try:
        return work.store.user(work.path["id"])
    except KeyError:
        raise Failure(404, "The user does not exist.", "inexistent_user") from None


def _is_taken(work: Work, user_id: str) -> bool:
    try:
        return bool(work.store.user(user_id))
    except KeyError:
        return False


def _more(kept: str, sent: dict[str, Any]) -> str:
    """Metadata is merged, its first level only; all else is replaced (documentation, manage-user-metadata)."""
    more, before = {name: value for name, value in sent.items() if name in _MORE}, json.loads(kept)
    for name in _METADATA:
        if more.get(name):  # an empty object empties it
            more[name] = merged(before.get(name, {}), more[name])
    return json.dumps(merged(before, more))


def _terms(q: str) -> list[tuple[str, str]]:
    """`email:"ada@example.com" AND name:A*`: as much of the search syntax as there is here. Raises `Failure`."""
    if len(q) > _LONGEST:
        raise Failure(400, f"q can have at most {_LONGEST:,} characters.", "invalid_query_string")
    if set(_TERM.sub(" ", q).split()) - {"AND"}:
        raise Failure(400, "q must consist of field:value pairs joined by AND.", "invalid_query_string")
    return [(name, value.strip('"')) for name, value in _TERM.findall(q)]


def _has(user: dict[str, Any], name: str, wanted: str) -> bool:
    """Whether a field has that value, whatever its case; `*` stands for anything, and a dot leads into metadata."""
    value: Any = user
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    pattern = re.sub(r"([\[\]?])", r"[\1]", wanted.lower())
    return value is not None and fnmatchcase(str(value).lower(), pattern)


def _as_user(row: sqlite3.Row) -> dict[str, Any]:
    provider, _, id = row["user_id"].partition("|")
    identity = {"connection": defaults.REALM, "provider": provider, "user_id": id, "isSocial": False}
    return {
        "created_at": as_text(row["created_at"]),
        "email": row["email"],
        "email_verified": bool(row["email_verified"]),
        "identities": [identity],
        **people.profile(row),
        "updated_at": as_text(row["changed_at"]),
        "user_id": row["user_id"],
        **json.loads(row["more"]),
        **({"blocked": True} if row["blocked"] else {}),
    }
