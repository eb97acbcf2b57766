"""The programs with Auth0's SDKs: which calls they are for, what is filled in, and that their versions are those that are run."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from mfa_helpers import languages
from mfa_helpers.client.models import Exchange
from mfa_helpers.languages.request import Request
from mfa_helpers.languages.sdks import SDKS, call_of, programs

from ..support.places import ROOT
from .test_request import CHALLENGE, FORM, JSON, LISTING, LOGIN, TOKEN

BEARER = {"authorization": f"Bearer {TOKEN}"}
ASSOCIATE = Exchange(
    "POST",
    "https://a.eu.auth0.com/mfa/associate",
    "/mfa/associate",
    {**JSON, **BEARER},
    {"authenticator_types": ["oob"], "oob_channels": ["email"], "email": "ada@example.com"},
)
VERIFY = replace(
    LOGIN,
    request_headers=FORM,
    request_body={
        "grant_type": "http://auth0.com/oauth/grant-type/mfa-oob",
        "mfa_token": TOKEN,
        "oob_code": TOKEN,
        "binding_code": "004217",
        "client_id": "x",
        "client_secret": "abc",
    },
)
DELETE = Exchange(
    "DELETE", "https://a.eu.auth0.com/mfa/authenticators/email%7Cdev_1", "/mfa/authenticators/email%7Cdev_1", BEARER
)
CALLS = {
    "login": LOGIN,
    "associate": ASSOCIATE,
    "verify": VERIFY,
    "list": LISTING,
    "challenge": CHALLENGE,
    "delete": DELETE,
}
PINS = ROOT / "tests" / "outside" / "sdk"


@pytest.mark.parametrize("call", CALLS)
def test_each_call_of_the_flow_is_known(call: str) -> None:
    assert call_of(Request.of(CALLS[call])) == call


@pytest.mark.parametrize(
    "exchange",
    [
        replace(LISTING, url="https://a.eu.auth0.com/.well-known/openid-configuration"),
        replace(LOGIN, request_body={"grant_type": "refresh_token"}),
        replace(LOGIN, request_body={"grant_type": "http://auth0.com/oauth/grant-type/mfa-otp"}),
        replace(ASSOCIATE, request_body={"authenticator_types": ["otp"]}),
        replace(CHALLENGE, request_body={"challenge_type": "otp"}),
        replace(LISTING, method="PATCH"),
    ],
)
def test_any_other_call_has_the_languages_only(exchange: Exchange) -> None:
    assert programs(Request.of(exchange)) == {}
    assert list(languages.programs(exchange)) == list(languages.LANGUAGES.values())


@pytest.mark.parametrize("name", SDKS)
def test_each_call_has_a_program_or_a_sentence(name: str) -> None:
    sdk = SDKS[name]
    assert set(sdk.programs) | set(sdk.lacks) == set(CALLS) and not set(sdk.programs) & set(sdk.lacks)
    for call, exchange in CALLS.items():
        text = programs(Request.of(exchange))[name]
        if call in sdk.lacks:
            assert text.startswith(f"{sdk.comment} {name} {sdk.version} has no function for this call.\n{sdk.comment} ")
        else:
            assert f"{sdk.install}{sdk.version}\n" in text and "«" not in text
        assert text.endswith("\n") and all(len(line) <= 120 for line in text.splitlines())


def test_they_stand_beside_the_languages() -> None:
    assert list(languages.programs(LOGIN)) == [*languages.LANGUAGES.values(), *SDKS]
    assert list(SDKS) == ["auth0-auth-js", "auth0-spa-js", "nextjs-auth0", "auth0-server-python"]


def test_no_secret_is_in_any_of_them_even_if_nobody_masked_it() -> None:
    for exchange in CALLS.values():
        for text in programs(Request.of(exchange)).values():
            assert not any(secret in text for secret in ("004217", "abc", "Fe26", "MASKED"))


def test_what_the_call_has_is_filled_in_and_what_it_lacks_leaves_no_line() -> None:
    full = programs(Request.of(ASSOCIATE))
    short = programs(
        Request.of(replace(ASSOCIATE, request_body={"authenticator_types": ["oob"], "oob_channels": ["email"]}))
    )
    for name in SDKS:
        assert 'ada@example.com"' in full[name]
        (left_out,) = set(full[name].splitlines()) - set(short[name].splitlines())
        assert left_out.strip().strip('"').startswith("email")
    assert 'authenticatorId: "email|dev_1",' in programs(Request.of(DELETE))["auth0-auth-js"]


def test_what_the_sdk_wants_beside_the_call_is_read_from_the_environment() -> None:
    source = programs(Request.of(LISTING))["auth0-auth-js"]
    assert source.startswith(
        "// Save this as call.mjs. Set MFA_TOKEN and CLIENT_ID in the environment. Run: node call.mjs\n"
    )
    assert "clientId: process.env.CLIENT_ID," in source and "clientSecret" not in source
    assert 'clientId: "x",' in programs(Request.of(VERIFY))["auth0-auth-js"]


def test_a_tenant_without_https_gets_a_note() -> None:
    for text in programs(Request.of(replace(LISTING, url="http://127.0.0.1:8765/mfa/authenticators"))).values():
        assert "HTTPS only" in text
    assert "HTTPS only" not in "".join(programs(Request.of(LISTING)).values())


def test_the_versions_are_exactly_those_that_the_tests_run() -> None:
    pinned = {
        name: version
        for file in ("package.json", "login/package.json")
        for name, version in json.loads((PINS / file).read_text("utf-8"))["dependencies"].items()
    }
    wanted = Path(PINS / "requirements.in").read_text("utf-8").splitlines()
    pinned |= dict(line.split("==") for line in wanted if "==" in line)
    assert {sdk.package: sdk.version for sdk in SDKS.values()}.items() <= pinned.items()
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    (python,) = (sdk for sdk in SDKS.values() if sdk.comment == "#")
    assert extras["sdk"] == [f"{python.package}=={python.version}"]
