"""What the languages share: a call in which each secret is a named placeholder, and no secret anywhere in the text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mfa_helpers import languages
from mfa_helpers.client.masking import SECRET_FIELDS
from mfa_helpers.client.models import Exchange
from mfa_helpers.client.secret import STARS, Secret
from mfa_helpers.languages.request import Placeholder, Request

from ..outside.compilers.toolchains import written

FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
TOKEN = "<sealed text Fe26.2*…, 320 characters>"
LOGIN = Exchange(
    "POST",
    "https://a.eu.auth0.com/oauth/token",
    "/oauth/token",
    {"accept": "application/json", **FORM},
    {"grant_type": "password", "username": "ada@example.com", "password": STARS, "client_secret": "abc" + STARS},
)
CHALLENGE = Exchange(
    "POST",
    "https://a.eu.auth0.com/mfa/challenge",
    "/mfa/challenge",
    JSON,
    {"client_id": "x", "mfa_token": TOKEN, "challenge_type": "oob"},
)
LISTING = Exchange(
    "GET", "https://a.eu.auth0.com/mfa/authenticators", "/mfa/authenticators", {"authorization": f"Bearer {TOKEN}"}
)


def test_the_languages_in_alphabetical_order() -> None:
    assert list(languages.LANGUAGES.values()) == ["cURL", "C#", "Go", "Java", "Node.js", "PHP", "Python", "Ruby"]


@pytest.mark.parametrize(
    "exchange, names",
    [
        (LOGIN, ("PASSWORD", "CLIENT_SECRET")),
        (CHALLENGE, ("MFA_TOKEN",)),
        (LISTING, ("MFA_TOKEN",)),
        (replace(LISTING, request_headers={"Authorization": "Bearer <signed JWT, 766 characters>"}), ("ACCESS_TOKEN",)),
        (replace(LISTING, request_headers={"authorization": STARS}), ("AUTHORIZATION",)),
        (replace(LISTING, request_headers={}), ()),
    ],
)
def test_each_secret_has_the_name_of_its_field(exchange: Exchange, names: tuple[str, ...]) -> None:
    assert languages.placeholders(exchange) == names


def test_what_is_no_secret_is_filled_in() -> None:
    request = Request.of(LOGIN)
    assert (request.method, request.url) == ("POST", "https://a.eu.auth0.com/oauth/token")
    assert request.headers == {"accept": "application/json"}
    assert request.form == {
        "grant_type": "password",
        "username": "ada@example.com",
        "password": Placeholder("PASSWORD"),
        "client_secret": Placeholder("CLIENT_SECRET"),
    }
    assert request.json is None
    assert Request.of(CHALLENGE).form is None and Request.of(LISTING).json is None
    assert Request.of(LISTING).headers == {"authorization": Placeholder("MFA_TOKEN", before="Bearer ")}


def test_secrets_that_share_a_name_are_numbered() -> None:
    body = {"recovery_codes": [STARS, STARS], "a": {"code": STARS}, "b": [{"code": STARS}] * 2, "2-x": STARS}
    request = Request.of(replace(CHALLENGE, request_body=body))
    assert request.names == ("RECOVERY_CODES", "RECOVERY_CODES_2", "CODE", "CODE_2", "CODE_3", "SECRET_2_X")
    assert request.json["recovery_codes"] == [Placeholder("RECOVERY_CODES"), Placeholder("RECOVERY_CODES_2")]


def test_a_secret_is_left_out_even_if_nobody_masked_it() -> None:
    body = {name: f"plain-{name}" for name in SECRET_FIELDS} | {"code": 123456, "other": Secret("plain-other")}
    for headers in (JSON, FORM):
        headers = {"authorization": "Bearer Fe26.2*plain", **headers}
        exchange = Exchange("POST", "https://a.example/", "/", headers, body)
        assert len(languages.placeholders(exchange)) == len(SECRET_FIELDS) + 2  # `other`, and the bearer
        for language in languages.LANGUAGES:
            text = languages.code(exchange, language)
            assert "plain" not in text and "123456" not in text and STARS not in text
        text = languages.command(exchange)
        assert "plain" not in text and "123456" not in text and STARS not in text


TEXTS = st.text(max_size=12)
LEAVES = st.none() | st.booleans() | st.integers() | TEXTS
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=10)
BODIES = st.dictionaries(TEXTS, TREES, min_size=1, max_size=5)


@settings(max_examples=50, deadline=None)
@given(BODIES, st.sampled_from([FORM, JSON]), st.sampled_from(list(languages.LANGUAGES)))
def test_any_body_gives_a_text_that_can_be_saved(
    body: dict[str, object], headers: dict[str, str], language: str
) -> None:
    exchange = Exchange("POST", "https://a.example/", "/", headers, body)
    source = languages.code(exchange, language)
    if language == "curl":
        source += languages.command(exchange)
    # a NUL, a carriage return or a mark that turns the direction never stands there as itself
    assert all(sign.isprintable() or sign in "\n\t" for sign in source)
    assert source.encode().isascii() or language != "java"  # a JDK 17 reads it in the machine's own encoding
    if language == "python":
        compile(source, "call.py", "exec")


@pytest.mark.parametrize("language", languages.LANGUAGES)
@pytest.mark.parametrize("exchange", [LOGIN, CHALLENGE, LISTING])
def test_the_first_comment_says_what_is_read_from_where_and_how_to_run_it(exchange: Exchange, language: str) -> None:
    source = languages.code(exchange, language)
    first = source.removeprefix("<?php\n").splitlines()[0]
    names = languages.placeholders(exchange)
    assert f"Set {' and '.join(names)} in the environment." in first
    file, command = written(source)
    assert file in command or command == ["dotnet", "run"]
    assert len(first) <= 120 and source.endswith("\n") and not source.endswith("\n\n")


@pytest.mark.parametrize("language", languages.LANGUAGES)
def test_a_call_without_a_secret_asks_for_none(language: str) -> None:
    exchange = replace(LISTING, request_headers={})
    source = languages.code(exchange, language)
    assert "environment" not in source.splitlines()[0] and "in the environment first" not in source
    assert languages.command(exchange) == "curl --include --request GET 'https://a.eu.auth0.com/mfa/authenticators'\n"


@pytest.mark.parametrize("language", languages.LANGUAGES)
def test_no_program_looks_away_from_a_certificate(language: str) -> None:
    source = (languages.code(LOGIN, language) + languages.command(LOGIN)).lower()
    for sign in ("insecure", "verify=false", "verify_none", "verifypeer", "unauthorized", "servercertificate", " -k "):
        assert sign not in source


def test_the_command_is_one_curl_command_and_says_what_it_reads_from_where() -> None:
    assert (
        languages.command(LOGIN)
        == r"""# Set PASSWORD and CLIENT_SECRET in the environment.
curl --include --request POST 'https://a.eu.auth0.com/oauth/token' \
  --header 'accept: application/json' \
  --data-urlencode 'grant_type=password' \
  --data-urlencode 'username=ada@example.com' \
  --data-urlencode "password=$PASSWORD" \
  --data-urlencode "client_secret=$CLIENT_SECRET"
"""
    )
    assert (
        languages.command(CHALLENGE)
        == r"""# Set MFA_TOKEN in the environment.
curl --include --request POST 'https://a.eu.auth0.com/mfa/challenge' \
  --header 'content-type: application/json' \
  --data-binary @- <<JSON
{
  "client_id": "x",
  "mfa_token": "$MFA_TOKEN",
  "challenge_type": "oob"
}
JSON
"""
    )


def test_the_command_names_the_authority_of_a_tenant_that_has_its_own() -> None:
    assert "--cacert" not in languages.command(LISTING)
    expected = """# Set MFA_TOKEN in the environment.
curl --include --request GET 'https://a.eu.auth0.com/mfa/authenticators' \\
  --header "authorization: Bearer $MFA_TOKEN" \\
  --cacert '/home/ada/it'\\''s here/ca.pem'
"""
    assert languages.command(LISTING, "/home/ada/it's here/ca.pem") == expected


def test_another_language_is_a_clear_sentence() -> None:
    with pytest.raises(ValueError, match=r"^There's no code in 'cobol'\. Choose one of: curl, csharp, go, java"):
        languages.code(LOGIN, "cobol")
