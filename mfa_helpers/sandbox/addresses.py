"""Which texts are addresses and phone numbers, and which addresses are the same mailbox."""

from __future__ import annotations

import re
import unicodedata

#: What needs no quotes in an address; the class is closed where it is used.
_PLAIN = r"[^@\s\"(),:;<>\[\\\]"
# No encoded word in front (`=?…?=`): mail programs read those as something else.
_ADDRESS = re.compile(rf"(?!=\?){_PLAIN}]{{1,64}}@({_PLAIN}]+)")
_NAME = re.compile(
    r"\.(?=[^.]*[^.0-9])[^.]+$"
)  # no domain ends in a number (RFC 3696, section 2): that is an IP address
_LABEL = re.compile(r"(?!-|xn--)[a-z0-9-]{1,63}(?<!-)")
# Signs that show nothing although no category says so (Unicode's Default_Ignorable_Code_Point), and the sign of what was lost.
_NEVER = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\ufffd"
_NEVER += "".join(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


def address_of(text: str) -> str | None:
    """`text` in composed form (NFC, as RFC 6532 wants it) if a mail can go there and to nobody else; `None` if not."""
    address = unicodedata.normalize("NFC", text)
    found = _ADDRESS.fullmatch(address)
    if found is None or any(unicodedata.category(sign)[0] in "CZ" or sign in _NEVER for sign in address):
        return None
    if len(address.encode()) > 254 or _ascii_domain(found[1]) is None or not _NAME.search(found[1]):
        return None
    if "" in address.rpartition("@")[0].split("."):  # dots stand between something (RFC 5321, section 4.1.2)
        return None
    return address


def is_number(text: str) -> bool:
    """Whether it is a phone number as E.164 writes it, without the zero that is dialed inside its country only."""
    return bool(_NUMBER.fullmatch(text)) and not _TRUNK_ZERO.match(text)


def comparable(address: str) -> str:
    """The same text for all spellings of one mailbox: capitals, decomposed letters, and `xn--` do not make another."""
    if address.isascii() and "@xn--" not in address and ".xn--" not in address:
        return address.lower()
    local, at, domain = address.rpartition("@")
    domain = domain.lower()
    return _folded(local) + at + (_ascii_domain(domain) or _folded(domain))


def compare(one: str, other: str) -> int:
    """Negative, zero, or positive, as SQLite's collations are."""
    left, right = comparable(one), comparable(other)
    return (left > right) - (left < right)


def _folded(text: str) -> str:
    """Without case, after the Unicode Standard, D145 (canonical caseless match)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def _ascii_domain(domain: str) -> str | None:
    """As DNS has it (IDNA 2008); `None` for what cannot be registered.

    Nothing but case and composition is mapped: RFC 6531 leaves no other spelling of a dot or a letter.
    """
    domain = unicodedata.normalize("NFC", domain.lower())
    if all(map(_LABEL.fullmatch, domain.split("."))):
        return domain
    import idna  # comes with Starlette; its tables are loaded for whoever needs them

    try:
        return None if domain.endswith(".") else idna.encode(domain, strict=True, std3_rules=True).decode()
    except UnicodeError:  # idna's own errors are such, too
        return None


# Country codes after which no number begins with a zero, although one is dialed inside the country (libphonenumber 9.0.43).
_TRUNK_ZERO_CODES = (
    20, 27, 31, 32, 33, 40, 41, 43, 44, 46, 49, 51, 53, 54, 55, 57, 58, 60, 61, 62, 63, 64, 66, 81, 82, 84, 86, 90,
    91, 92, 93, 94, 95, 98, 211, 212, 213, 218, 231, 232, 233, 234, 243, 249, 251, 252, 254, 255, 256, 260, 261,
    262, 263, 264, 265, 291, 353, 355, 358, 359, 370, 373, 374, 377, 380, 381, 382, 383, 385, 386, 387, 389, 421,
    423, 508, 590, 591, 593, 594, 595, 596, 598, 686, 850, 855, 856, 880, 886, 961, 962, 963, 964, 966, 967, 970,
    971, 972, 976, 977, 994, 995, 996,
)  # fmt: skip
_TRUNK_ZERO = re.compile(rf"\+({'|'.join(map(str, _TRUNK_ZERO_CODES))})0(?=[1-9])")
