"""How a tenant begins if somebody says so: settings, origins, APIs, users, and what they have enrolled.

The same words are in the file of `--seed`, in `POST /sandbox/reset`, and in the pytest fixture's `seed`.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from .. import addresses, defaults
from ..crypto import opaque_strings, passwords
from ..store import Store
from . import authenticators
from .origins import is_origin, of_url
from .tenant import ends_like_the_tenants_own


class BadSeed(ValueError):
    """What is wrong with a seed, and where. The message tells no value of it, because that may be a secret."""

    def __init__(self, place: str, trouble: str) -> None:
        super().__init__(f"{place} {trouble}")


@dataclass(frozen=True)
class Factor:
    """What a user has enrolled. `kind` and `secret` are those of `authenticators.Authenticator`."""

    kind: str
    address: str = ""
    secret: str = ""


@dataclass(frozen=True)
class Seed:
    """A seed in which nothing is wrong. `source` is how it was written."""

    settings: defaults.Settings
    apis: list[dict[str, Any]]
    users: list[tuple[dict[str, Any], list[Factor]]]
    source: dict[str, Any]


def read(told: Any) -> Seed:
    """What a file or a request says, checked. Raises `BadSeed`."""
    top = _object({} if told is None else told, "", {"settings": dict, "origins": list, "apis": list, "users": list})
    return Seed(
        settings=_settings(top.get("settings", {}), _texts(top.get("origins", []), "origins")),
        apis=_different([_api(one, f"apis[{n}]") for n, one in enumerate(top.get("apis", []))], "apis", "identifier"),
        users=_users(top.get("users", [])),
        source=top,
    )


def plant(store: Store, seed: Seed) -> None:
    """Make the tenant what the seed says, whatever it was before. Credentials and the signing key stay."""
    now = time.time()  # a reset sets the clock right, too
    with store.change():
        store.reset(seed.settings)
        for api in seed.apis:
            identifier = api["identifier"]
            known = store.api(identifier)  # the course's own, perhaps
            if known is not None:
                store.remove_api(known["id"])
            store.add_api(
                _digest(identifier),
                identifier=identifier,
                name=api.get("name", identifier),
                scopes=json.dumps(api.get("scopes", [])),
                allow_offline_access=api.get("allow_offline_access", False),
            )
        for user, factors in seed.users:
            user_id = _plant_user(store, user, now)
            for factor in factors:
                authenticators.add_confirmed(
                    store, user_id, factor.kind, now=now, address=factor.address, secret=factor.secret
                )


def keep(store: Store, seed: Seed) -> None:
    """From now on, a reset brings this seed back. If it has a password for the course's own user, that is the one that is told."""
    store.put("seed", json.dumps(seed.source))
    for user, _ in seed.users:
        if user.get("password") and _is_own(user["email"]):
            store.put("password", user["password"])


def kept(store: Store) -> Seed:
    """The seed that a reset brings back; without one, that of a first day."""
    return read(json.loads(store.get("seed") or "{}"))


def _plant_user(store: Store, user: Mapping[str, Any], now: float) -> str:
    email, password = user["email"], user.get("password")
    row = store.user_by_email(email)
    if row is None:
        user_id = "auth0|" + _digest(email)  # it follows from the address, as that of the course's own user does
        store.add_user(
            user_id,
            email=email,
            name=user.get("name", email),
            password_hash=passwords.hash_password(user["password"]),
            email_verified=user.get("email_verified", False),
            now=now,
        )
    else:
        user_id = row["user_id"]
        changed = {name: user[name] for name in ("name", "email_verified") if name in user}
        if password is not None:
            changed["password_hash"] = passwords.hash_password(password)
        store.change_user(user_id, **changed, changed_at=now)
    if user.get("blocked"):
        store.change_user(user_id, blocked=True)
    return user_id


# What may be written, and where it is wrong

_API: dict[str, type] = {"identifier": str, "name": str, "scopes": list, "allow_offline_access": bool}
_USER: dict[str, type] = {
    "email": str,
    "password": str,
    "name": str,
    "email_verified": bool,
    "blocked": bool,
    "factors": list,
}
#: What can be enrolled, by the names of the Management API, and what each needs to be told.
_FACTORS: dict[str, tuple[str, ...]] = {
    "email": ("email",),
    "phone": ("phone_number", "preferred_authentication_method"),
    "totp": ("totp_secret",),
    "push-notification": (),
    "recovery-code": ("recovery_code",),
}
_CHOICES = {"factors": defaults.FACTORS, "mfa_policy": defaults.POLICIES}
_WORDS = {
    str: "text (in quotes, if it looks like a number)",
    bool: "true or false",
    list: "a list",
    dict: "an object with names and values",
}


def _settings(wanted: dict[str, Any], origins: list[str]) -> defaults.Settings:
    usual = asdict(defaults.Settings())
    for name, known in _CHOICES.items():
        if not isinstance(wanted.get(name, []), list):
            raise BadSeed(f"settings.{name}", f"must be a list, such as [{known[0]}]. Known names: {', '.join(known)}.")
    _object(wanted, "settings", {name: type(value) for name, value in usual.items()})
    for name, value in wanted.items():
        if isinstance(value, list):
            _texts(value, f"settings.{name}")
    for n, url in enumerate(wanted.get("callbacks", [])):
        try:
            of_url(url)
        except ValueError:
            raise BadSeed(
                f"settings.callbacks[{n}]", "must be an address, like http://localhost:3000/callback."
            ) from None
    for name, known in _CHOICES.items():
        for n, one in enumerate(wanted.get(name, [])):
            _one_of(one, f"settings.{name}[{n}]", known)
    if len(wanted.get("mfa_policy", [])) > 1:
        raise BadSeed("settings.mfa_policy", "must have at most one name.")
    listed = wanted.get("allowed_origins", [])
    for place, some in (("settings.allowed_origins", listed), ("origins", origins)):
        for n, origin in enumerate(some):
            if not is_origin(origin):
                raise BadSeed(f"{place}[{n}]", "must be an origin, like http://localhost:3000, without a path.")
    listed = [*listed, *origins]
    return defaults.Settings(**{**usual, **wanted, "allowed_origins": listed})


def _api(wanted: Any, place: str) -> dict[str, Any]:
    api = _object(wanted, place, _API, "identifier")
    if not api["identifier"] or ends_like_the_tenants_own(api["identifier"]):
        text = "must be an audience of your own: the tenant's own audiences end in /mfa/, /me/, and /api/v2/."
        raise BadSeed(f"{place}.identifier", text)
    if any(" " in scope or not scope for scope in _texts(api.get("scopes", []), f"{place}.scopes")):
        raise BadSeed(f"{place}.scopes", "must be a list of names without spaces.")
    return api


def _users(wanted: list[Any]) -> list[tuple[dict[str, Any], list[Factor]]]:
    users = _different([_user(one, f"users[{n}]") for n, one in enumerate(wanted)], "users", "email")
    return [
        (
            user,
            [_factor(one, f"users[{n}].factors[{m}]", user["email"]) for m, one in enumerate(user.get("factors", []))],
        )
        for n, user in enumerate(users)
    ]


def _user(wanted: Any, place: str) -> dict[str, Any]:
    user = _object(wanted, place, _USER, "email")
    address = addresses.address_of(user["email"])
    if address is None:
        raise BadSeed(f"{place}.email", "must be an email address, like grace@example.com.")
    if not user.get("password", _is_own(address)):
        raise BadSeed(f"{place}.password", "must be the user's password, because nobody could sign in without one.")
    return {**user, "email": address}


def _is_own(address: str) -> bool:
    """Whether the course's own user has that address."""
    return addresses.compare(address, defaults.USERNAME) == 0


def _factor(wanted: Any, place: str, own_address: str) -> Factor:
    everything = ("type", *(name for names in _FACTORS.values() for name in names))
    factor = _object(wanted, place, dict.fromkeys(everything, str), "type")
    kind = factor["type"]
    _one_of(kind, f"{place}.type", tuple(_FACTORS))
    _object(factor, place, dict.fromkeys(("type", *_FACTORS[kind]), str))
    if kind == "email":
        address = addresses.address_of(factor.get("email", own_address))
        if address is None:
            raise BadSeed(f"{place}.email", "must be an email address, like grace@example.com.")
        return Factor("email", address)
    if kind == "phone":
        method = factor.get("preferred_authentication_method", "sms")
        _one_of(method, f"{place}.preferred_authentication_method", ("sms", "voice"))
        if not addresses.is_number(factor.get("phone_number", "")):
            raise BadSeed(f"{place}.phone_number", 'must be a phone number in quotes, like "+12025550100".')
        return Factor(method, factor["phone_number"])
    if kind == "totp":
        if not authenticators.is_totp_secret(factor.get("totp_secret", "")):
            raise BadSeed(f"{place}.totp_secret", "must be a base32 secret of 24, 32, 40, …, or 128 characters.")
        return Factor("totp", secret=factor["totp_secret"])
    if kind == "recovery-code":
        if not re.fullmatch(r"[A-Z0-9]{24}", factor.get("recovery_code", "")):
            raise BadSeed(f"{place}.recovery_code", "must be a recovery code: 24 capitals and digits.")
        return Factor("recovery-code", secret=opaque_strings.fingerprint(factor["recovery_code"]))
    return Factor("push")


def _object(value: Any, place: str, kinds: Mapping[str, type], *needed: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadSeed(place or "The seed", f"must be {_WORDS[dict]}.")
    for name, item in value.items():
        at = f"{place}.{name}" if place else str(name)
        if name not in kinds:
            # What isn't like a name may hold a value: in `{password:secret}`, a blank is missing.
            is_name = re.fullmatch(r"\w{1,40}", str(name), re.ASCII)
            told = f"{at} is" if is_name else f"{place or 'The seed'} has a name that is"
            raise BadSeed(told, f"unknown. Known names: {', '.join(kinds)}.")
        if type(item) is not kinds[name]:
            raise BadSeed(at, f"must be {_WORDS[kinds[name]]}.")
        _check_text(item, at)
    for name in needed:
        if name not in value:
            raise BadSeed(f"{place}.{name}", "is missing.")
    return value


def _texts(value: list[Any], place: str) -> list[str]:
    for n, item in enumerate(value):
        if not isinstance(item, str):
            raise BadSeed(f"{place}[{n}]", f"must be {_WORDS[str]}.")
        _check_text(item, f"{place}[{n}]")
    return value


def _check_text(item: Any, place: str) -> None:
    """JSON and YAML can spell half a surrogate pair, which neither SQLite nor an answer can hold."""
    try:
        str(item).encode()
    except UnicodeEncodeError:
        raise BadSeed(place, "has half a character (a lone surrogate, such as \\ud800).") from None


def _one_of(value: str, place: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise BadSeed(place, f"is unknown. Known names: {', '.join(known)}.")


def _different(rows: list[dict[str, Any]], place: str, name: str) -> list[dict[str, Any]]:
    found: dict[str, int] = {}
    for n, row in enumerate(rows):
        first = found.setdefault(addresses.comparable(row[name]), n)
        if first != n:
            raise BadSeed(f"{place}[{n}].{name}", f"is the same as in {place}[{first}].")
    return rows


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
