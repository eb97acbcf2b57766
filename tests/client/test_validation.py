"""What people type becomes fit to be sent, or is refused at once."""

from __future__ import annotations

import pytest

from mfa_helpers.client.errors import CodeIsNotText, InvalidInput
from mfa_helpers.client.secret import Secret
from mfa_helpers.client.validation import clean_address, clean_code, clean_domain, clean_name


@pytest.mark.parametrize(
    "typed",
    [
        "123456",
        " 123456\n",
        "123 456",
        "123\u00a0456",  # no-break space
        "\u200b123456",  # zero width space
        "\ufeff123456\u2060",
        "12\u202f34\u00ad56",
        "\t1 2 3 4 5 6\r\n",
        "１２３４５６",  # full-width digits of an East Asian keyboard
        "١٢٣٤٥٦",  # an Arabic one
        "123-456",
        Secret("123456"),
        Secret(" 123 456 "),
    ],
)
def test_a_code_is_found_among_blanks_of_every_kind(typed: str) -> None:
    assert clean_code(typed) == "123456"


@pytest.mark.parametrize("code", ["000000", "004217", "012345", "001200"])
def test_leading_zeros_stay(code: str) -> None:
    assert clean_code(code) == code


@pytest.mark.parametrize("number", [4217, 123456, 123456.0, True])
def test_a_number_is_refused_with_the_advice_to_write_it_in_quotes(number: object) -> None:
    with pytest.raises(CodeIsNotText) as caught:
        clean_code(number)
    assert isinstance(caught.value, TypeError)
    assert caught.value.what == "The code must be a string, not a number, because a number loses its leading zeros."
    assert caught.value.next_step == 'Write it in quotes, for example "004217".'


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("12345", "A code has six digits, but you typed 5."),
        ("1234567", "A code has six digits, but you typed 7."),
        ("12345a", "A code contains only digits."),
        ("-12345", "A code has six digits, but you typed 5."),
        ("١٢٣٤٥", "A code has six digits, but you typed 5."),
        ("--", "The code is missing."),
        ("", "The code is missing."),
        (" \u200b\n", "The code is missing."),
    ],
)
def test_what_cannot_be_a_code_is_refused(typed: str, what: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        clean_code(typed)
    assert caught.value.what == what
    assert not isinstance(caught.value, TypeError)


def test_a_refused_code_is_not_repeated() -> None:
    with pytest.raises(InvalidInput) as caught:
        clean_code("12345x")
    assert "12345" not in str(caught.value) + repr(caught.value)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("ada@example.com", "ada@example.com"),
        (" ada@example.com\n", "ada@example.com"),
        ("\u200bada@example.com\u00a0", "ada@example.com"),
        ("ada+lab@example.test", "ada+lab@example.test"),
        ("Ada.Lovelace@Example.COM", "Ada.Lovelace@Example.COM"),
        ("jörg@bücher.example", "jörg@bücher.example"),
    ],
)
def test_an_address_loses_blanks_and_nothing_else(typed: str, address: str) -> None:
    assert clean_address(typed) == address


@pytest.mark.parametrize("typed", [None, "", "  \n"])
def test_no_address_is_none(typed: str | None) -> None:
    assert clean_address(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        "ada",
        "ada@",
        "@example.com",
        "ada@@example.com",
        "ada@example.com,bob@example.com",
        "ada@example.com;bob@example.com",
        "Ada <ada@example.com>",
        "ada@.example.com",
        "a" * 250 + "@x.org",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match="isn't an email address") as caught:
        clean_address(typed)
    assert caught.value.next_step == "Type a single address, like name@example.com."


@pytest.mark.parametrize(
    ("typed", "base_url"),
    [
        # The rows of a field report
        ("https://t.eu.auth0.com", "https://t.eu.auth0.com"),
        ("t.eu.auth0.com/", "https://t.eu.auth0.com"),
        (" T.EU.auth0.com ", "https://t.eu.auth0.com"),
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765"),
        # And more of them
        ("t.eu.auth0.com", "https://t.eu.auth0.com"),
        ("HTTPS://T.eu.auth0.com///", "https://t.eu.auth0.com"),
        ("t.eu.auth0.com.", "https://t.eu.auth0.com"),
        ("t.eu.auth0.com:8443", "https://t.eu.auth0.com:8443"),
        ("login.example.org\u200b\n", "https://login.example.org"),
        ("http://localhost:8765/", "http://localhost:8765"),
        ("https://localhost:8765", "https://localhost:8765"),
        ("localhost:8765", "https://localhost:8765"),
        ("http://[::1]:8765", "http://[::1]:8765"),
    ],
)
def test_a_domain_becomes_a_base_url(typed: str, base_url: str) -> None:
    assert clean_domain(typed) == base_url


@pytest.mark.parametrize(
    ("typed", "what", "next_step"),
    [
        ("t.auth0.com/api/v2", "A domain doesn't contain a path.", "Did you mean 't.auth0.com'?"),
        ("https://T.auth0.com/api/v2/", "A domain doesn't contain a path.", "Did you mean 't.auth0.com'?"),
        ("t.auth0.com?x=1", "A domain doesn't contain a path.", "Did you mean 't.auth0.com'?"),
        ("t.auth0.com#top", "A domain doesn't contain a path.", "Did you mean 't.auth0.com'?"),
        (
            "http://t.eu.auth0.com",
            "A tenant can't be reached over plain HTTP.",
            "Did you mean 'https://t.eu.auth0.com'?",
        ),
        ("ftp://t.eu.auth0.com", "A tenant can't be reached with 'ftp'.", "Did you mean 't.eu.auth0.com'?"),
        ("ada:hunter2@t.auth0.com", "A domain doesn't contain a user name.", "Use 't.auth0.com'."),
        ("", "The domain is missing.", "Write it like your-tenant.eu.auth0.com."),
        ("  \u200b", "The domain is missing.", "Write it like your-tenant.eu.auth0.com."),
        ("https://", "'https://' isn't a domain.", "Write it like your-tenant.eu.auth0.com."),
        (
            "https://https://t.eu.auth0.com",
            "'https://https://t.eu.auth0.com' isn't a domain.",
            "Write it like your-tenant.eu.auth0.com.",
        ),
        ("your-tenant", "'your-tenant' isn't a domain.", "Write it like your-tenant.eu.auth0.com."),
        ("-t.auth0.com", "'-t.auth0.com' isn't a domain.", "Write it like your-tenant.eu.auth0.com."),
        ("t..auth0.com", "'t..auth0.com' isn't a domain.", "Write it like your-tenant.eu.auth0.com."),
        ("t.auth0.com:port", "'t.auth0.com:port' isn't a domain.", "Write it like your-tenant.eu.auth0.com."),
        ("t.auth0.com:99999", "'t.auth0.com:99999' isn't a domain.", "Write it like your-tenant.eu.auth0.com."),
        ("http://[::1", "'http://[::1' isn't a domain.", "Write it like your-tenant.eu.auth0.com."),
    ],
)
def test_what_is_no_domain_is_refused_at_once_with_what_may_be_meant(typed: str, what: str, next_step: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        clean_domain(typed)
    assert isinstance(caught.value, ValueError)
    assert (caught.value.what, caught.value.next_step) == (what, next_step)


@pytest.mark.parametrize("typed", ["ada:hunter2@t.auth0.com", "https://ada:hunter2@t.auth0.com/x"])
def test_a_password_in_a_domain_is_not_repeated(typed: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        clean_domain(typed)
    assert "hunter2" not in str(caught.value)
    assert "t.auth0.com" in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Ada   King ", "Ada King"),
        ("Ada\nKing\t", "Ada King"),
        ("\u200bAda\u200b", "Ada"),
        ("Zoë Müller-Łuć", "Zoë Müller-Łuć"),
        ("李小龍", "李小龍"),
        ("", ""),
        (" \n", ""),
        ("a" * 60, "a" * 60),
    ],
)
def test_a_name_is_one_line_without_what_is_not_seen_around_it(typed: str, name: str) -> None:
    assert clean_name(typed) == name


def test_a_name_that_is_too_long_is_rejected() -> None:
    with pytest.raises(InvalidInput, match="A name can have at most 60 characters"):
        clean_name("a" * 61)
