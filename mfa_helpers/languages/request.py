"""What all languages share: a call in which each secret is a named placeholder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..client.masking import SECRET_FIELDS, SECRET_HEADERS
from ..client.models import Exchange
from ..client.secret import STARS, Secret

#: Seconds that a program waits for an answer.
TIMEOUT = 10

_DESCRIBED = re.compile(r"<[^<>]+, \d+ characters>")


@dataclass(frozen=True)
class Placeholder:
    """A text of which only the beginning is known; the rest is in the environment variable `name`."""

    name: str
    before: str = ""


Text = str | Placeholder


@dataclass(frozen=True)
class Request:
    """One call. At most one of `form` and `json` is there; `headers` are without the body's type."""

    method: str
    url: str
    headers: Mapping[str, Text] = field(default_factory=dict)
    form: Mapping[str, Text] | None = None
    json: Any = None
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, exchange: Exchange) -> Request:
        """The call of `exchange`. What masking calls secret is left out, whether it is masked there or not."""
        found = _Names()
        headers = {
            name.lower(): found.header(name.lower(), value)
            for name, value in exchange.request_headers.items()
            if name.lower() != "content-type"
        }
        body, form = exchange.request_body, None
        if "urlencoded" in exchange.request_headers.get("content-type", ""):
            form = {_sound(str(name)): found.text(str(name), value) for name, value in (body or {}).items()}
            body = None
        return cls(exchange.method, exchange.url, headers, form, found.tree("", body), tuple(found.names))

    @property
    def setting(self) -> str:
        """The environment variables that have to be set, as a sentence; empty if there are none."""
        return f"Set {_listed(self.names)} in the environment." if self.names else ""

    def note(self, file: str, command: str) -> str:
        """How the program is run, for its first comment line."""
        return " ".join(filter(None, [f"Save this as {file}.", self.setting, f"Run: {command}"]))


class _Names:
    """Gives each secret of one call a name of its own."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def header(self, name: str, value: str) -> Text:
        if name not in SECRET_HEADERS:
            return _sound(value)
        scheme, _, credential = value.partition(" ")
        if scheme.lower() != "bearer":
            return self._new(name)
        # Masking says what kind of token it was: the sealed text is an mfa_token, the rest are access tokens.
        is_mfa_token = credential.startswith(("<sealed text", "Fe26.2*"))
        return self._new("mfa_token" if is_mfa_token else "access_token", before="Bearer ")

    def text(self, name: str, value: Any) -> Text:
        is_hidden = isinstance(value, Secret) or STARS in str(value) or _DESCRIBED.fullmatch(str(value))
        if value and (name.lower() in SECRET_FIELDS or is_hidden):
            return self._new(name)
        return "" if isinstance(value, Secret) else _sound(str(value))

    def tree(self, name: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {_sound(str(key)): self.tree(str(key), inner) for key, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.tree(name, inner) for inner in value]
        is_text = isinstance(value, (str, Secret)) or (value is not None and name.lower() in SECRET_FIELDS)
        return self.text(name, value) if is_text else value

    def _new(self, name: str, before: str = "") -> Placeholder:
        base = re.sub(r"\W", "_", name, flags=re.ASCII).upper()
        base = base if base[:1].isalpha() else f"SECRET_{base}".rstrip("_")
        number = 1
        while (unused := base if number == 1 else f"{base}_{number}") in self.names:
            number += 1
        self.names.append(unused)
        return Placeholder(unused, before)


def _sound(text: str) -> str:
    """`text` without halves of characters, which no language can write down."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
