"""@auth0/auth0-spa-js against the tenant: no secret, a list that goes by `type`, and calls that are repeated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ...support.sandbox_api import Api, public, wrong
from .conftest import SCOPE, Tenant
from .driving import Driver

ALL = ["email", "otp", "sms", "push-notification", "recovery-code"]
WRONG_CODE = ("GenericError", "invalid_grant", "Invalid binding_code.")


@pytest.fixture(scope="session")
def _spa_js(drive: Callable[..., Driver], _tenant: Tenant) -> Driver:
    return drive("spa_js.mjs", NODE_EXTRA_CA_CERTS=_tenant.ca_file)


@pytest.fixture
def spa_js(_spa_js: Driver, tenant: Tenant) -> Driver:
    """A fresh client of auth0-spa-js."""
    _spa_js.do("start", **tenant.public)
    return _spa_js


@pytest.fixture
def signed_in(spa_js: Driver, api: Api, tenant: Tenant) -> Callable[[], None]:
    """`signed_in()`: the public application's login got `mfa_required`, and the SDK knows of it."""

    def sign_in() -> None:
        answer = api.login(audience=tenant.audience, scope=SCOPE, **public(tenant))
        assert answer.status_code == 403, answer.text
        told = {name: answer.json().get(name) for name in ("mfa_token", "mfa_requirements")}
        spa_js.do("prime", audience=tenant.audience, scope=SCOPE, **told)

    return sign_in


def refusal(error: dict[str, Any]) -> tuple[str, str, str]:
    """The SDK's class, `error` and `error_description`; it hands on no status."""
    return error["class"], error["error"], error["text"]


# The story, with Customizable MFA


def test_enrollment_and_challenge_without_a_secret(
    spa_js: Driver, signed_in: Callable[[], None], api: Api, tenant: Tenant
) -> None:
    api.set_up(factors=ALL, customize_mfa_in_postlogin_action=True)
    signed_in()
    factors = spa_js.do("factors")["factors"]
    assert {factor["type"] for factor in factors} == {"otp", "push-notification", "phone"}
    enrollment = spa_js.do("enroll", factor="email")
    assert enrollment["oob_code"].pop("kind") == "seal" and enrollment.pop("oob_code")
    assert enrollment == {"authenticator_type": "oob", "oob_channel": "email", "binding_method": "prompt"}
    check_tokens(spa_js.do("verify", code=api.code()), tenant)

    signed_in()
    assert spa_js.do("factors")["factors"] == []  # enrolled: nothing to enroll
    rows = spa_js.do("list")["rows"]  # the SDK leaves out what has no `type`
    assert sorted(row["type"] for row in rows) == ["email", "recovery-code"]
    (mail,) = (row for row in rows if row["type"] == "email")
    assert mail["id"].startswith("email|dev_") and mail["active"] is True
    challenge = spa_js.do("challenge", id=mail["id"])
    assert (challenge["challenge_type"], challenge["binding_method"]) == ("oob", "prompt")
    check_tokens(spa_js.do("verify", code=api.code()), tenant)


def check_tokens(tokens: dict[str, Any], tenant: Tenant) -> None:
    assert (tokens["expires_in"], tokens["scope"], tokens["token_type"]) == (86_400, SCOPE, "Bearer")
    assert tokens["access_token"]["claims"]["azp"] == tenant.public_client_id
    claims = tokens["id_token"]["claims"]
    assert (claims["iss"], claims["aud"]) == (tenant.issuer, tenant.public_client_id)


def test_a_row_of_a_type_that_cannot_be_challenged_is_left_out(
    spa_js: Driver, signed_in: Callable[[], None], api: Api
) -> None:
    api.set_up(factors=["email", "sms"], customize_mfa_in_postlogin_action=True)
    signed_in()
    spa_js.do("enroll", factor="sms", phone_number="+15550100167")  # and never confirmed
    spa_js.do("enroll", factor="email")
    spa_js.do("verify", code=api.code())
    signed_in()
    assert [row["type"] for row in spa_js.do("list")["rows"]] == ["email"]
    assert sorted(row["type"] for row in api.rows(api.login().json()["mfa_token"])) == ["email", "phone"]


def test_a_phone_number_is_listed_by_its_type(spa_js: Driver, signed_in: Callable[[], None], api: Api) -> None:
    api.set_up(factors=ALL, customize_mfa_in_postlogin_action=True)
    signed_in()
    spa_js.do("enroll", factor="sms", phone_number="+15550100167")
    spa_js.do("verify", code=api.code("+15550100167"))
    signed_in()
    types = {row["id"].partition("|")[0]: row["type"] for row in spa_js.do("list")["rows"]}
    assert types == {"sms": "phone", "voice": "phone", "recovery-code": "recovery-code"}


def test_the_profiles_own_address_is_listed_when_it_is_verified(
    spa_js: Driver, signed_in: Callable[[], None], api: Api
) -> None:
    api.set_up(email_verified=True, customize_mfa_in_postlogin_action=True)
    signed_in()
    (row,) = spa_js.do("list")["rows"]
    assert (row["type"], row["active"]) == ("email", True)


def test_without_customizable_mfa_all_rows_are_listed(spa_js: Driver, signed_in: Callable[[], None], api: Api) -> None:
    signed_in()
    spa_js.do("enroll", factor="email")
    spa_js.do("verify", code=api.code())
    signed_in()
    (row,) = spa_js.do("list")["rows"]
    assert "type" not in row
    assert spa_js.fail("factors")["error"] == "mfa_context_not_found"  # there are no requirements to read


# What its errors carry


def test_a_wrong_code_and_then_the_right_one(spa_js: Driver, signed_in: Callable[[], None], api: Api) -> None:
    signed_in()
    spa_js.do("enroll", factor="email")
    assert refusal(spa_js.fail("verify", code=wrong(api.code()))) == WRONG_CODE
    spa_js.do("verify", code=api.code())


def test_who_is_enrolled_cannot_enroll_with_the_mfa_token(
    spa_js: Driver, signed_in: Callable[[], None], api: Api
) -> None:
    signed_in()
    spa_js.do("enroll", factor="email")
    spa_js.do("verify", code=api.code())
    signed_in()
    error = spa_js.fail("enroll", factor="email")
    assert refusal(error) == ("MfaEnrollmentError", "access_denied", "User is already enrolled.")


def test_an_mfa_token_of_more_than_ten_minutes_ago(spa_js: Driver, signed_in: Callable[[], None], api: Api) -> None:
    signed_in()
    api.advance(601)
    expired = ("expired_token", "mfa_token is expired")
    assert refusal(spa_js.fail("list")) == ("MfaListAuthenticatorsError", *expired)
    assert refusal(spa_js.fail("challenge", id="email|dev_x")) == ("MfaChallengeError", *expired)
    assert refusal(spa_js.fail("enroll", factor="email")) == ("MfaEnrollmentError", *expired)


def test_the_token_of_the_confidential_application_is_not_the_public_ones(spa_js: Driver, api: Api) -> None:
    spa_js.do("prime", mfa_token=api.mfa_token(), scope=SCOPE, audience=None)
    error = spa_js.fail("challenge", id="email|dev_x")
    assert refusal(error) == ("MfaChallengeError", "invalid_request", "mfa_token not issued to this client")


def test_the_confidential_application_is_refused_without_its_secret(spa_js: Driver, api: Api, tenant: Tenant) -> None:
    spa_js.do("start", domain=tenant.domain, client_id=tenant.client_id)
    spa_js.do("prime", mfa_token=api.mfa_token(), scope=SCOPE, audience=None)
    error = spa_js.fail("challenge", id="email|dev_x")
    assert refusal(error) == ("MfaChallengeError", "access_denied", "Unauthorized")


def test_the_eleventh_wrong_code_is_one_too_many(spa_js: Driver, signed_in: Callable[[], None], api: Api) -> None:
    signed_in()
    spa_js.do("enroll", factor="email")
    for _ in range(10):  # one request each: an answer that is JSON is not repeated
        assert refusal(spa_js.fail("verify", code=wrong(api.code()))) == WRONG_CODE
    error = spa_js.fail("verify", code=api.code())
    assert refusal(error)[:2] == ("GenericError", "invalid_request")
    assert error["text"].startswith("Too many failed codes.")


# It repeats a verification up to three times if the answer is not JSON or the connection breaks


@pytest.mark.parametrize("kind", ["cut", "unavailable"])
@pytest.mark.parametrize("times", [1, 2])
def test_what_was_not_carried_out_is_repeated_until_it_is(
    spa_js: Driver, signed_in: Callable[[], None], api: Api, fault: Callable[..., None], kind: str, times: int
) -> None:
    signed_in()
    spa_js.do("enroll", factor="email")
    fault("/oauth/token", kind, times=times)
    assert spa_js.do("verify", code=api.code())["access_token"]["kind"] == "jwt"


@pytest.mark.parametrize("kind, told", [("cut", "TypeError"), ("unavailable", "SyntaxError")])
def test_after_the_third_time_it_gives_up_and_nothing_is_lost(
    spa_js: Driver, signed_in: Callable[[], None], api: Api, fault: Callable[..., None], kind: str, told: str
) -> None:
    signed_in()
    spa_js.do("enroll", factor="email")
    fault("/oauth/token", kind, times=3)
    assert spa_js.fail("verify", code=api.code())["class"] == told
    assert spa_js.do("verify", code=api.code())["access_token"]["kind"] == "jwt"


def test_an_answer_that_is_lost_ends_in_a_clear_refusal(
    spa_js: Driver, signed_in: Callable[[], None], api: Api, fault: Callable[..., None]
) -> None:
    signed_in()
    spa_js.do("enroll", factor="email")
    fault("/oauth/token", "cut_after")
    # Carried out, answer lost, sent again: a code works once. Signing in again is the way out.
    assert refusal(spa_js.fail("verify", code=api.code())) == WRONG_CODE
    signed_in()
    (row,) = spa_js.do("list")["rows"]
    assert row["active"] is True
    spa_js.do("challenge", id=row["id"])
    spa_js.do("verify", code=api.code())


@pytest.mark.parametrize(
    "kind, times, sent",
    [
        ("cut", 2, 1),  # twice not carried out, the third time counted
        ("unavailable", 2, 1),
        ("cut_after", 1, 2),  # carried out each time
        ("cut_after", 2, 3),
    ],
)
def test_a_wrong_code_counts_as_often_as_it_was_carried_out(
    spa_js: Driver,
    signed_in: Callable[[], None],
    api: Api,
    fault: Callable[..., None],
    kind: str,
    times: int,
    sent: int,
) -> None:
    signed_in()
    spa_js.do("enroll", factor="email")
    bad = wrong(api.code())
    fault("/oauth/token", kind, times=times)
    assert refusal(spa_js.fail("verify", code=bad)) == WRONG_CODE
    for _ in range(10 - sent):
        assert refusal(spa_js.fail("verify", code=bad)) == WRONG_CODE
    assert spa_js.fail("verify", code=bad)["text"].startswith("Too many failed codes.")


def test_a_repeated_right_code_costs_no_try(
    spa_js: Driver, signed_in: Callable[[], None], api: Api, fault: Callable[..., None]
) -> None:
    signed_in()
    spa_js.do("enroll", factor="email")
    fault("/oauth/token", "cut_after", times=2)
    assert refusal(spa_js.fail("verify", code=api.code())) == WRONG_CODE  # sent three times, right each time
    signed_in()
    spa_js.do("challenge", id=spa_js.do("list")["rows"][0]["id"])
    for _ in range(10):
        assert refusal(spa_js.fail("verify", code=wrong(api.code()))) == WRONG_CODE


# Trust


def test_without_the_tenants_authority_it_does_not_connect(drive: Callable[..., Driver], tenant: Tenant) -> None:
    stranger = drive("spa_js.mjs")
    stranger.do("start", **tenant.public)
    stranger.do("prime", mfa_token="rubbish", scope=SCOPE, audience=None)
    assert stranger.fail("list")["causes"] == ["UNABLE_TO_VERIFY_LEAF_SIGNATURE"]
