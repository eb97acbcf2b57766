"""What a tenant has seen of one run of a learner's program, and what came out of the program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...client.secret import Secret


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request as the tenant has read it, and its response.

    `fields` are those of the body, `token` is what follows `scheme` in the Authorization header. `response` is the parsed
    JSON of the response, `None` if it had none. `at` is when the request arrived, in seconds of a clock that only goes
    forward, so a slow response doesn't count as a pause before it.
    Secrets are plain here, because graders compare them; a program can put one into any part, also into the path.
    """

    method: str
    path: str = field(repr=False)
    status: int
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    content_type: str = ""
    has_body: bool = False
    scheme: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)
    response: Any = field(default=None, repr=False)
    at: float = 0.0

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Request:
        """Read a row of `SandboxControls.requests`."""
        return cls(**{name: _plain(row[name]) for name in cls.__dataclass_fields__})

    @property
    def grant(self) -> str:
        """The last part of the field `grant_type`, like `mfa-oob`; empty if it has none."""
        return str(self.fields.get("grant_type", "")).rpartition("/")[2]

    @property
    def error(self) -> str:
        """The response's field `error`; empty if it has none."""
        return str(self.response.get("error", "")) if isinstance(self.response, dict) else ""

    @property
    def description(self) -> str:
        """The response's field `error_description`; empty if it has none."""
        return str(self.response.get("error_description", "")) if isinstance(self.response, dict) else ""

    @property
    def refused(self) -> bool:
        """Whether the response says no. That a second factor is required is no refusal."""
        return self.status >= 400 and self.error != "mfa_required"

    def __str__(self) -> str:
        """One line, whatever the path has in it."""
        line = f"{self.method} {self.path} → {self.status} {self.error}".rstrip()
        return "".join(one if one.isprintable() else "\ufffd" for one in line)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One run. `mails_to` are the addresses of the emails that it set off, oldest first, and `codes` what was in them.

    `trouble` is a sentence about the error that ended the program, empty if none did; `exception` is that error's class.
    What is said of it to anybody has to be masked. `is_whole` is false if there were more requests than the tenant tells.
    """

    requests: Sequence[Request]
    mails_to: Sequence[str] = ()
    codes: Sequence[str] = field(default=(), repr=False)
    returned: Any = field(default=None, repr=False)
    trouble: str = field(default="", repr=False)
    exception: str = ""
    printed: str = field(default="", repr=False)
    is_whole: bool = True

    def to(self, path: str, method: str = "POST") -> list[Request]:
        """The requests to that address, or to one below it."""
        return [
            one
            for one in self.requests
            if one.method == method and (one.path == path or one.path.startswith(path + "/"))
        ]

    def accepted(self, path: str, method: str = "POST") -> list[Request]:
        """Those of them that were not refused."""
        return [one for one in self.to(path, method) if one.status < 400]


def secrets_in(value: Any) -> Iterator[Secret]:
    """Each `Secret` in `value`, however deep."""
    if isinstance(value, Secret):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from secrets_in(inner)


def _plain(value: Any) -> Any:
    """`value` with the text of each `Secret`, however deep."""
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value
