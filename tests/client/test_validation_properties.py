"""What holds for whatever is typed: nothing else is raised, nothing visible is lost, and what is clean stays as it is."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mfa_helpers.client import validation
from mfa_helpers.client.errors import InvalidInput
from mfa_helpers.sandbox import addresses

EXAMPLES = settings(max_examples=200, deadline=None)

#: Texts of any signs, and of those that matter here: digits, dashes, blanks, quotes, what is not seen, parts of addresses.
TEXTS = st.text(st.characters(), max_size=40) | st.text(
    st.sampled_from(
        "09aZé\u0301\u0661-\u2013\u2212.·@ß\u200b\u2068\ufe0f\ud800 \u00a0\n\"'“”<>,+()/:[]xn_\u3164\uff0e\uff10İſ\u1e9e"
    ),
    max_size=40,
)
ADDRESSES = st.builds("{}@{}.{}".format, TEXTS, TEXTS, TEXTS) | TEXTS
FIELDS: dict[str, tuple[Callable[[str], Any], st.SearchStrategy[str]]] = {
    "code": (validation.clean_code, st.text(st.sampled_from("0123٤٥٦९ -·"), min_size=6, max_size=9) | TEXTS),
    "recovery code": (validation.clean_recovery_code, TEXTS),
    "phone": (
        validation.clean_phone,
        st.builds("+{}".format, st.text(st.sampled_from("0123456٤٥ ()/-"), min_size=7, max_size=20)) | TEXTS,
    ),
    "address": (validation.clean_address, ADDRESSES),
    "domain": (
        validation.clean_domain,
        st.builds("{}.{}".format, TEXTS, st.sampled_from(["auth0.com", "bücher.example"])) | TEXTS,
    ),
    "user name": (validation.clean_user_name, TEXTS),
    "line": (validation.clean_line, TEXTS),
    "ends": (validation.clean_ends, TEXTS),
}


def _cleaned(clean: Callable[[str], Any], text: str) -> str | None:
    try:
        cleaned = clean(text)
    except InvalidInput as error:
        assert error.what.endswith((".", "?")) and error.next_step.endswith((".", "?"))
        return None
    assert cleaned is None or isinstance(cleaned, str)
    return cleaned


@pytest.mark.parametrize("field", FIELDS)
def test_nothing_but_a_sentence_is_raised_and_to_clean_twice_is_to_clean_once(field: str) -> None:
    clean, texts = FIELDS[field]

    @EXAMPLES
    @given(texts)
    def holds(text: str) -> None:
        cleaned = _cleaned(clean, text)
        if cleaned is not None:
            assert clean(cleaned) == cleaned

    holds()


def _visible(text: str) -> Counter[str]:
    """What a reader sees, counted, however it is composed."""
    shown = (sign for sign in unicodedata.normalize("NFD", text) if not _is_unseen(sign))
    return Counter(shown)


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp") or sign in addresses._NEVER[:-1]


@EXAMPLES
@given(TEXTS)
@example("\u00a0\u0301ada")
def test_a_user_name_loses_nothing_that_is_seen(text: str) -> None:
    assert _visible(validation.clean_user_name(text)) == _visible(text)


@EXAMPLES
@given(ADDRESSES)
def test_an_address_loses_only_quotes_around_it(text: str) -> None:
    cleaned = _cleaned(validation.clean_address, text)
    if cleaned is not None:
        lost = _visible(text) - _visible(cleaned)
        assert set(lost) <= set(validation._AROUND) and not _visible(cleaned) - _visible(text)


@EXAMPLES
@given(ADDRESSES)
@example("jörg@bücher.example")
@example("jo\u0308rg@xn--bcher-kva.example")
@example("ada@example\uff0ecom")
@example("=?x@example.com")
@example("“ada@example.com")
@example("’ada@example.com")
@example("a..b@example.com")
def test_form_and_tenant_have_one_idea_of_an_address(text: str) -> None:
    cleaned = _cleaned(validation.clean_address, text)
    if cleaned is not None:
        assert addresses.address_of(cleaned) == cleaned  # what a form lets through, the tenant takes
    accepted = addresses.address_of(text)
    if accepted is not None:
        assert _cleaned(validation.clean_address, text) == accepted  # and what the tenant takes, a form lets through


def test_form_and_tenant_have_one_idea_of_a_number() -> None:
    @EXAMPLES
    @given(FIELDS["phone"][1])
    @example("+49030123456")
    @example("+4930123456")
    @example("+4900301234")
    @example("+36062123456")
    def holds(text: str) -> None:
        cleaned = _cleaned(validation.clean_phone, text)
        assert cleaned is None or addresses.is_number(cleaned)
        assert not addresses.is_number(text) or cleaned == text

    holds()
    assert addresses._TRUNK_ZERO == validation._TRUNK_ZERO


@EXAMPLES
@given(ADDRESSES, ADDRESSES)
def test_mailboxes_are_ordered_and_a_spelling_is_no_other_mailbox(one: str, other: str) -> None:
    assert addresses.compare(one, other) == -addresses.compare(other, one)
    assert addresses.compare(one, unicodedata.normalize("NFD", one)) == 0 == addresses.compare(one, one)


CLEAN = {
    "code": ["004217", "000000"],
    "recovery code": ["ABCD1234ABCD1234ABCD1234"],
    "phone": ["+15550100167", "+4930123456", "+39061234567"],
    "address": ["ada@example.com", "o'brien+x@mail.example.org", "jörg@bücher.example", "ада@пример.example"],
    "domain": ["https://t.eu.auth0.com", "http://127.0.0.1:8765", "https://xn--bcher-kva.example"],
    "user name": ["ada", "Ada Lovelace", "“ada”", "jörg@bücher.example", "ada.", "a-b_c"],
    "line": ["mfa-class/127.0.0.1:8443/8444/abcdef/ghijkl"],
    "ends": ["a-secret", "a${b}c$d", "“x”", "a b"],
}


@pytest.mark.parametrize(("field", "text"), [(field, text) for field, texts in CLEAN.items() for text in texts])
def test_what_is_clean_stays_as_it_is(field: str, text: str) -> None:
    assert FIELDS[field][0](text) == text
