"""What people type, made fit to be sent, or refused at once with a sentence.

This is the one entrance: what is typed into a form, written into `.env`, or pasted as a join line comes through here.
What is not seen is taken away, what has several spellings gets one, and what remains must be right. Only a password
is never looked at: it is sent as it was typed.

Sources: the Unicode Character Database (`unicodedata`), RFC 6531 and 6532 for addresses, IDNA 2008 for their domains.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from .errors import CodeIsNotText, InvalidInput
from .secret import Secret, plain

CODE_LENGTH = 6  # digits of a code by mail, text, call, or app (documentation, MFA API pages)
NAME_LENGTH = 60  # characters of a learner's name in a class
LOOPBACK = ("127.0.0.1", "localhost", "::1")

# Signs that show nothing although no category says so: Unicode's Default_Ignorable_Code_Point, and the blank of Braille.
_IGNORED = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
_IGNORED += "".join(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
_QUOTES = '"“”„‟«»‹›「」『』‘’‚‛'
_AROUND = _QUOTES + "<>(),;"
_TICKS = "'`´"  # they may begin an address
_BETWEEN = "`´|~∙⋅"  # beside punctuation: what stands around or between digits, and is none …
_MEANT = "?!%&@#\\¿¡"  # … and punctuation that was hardly put there to group them
_HOST_LABEL = re.compile(r"(?!-|xn--)[a-z0-9-]{1,63}(?<!-)")
_PLAIN = r"[^@\s\"(),:;<>\[\\\]"  # what needs no quotes in an address; the class is closed where it is used
# No encoded word in front (`=?…?=`), no dot that has nothing on one of its sides, and no number for a top-level domain.
_ADDRESS = re.compile(rf"(?!=\?|\.|.*\.(?:[.@]|[0-9]+$)){_PLAIN}]{{1,64}}@({_PLAIN}]+)")


def clean_code(code: object) -> str:
    """The six digits of a code, as text.

    Digits of every script are taken. Blanks, punctuation, and what is not seen are
    taken out, because codes are pasted from mails.

    Raises `CodeIsNotText` for a number and `InvalidInput` for anything but six
    digits; neither spends an attempt at the tenant.
    """
    digits = _ungrouped(_text_of(code))
    if not digits:
        raise InvalidInput("The code is missing.", "Type its six digits.")
    if not re.fullmatch(r"[0-9]+", digits):
        raise InvalidInput("A code contains only digits.", "Type its six digits.")
    if len(digits) != CODE_LENGTH:
        raise InvalidInput(f"A code has six digits, but you typed {len(digits)}.", "Type all six.")
    return digits


def clean_recovery_code(code: object) -> str:
    """A recovery code without what people write between its letters, in capitals.

    Raises `CodeIsNotText` for a number and `InvalidInput` for anything but
    letters and digits; neither spends an attempt at the tenant.
    """
    text = _ungrouped(_text_of(code))
    if not re.fullmatch(r"[A-Za-z0-9]+", text):
        raise InvalidInput(
            "A recovery code contains only letters and digits." if text else "The recovery code is missing.",
            "Type the 24 letters and digits that you wrote down.",
        )
    return text.upper()


def clean_phone(number: str | None) -> str:
    """A phone number as E.164 writes it: a plus sign and 7 to 15 digits.

    What people put between digits is taken out, and so is the zero in `+49 (0)30`, which is dialed inside the country only.

    Raises `InvalidInput`.
    """
    text = _ungrouped(number or "")
    if not text.startswith(
        "+36"
    ):  # Hungary dials 06, and a 6 begins numbers there, too: which one is meant is not known
        text = _TRUNK_ZERO.sub(r"\1", text)
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", text) or _TRUNK_ZERO.match(text):
        raise InvalidInput(
            "This isn't a phone number." if text else "The phone number is missing.",
            "Write it with a plus sign and the country code, like +15550100167.",
        )
    return text


def clean_address(address: str | None) -> str | None:
    """An email address in composed form (NFC), without blanks and quotes around it; `None` for none.

    What an email could not reach is refused: a sign that is not seen, a domain without a dot or with
    another dot than that of ASCII. RFC 6531 has no other spelling of a domain, so none is guessed.

    Raises `InvalidInput`, which repeats no sign that is not seen.
    """
    text = unicodedata.normalize("NFC", clean_ends(address or "", _AROUND))
    if not text:
        return None
    for sign in text:
        if (unicodedata.category(sign)[0] in "CZ" and sign != " ") or sign in _IGNORED + "\ufffd":
            name = unicodedata.name(sign, "an invisible character").lower()
            raise InvalidInput(
                f"An email address can't contain the character U+{ord(sign):04X} ({name}).",
                "Type the address instead of pasting it.",
            )
    found = _ADDRESS.fullmatch(text)
    domain = found and "." in found[1] and _ascii_domain(found[1].lower())
    if not domain or len(text.encode()) > 254:
        raise InvalidInput(f"'{text[:60]}' isn't an email address.", "Type a single address, like name@example.com.")
    return text


def clean_user_name(name: str | None) -> str:
    """A user name in composed form (NFC), without blanks around it and what is not seen in it; empty for none."""
    seen = "".join(sign for sign in name or "" if sign.isspace() or not _is_unseen(sign))
    return unicodedata.normalize("NFC", clean_ends(seen))


def clean_ends(text: str, also: str = "") -> str:
    """`text` without blanks, and what is not seen, around it: a value of `.env`.

    `also` names more signs that are no part of it.
    """
    return text.strip("".join({sign for sign in text if _is_unseen(sign)}) + also)


def clean_token(token: str | Secret, name: str, *, blanks: bool = True) -> Secret:
    """A token without blanks and quotes around it; empty for none. `name` says which; `blanks` are those inside.

    Raises `InvalidInput`, which shows nothing of it, if there is a sign in it that it cannot have.
    """
    text = clean_ends(plain(token), _QUOTES)
    if not (text.isascii() and text.isprintable() and (blanks or " " not in text)):
        raise InvalidInput(f"The {name} wasn't copied completely.", "Copy it again, without anything around it.")
    return Secret(text)


def clean_name(name: str) -> str:
    """A person's name as a list of a class shows it: in one line. Empty for none. Raises `InvalidInput` if it's too long."""
    text = " ".join(
        clean_ends(
            "".join(" " if sign.isspace() else sign for sign in name if sign.isspace() or sign.isprintable())
        ).split()
    )
    if len(text) > NAME_LENGTH:
        raise InvalidInput(f"A name can have at most {NAME_LENGTH} characters.", "Type a shorter one.")
    return text


def clean_line(line: str) -> str:
    """A join line, or a domain, in ASCII's signs where those are meant; without blanks, and without quotes and dots around it."""
    return _plain(line).strip(_AROUND + _TICKS + ".")


def clean_domain(domain: str) -> str:
    """The base URL of a tenant, from a domain as people type it.

    Blanks, capitals, quotes, a scheme and a final slash are cleaned away. A name in other letters
    becomes its `xn--` form; as in a browser, whatever Unicode counts as the same letter or dot is
    the same (UTS 46). Plain HTTP is kept for loopback addresses only.

    Raises `InvalidInput`, which shows the cleaned value, for a path, a query, a
    user name, plain HTTP to another machine, or no host at all.
    """
    text = clean_line(domain or "")
    if not text:
        raise InvalidInput("The domain is missing.", "Write it like your-tenant.eu.auth0.com.")
    with_scheme = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(with_scheme)
        port = parts.port
    except ValueError:
        raise InvalidInput(f"'{text}' isn't a domain.", "Write it like your-tenant.eu.auth0.com.") from None
    named = (parts.hostname or "").rstrip(".。").lower()
    host = named if named == "::1" else _ascii_domain(named, uts46=True)
    if host is None or (host not in LOOPBACK and "." not in host):
        raise InvalidInput(f"'{text}' isn't a domain.", "Write it like your-tenant.eu.auth0.com.")
    shown_host = f"[{host}]" if ":" in host else host
    place = shown_host if port is None else f"{shown_host}:{port}"
    if parts.username or parts.password:
        raise InvalidInput("A domain doesn't contain a user name.", f"Use '{place}'.")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise InvalidInput("A domain doesn't contain a path.", f"Did you mean '{place}'?")
    if parts.scheme.lower() == "http" and host in LOOPBACK:
        return f"http://{place}"
    if parts.scheme.lower() not in ("https", "http"):
        raise InvalidInput(f"A tenant can't be reached with '{parts.scheme}'.", f"Did you mean '{place}'?")
    if parts.scheme.lower() == "http":
        raise InvalidInput("A tenant can't be reached over plain HTTP.", f"Did you mean 'https://{place}'?")
    return f"https://{place}"


def _text_of(code: object) -> str:
    if code is None:
        return ""
    if isinstance(code, Secret):
        code = code.reveal()
    if not isinstance(code, str):
        raise CodeIsNotText()
    return code


def _is_unseen(sign: str) -> bool:
    """Whether it is a blank, or shows nothing at all."""
    category = unicodedata.category(sign)
    return category[0] == "Z" or category in ("Cc", "Cf", "Cs") or sign in _IGNORED


def _plain(text: str) -> str:
    """What is seen of `text`, with ASCII's digits and hyphens in place of all others."""
    signs = (_plain_sign(sign) for sign in unicodedata.normalize("NFKC", text) if not _is_unseen(sign))
    return unicodedata.normalize("NFC", "".join(signs))


def _plain_sign(sign: str) -> str:
    if unicodedata.category(sign) == "Pd" or sign == "\u2212":
        return "-"
    return str(unicodedata.digit(sign, sign))


def _ungrouped(text: str) -> str:
    """`_plain`, without the punctuation between and around digits and letters."""
    return "".join(sign for sign in _plain(text) if sign in _MEANT or not _groups(sign))


def _groups(sign: str) -> bool:
    """Whether it stands between or around digits, or decorates one (a line under it, a key around it)."""
    category = unicodedata.category(sign)
    return category[0] == "P" or category in ("Mn", "Me") or sign in _BETWEEN


def _ascii_domain(domain: str, *, uts46: bool = False) -> str | None:
    """As DNS has it (IDNA 2008); `None` for what cannot be registered. `domain` is in lower case."""
    if all(map(_HOST_LABEL.fullmatch, domain.split("."))):
        return domain
    import idna  # comes with requests; its tables are loaded for whoever needs them

    try:
        return (
            None
            if domain.endswith(".")
            else idna.encode(domain, strict=not uts46, uts46=uts46, std3_rules=True).decode()
        )
    except UnicodeError:  # idna's own errors are such, too
        return None


# A country code and a zero behind it that is dialed inside the country only: elsewhere than in the countries excepted here,
# no number begins with a zero (libphonenumber 9.0.43).
_ITS_OWN = "39|225|226|227|229|241|242|247|250|267|268|378|501|507|676|679|687|800|853|881|888|992"
_TWO_DIGITS = "2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]"
_THREE_DIGITS = "(?:2[1-689]|3[578]|42|5[09]|6[7-9]|8[0578]|9[679])[0-9]"
_TRUNK_ZERO = re.compile(rf"(\+(?!{_ITS_OWN})(?:1|7|{_TWO_DIGITS}|{_THREE_DIGITS}))0")
