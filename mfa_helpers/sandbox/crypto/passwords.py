"""Password hashing, cheap on purpose.

The users of a sandbox are throwaway and their passwords are made for it, so
the cost is set for thousands of logins a second, not for the safety of real
people. Do not take this file elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import os

_COST = {"n": 2**4, "r": 1, "p": 1}  # 2 KiB of memory, a hundredth of a millisecond; a real service would use argon2
_COST_BEFORE = {"n": 2**7, "r": 8, "p": 1}  # until version 3 of the store
_ROUNDS = 200  # a millisecond in a browser


def hash_password(password: str) -> str:
    """Salt and digest, both in hex, as `is_password` reads them."""
    salt = os.urandom(16)
    return f"{salt.hex()}:{_digest(password, salt, _COST)}"


def is_password(password: str, hashed: str) -> bool:
    """Whether `password` is the one that was hashed."""
    salt, _, expected = hashed.partition(":")
    costs = (_COST, _COST_BEFORE)
    return any(hmac.compare_digest(_digest(password, bytes.fromhex(salt), cost), expected) for cost in costs)


def _digest(password: str, salt: bytes, cost: dict[str, int]) -> str:
    # Hashed once before: scrypt pads with zero bytes, and "a" would equal "a\\0".
    hashed = hashlib.sha256(password.encode()).digest()
    if hasattr(hashlib, "scrypt"):
        return hashlib.scrypt(hashed, salt=salt, **cost).hex()
    for _ in range(_ROUNDS):  # a browser's Python has neither scrypt nor PBKDF2
        hashed = hashlib.blake2b(hashed, salt=salt).digest()
    return hashed.hex()


#: The hash of a password that nobody has and nobody knows.
NOBODYS = hash_password(os.urandom(32).hex())
