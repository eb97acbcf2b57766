"""Password hashes."""

import hashlib
import re

import pytest

from mfa_helpers.sandbox.crypto.passwords import hash_password, is_password

from ...support.transport import needs_scrypt


@pytest.mark.parametrize("password", ["correct horse", "", "pässwörd 😀", "with\x00nul", "x" * 100_000, "+%2B&="])
def test_the_right_password_fits_and_no_other(password):
    hashed = hash_password(password)
    assert is_password(password, hashed)
    assert not is_password(password + "x", hashed)
    assert not is_password("other", hashed)


@pytest.mark.parametrize("other", ["Correct horse", "correct horse ", "correct", "", "correct horse\x00"])
def test_nearly_right_is_wrong(other):
    assert not is_password(other, hash_password("correct horse"))


def test_a_hash_shows_salt_and_digest_but_no_password():
    hashed = hash_password("correct horse")
    assert re.fullmatch("[0-9a-f]{32}:[0-9a-f]{128}", hashed)
    assert "correct" not in hashed and b"correct horse".hex() not in hashed


def test_the_same_password_is_never_hashed_alike():
    assert hash_password("correct horse") != hash_password("correct horse")


@needs_scrypt
def test_a_password_that_version_3_of_the_store_hashed_still_fits():
    hashed = hashlib.scrypt(hashlib.sha256(b"correct horse").digest(), salt=bytes(16), n=2**7, r=8, p=1).hex()
    assert is_password("correct horse", f"{bytes(16).hex()}:{hashed}")
    assert not is_password("correct horsf", f"{bytes(16).hex()}:{hashed}")
