"""Sealed strings: what `mfa_token` and `oob_code` look like, and what is kept of them.

Real ones are "iron" seals of eight parts between `*`: the version, a key id, a
salt, an IV, the sealed content, the expiry in milliseconds, a salt, an HMAC
(recording TestMFAAddAuthenticator). An `mfa_token` carries its login in such a
seal, so that issuing one writes nothing; the parts of an `oob_code` are random.
A client must treat both as opaque. Only hashes are stored.

The means are those of the standard library and good enough for throw-away
users. Do not take this file elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from functools import lru_cache
from typing import Any

_KEY_ID = "SERVER_1726721698"  # the outline of a recorded one
_LEAST = 240  # bytes of content, so that seals look alike whatever they hold; a multiple of three, so no bit of the text is idle


def new_key() -> str:
    return secrets.token_hex(32)


def new_seal(expires_at: float) -> str:
    """A fresh sealed string that says it expires at `expires_at` (seconds since 1970) and holds nothing."""
    chance = os.urandom(112 + _LEAST)  # asked for once: each call of the system costs
    return _text(chance, chance[112:], expires_at) + _encoded(chance[80:112])


def seal(key: str, content: dict[str, Any], expires_at: float) -> str:
    """`content` in a sealed string that only the owner of `key` can make or open."""
    plain = f'{_json(tuple(content.items()))[:-1]},"expires_at":{expires_at!r}}}'.encode()
    plain = plain.ljust(max(_LEAST, -(-len(plain) // 3) * 3))
    chance = os.urandom(80)
    text = _text(chance, _veiled(key, chance[64:80], plain), expires_at)
    return text + _mac(key, text)


@lru_cache(maxsize=1000)  # the same users log in again and again
def _json(items: tuple[tuple[str, Any], ...]) -> str:
    return json.dumps(dict(items))


def unseal(key: str, sealed: str) -> dict[str, Any] | None:
    """The content of a string that was sealed with `key`, `None` if it is anything else. Time is the caller's."""
    text, star, mac = sealed.rpartition("*")
    if not hmac.compare_digest(mac.encode("utf-8", "replace"), _mac(key, text + star).encode()):
        return None
    _, _, _, iv, content, _, _ = text.split("*")  # our own text, so it has these parts
    opened: dict[str, Any] = json.loads(_veiled(key, _decoded(iv), _decoded(content)))
    return opened


def _text(chance: bytes, content: bytes, expires_at: float) -> str:
    """Everything before the HMAC. `chance` begins with two salts and an IV of 16 bytes."""
    salts = chance[:64].hex()
    iv, sealed = _encoded(chance[64:80]), _encoded(content)
    return f"Fe26.2*{_KEY_ID}*{salts[:64]}*{iv}*{sealed}*{int(expires_at * 1000)}*{salts[64:]}*"


def _veiled(key: str, iv: bytes, content: bytes) -> bytes:
    """`content` under a stream that follows from key and IV; veiled twice it is as it was."""
    stream = hashlib.shake_256(key.encode() + iv).digest(len(content))
    return (int.from_bytes(content, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(content), "big")


def _mac(key: str, text: str) -> str:
    # A keyed BLAKE2 is an HMAC's equal, in half the time. No other use of the key has its person.
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), key=bytes.fromhex(key), digest_size=32, person=b"seal")
    return _encoded(digest.digest())


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def fingerprint(value: str) -> str:
    """What the tenant keeps of a secret string."""
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()


def code_fingerprint(oob_code: str, code: str) -> str:
    """What the tenant keeps of a six-digit code: useless without the oob_code, which it does not have."""
    return fingerprint(f"{oob_code}:{code}")
