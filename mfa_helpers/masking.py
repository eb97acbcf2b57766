"""Secrets that hide themselves, and the one list of what is secret on the wire."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any
from urllib.parse import quote, quote_plus

STARS = "*****MASKED*****"

#: Fields of bodies whose value must never be shown.
#: `id_token` and `access_token` are signed statements about a person; they are
#: shown by kind and length, like the opaque ones.
SECRET_FIELDS = frozenset(
    {
        "password",
        "client_secret",
        "client_assertion",
        "mfa_token",
        "oob_code",
        "binding_code",
        "otp",
        "recovery_code",
        "recovery_codes",
        "secret",
        "barcode_uri",
        "access_token",
        "id_token",
        "refresh_token",
        "token",
        "code",
    }
)
SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})

_FULLY_HIDDEN = frozenset(
    {"password", "binding_code", "otp", "code", "recovery_code", "recovery_codes", "secret", "barcode_uri"}
)


class Secret(str):
    """Text that is sent as it is and shown as stars.

    It equals the plain text, and `requests`, `json` and `"Bearer " + secret`
    use the plain text. `repr`, `str`, `print` and f-strings show stars, so a
    secret that strays into an output, a log line or a traceback stays hidden.
    `reveal()` is the only way to see it.
    """

    __slots__ = ()

    def __new__(cls, value: str) -> Secret:
        # `str(secret)` is stars, so a secret made from a secret must not go through it.
        return super().__new__(cls, value.reveal() if isinstance(value, Secret) else value)

    def reveal(self) -> str:
        """The plain text."""
        return str.__str__(self)

    def __str__(self) -> str:
        return STARS

    def __repr__(self) -> str:
        return f"Secret('{STARS}')"

    def __format__(self, spec: str) -> str:
        return format(STARS, spec)

    def __reduce__(self) -> tuple[Any, ...]:
        return (Secret, (self.reveal(),))


def secret(value: str | None) -> Secret | None:
    """`value` as a `Secret`; empty text and `None` give `None`."""
    return Secret(value) if value else None


def describe_token(value: str) -> str:
    """What a token is, without the token: its kind and its length in characters.

    Three kinds are met: the sealed string that the MFA API hands out (starts
    with `Fe26.2*`), a signed JWT (three parts), an encrypted JWT (five parts).
    """
    parts = value.split(".")
    if value.startswith("Fe26.2*"):
        kind = "sealed text Fe26.2*…"
    elif len(parts) == 3 and _is_jwt_header(parts[0]):
        kind = "signed JWT"
    elif len(parts) == 5 and _is_jwt_header(parts[0]):
        kind = "encrypted JWT"
    else:
        kind = "opaque text"
    return f"<{kind}, {len(value)} characters>"


def is_jwt(value: str) -> bool:
    """Whether `value` has the outline of a JWT, signed or encrypted."""
    parts = value.split(".")
    return len(parts) in (3, 5) and _is_jwt_header(parts[0])


def _is_jwt_header(part: str) -> bool:
    try:
        header = json.loads(base64.urlsafe_b64decode(part + "=="))  # what is too much is ignored
    except ValueError:
        return False
    return isinstance(header, dict) and "alg" in header


def mask_value(name: str, value: Any) -> Any:
    """`value` of the field `name`, fit to be shown."""
    if isinstance(value, Mapping):
        return {key: mask_value(key, inner) for key, inner in value.items()}
    if name.lower() not in SECRET_FIELDS:
        if isinstance(value, (list, tuple)):
            return [mask_value("", inner) for inner in value]
        return value
    if isinstance(value, (list, tuple)):
        return [mask_value(name, inner) for inner in value]
    if not value:
        return value
    text = value.reveal() if isinstance(value, Secret) else str(value)
    if name.lower() in _FULLY_HIDDEN:
        return STARS
    if name.lower() == "client_secret":
        # As the official page's own personaliser does: three characters, then stars.
        return text[:3] + STARS
    return describe_token(text)


def wrap_secrets(value: Any, name: str = "") -> Any:
    """`value` with the text of each secret field as a `Secret`: so an answer hides its secrets from the start."""
    if isinstance(value, dict):
        return {key: wrap_secrets(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [wrap_secrets(inner, name) for inner in value]
    return Secret(value) if isinstance(value, str) and name.lower() in SECRET_FIELDS else value


def mask_texts(value: Any, *secrets: str | None) -> Any:
    """`value` with `secrets` hidden in each text of it, however deep."""
    return _hide_deep(value, _spellings(secrets))


def _hide_deep(value: Any, spellings: list[str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _hide_deep(inner, spellings) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_hide_deep(inner, spellings) for inner in value]
    return _hide(value, spellings) if isinstance(value, str) else value


def mask_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """`headers` with lower-case names; credentials by scheme, kind and length."""
    shown = {}
    for name, value in headers.items():
        name = name.lower()
        text = value.reveal() if isinstance(value, Secret) else str(value)
        if name == "authorization" and text.lower().startswith("bearer "):
            text = "Bearer " + describe_token(text[7:])
        elif name in SECRET_HEADERS:
            text = STARS
        shown[name] = text
    return shown


# Bounded, so that a long text costs no more than its length.
_LOCAL = r"[^\s@\"(),:;<>\[\]=&|/*•]"
_ADDRESS = re.compile(
    rf"(?<!{_LOCAL})(?P<first>'*{_LOCAL}){_LOCAL}{{0,200}}?(?P<at>@|%40)"
    r"(?P<host>\w)(?:[\w.-]{0,250}(?P<top>\.\w{1,63})|[\w-]{0,250})"
)
_NUMBER = re.compile(r"(?P<plus>\+|%2B)[1-9]\d{4,12}(?P<last>\d\d)(?!\w)")
_CODE = re.compile(r"(?<![\w#])(?:\d{3}[ \u00a0-]?\d{3}|[A-Z0-9]{24,})(?!\w)")  # of a mail; to recover, or of an app


def for_the_room(text: str) -> str:
    """`text` fit for a projector: addresses and phone numbers by their outline, codes as dots.

    It is for what people may see and others not: the wire's own secrets never get as far as this.
    """
    text = _ADDRESS.sub(r"\g<first>•••\g<at>\g<host>•••\g<top>", text)
    text = _NUMBER.sub(r"\g<plus>•••\g<last>", text)
    return _CODE.sub("••••••", text)


_TOKEN_IN_TEXT = re.compile(r"Fe26\.2\*[\w.*~-]+|eyJ[\w-]+(?:\.[\w-]*){2,4}")


def mask_text(text: str, *secrets: str | None) -> str:
    """`text` from elsewhere (an error page, a description) with tokens and `secrets` hidden."""
    return _hide(text, _spellings(secrets))


def _spellings(secrets: Iterable[str | None]) -> list[str]:
    """Also those of a form and of a page that echo a secret. Worked out once for a whole answer: it takes its time."""
    return list(
        dict.fromkeys(
            spelling
            for plain in secrets
            if plain and len(plain) >= 4
            for spelling in (plain, quote(plain, safe=""), quote_plus(plain), escape(plain))
        )
    )


def _hide(text: str, spellings: Iterable[str]) -> str:
    for spelling in spellings:
        text = text.replace(spelling, STARS)
    return _TOKEN_IN_TEXT.sub(lambda found: describe_token(found.group()), text)
