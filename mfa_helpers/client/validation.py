"""What people type, made fit to be sent, or refused at once with a sentence."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from .errors import CodeIsNotText, InvalidInput
from .secret import Secret

CODE_LENGTH = 6  # digits of a code by mail, text, call, or app (documentation, MFA API pages)
LOOPBACK = ("127.0.0.1", "localhost", "::1")

_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2028-\u202f\u2060\ufeff\u00ad]+")
_AROUND = re.compile(rf"^{_INVISIBLE.pattern}|{_INVISIBLE.pattern}$")
_HOST_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_ADDRESS = re.compile(r"[^@\s\"(),:;<>\[\\\]]+@[^@\s\"(),:;<>\[\\\]]+")


def clean_code(code: object) -> str:
    """The six digits of a code, as text.

    Blanks of every kind are taken out, because codes are pasted from mails.

    Raises `CodeIsNotText` for a number and `InvalidInput` for anything but six
    digits; neither spends an attempt at the tenant.
    """
    if isinstance(code, Secret):
        code = code.reveal()
    if code is None:
        code = ""
    if not isinstance(code, str):
        raise CodeIsNotText()
    digits = unicodedata.normalize("NFKC", _INVISIBLE.sub("", code))
    if not digits:
        raise InvalidInput("There is no code yet.", "Type the six digits from the mail.")
    if not re.fullmatch(r"[0-9]+", digits):
        raise InvalidInput("A code has digits only.", "Type the six digits from the mail.")
    if len(digits) != CODE_LENGTH:
        raise InvalidInput(f"A code has six digits; these are {len(digits)}.", "Type all six from the mail.")
    return digits


def clean_address(address: str | None) -> str | None:
    """An e-mail address without blanks around it; `None` for none.

    Only the outline is checked: the mail itself is the proof.

    Raises `InvalidInput`.
    """
    text = _AROUND.sub("", address or "")
    if not text:
        return None
    if not _ADDRESS.fullmatch(text) or len(text) > 254 or text.split("@")[1].startswith("."):
        raise InvalidInput(
            f"'{text[:60]}' is not an e-mail address.", "Write it like name@example.com, one address only."
        )
    return text


def clean_phone(number: str | None) -> str:
    """A phone number as E.164 writes it: a plus sign and 7 to 15 digits. What people put between digits is taken out.

    Raises `InvalidInput`.
    """
    text = re.sub(r"[().\-/\u2010-\u2015]", "", _INVISIBLE.sub("", unicodedata.normalize("NFKC", number or "")))
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", text):
        raise InvalidInput(
            "This is not a phone number." if text else "There is no phone number.",
            "Write it with a plus sign and the country, like +15550100167.",
        )
    return text


def clean_recovery_code(code: object) -> str:
    """A recovery code without the blanks and hyphens that people write into it, in capitals.

    Raises `CodeIsNotText` for a number and `InvalidInput` for anything but
    letters and digits; neither spends an attempt at the tenant.
    """
    if isinstance(code, Secret):
        code = code.reveal()
    if not isinstance(code, str):
        raise CodeIsNotText()
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", code)).replace("-", "").upper()
    if not re.fullmatch(r"[A-Z0-9]+", text):
        raise InvalidInput(
            "A recovery code has letters and digits only." if text else "There is no recovery code yet.",
            "Type the 24 letters and digits that were shown once.",
        )
    return text


def clean_domain(domain: str) -> str:
    """The base URL of a tenant, from a domain as people type it.

    Blanks, capitals, a scheme and a final slash are cleaned away. Plain HTTP is
    kept for loopback addresses only.

    Raises `InvalidInput`, which shows the cleaned value, for a path, a query, a
    user name, plain HTTP to another machine, or no host at all.
    """
    text = _INVISIBLE.sub("", domain or "")
    if not text:
        raise InvalidInput("There is no domain.", "Write it like your-tenant.eu.auth0.com.")
    with_scheme = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(with_scheme)
        port = parts.port
    except ValueError:
        raise InvalidInput(f"'{text}' is not a domain.", "Write it like your-tenant.eu.auth0.com.") from None
    host = (parts.hostname or "").rstrip(".").lower()
    shown_host = f"[{host}]" if ":" in host else host
    place = shown_host if port is None else f"{shown_host}:{port}"
    is_name = bool(host) and (host == "::1" or all(_HOST_LABEL.fullmatch(label) for label in host.split(".")))
    if not is_name or (host not in LOOPBACK and "." not in host):
        raise InvalidInput(f"'{text}' is not a domain.", "Write it like your-tenant.eu.auth0.com.")
    if parts.username or parts.password:
        raise InvalidInput("A domain holds no user name.", f"Use '{place}'.")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise InvalidInput("A domain has no path.", f"Did you mean '{place}'?")
    if parts.scheme.lower() == "http" and host in LOOPBACK:
        return f"http://{place}"
    if parts.scheme.lower() not in ("https", "http"):
        raise InvalidInput(f"'{parts.scheme}' is not how a tenant is reached.", f"Did you mean '{place}'?")
    if parts.scheme.lower() == "http":
        raise InvalidInput("A tenant is never reached over plain HTTP.", f"Did you mean 'https://{place}'?")
    return f"https://{place}"
