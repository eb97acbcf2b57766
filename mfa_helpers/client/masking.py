"""Secrets that hide themselves, and the one list of what is secret on the wire."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any
from urllib.parse import quote, quote_plus

from .secret import STARS, Secret, describe_token, plain

#: Fields of bodies whose value must never be shown.
#: `id_token` and `access_token` are signed statements about a person; they are
#: shown by kind and length, like the opaque ones.
SECRET_FIELDS = frozenset(
    {
        "password",
        "client_secret",
        "management_client_secret",  # a class's, for its instructor
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
#: How deep an answer may be nested. The MFA API's are three deep.
DEEPEST = 100
SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})

_FULLY_HIDDEN = frozenset(
    {"password", "binding_code", "otp", "code", "recovery_code", "recovery_codes", "secret", "barcode_uri"}
)


def mask_value(name: str, value: Any) -> Any:
    """`value` of the field `name`, fit to be shown."""
    if isinstance(value, Mapping):
        return {key: mask_value(key, inner) for key, inner in value.items()}
    if name.lower() not in SECRET_FIELDS:
        if isinstance(value, Secret):
            return STARS if value else ""
        if isinstance(value, (list, tuple)):
            return [mask_value("", inner) for inner in value]
        return value
    if isinstance(value, (list, tuple)):
        return [mask_value(name, inner) for inner in value]
    if not value:
        return "" if isinstance(value, Secret) else value
    text = str(plain(value))
    if name.lower() in _FULLY_HIDDEN:
        return STARS
    if name.lower() == "client_secret":
        # As the official page's own personaliser does: three characters, then stars.
        return text[:3] + STARS
    return describe_token(text)


def wrap_secrets(value: Any, name: str = "", deepest: int = DEEPEST) -> Any:
    """`value` with the text of each secret field as a `Secret`: so an answer hides its secrets from the start.

    Raises `RecursionError` for what is nested deeper than whatever looks through it later can follow.
    """
    if deepest == 0:
        raise RecursionError
    if isinstance(value, dict):
        return {key: wrap_secrets(inner, key, deepest - 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [wrap_secrets(inner, name, deepest - 1) for inner in value]
    return Secret(value) if isinstance(value, str) and name.lower() in SECRET_FIELDS else value


def mask_texts(value: Any, *secrets: str | Secret | None) -> Any:
    """`value` with `secrets` hidden in each text of it, however deep."""
    return _hide_deep(value, _spellings(secrets))


def _hide_deep(value: Any, spellings: list[str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _hide_deep(inner, spellings) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_hide_deep(inner, spellings) for inner in value]
    return _hide(value, spellings) if isinstance(value, str) else value


def mask_headers(headers: Mapping[str, str | Secret]) -> dict[str, str]:
    """`headers` with lower-case names; credentials by scheme, kind and length."""
    shown = {}
    for name, value in headers.items():
        name = name.lower()
        text = plain(value)
        if name == "authorization" and text.lower().startswith("bearer "):
            text = "Bearer " + describe_token(text[7:])
        elif name in SECRET_HEADERS:
            text = STARS
        shown[name] = text
    return shown


#: Sealed, a JWT, and a refresh token that isn't rotated.
_TOKEN_IN_TEXT = re.compile(r"Fe26\.2\*[\w.*~-]+|eyJ[\w-]+(?:\.[\w-]*){2,4}|\bv1\.[\w-]{20,}")
#: The code in the address that a login page sends the browser to.
_CODE_IN_ADDRESS = re.compile(r"(?<=[?&]code=)[^&\s\"'<>]+")


def mask_text(text: str, *secrets: str | Secret | None) -> str:
    """`text` from elsewhere (an error page, a description) with tokens and `secrets` hidden."""
    return _hide(text, _spellings(secrets))


def _spellings(secrets: Iterable[str | Secret | None]) -> list[str]:
    """Also those of a form and of a page that echo a secret. Worked out once for a whole answer: it takes its time."""
    return list(
        dict.fromkeys(
            spelling
            for text in (plain(given) for given in secrets if given)
            if len(text) >= 4
            for spelling in (text, quote(text, safe=""), quote_plus(text), escape(text))
        )
    )


def _hide(text: str, spellings: Iterable[str]) -> str:
    for spelling in spellings:
        text = text.replace(spelling, STARS)
    return _CODE_IN_ADDRESS.sub(STARS, _TOKEN_IN_TEXT.sub(lambda found: describe_token(found.group()), text))
