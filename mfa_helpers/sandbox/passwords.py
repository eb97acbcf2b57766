"""Password hashing, cheap on purpose.

The users of a sandbox are throw-away and their passwords are made for it, so
the cost is set for hundreds of logins a second (under a millisecond each), not
for the safety of real people. Do not take this file elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import os

_COST = {"n": 2**7, "r": 8, "p": 1}  # 128 KiB of memory; a real service would use 2**17 or argon2


def hash_password(password: str) -> str:
    salt = os.urandom(16)
    return f"{salt.hex()}:{_digest(password, salt)}"


def is_password(password: str, hashed: str) -> bool:
    salt, _, expected = hashed.partition(":")
    return hmac.compare_digest(_digest(password, bytes.fromhex(salt)), expected)


def _digest(password: str, salt: bytes) -> str:
    # Hashed once before: scrypt pads with zero bytes, and "a" would equal "a\\0".
    return hashlib.scrypt(hashlib.sha256(password.encode()).digest(), salt=salt, **_COST).hex()
