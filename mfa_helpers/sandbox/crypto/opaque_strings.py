"""Opaque strings: what `mfa_token` and `oob_code` look like, and what is kept of them.

Real ones are "iron" seals of eight parts between `*`: the version, a key id, a
salt, an IV, the sealed content, the expiry in milliseconds, a salt, an HMAC
(recording TestMFAAddAuthenticator). A client must treat them as opaque. Here
nothing is sealed in them: all parts that look secret are random, and what a
string stands for is a row of the store, under the string's hash.
"""

from __future__ import annotations

import hashlib
import re
import secrets

_KEY_ID = "SERVER_1732924800"  # the outline of a recorded one
_KEY_ID_BEFORE = "SERVER_1726721698"  # until version 3 of the store, whose MFA tokens had no rows
_OUTLINE = re.compile(
    r"Fe26\.2\*(SERVER_\d{10})\*[0-9a-f]{64}\*[\w-]{22}\*[\w-]{320}\*(\d{13})\*[0-9a-f]{64}\*[\w-]{43}", re.ASCII
)


def new_string(expires_at: float) -> str:
    """A fresh string that tells that it expires at `expires_at` (seconds since 1970)."""
    salt, other_salt = secrets.token_hex(32), secrets.token_hex(32)
    iv, content, mac = (secrets.token_urlsafe(size) for size in (16, 240, 32))  # bytes
    return f"Fe26.2*{_KEY_ID}*{salt}*{iv}*{content}*{int(expires_at * 1000)}*{other_salt}*{mac}"


def is_over(text: str, now: float) -> bool:
    """Whether a string without a row was good once: its time is over, or it was issued before there were rows."""
    found = _OUTLINE.fullmatch(text)
    return found is not None and (found[1] == _KEY_ID_BEFORE or int(found[2]) <= now * 1000)


def fingerprint(value: str) -> str:
    """What the tenant keeps of a secret string."""
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()


def short_fingerprint(value: str) -> str:
    """What the inbox tells of a message's `oob_code`: enough to recognize it, and too little to find its row."""
    return fingerprint(value)[:16]


def code_fingerprint(oob_code: str, code: str) -> str:
    """What the tenant keeps of a six-digit code: useless without the oob_code, which it does not have."""
    return fingerprint(f"{oob_code}:{code}")
