"""What the handover keeps: each thing is a type of its own, and here is how it is written and read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar, TypeVar

from ..client.secret import Secret
from ..outline import Outcome


@dataclass(frozen=True)
class Entry:
    """One thing that is kept for a tenant under `name`; where there are several of a kind, each has a key behind it.

    `expires_at` is in seconds since 1970; `None` if it does not expire.
    """

    name: ClassVar[str]
    expires_at: float | None = field(default=None, kw_only=True, compare=False)

    @classmethod
    def named(cls, key: str = "") -> str:
        """The name in the file."""
        return f"{cls.name} {key}" if key else cls.name


@dataclass(frozen=True)
class Login(Entry):
    """A login that waits for its second factor."""

    name = "login"
    mfa_token: Secret


@dataclass(frozen=True)
class PendingEnrollment(Entry):
    """A code for a new email is on its way."""

    name = "enrollment"
    oob_code: Secret


@dataclass(frozen=True)
class Address(Entry):
    """The address that was associated last; `None` is the profile's."""

    name = "address"
    email: str | None


@dataclass(frozen=True)
class Enrolled(Entry):
    """An email is confirmed. `changed_at` is when another one was confirmed or removed, in seconds since 1970; `None` if none was."""

    name = "enrolled"
    changed_at: float | None = None


@dataclass(frozen=True)
class ChosenAuthenticator(Entry):
    """The authenticator that will be challenged. `label` is its masked name, as the tenant lists it."""

    name = "authenticator"
    id: str
    label: str | None


@dataclass(frozen=True)
class PendingChallenge(Entry):
    """A code for a login is on its way."""

    name = "challenge"
    oob_code: Secret


@dataclass(frozen=True)
class Flow(Entry):
    """What became of each step of the flow."""

    name = "flow"
    outcomes: Mapping[str, Outcome]


@dataclass(frozen=True)
class ChangedSettings(Entry):
    """What a notebook has changed in the tenant, each with what was there before."""

    name = "set_up"
    before: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Note(Entry):
    """What a notebook leaves to its next kernel, fit for JSON but for a `Secret`, which is read as text. Its key is the notebook's topic and a name."""

    name = "note"
    value: Any = field(repr=False)


@dataclass(frozen=True)
class ClassLine(Entry):
    """The join line of a class, whole."""

    name = "line"
    line: Secret


@dataclass(frozen=True)
class ClassSecret(Entry):
    """What makes a learner the same user when they join the same class again, and that user's name, once it's known.

    Its key is the class's fingerprint.
    """

    name = "secret"
    secret: Secret
    username: str = ""


Kind = TypeVar("Kind", bound=Entry)

#: By the name in the file; the first ones are the needs of `outline.NEEDS`.
KINDS: dict[str, type[Entry]] = {kind.name: kind for kind in Entry.__subclasses__()}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return deepcopy(value)


#: How a field of each type is read from JSON; each raises `TypeError` for what it cannot be.
_READ: dict[str, Callable[[Any], Any]] = {
    "Secret": lambda value: Secret(_text(value)),
    "str": _text,
    "str | None": lambda value: None if value is None else _text(value),
    "float | None": lambda value: value,
    "Mapping[str, Outcome]": lambda value: {name: Outcome(**outcome) for name, outcome in _mapping(value).items()},
    "Mapping[str, Any]": _mapping,
    "Any": deepcopy,
}


def read(kind: type[Kind], written: Mapping[str, Any]) -> Kind | None:
    """The entry that `written` holds; `None` if it is no such entry."""
    try:
        return kind(
            **{one.name: _READ[str(one.type)](written[one.name]) for one in fields(kind) if one.name in written}
        )
    except TypeError:
        return None


def write(entry: Entry) -> dict[str, Any]:
    """`entry`, fit for JSON. Raises `TypeError` or `ValueError` if something in it is not."""
    found = {one.name: _plain(getattr(entry, one.name)) for one in fields(entry)}
    if entry.expires_at is None:
        del found["expires_at"]
    written: dict[str, Any] = json.loads(json.dumps(found))
    return written


def _plain(value: Any) -> Any:
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, Outcome):
        return asdict(value)
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value
