"""What a search of the log asks for, and how SQL says it. Names of columns come from here, only values from a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from .. import defaults

#: An event with what its user and its application are called now.
EVENTS = (
    "SELECT logs.*, clients.name AS client_name, users.email AS user_name FROM logs "
    "LEFT JOIN clients ON clients.client_id = logs.client_id LEFT JOIN users ON users.user_id = logs.user_id"
)
#: Events about a user, even if nobody knows which.
OF_A_USER = ("fu", "f")
_OF_A_USER = f"CASE WHEN logs.user_id <> '' OR logs.type IN {OF_A_USER} THEN '{{}}' ELSE '' END"
#: What can be searched (documentation, log-search-query-syntax), and `date`. There are no organizations here.
FIELDS = {
    "client_id": "logs.client_id",
    "client_name": "coalesce(clients.name, '')",
    "connection": _OF_A_USER.format(defaults.REALM),
    "connection_id": "''",
    "description": "logs.description",
    "hostname": "logs.hostname",
    "ip": "logs.ip",
    "log_id": "printf('900%030d', logs.id)",
    "organization_id": "''",
    "user_id": "logs.user_id",
    "user_name": "coalesce(users.email, '')",
    "user_agent": "logs.user_agent",
    "strategy": _OF_A_USER.format(defaults.STRATEGY),
    "strategy_type": _OF_A_USER.format(defaults.STRATEGY_TYPE),
    "type": "logs.type",
}


class TooSlow(Exception):
    """The search took more time than one may."""


class Condition(Protocol):
    """What an event must be like."""

    def sql(self) -> tuple[str, list[Any]]:
        """An expression of SQL, and the values of its question marks."""


@dataclass(frozen=True)
class Matches:
    """A field is this text, or has these `parts` in their order, with anything between them. Capitals count."""

    field: str
    parts: tuple[str, ...]

    def sql(self) -> tuple[str, list[Any]]:
        column = FIELDS[self.field]
        if len(self.parts) == 1:
            return f"{column} = ?", [self.parts[0]]
        if not any(self.parts):
            return f"{column} <> ''", []
        escaped = ("".join(f"[{sign}]" if sign in "*?[" else sign for sign in part) for part in self.parts)
        return f"{column} GLOB ?", ["*".join(escaped)]


@dataclass(frozen=True)
class Compares:
    """A field compared with a text: `operator` is `<`, `<=`, `>`, or `>=`."""

    field: str
    operator: str
    text: str

    def sql(self) -> tuple[str, list[Any]]:
        return f"{FIELDS[self.field]} {self.operator} ?", [self.text]


@dataclass(frozen=True)
class Since:
    """The event was at that moment, in seconds since 1970, or later."""

    moment: float

    def sql(self) -> tuple[str, list[Any]]:
        return "logs.date >= ?", [self.moment]


@dataclass(frozen=True)
class Every:
    """All of `parts` hold; with none, anything does."""

    parts: tuple[Condition, ...]

    def sql(self) -> tuple[str, list[Any]]:
        return _joined(" AND ", self.parts, "1")


@dataclass(frozen=True)
class Some:
    """At least one of `parts` holds."""

    parts: tuple[Condition, ...]

    def sql(self) -> tuple[str, list[Any]]:
        return _joined(" OR ", self.parts, "0")


@dataclass(frozen=True)
class Not:
    """`part` does not hold."""

    part: Condition

    def sql(self) -> tuple[str, list[Any]]:
        text, values = self.part.sql()
        return f"NOT ({text})", values


def _joined(word: str, parts: tuple[Condition, ...], empty: str) -> tuple[str, list[Any]]:
    if not parts:
        return empty, []
    found = [part.sql() for part in parts]
    return f"({word.join(text for text, _ in found)})", [value for _, values in found for value in values]


def where(wanted: Condition | None) -> tuple[str, list[Any]]:
    """The `WHERE` of a search, and its values; empty if everything is wanted."""
    if wanted is None:
        return "", []
    text, values = wanted.sql()
    return f" WHERE {text}", values
