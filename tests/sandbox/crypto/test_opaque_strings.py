"""What `mfa_token` and `oob_code` look like, and what is kept of them."""

import hashlib
import re

import pytest

from mfa_helpers.sandbox.crypto.opaque_strings import code_fingerprint, fingerprint, is_over, new_string

OUTLINE = re.compile(
    r"Fe26\.2\*SERVER_\d{10}\*[0-9a-f]{64}\*[\w-]{22}\*[\w-]+\*(\d{13})\*[0-9a-f]{64}\*[\w-]{43}", re.ASCII
)


def test_a_seal_has_the_eight_parts_of_a_recorded_one():
    seal = new_string(1_800_000_000.5)
    assert len(seal.split("*")) == 8
    assert OUTLINE.fullmatch(seal)


def test_a_seal_tells_its_expiry_in_milliseconds():
    assert OUTLINE.fullmatch(new_string(1_800_000_000.5))[1] == "1800000000500"


def test_the_seals_on_the_wire_have_that_outline_and_expiry(api):
    api.advance(5000)
    token, oob_code, _ = api.begin()
    expiries = [int(OUTLINE.fullmatch(seal)[1]) for seal in (token, oob_code)]
    assert 299_000 < expiries[0] - expiries[1] <= 300_000


def test_no_two_seals_are_alike_in_any_secret_part():
    first, second = (new_string(0).split("*") for _ in range(2))
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


def test_a_seal_is_over_when_its_time_is():
    seal = new_string(1_800_000_000.5)
    assert not is_over(seal, 1_800_000_000.4)
    assert is_over(seal, 1_800_000_000.5)


def test_a_seal_of_the_time_before_there_were_rows_is_over_whatever_it_tells():
    old = re.sub(r"SERVER_\d+", "SERVER_1726721698", new_string(1_800_000_000))
    assert OUTLINE.fullmatch(old) and is_over(old, 0)


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "*",
        "Fe26.2*x",
        "é*é",
        "\ud800*\ud800",
        "*" * 7,
        pytest.param(new_string(0)[:-1], id="cut off"),
        pytest.param(new_string(0) + "*", id="a part more"),
        pytest.param(new_string(0) + "\n", id="a line break more"),
    ],
)
def test_what_has_another_outline_is_not_over_but_malformed(odd):
    assert not is_over(odd, 2e9)
