"""What `mfa_token` and `oob_code` look like, and what is kept of them."""

import hashlib
import re

import pytest

from mfa_helpers.sandbox.crypto.seals import code_fingerprint, fingerprint, new_key, new_seal, seal, unseal

OUTLINE = re.compile(
    r"Fe26\.2\*SERVER_\d{10}\*[0-9a-f]{64}\*[\w-]{22}\*[\w-]+\*(\d{13})\*[0-9a-f]{64}\*[\w-]{43}", re.ASCII
)


def test_a_seal_has_the_eight_parts_of_a_recorded_one():
    seal = new_seal(1_800_000_000.5)
    assert len(seal.split("*")) == 8
    assert OUTLINE.fullmatch(seal)


def test_a_seal_tells_its_expiry_in_milliseconds():
    assert OUTLINE.fullmatch(new_seal(1_800_000_000.5))[1] == "1800000000500"


def test_the_seals_on_the_wire_have_that_outline_and_expiry(api):
    api.advance(5000)
    token, oob_code, _ = api.begin()
    expiries = [int(OUTLINE.fullmatch(seal)[1]) for seal in (token, oob_code)]
    assert 299_000 < expiries[0] - expiries[1] <= 300_000


def test_no_two_seals_are_alike_in_any_secret_part():
    first, second = (new_seal(0).split("*") for _ in range(2))
    assert [a == b for a, b in zip(first, second, strict=True)] == [True, True, False, False, False, True, False, False]


def test_a_fingerprint_is_a_sha256():
    assert fingerprint("Fe26.2*x") == hashlib.sha256(b"Fe26.2*x").hexdigest()


@pytest.mark.parametrize("odd", ["", "\x00", "é", "\ud800", "😀"])
def test_any_text_has_a_fingerprint(odd):
    assert re.fullmatch("[0-9a-f]{64}", fingerprint(odd))


def test_a_codes_fingerprint_depends_on_its_oob_code():
    assert code_fingerprint("a", "004217") == code_fingerprint("a", "004217")
    assert code_fingerprint("a", "004217") != code_fingerprint("b", "004217")
    assert code_fingerprint("a", "004217") != code_fingerprint("a", "4217")
    assert code_fingerprint("a", "004217") != fingerprint("004217")


LOGIN = {"client_id": "app", "user_id": "auth0|ada", "audience": None, "scope": "openid é \x00 " + "long " * 99}


def test_what_was_sealed_comes_out_with_the_same_key_and_with_no_other():
    key = new_key()
    sealed = seal(key, LOGIN, 1_800_000_000.5)
    assert OUTLINE.fullmatch(sealed)[1] == "1800000000500"
    assert unseal(key, sealed) == {**LOGIN, "expires_at": 1_800_000_000.5}
    assert unseal(new_key(), sealed) is None


def test_no_letter_of_a_seal_can_be_changed():
    key = new_key()
    sealed = seal(key, LOGIN, 0)
    for place in range(0, len(sealed), 7):
        changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        assert unseal(key, changed) is None, place


@pytest.mark.parametrize("odd", ["", "*", "Fe26.2*x", "é*é", "\ud800*\ud800", "*" * 8])
def test_what_is_no_seal_opens_to_nothing(odd):
    assert unseal(new_key(), odd) is None


def test_a_short_and_a_shorter_content_look_alike():
    key = new_key()
    assert len(seal(key, {"a": ""}, 0)) == len(seal(key, {"a": "x" * 100}, 0)) == len(new_seal(0))
