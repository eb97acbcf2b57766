"""Which texts are addresses and phone numbers, and which addresses are the same mailbox."""

from __future__ import annotations

import re
import unicodedata

#: What needs no quotes in an address; the class is closed where it is used.
_PLAIN = r"[^@\s\"(),:;<>\[\\\]"
# No encoded word in front (`=?…?=`), which mail programs read as something else, and no quote; no dot that has nothing on
# one of its sides; and no number for a top-level domain.
_ADDRESS = re.compile(rf"(?!=\?|[.“”„‟«»‹›「」『』‘’‚‛]|.*\.(?:[.@]|[0-9]+$)){_PLAIN}]{{1,64}}@({_PLAIN}]+)")
_LABEL = re.compile(r"(?!-|xn--)[a-z0-9-]{1,63}(?<!-)")
# Signs that show nothing although no category says so (Unicode's Default_Ignorable_Code_Point), and the sign of what was lost.
_NEVER = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\ufffd"
_NEVER += "".join(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_LONGEST = 1_000  # letters, decomposed: composing takes quadratic time, and nobody's address is as long


def address_of(text: str) -> str | None:
    """`text` in composed form (NFC, as RFC 6532 wants it) if a mail can go there and to nobody else; `None` if not."""
    if len(text) > _LONGEST:
        return None
    address = unicodedata.normalize("NFC", text)
    found = _ADDRESS.fullmatch(address)
    if found is None or any(unicodedata.category(sign)[0] in "CZ" or sign in _NEVER for sign in address):
        return None
    if len(address.encode()) > 254 or "." not in found[1] or _ascii_domain(found[1]) is None:
        return None
    return address


def is_number(text: str) -> bool:
    """Whether it is a phone number as E.164 writes it, without the zero that is dialed inside its country only."""
    return bool(_NUMBER.fullmatch(text)) and not _TRUNK_ZERO.match(text)


def comparable(address: str) -> str:
    """The same text for all spellings of one mailbox: capitals, decomposed letters, and `xn--` do not make another."""
    if len(address) > _LONGEST or (address.isascii() and "@xn--" not in address and ".xn--" not in address):
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


# A country code and a zero behind it that is dialed inside the country only: elsewhere than in the countries excepted here,
# no number begins with a zero (libphonenumber 9.0.43).
_ITS_OWN = "39|225|226|227|229|241|242|247|250|267|268|378|501|507|676|679|687|800|853|881|888|992"
_TWO_DIGITS = "2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]"
_THREE_DIGITS = "(?:2[1-689]|3[578]|42|5[09]|6[7-9]|8[0578]|9[679])[0-9]"
_TRUNK_ZERO = re.compile(rf"(\+(?!{_ITS_OWN})(?:1|7|{_TWO_DIGITS}|{_THREE_DIGITS}))0")
