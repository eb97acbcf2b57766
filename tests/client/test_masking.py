"""What is secret on the wire is masked wherever it is shown."""

from __future__ import annotations

from html import escape
from urllib.parse import quote, quote_plus

import pytest

from mfa_helpers.client.masking import SECRET_FIELDS, mask_headers, mask_text, mask_texts, mask_value, wrap_secrets
from mfa_helpers.client.secret import STARS, Secret, describe_token, is_jwt, plain
from mfa_helpers.show.projector import for_the_room

PLAIN = "correct horse battery"
SEAL = "Fe26.2*SERVER_1726721698*ab12*cd-34*ef_56*1726722000000*gh78*ij90"
SIGNED = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"
ENCRYPTED = "eyJhbGciOiJkaXIifQ..aXY.dGV4dA.dGFn"


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        (SEAL, "sealed text Fe26.2*…"),
        (SIGNED, "signed JWT"),
        (ENCRYPTED, "encrypted JWT"),
        ("opaque-access-token", "opaque text"),
        ("a.b.c", "opaque text"),
        ("eyJ4IjoxfQ.b.c", "opaque text"),  # JSON, but no `alg`
        ("W10.b.c", "opaque text"),  # a JSON list
        (SIGNED + ".more", "opaque text"),  # four parts
        ("eyJhbGciOiJSUzI1NiIsIng0Ijp9.b.c", "opaque text"),  # no JSON
        ("eyJhbGciOiJFUzI1NiIsImtpZCI6MX0.b.c", "signed JWT"),  # base64 that lacks one `=`
        ("eyJhbGciOiJSUzI1NiIsImsiOjEwfQ.b.c", "signed JWT"),  # and two
    ],
)
def test_a_token_is_described_by_kind_and_length(token: str, kind: str) -> None:
    assert describe_token(token) == f"<{kind}, {len(token)} characters>"
    assert describe_token(Secret(token)) == describe_token(token)


@pytest.mark.parametrize("token", [SIGNED, ENCRYPTED, Secret(SIGNED)])
def test_signed_and_encrypted_jwts_are_jwts(token: str) -> None:
    assert is_jwt(token)


@pytest.mark.parametrize("token", [SEAL, Secret(SEAL), "a.b.c", SIGNED + ".more", "", "eyJhbGciOiJSUzI1NiJ9", "é.é.é"])
def test_other_text_is_no_jwt(token: str) -> None:
    assert not is_jwt(token)


@pytest.mark.parametrize("name", sorted(SECRET_FIELDS))
def test_no_secret_field_shows_its_value(name: str) -> None:
    shown = mask_value("", {name: "abcdefghijklmnop", "scope": "openid"})
    assert "defghijklmnop" not in str(shown)
    assert shown["scope"] == "openid"


@pytest.mark.parametrize("name", ["password", "binding_code", "otp", "code", "recovery_code", "secret", "barcode_uri"])
def test_short_secrets_do_not_even_show_their_length(name: str) -> None:
    assert mask_value(name, "123456") == STARS


def test_a_client_secret_shows_three_characters_as_the_official_page_does() -> None:
    assert mask_value("client_secret", "sandbox_secret") == "san" + STARS


def test_tokens_are_shown_by_kind_and_length() -> None:
    shown = mask_value("", {"mfa_token": SEAL, "access_token": SIGNED, "expires_in": 86400})
    assert shown == {"mfa_token": describe_token(SEAL), "access_token": describe_token(SIGNED), "expires_in": 86400}


def test_capitals_in_a_name_hide_its_value_too() -> None:
    assert mask_value("Password", "hunter2") == STARS


def test_a_number_can_be_a_secret() -> None:
    assert mask_value("code", 123456) == STARS


def test_each_of_a_list_of_secrets_is_hidden() -> None:
    assert mask_value("recovery_codes", ["AAAA", "BBBB"]) == [STARS, STARS]


def test_rows_of_a_list_are_masked_field_by_field() -> None:
    assert mask_value("", [{"id": "email|dev_1", "code": "123456"}]) == [{"id": "email|dev_1", "code": STARS}]


def test_inner_objects_are_masked() -> None:
    assert mask_value("", {"outer": {"otp": "123456", "kind": "otp"}}) == {"outer": {"otp": STARS, "kind": "otp"}}


@pytest.mark.parametrize("nothing", [None, "", []])
def test_nothing_is_shown_as_nothing(nothing: object) -> None:
    assert mask_value("mfa_token", nothing) == nothing


def test_a_secret_under_a_harmless_name_is_stars_as_well() -> None:
    assert PLAIN not in str(mask_value("", {"note": Secret(PLAIN)}))


def test_a_bearer_token_is_shown_by_kind_and_length() -> None:
    assert mask_headers({"Authorization": f"Bearer {SEAL}"}) == {"authorization": "Bearer " + describe_token(SEAL)}


@pytest.mark.parametrize("name", ["Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie"])
def test_other_credentials_in_headers_are_stars(name: str) -> None:
    assert mask_headers({name: "Basic YWRhOmh1bnRlcjI=", "Accept": "text/html"}) == {
        name.lower(): STARS,
        "accept": "text/html",
    }


def test_the_code_in_an_address_of_an_application_is_stars() -> None:
    said = "at 'https://app.example/callback?state=q&code=a-Code_1%2f~.' and /?code=b#c, with no code=d"
    masked = f"at 'https://app.example/callback?state=q&code={STARS}' and /?code={STARS} with no code=d"
    assert mask_text(said) == masked


@pytest.mark.parametrize("token", [SEAL, SIGNED, ENCRYPTED, "v1.Mabcdefghijk-_0123456789"])
def test_tokens_in_foreign_text_are_described(token: str) -> None:
    assert mask_text(f"bad token {token} in request") == f"bad token {describe_token(token)} in request"


def test_named_secrets_in_foreign_text_are_stars() -> None:
    assert mask_text("ada typed hunter22", Secret("hunter22"), None, "") == f"ada typed {STARS}"


def test_text_of_three_characters_is_too_common_to_be_searched() -> None:
    assert mask_text("the tenant", "the") == "the tenant"


@pytest.mark.parametrize("hidden", ["1234", "cor rect/horse&battery", Secret("cor rect/horse&battery"), Secret("1234")])
def test_a_secret_is_found_however_a_form_or_a_page_spells_it(hidden: str | Secret) -> None:
    text = plain(hidden)
    spellings = [text, quote(text, safe=""), quote_plus(text), escape(text)]
    assert mask_text(" | ".join(spellings), hidden) == " | ".join([STARS] * 4)


def test_a_secret_object_is_described_like_its_text() -> None:
    assert mask_value("mfa_token", Secret(SEAL)) == describe_token(SEAL)
    assert mask_value("client_secret", Secret("sandbox_secret")) == "san" + STARS
    assert mask_headers({"Authorization": Secret(f"Bearer {SEAL}")}) == {
        "authorization": "Bearer " + describe_token(SEAL)
    }


def test_named_secrets_are_hidden_in_every_text_however_deep() -> None:
    said = {"message": "hunter22 is wrong", "more": [{"of": ("hunter22", 7, None)}, "kept"], SIGNED: SIGNED}
    assert mask_texts(said, "hunter22") == {
        "message": f"{STARS} is wrong",
        "more": [{"of": [STARS, 7, None]}, "kept"],
        SIGNED: describe_token(SIGNED),
    }


def test_the_secrets_of_an_answer_are_wrapped_and_nothing_else_is() -> None:
    answer = {
        "Mfa_Token": SEAL,
        "recovery_codes": ["AAAA", "BBBB"],
        "expires_in": 86400,
        "scope": "openid",
        "rows": [{"id": "email|dev_1", "secret": "JBSWY3DP"}, "text"],
        "code": 123456,
    }
    wrapped = wrap_secrets(answer)
    assert wrapped == {
        **answer,
        "Mfa_Token": Secret(SEAL),
        "recovery_codes": [Secret("AAAA"), Secret("BBBB")],
        "rows": [{"id": "email|dev_1", "secret": Secret("JBSWY3DP")}, "text"],
    }
    assert [type(text) for text in (wrapped["scope"], wrapped["rows"][0]["id"], wrapped["rows"][1])] == [str] * 3


@pytest.mark.parametrize(
    ("plain", "shown"),
    [
        ("ada@example.com", "a•••@e•••.com"),
        ("username=ada%2Blab%40example.co.uk&x=1", "username=a•••%40e•••.uk&x=1"),
        ("f('a', 'ada@example.com')", "f('a', 'a•••@e•••.com')"),
        ("'o'hara@example.com'", "'o•••@e•••.com'"),
        ("From Ada <ada@localhost>.", "From Ada <a•••@l•••>."),
        ("grüße@exämple.de, b@c.d", "g•••@e•••.de, b•••@c•••.d"),
        ("****@exam*******", "****@exam*******"),  # as a tenant masks it
        ("@property", "@property"),
        ("Your code is 004217.", "Your code is ••••••."),
        ("123 456 or 123-456", "•••••• or ••••••"),
        ("+15550100167 %2B15550100167", "+•••67 %2B•••67"),
        ("ABCDEFGHJKLMNPQRSTUVWXYZ", "••••••"),
        ("color: #123456; 86400; 2026-11-25; auth0|5f7c8ec7c33c6c004bbafe82", None),
        ("Host: 127.0.0.1:45123", None),
    ],
)
def test_for_a_room_addresses_and_codes_keep_their_outline_only(plain: str, shown: str | None) -> None:
    assert for_the_room(plain) == (plain if shown is None else shown)
    assert for_the_room(for_the_room(plain)) == for_the_room(plain)


def test_a_secret_is_masked_under_whatever_name_it_is_sent() -> None:
    assert mask_value("", {"answer": Secret("hunter22"), "id": "one", "rest": ["x", Secret("hunter22")]}) == {
        "answer": STARS,
        "id": "one",
        "rest": ["x", STARS],
    }
    assert mask_value("", {"answer": Secret(""), "password": Secret("")}) == {"answer": "", "password": ""}
