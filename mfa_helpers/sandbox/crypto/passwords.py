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
_ROUNDS = 200  # a millisecond in a browser


def hash_password(password: str) -> str:
    """Salt and digest, both in hex, as `is_password` reads them."""
    salt = os.urandom(16)
    return f"{salt.hex()}:{_digest(password, salt)}"


def is_password(password: str, hashed: str) -> bool:
    """Whether `password` is the one that was hashed.

    A right one is remembered by a keyed digest, which is worthless outside this
    process: hashing is most of what a login costs, and learners log in again and
    again. A changed password has another hash; wrong ones are never remembered.
    """
    seen = hashlib.blake2b(password.encode("utf-8", "replace"), key=_KEY).digest()
    if hmac.compare_digest(_right.get(hashed, b""), seen):
        return True
    salt, _, expected = hashed.partition(":")
    right = hmac.compare_digest(_digest(password, bytes.fromhex(salt)), expected)
    if right:
        if len(_right) >= _REMEMBERED:
            _right.clear()
        _right[hashed] = seen
    return right


_KEY = os.urandom(32)
_REMEMBERED = 10_000  # users; some 200 bytes each
_right: dict[str, bytes] = {}


def _digest(password: str, salt: bytes) -> str:
    # Hashed once before: scrypt pads with zero bytes, and "a" would equal "a\\0".
    hashed = hashlib.sha256(password.encode()).digest()
    if hasattr(hashlib, "scrypt"):
        return hashlib.scrypt(hashed, salt=salt, **_COST).hex()
    for _ in range(_ROUNDS):  # a browser's Python has neither scrypt nor PBKDF2
        hashed = hashlib.blake2b(hashed, salt=salt).digest()
    return hashed.hex()
