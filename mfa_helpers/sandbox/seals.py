"""Sealed strings: what `mfa_token` and `oob_code` look like, and what is kept of them.

Real ones are "iron" seals of eight parts between `*`: the version, a key id, a
salt, an IV, the sealed content, the expiry in milliseconds, a salt, an HMAC
(recording TestMFAAddAuthenticator). Here the parts are random: a client must
treat the string as opaque anyway, and only its hash is stored.
"""

from __future__ import annotations

import base64
import hashlib
import secrets

_KEY_ID = "SERVER_1726721698"  # the outline of a recorded one


def new_seal(expires_at: float) -> str:
    """A fresh sealed string that says it expires at `expires_at` (seconds since 1970)."""
    chance = secrets.token_bytes(355)  # asked for once: each call of the system costs
    salts, rest = chance[:64].hex(), base64.urlsafe_b64encode(chance[64:]).decode()
    iv, content, hmac = rest[:22], rest[22:342], rest[342:385]
    return "*".join(("Fe26.2", _KEY_ID, salts[:64], iv, content, str(int(expires_at * 1000)), salts[64:], hmac))


def fingerprint(value: str) -> str:
    """What the tenant keeps of a secret string."""
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()


def code_fingerprint(oob_code: str, code: str) -> str:
    """What the tenant keeps of a six-digit code: useless without the oob_code, which it does not have."""
    return fingerprint(f"{oob_code}:{code}")
