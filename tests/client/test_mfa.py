"""The client against a real tenant, and against servers that answer whatever they like."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

import mfa_helpers
from mfa_helpers.client import errors
from mfa_helpers.client.grants import MFA_OOB, PASSWORD, PASSWORD_REALM
from mfa_helpers.client.mfa import MfaClient
from mfa_helpers.client.models import Authenticator, Challenge, Enrollment, Tokens
from mfa_helpers.client.secret import STARS, Secret, is_jwt
from mfa_helpers.sandbox.hosting import server

from ..support.misbehaving_server import answering, reply

Advance = Callable[[float], None]
Login = Callable[[], str]
NewestCode = Callable[..., str]
SetUp = Callable[..., None]

DEVICE = "email|dev_AAAABBBBCCCCDDDD"
SEAL = "Fe26.2*SERVER_1726721698*ab12*cd-34*ef_56*1726722000000*gh78*ij90"
HUNTER = "hunter22"
TOKENS = {"access_token": "at", "expires_in": 86400, "scope": "openid", "token_type": "Bearer"}


def other_than(code: str) -> str:
    """Six digits that are not `code`."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def tenants_words(error: errors.MfaError) -> tuple[int | None, str | None, str | None]:
    return error.status, error.error, error.error_description


@pytest.fixture
def access_token(client: MfaClient, sandbox: server.ServedSandbox) -> Secret:
    """An access token for the MFA audience, with all its scopes."""
    tokens = client.login(sandbox.username, sandbox.password, audience=sandbox.mfa_audience)
    return tokens.access_token


@pytest.fixture
def enroll(client: MfaClient, login: Login, newest_code: NewestCode) -> Callable[[], Tokens]:
    """`enroll()`: sign in, associate the profile's address and confirm it."""

    def act() -> Tokens:
        token = login()
        oob_code = client.enroll_authenticator(token).oob_code
        return client.verify(mfa_token=token, oob_code=oob_code or "", binding_code=newest_code())

    return act


@pytest.fixture
def challenged(client: MfaClient, login: Login, enroll: Callable[[], Tokens]) -> tuple[str, str]:
    """An MFA token and the `oob_code` of a challenge that waits for its code."""
    enroll()
    return challenge(client, login())


def challenge(client: MfaClient, token: str) -> tuple[str, str]:
    row = client.list_authenticators(token)[0]
    oob_code = client.challenge_authenticator(mfa_token=token, authenticator_id=row.id).oob_code
    assert oob_code is not None
    return token, oob_code


# The flow


def test_the_whole_flow_from_password_to_removal(
    client: MfaClient, sandbox: server.ServedSandbox, newest_code: NewestCode
) -> None:
    with pytest.raises(errors.MfaRequired) as first:
        client.login(sandbox.username, sandbox.password, audience=sandbox.audience, scope="openid read:reports")
    enrollment = client.enroll_authenticator(first.value.mfa_token, "ada@example.com")
    assert enrollment.oob_code is not None
    confirmed = client.verify(mfa_token=first.value.mfa_token, oob_code=enrollment.oob_code, binding_code=newest_code())
    assert confirmed.scope == "openid read:reports"

    with pytest.raises(errors.MfaRequired) as second:
        client.login(sandbox.username, sandbox.password, audience=sandbox.audience)
    rows = client.list_authenticators(second.value.mfa_token)
    assert [(row.kind, row.active, row.name) for row in rows] == [("email", True, "***@exam*******")]
    asked = client.challenge_authenticator(mfa_token=second.value.mfa_token, authenticator_id=rows[0].id)
    assert asked.oob_code is not None
    tokens = client.verify(mfa_token=second.value.mfa_token, oob_code=asked.oob_code, binding_code=newest_code())
    assert is_jwt(tokens.access_token)

    mfa = client.login(sandbox.username, sandbox.password, audience=sandbox.mfa_audience)
    client.delete_authenticator(mfa.access_token, rows[0].id)
    assert client.list_authenticators(mfa.access_token) == []


def test_login_carries_the_token_the_server_sent(client: MfaClient, sandbox: server.ServedSandbox) -> None:
    with pytest.raises(errors.MfaRequired) as caught:
        client.login(sandbox.username, sandbox.password)
    error = caught.value
    assert tenants_words(error) == (403, "mfa_required", "Multifactor authentication required")
    assert error.body == {
        "error": "mfa_required",
        "error_description": "Multifactor authentication required",
        "mfa_token": error.mfa_token,
    }
    assert error.mfa_token.reveal().startswith("Fe26.2*")


def test_login_gives_tokens_where_no_second_factor_is_wanted(
    client: MfaClient, sandbox: server.ServedSandbox, set_up: SetUp
) -> None:
    set_up(mfa_policy=[])
    tokens = client.login(sandbox.username, sandbox.password, audience=sandbox.audience, scope="openid")
    assert (tokens.token_type, tokens.expires_in, tokens.scope) == ("Bearer", 86400, "openid")
    assert is_jwt(tokens.access_token)
    assert tokens.id_token is not None and tokens.refresh_token is None and tokens.recovery_code is None


def test_associating_gives_what_the_confirmation_needs(client: MfaClient, login: Login) -> None:
    enrollment = client.enroll_authenticator(login())
    assert isinstance(enrollment, Enrollment)
    assert (enrollment.authenticator_type, enrollment.oob_channel, enrollment.binding_method) == (
        "oob",
        "email",
        "prompt",
    )
    assert enrollment.oob_code is not None and enrollment.oob_code.reveal().startswith("Fe26.2*")
    assert enrollment.recovery_codes == ()


def test_without_an_address_the_mail_goes_to_the_profiles(
    client: MfaClient, login: Login, newest_code: NewestCode
) -> None:
    client.enroll_authenticator(login())
    assert re.fullmatch("[0-9]{6}", newest_code("ada@example.com"))


def test_with_an_address_the_mail_goes_there(client: MfaClient, login: Login, newest_code: NewestCode) -> None:
    client.enroll_authenticator(login(), " ada+lab@example.test\n")
    assert re.fullmatch("[0-9]{6}", newest_code("ada+lab@example.test"))


def test_an_unconfirmed_authenticator_is_listed_as_such(client: MfaClient, login: Login) -> None:
    token = login()
    client.enroll_authenticator(token)
    (row,) = client.list_authenticators(token)
    assert isinstance(row, Authenticator)
    assert re.fullmatch(r"email\|dev_[A-Za-z0-9]{16}", row.id)
    assert (row.kind, row.active, row.name) == ("email", False, "***@exam*******")


def test_enrolled_twice_and_confirmed_once_leaves_one_that_can_be_used(
    client: MfaClient, login: Login, newest_code: NewestCode
) -> None:
    token = login()
    client.enroll_authenticator(token)
    oob_code = client.enroll_authenticator(token).oob_code
    client.verify(mfa_token=token, oob_code=oob_code or "", binding_code=newest_code())
    assert [row.active for row in client.list_authenticators(login())] == [False, True]


def test_a_challenge_says_that_a_code_must_be_typed(
    client: MfaClient, login: Login, enroll: Callable[[], Tokens]
) -> None:
    enroll()
    token = login()
    row = client.list_authenticators(token)[0]
    answer = client.challenge_authenticator(mfa_token=token, authenticator_id=row.id)
    assert isinstance(answer, Challenge)
    assert (answer.challenge_type, answer.binding_method) == ("oob", "prompt")
    assert answer.oob_code is not None


def test_an_access_token_may_enroll_another_address(
    client: MfaClient, enroll: Callable[[], Tokens], access_token: Secret
) -> None:
    enroll()
    assert client.enroll_authenticator(access_token, "other@example.com").oob_code is not None
    assert [row.active for row in client.list_authenticators(access_token)] == [True, False]


def test_the_tenants_description_and_keys_can_be_read(client: MfaClient, sandbox: server.ServedSandbox) -> None:
    assert client.discovery()["issuer"] == sandbox.issuer
    assert [key["alg"] for key in client.jwks()["keys"]] == ["RS256"]


# The password


def test_a_wrong_password_is_wrong_credentials(client: MfaClient, sandbox: server.ServedSandbox) -> None:
    with pytest.raises(errors.WrongCredentials) as caught:
        client.login(sandbox.username, "not the password")
    assert tenants_words(caught.value) == (403, "invalid_grant", "Wrong email or password.")
    assert caught.value.what == "The user name or the password is incorrect."


def test_neither_password_nor_client_secret_is_shown_by_an_error(sandbox: server.ServedSandbox) -> None:
    client = MfaClient(sandbox.base_url, sandbox.client_id, sandbox.client_secret)
    with pytest.raises(errors.WrongCredentials) as caught:
        client.login(sandbox.username, HUNTER)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(caught.value.exchange)
    assert HUNTER not in shown and sandbox.client_secret not in shown
    assert sandbox.username in shown and sandbox.client_id in shown


def test_ten_wrong_passwords_block_the_account(client: MfaClient, sandbox: server.ServedSandbox) -> None:
    for _ in range(10):
        with pytest.raises(errors.WrongCredentials):
            client.login(sandbox.username, "wrong")
    with pytest.raises(errors.AccountBlocked) as caught:
        client.login(sandbox.username, sandbox.password)
    assert (caught.value.status, caught.value.error) == (429, "too_many_attempts")
    assert "Your account has been blocked" in (caught.value.error_description or "")
    assert caught.value.retry_after is not None and 590 < caught.value.retry_after <= 600


def test_a_realm_needs_no_default_directory(client: MfaClient, sandbox: server.ServedSandbox, set_up: SetUp) -> None:
    set_up(default_directory="")
    with pytest.raises(errors.TenantFailed) as without:
        client.login(sandbox.username, sandbox.password)
    assert tenants_words(without.value) == (
        500,
        "server_error",
        "Authorization server not configured with default connection.",
    )
    with pytest.raises(errors.MfaRequired):
        client.login(sandbox.username, sandbox.password, realm="Username-Password-Authentication")


def test_an_unknown_audience_is_named(client: MfaClient, sandbox: server.ServedSandbox) -> None:
    with pytest.raises(errors.AudienceUnknown) as caught:
        client.login(sandbox.username, sandbox.password, audience="https://nowhere.example/")
    assert tenants_words(caught.value) == (
        403,
        "access_denied",
        "Service not enabled within domain: https://nowhere.example/",
    )
    assert "AUTH0_AUDIENCE" in caught.value.next_step


@pytest.mark.parametrize("grant", [PASSWORD, MFA_OOB])
def test_a_grant_that_is_not_ticked_is_named(
    grant: str, client: MfaClient, sandbox: server.ServedSandbox, set_up: SetUp
) -> None:
    set_up(grant_types=[])
    with pytest.raises(errors.GrantNotAllowed) as caught:
        if grant == PASSWORD:
            client.login(sandbox.username, sandbox.password)
        else:
            client.verify(mfa_token="t", oob_code="o", binding_code="123456")
    assert tenants_words(caught.value) == (
        403,
        "unauthorized_client",
        f"Grant type '{grant}' not allowed for the client.",
    )
    assert "Grant Types" in caught.value.next_step


# The client's own proof


def test_a_wrong_client_secret_is_client_refused(sandbox: server.ServedSandbox) -> None:
    with pytest.raises(errors.ClientRefused) as caught:
        MfaClient(sandbox.base_url, sandbox.client_id, "wrong").login(sandbox.username, sandbox.password)
    assert tenants_words(caught.value) == (401, "access_denied", "Unauthorized")


@pytest.mark.parametrize("none", [None, ""])
def test_a_public_client_signs_in_without_a_secret(none: str | None, sandbox: server.ServedSandbox) -> None:
    client = MfaClient(sandbox.base_url, sandbox.public_client_id, none)
    with pytest.raises(errors.MfaRequired):
        client.login(sandbox.username, sandbox.password)


@pytest.mark.parametrize(
    ("given", "sent"), [(None, None), ("", None), ("s3cret", "s3cret"), (Secret("s3cret"), "s3cret")]
)
def test_only_a_secret_that_is_there_is_sent(given: str | None, sent: str | None) -> None:
    with answering(reply(200, TOKENS), reply(200, {"challenge_type": "oob"})) as ill:
        client = MfaClient(ill.base_url, "app", given)
        client.login("ada", "pass")
        client.challenge_authenticator(mfa_token=SEAL, authenticator_id=DEVICE)
    assert ill.asked[0].form.get("client_secret") == sent
    assert ill.asked[1].json.get("client_secret") == sent
    assert ill.asked[0].form["client_id"] == ill.asked[1].json["client_id"] == "app"


def test_a_client_shows_its_id_and_not_its_secret(sandbox: server.ServedSandbox) -> None:
    shown = repr(MfaClient(sandbox.base_url, sandbox.client_id, sandbox.client_secret))
    assert sandbox.client_secret not in shown
    assert sandbox.client_id in shown and sandbox.base_url in shown


# What is sent


def test_login_sends_the_password_grant_and_only_what_was_given() -> None:
    with answering(reply(200, TOKENS)) as ill:
        MfaClient(ill.base_url, "app").login("ada", HUNTER)
    assert (ill.asked[0].method, ill.asked[0].path) == ("POST", "/oauth/token")
    assert ill.asked[0].form == {"grant_type": "password", "username": "ada", "password": HUNTER, "client_id": "app"}


def test_a_realm_makes_it_the_realm_grant() -> None:
    with answering(reply(200, TOKENS)) as ill:
        client = MfaClient(ill.base_url, "app")
        client.login("ada", HUNTER, realm="Users", audience="https://api/", scope="openid email")
    assert ill.asked[0].form == {
        "grant_type": PASSWORD_REALM,
        "realm": "Users",
        "username": "ada",
        "password": HUNTER,
        "audience": "https://api/",
        "scope": "openid email",
        "client_id": "app",
    }


def test_a_plus_in_a_user_name_stays_a_plus() -> None:
    with answering(reply(200, TOKENS)) as ill:
        MfaClient(ill.base_url, "app").login("ada+lab@example.test", "pass+word")
    assert "username=ada%2Blab%40example.test" in ill.asked[0].body
    assert ill.asked[0].form["username"] == "ada+lab@example.test"
    assert ill.asked[0].form["password"] == "pass+word"


def test_associate_sends_types_and_channels_as_json() -> None:
    with answering(reply(200, {"authenticator_type": "oob"})) as ill:
        MfaClient(ill.base_url, "app", "s3cret").enroll_authenticator(SEAL, "ada@example.com")
    assert (ill.asked[0].method, ill.asked[0].path) == ("POST", "/mfa/associate")
    assert ill.asked[0].headers["authorization"] == f"Bearer {SEAL}"
    assert ill.asked[0].json == {
        "authenticator_types": ["oob"],
        "oob_channels": ["email"],
        "email": "ada@example.com",
    }


def test_verify_sends_the_oob_grant_without_audience_and_scope() -> None:
    with answering(reply(200, TOKENS)) as ill:
        MfaClient(ill.base_url, "app").verify(mfa_token=SEAL, oob_code="oob", binding_code="004217")
    assert ill.asked[0].form == {
        "grant_type": "http://auth0.com/oauth/grant-type/mfa-oob",
        "mfa_token": SEAL,
        "oob_code": "oob",
        "binding_code": "004217",
        "client_id": "app",
    }


@pytest.mark.parametrize(("device", "kind"), [(DEVICE, "oob"), ("sms|dev_1", "oob"), ("totp|dev_1", "otp")])
def test_challenge_always_sends_the_id_and_never_a_channel(device: str, kind: str) -> None:
    with answering(reply(200, {"challenge_type": kind})) as ill:
        MfaClient(ill.base_url, "app").challenge_authenticator(mfa_token=SEAL, authenticator_id=device)
    assert (ill.asked[0].method, ill.asked[0].path) == ("POST", "/mfa/challenge")
    assert ill.asked[0].json == {
        "client_id": "app",
        "challenge_type": kind,
        "authenticator_id": device,
        "mfa_token": SEAL,
    }


def test_an_id_is_percent_quoted_once() -> None:
    with answering(reply(204)) as ill:
        MfaClient(ill.base_url, "app").delete_authenticator("token", DEVICE)
    assert (ill.asked[0].method, ill.asked[0].path) == ("DELETE", "/mfa/authenticators/email%7Cdev_AAAABBBBCCCCDDDD")


def test_an_id_cannot_lead_to_another_address() -> None:
    with answering(reply(204)) as ill:
        MfaClient(ill.base_url, "app").delete_authenticator("token", "../x?y#z%7C")
    assert ill.asked[0].path == "/mfa/authenticators/..%2Fx%3Fy%23z%257C"


def test_blanks_around_a_token_are_not_sent() -> None:
    with answering(reply(200, [])) as ill:
        MfaClient(ill.base_url, "app").list_authenticators(f"  {SEAL} \n")
    assert ill.asked[0].headers["authorization"] == f"Bearer {SEAL}"


@pytest.mark.parametrize("answer", [reply(204), reply(200), reply(200, {"deleted": True})], ids=["204", "200", "body"])
def test_what_a_yes_to_a_removal_says_does_not_matter(answer: bytes) -> None:
    with answering(answer) as ill:
        client = MfaClient(ill.base_url, "app")
        client.delete_authenticator("token", DEVICE)
    assert client.last_exchange is not None and client.last_exchange.status in (200, 204)


def test_a_session_of_ones_own_is_used() -> None:
    with requests.Session() as session, answering(reply(200, {"issuer": "x"})) as ill:
        session.headers["x-lesson"] = "mine"
        client = MfaClient(ill.base_url, "app", session=session)
        client.discovery()
    assert client.session is session
    assert ill.asked[0].headers["x-lesson"] == "mine"


# The code


def test_a_wrong_code_is_refused_and_the_right_one_still_works(
    client: MfaClient, challenged: tuple[str, str], newest_code: NewestCode
) -> None:
    token, oob_code = challenged
    with pytest.raises(errors.WrongCode) as caught:
        client.verify(mfa_token=token, oob_code=oob_code, binding_code=other_than(newest_code()))
    assert tenants_words(caught.value) == (403, "invalid_grant", "Invalid binding_code.")
    assert caught.value.what == "The code is incorrect."
    assert client.verify(mfa_token=token, oob_code=oob_code, binding_code=newest_code()).access_token


@pytest.mark.parametrize("typed", [" {}{}\n", "{} {}", "{}\u00a0{}", "\u200b{}{}"])
def test_blanks_in_a_right_code_do_not_matter(
    typed: str, client: MfaClient, challenged: tuple[str, str], newest_code: NewestCode
) -> None:
    code = newest_code()
    token, oob_code = challenged
    spelled = typed.format(code[:3], code[3:])
    assert client.verify(mfa_token=token, oob_code=oob_code, binding_code=spelled).access_token


def test_a_code_works_once(client: MfaClient, challenged: tuple[str, str], newest_code: NewestCode) -> None:
    token, oob_code = challenged
    client.verify(mfa_token=token, oob_code=oob_code, binding_code=newest_code())
    with pytest.raises(errors.Refused) as caught:
        client.verify(mfa_token=token, oob_code=oob_code, binding_code=newest_code())
    assert (caught.value.status, caught.value.error) == (403, "invalid_grant")


def test_a_login_is_spent_once_it_is_completed(
    client: MfaClient, challenged: tuple[str, str], newest_code: NewestCode
) -> None:
    token, oob_code = challenged
    assert client.list_authenticators(token)
    client.verify(mfa_token=token, oob_code=oob_code, binding_code=newest_code())
    with pytest.raises(errors.MfaTokenRefused) as caught:
        client.list_authenticators(token)
    assert tenants_words(caught.value) == (
        401,
        "invalid_grant",
        "The mfa_token provided is invalid. Try getting a new token.",
    )


def test_a_number_is_no_code_and_nothing_is_sent(client: MfaClient, login: Login) -> None:
    token = login()
    before = client.last_exchange
    with pytest.raises(TypeError, match='Write it in quotes, for example "004217"') as caught:
        client.verify(mfa_token=token, oob_code="oob", binding_code=4217)  # type: ignore[arg-type]
    assert type(caught.value) is errors.CodeIsNotText
    assert client.last_exchange is before


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("12345", "A code has six digits, but you typed 5."),
        ("12345a", "A code contains only digits."),
        ("", "The code is missing."),
    ],
)
def test_what_cannot_be_a_code_is_not_sent(typed: str, what: str, client: MfaClient, login: Login) -> None:
    token = login()
    before = client.last_exchange
    with pytest.raises(errors.InvalidInput) as caught:
        client.verify(mfa_token=token, oob_code="oob", binding_code=typed)
    assert caught.value.what == what
    assert client.last_exchange is before


def test_a_code_that_was_not_sent_costs_no_attempt(
    client: MfaClient, challenged: tuple[str, str], newest_code: NewestCode
) -> None:
    token, oob_code = challenged
    for _ in range(12):
        with pytest.raises(errors.InvalidInput):
            client.verify(mfa_token=token, oob_code=oob_code, binding_code="12345a")
    assert client.verify(mfa_token=token, oob_code=oob_code, binding_code=newest_code()).access_token


def test_the_code_of_another_login_does_not_fit(
    client: MfaClient, challenged: tuple[str, str], login: Login, newest_code: NewestCode
) -> None:
    _, oob_code = challenged
    with pytest.raises(errors.CodeNotForThisLogin) as caught:
        client.verify(mfa_token=login(), oob_code=oob_code, binding_code=newest_code())
    assert tenants_words(caught.value) == (400, "invalid_request", "The oob_code doesn't match the mfa_token")


def test_an_oob_code_that_nobody_gave_is_unknown(client: MfaClient, login: Login) -> None:
    with pytest.raises(errors.OobCodeUnknown) as caught:
        client.verify(mfa_token=login(), oob_code="made-up", binding_code="123456")
    assert tenants_words(caught.value) == (403, "invalid_grant", "Malformed oob_code")


def test_after_ten_wrong_codes_even_the_right_one_must_wait(
    client: MfaClient, challenged: tuple[str, str], newest_code: NewestCode, advance: Advance, login: Login
) -> None:
    token, oob_code = challenged
    wrong = other_than(newest_code())
    for _ in range(10):
        with pytest.raises(errors.WrongCode):
            client.verify(mfa_token=token, oob_code=oob_code, binding_code=wrong)
    with pytest.raises(errors.TooManyCodes) as caught:
        client.verify(mfa_token=token, oob_code=oob_code, binding_code=newest_code())
    assert tenants_words(caught.value) == (
        429,
        "invalid_request",
        "Too many failed codes. Wait for some minutes before retrying.",
    )
    assert caught.value.retry_after is not None and 350 < caught.value.retry_after <= 360
    advance(360)
    token, oob_code = challenge(client, token)
    assert client.verify(mfa_token=token, oob_code=oob_code, binding_code=newest_code()).access_token


def test_the_twenty_first_mail_must_wait(client: MfaClient, login: Login, advance: Advance) -> None:
    token = login()
    for _ in range(20):
        client.enroll_authenticator(token)
    with pytest.raises(errors.SlowDown) as caught:
        client.enroll_authenticator(token)
    assert (caught.value.status, caught.value.error) == (429, "too_many_requests")
    assert caught.value.retry_after is not None and 50 < caught.value.retry_after <= 60
    advance(60)
    assert client.enroll_authenticator(token).oob_code


# The two clocks


def test_a_code_is_good_for_almost_five_minutes(
    client: MfaClient, challenged: tuple[str, str], newest_code: NewestCode, advance: Advance
) -> None:
    token, oob_code = challenged
    advance(4 * 60 + 45)
    assert client.verify(mfa_token=token, oob_code=oob_code, binding_code=newest_code()).access_token


def test_after_five_minutes_the_code_is_expired_and_the_login_gives_another(
    client: MfaClient, challenged: tuple[str, str], newest_code: NewestCode, advance: Advance
) -> None:
    token, oob_code = challenged
    advance(5 * 60 + 1)
    with pytest.raises(errors.CodeExpired) as caught:
        client.verify(mfa_token=token, oob_code=oob_code, binding_code=newest_code())
    assert tenants_words(caught.value) == (401, "expired_token", "oob_code is expired")
    assert caught.value.next_step == "Request a new code. You don't need to sign in again."
    token, oob_code = challenge(client, token)
    assert client.verify(mfa_token=token, oob_code=oob_code, binding_code=newest_code()).access_token


def test_after_ten_minutes_the_login_is_expired(
    client: MfaClient, challenged: tuple[str, str], newest_code: NewestCode, advance: Advance
) -> None:
    token, oob_code = challenged
    advance(10 * 60 + 1)
    calls: list[Callable[[], object]] = [
        lambda: client.verify(mfa_token=token, oob_code=oob_code, binding_code=newest_code()),
        lambda: client.challenge_authenticator(mfa_token=token, authenticator_id=DEVICE),
        lambda: client.list_authenticators(token),
        lambda: client.enroll_authenticator(token),
    ]
    for call in calls:
        with pytest.raises(errors.LoginExpired) as caught:
            call()
        assert tenants_words(caught.value) == (401, "expired_token", "mfa_token is expired")
        assert caught.value.next_step == "Sign in again with the password. Nothing else is lost."


def test_a_login_is_good_for_almost_ten_minutes(client: MfaClient, login: Login, advance: Advance) -> None:
    token = login()
    advance(9 * 60 + 45)
    assert client.list_authenticators(token) == []


# Enrollment


def test_a_second_enrollment_with_an_mfa_token_is_refused(
    client: MfaClient, enroll: Callable[[], Tokens], login: Login
) -> None:
    enroll()
    with pytest.raises(errors.AlreadyEnrolled) as caught:
        client.enroll_authenticator(login())
    assert tenants_words(caught.value) == (403, "access_denied", "User is already enrolled.")
    assert "notebook 04" in caught.value.next_step and "scope enroll" in caught.value.next_step


def test_an_address_that_is_none_is_not_sent(client: MfaClient, login: Login) -> None:
    token = login()
    before = client.last_exchange
    with pytest.raises(errors.InvalidInput, match="'ada' isn't an email address"):
        client.enroll_authenticator(token, "ada")
    assert client.last_exchange is before


def test_an_address_that_the_tenant_does_not_like_is_refused() -> None:
    said = {"error": "invalid_request", "error_description": "Invalid email address"}
    with answering(reply(400, said)) as picky, pytest.raises(errors.AddressRefused) as caught:
        MfaClient(picky.base_url, "app").enroll_authenticator("Fe26.2*abc", "ada@example.com")
    assert tenants_words(caught.value) == (400, "invalid_request", "Invalid email address")


def test_a_tenant_without_the_email_factor_says_so(client: MfaClient, login: Login, set_up: SetUp) -> None:
    set_up(factors=[])
    with pytest.raises(errors.FactorOff) as caught:
        client.enroll_authenticator(login())
    assert tenants_words(caught.value) == (
        400,
        "invalid_request",
        "The email factor is not enabled for this tenant.",
    )
    assert caught.value.what == "This factor is turned off in the tenant."


def test_the_fifty_second_unconfirmed_row_is_refused_with_a_reason_that_waiting_does_not_cure(
    client: MfaClient, login: Login, advance: Advance
) -> None:
    for batch in (20, 20, 11):
        token = login()
        for _ in range(batch):
            client.enroll_authenticator(token)
        advance(20 * 60)
    with pytest.raises(errors.Refused) as caught:
        client.enroll_authenticator(login())
    assert tenants_words(caught.value) == (
        400,
        "invalid_request",
        "User has created the maximum amount of authenticators",
    )
    assert not isinstance(caught.value, errors.SlowDown)


@pytest.mark.parametrize("action", ["associate", "list", "delete"])
def test_an_access_token_without_the_scope_is_told_so(
    action: str, client: MfaClient, sandbox: server.ServedSandbox
) -> None:
    token = client.login(sandbox.username, sandbox.password, audience=sandbox.mfa_audience, scope="openid").access_token
    calls: dict[str, tuple[str, Callable[[], object]]] = {
        "associate": ("enroll", lambda: client.enroll_authenticator(token)),
        "list": ("read:authenticators", lambda: client.list_authenticators(token)),
        "delete": ("remove:authenticators", lambda: client.delete_authenticator(token, DEVICE)),
    }
    scope, call = calls[action]
    with pytest.raises(errors.ScopeMissing) as caught:
        call()
    assert tenants_words(caught.value) == (403, "insufficient_scope", f"Insufficient scope, expected: {scope}")


def test_an_mfa_token_cannot_remove(client: MfaClient, login: Login, enroll: Callable[[], Tokens]) -> None:
    enroll()
    token = login()
    (row,) = client.list_authenticators(token)
    with pytest.raises(errors.MfaTokenRefused) as caught:
        client.delete_authenticator(token, row.id)
    assert (caught.value.status, caught.value.error) == (401, "invalid_grant")
    assert client.list_authenticators(token) == [row]


def test_what_is_not_there_cannot_be_removed(client: MfaClient, access_token: Secret) -> None:
    with pytest.raises(errors.NoSuchAuthenticator) as caught:
        client.delete_authenticator(access_token, DEVICE)
    assert tenants_words(caught.value) == (404, "invalid_authenticator", "Authenticator not found")


# Challenge


def test_a_user_without_an_authenticator_cannot_be_challenged(client: MfaClient, login: Login) -> None:
    with pytest.raises(errors.NotEnrolled) as caught:
        client.challenge_authenticator(mfa_token=login(), authenticator_id=DEVICE)
    assert (caught.value.status, caught.value.error) == (401, "association_required")
    assert caught.value.next_step == "Enroll one first: an email in notebook 02, or another factor in notebook 08."


def test_somebody_elses_authenticator_is_no_such_authenticator(
    client: MfaClient, login: Login, enroll: Callable[[], Tokens]
) -> None:
    enroll()
    with pytest.raises(errors.NoSuchAuthenticator) as caught:
        client.challenge_authenticator(mfa_token=login(), authenticator_id=DEVICE)
    assert tenants_words(caught.value) == (404, "invalid_authenticator", "Authenticator not found")


def test_an_otp_challenge_for_who_has_no_otp_is_no_such_authenticator() -> None:
    said = "User does not have any enrolled authenticator with the supported challenge type (otp)"
    with answering(reply(401, {"error": "unsupported_challenge_type", "error_description": said})) as ill:
        with pytest.raises(errors.NoSuchAuthenticator) as caught:
            MfaClient(ill.base_url, "app").challenge_authenticator(mfa_token=SEAL, authenticator_id="totp|dev_1")
    assert tenants_words(caught.value) == (401, "unsupported_challenge_type", said)


def test_an_access_token_is_no_mfa_token_and_is_not_sent(client: MfaClient, access_token: Secret) -> None:
    before = client.last_exchange
    with pytest.raises(errors.InvalidInput) as caught:
        client.challenge_authenticator(mfa_token=access_token, authenticator_id=DEVICE)
    assert caught.value.what == "This is an access token, but a challenge requires the MFA token."
    assert caught.value.next_step == "Use the mfa_token that came with mfa_required."
    assert client.last_exchange is before


def test_an_opaque_access_token_is_refused_by_the_tenant(client: MfaClient) -> None:
    with pytest.raises(errors.MfaTokenRefused) as caught:
        client.challenge_authenticator(mfa_token="opaque-token", authenticator_id=DEVICE)
    assert tenants_words(caught.value) == (403, "invalid_grant", "Malformed mfa_token")


def test_without_an_id_nothing_is_challenged_or_removed(client: MfaClient) -> None:
    said = "^No authenticator was chosen. List the authenticators, and pick one.$"
    with pytest.raises(errors.InvalidInput, match=said):
        client.challenge_authenticator(mfa_token=SEAL, authenticator_id="")
    with pytest.raises(errors.InvalidInput, match=said):
        client.delete_authenticator("token", "")
    assert client.last_exchange is None


@pytest.mark.parametrize("nothing", [None, "", " \n", 7])
def test_without_a_token_nothing_is_sent(nothing: Any, client: MfaClient) -> None:
    calls: list[Callable[[], object]] = [
        lambda: client.enroll_authenticator(nothing),
        lambda: client.list_authenticators(nothing),
        lambda: client.challenge_authenticator(mfa_token=nothing, authenticator_id=DEVICE),
        lambda: client.verify(mfa_token=nothing, oob_code="oob", binding_code="123456"),
    ]
    for call in calls:
        with pytest.raises(errors.InvalidInput, match="The mfa_token is missing. First do the step that returns it."):
            call()
    with pytest.raises(errors.InvalidInput, match="The oob_code is missing"):
        client.verify(mfa_token="t", oob_code=nothing, binding_code="123456")
    with pytest.raises(errors.InvalidInput, match="The access_token is missing"):
        client.delete_authenticator(nothing, DEVICE)
    assert client.last_exchange is None


@pytest.mark.parametrize("torn", ["Fe26.2*abc…", "Fe26.2*abc def", "Fe26.2*abc\r\nx-evil: 1", "Fe26.2*a\x00bc"])
def test_a_token_that_was_not_copied_whole_is_not_sent(torn: str, client: MfaClient) -> None:
    with pytest.raises(errors.InvalidInput) as caught:
        client.list_authenticators(torn)
    assert str(caught.value) == "The mfa_token wasn't copied completely. Copy it again, without anything around it."
    assert client.last_exchange is None


# Answers that no tenant should give


def test_mfa_required_without_a_token_goes_no_further() -> None:
    said = {"error": "mfa_required", "error_description": "Multifactor authentication required"}
    with answering(reply(403, said)) as ill:
        with pytest.raises(errors.MfaTokenMissing) as caught:
            MfaClient(ill.base_url, "app").login("ada", "pass")
    assert tenants_words(caught.value) == (403, "mfa_required", "Multifactor authentication required")
    assert "the tenant's own MFA policy" in caught.value.next_step
    assert len(ill.asked) == 1


def test_a_chained_factor_brings_a_new_token() -> None:
    said = {"error": "mfa_required", "error_description": "Another factor", "mfa_token": SEAL}
    with answering(reply(403, said)) as ill:
        with pytest.raises(errors.MfaRequired) as caught:
            MfaClient(ill.base_url, "app").verify(mfa_token="old", oob_code="oob", binding_code="123456")
    assert caught.value.mfa_token == Secret(SEAL)
    assert tenants_words(caught.value) == (403, "mfa_required", "Another factor")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({}, "the field 'access_token' is missing"),
        ({"access_token": "at", "expires_in": "soon"}, "a field doesn't have the type that the MFA API uses"),
        ({"access_token": "at", "expires_in": [1]}, "a field doesn't have the type that the MFA API uses"),
    ],
)
def test_an_answer_without_its_field_is_unreadable_and_names_it(body: dict[str, Any], problem: str) -> None:
    with answering(reply(200, body, x_ratelimit_limit="10")) as ill:
        with pytest.raises(errors.UnreadableAnswer) as caught:
            MfaClient(ill.base_url, "app").login("ada", "pass")
    assert caught.value.what == f"The response (200) is JSON, but {problem}."
    assert caught.value.exchange is not None and caught.value.headers["x-ratelimit-limit"] == "10"


def test_an_enrollment_or_a_challenge_without_its_type_is_unreadable() -> None:
    with answering(reply(200, {"oob_code": "oob"})) as ill:
        client = MfaClient(ill.base_url, "app")
        with pytest.raises(errors.UnreadableAnswer, match="the field 'authenticator_type' is missing") as caught:
            client.enroll_authenticator(SEAL)
        with pytest.raises(errors.UnreadableAnswer, match="the field 'challenge_type' is missing") as challenged:
            client.challenge_authenticator(mfa_token=SEAL, authenticator_id=DEVICE)
    assert caught.value.status == challenged.value.status == 200


def test_a_token_answer_may_leave_out_all_but_the_token() -> None:
    with answering(reply(200, {"access_token": "at"}), reply(200, {**TOKENS, "token_type": "DPoP"})) as ill:
        client = MfaClient(ill.base_url, "app")
        least, other = client.login("ada", "pass"), client.login("ada", "pass")
    assert (least.token_type, least.expires_in, least.scope, least.refresh_token) == ("Bearer", 0, None, None)
    assert other.token_type == "DPoP"


@pytest.mark.parametrize("nothing", [None, 7, ["at"]])
def test_an_access_token_that_is_no_text_is_no_token(nothing: Any) -> None:
    with answering(reply(200, {**TOKENS, "access_token": nothing})) as ill:
        with pytest.raises(errors.UnreadableAnswer):
            MfaClient(ill.base_url, "app").login("ada", "pass")


def test_a_lifetime_beyond_all_numbers_is_unreadable() -> None:
    with answering(reply(200, '{"access_token": "at", "expires_in": 1e999}')) as ill:
        with pytest.raises(errors.UnreadableAnswer):
            MfaClient(ill.base_url, "app").login("ada", "pass")


@pytest.mark.parametrize(
    "rows", [["email|dev_1"], [{"authenticator_type": "oob"}], [None], [[1]]], ids=["text", "no id", "null", "list"]
)
def test_a_list_of_something_else_is_unreadable(rows: list[Any]) -> None:
    with answering(reply(200, rows)) as ill:
        with pytest.raises(errors.UnreadableAnswer) as caught:
            MfaClient(ill.base_url, "app").list_authenticators(SEAL)
    assert caught.value.status == 200


def test_a_list_may_hold_factors_of_every_kind_and_spelling() -> None:
    rows = [
        {"id": "recovery-code|dev_1", "authenticator_type": "recovery-code", "active": True},
        {"id": "totp|dev_1", "authenticator_type": "otp", "active": True},
        {"id": "sms|dev_1", "authenticator_type": "oob", "oob_channels": "SMS", "active": True},
        {"id": "email|dev_1", "authenticator_type": "oob", "oob_channel": "email", "active": False},
        {"id": "email|dev_1", "authenticator_type": "oob", "oob_channel": "email", "active": True, "type": "email"},
    ]
    with answering(reply(200, rows)) as ill:
        found = MfaClient(ill.base_url, "app").list_authenticators(SEAL)
    assert [(row.kind, row.active) for row in found] == [
        ("recovery-code", True),
        ("otp", True),
        ("sms", True),
        ("email", False),
        ("email", True),
    ]


def test_recovery_codes_are_returned_once_and_shown_as_stars() -> None:
    first = {"authenticator_type": "oob", "oob_channel": "email", "oob_code": "oob", "recovery_codes": ["N3B2ABCD"]}
    with answering(reply(200, first)) as ill:
        client = MfaClient(ill.base_url, "app")
        enrollment = client.enroll_authenticator(SEAL)
    assert [code.reveal() for code in enrollment.recovery_codes] == ["N3B2ABCD"]
    assert "N3B2ABCD" not in repr(enrollment) + repr(client.last_exchange)
    assert STARS in repr(enrollment)


@pytest.mark.parametrize("name", ["recovery_code", "refresh_token"])
def test_what_comes_beside_the_tokens_of_a_login_is_returned_and_not_shown(name: str) -> None:
    with answering(reply(200, {**TOKENS, name: "N3B2ABCD"})) as ill:
        tokens = MfaClient(ill.base_url, "app").verify(mfa_token=SEAL, oob_code="oob", binding_code="123456")
    assert getattr(tokens, name).reveal() == "N3B2ABCD"
    assert "N3B2ABCD" not in repr(tokens)


@pytest.mark.parametrize("echoed", [HUNTER, "s3cret", "mfa-token", "oob-code", "004217"])
def test_a_secret_that_comes_back_in_a_description_is_not_shown(echoed: str) -> None:
    said = {"error": "invalid_grant", "error_description": f"The app sent {echoed} to us"}
    with answering(reply(403, said)) as ill:
        client = MfaClient(ill.base_url, "app", "s3cret")
        with pytest.raises(errors.Refused) as caught:
            if echoed == HUNTER:
                client.login("ada", HUNTER)
            else:
                client.verify(mfa_token="mfa-token", oob_code="oob-code", binding_code="004217")
    assert tenants_words(caught.value) == (403, "invalid_grant", f"The app sent {STARS} to us")
    last_line = traceback.format_exception(caught.value)[-1]  # those before it quote this file
    assert echoed not in last_line and "The app sent" in last_line


# The way there


def test_a_server_that_is_down_is_unreachable(tmp_path: Path) -> None:
    sandbox = server.start_on_own_address(tmp_path / "sandbox.sqlite3")
    client = MfaClient(sandbox.base_url, sandbox.client_id, sandbox.client_secret)
    with pytest.raises(errors.MfaRequired):
        client.login(sandbox.username, sandbox.password)
    sandbox.stop()
    with pytest.raises(errors.TenantUnreachable) as caught:
        client.login(sandbox.username, sandbox.password)
    assert caught.value.what == f"Nothing responds at {sandbox.base_url.removeprefix('http://')}."
    assert tenants_words(caught.value) == (None, None, None)


def test_a_silent_server_is_given_up_in_the_wanted_time() -> None:
    with answering((None,)) as ill:
        with pytest.raises(errors.TenantTimedOut) as caught:
            MfaClient(ill.base_url, "app", timeout=(0.3, 0.3)).login("ada", HUNTER)
    assert "didn't respond in time" in str(caught.value)
    assert len(ill.asked) == 1


@pytest.mark.parametrize(
    "domain", ["", "https://https://t.eu.auth0.com", "t.auth0.com/api/v2", "http://t.eu.auth0.com"]
)
def test_a_domain_that_is_none_is_refused_before_anything_is_sent(domain: str) -> None:
    with pytest.raises(errors.InvalidInput):
        MfaClient(domain, "app")


def test_a_domain_is_cleaned() -> None:
    assert MfaClient(" HTTPS://T.EU.auth0.com/ ", "app").base_url == "https://t.eu.auth0.com"


@pytest.fixture(scope="module")
def tls_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.ServedSandbox]:
    """A tenant over TLS, with an authority that nobody knows."""
    sandbox = server.start_on_own_address(tmp_path_factory.mktemp("tls") / "sandbox.sqlite3", tls=True)
    yield sandbox
    sandbox.stop()


def test_a_tenant_with_an_unknown_authority_works_once_its_ca_file_is_named(
    tls_sandbox: server.ServedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    client = MfaClient(tls_sandbox.base_url, tls_sandbox.client_id, tls_sandbox.client_secret)
    with pytest.raises(errors.CertificateRefused, match="REQUESTS_CA_BUNDLE"):
        client.login(tls_sandbox.username, tls_sandbox.password)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tls_sandbox.ca_file))
    with pytest.raises(errors.MfaRequired):
        client.login(tls_sandbox.username, tls_sandbox.password)
    client.session.close()  # the server would wait for an open TLS connection


def test_the_certificate_check_is_switched_off_nowhere() -> None:
    sources = list(Path(mfa_helpers.__file__).parent.rglob("*.py"))
    text = {path.name: re.sub(r"\s", "", path.read_text("utf-8")) for path in sources}
    switched_off = r"verify=False|\.verify=(?![\w.]*orTrue)|CERT_NONE|disable_warnings|_create_unverified_context"
    assert {name for name, source in text.items() if re.search(switched_off, source)} == set()
    assert "timeout=self.timeout" in text["transport.py"]
