"""The client and the factors beside email: an authenticator app, texts and calls, a push, recovery codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyotp
import pytest

from mfa_helpers.client import errors
from mfa_helpers.client.mfa import MfaClient
from mfa_helpers.client.models import Enrollment
from mfa_helpers.client.sandbox_controls import SandboxControls
from mfa_helpers.client.secret import secret
from mfa_helpers.sandbox.hosting import server

from ..support.misbehaving_server import answering, reply
from ..support.sandbox_api import Api

NUMBER = "+15550100167"
SEAL = "Fe26.2*SERVER_1726721698*ab12*cd-34*ef_56*1726722000000*gh78*ij90"
ALL = ["email", "otp", "sms", "push-notification", "recovery-code"]
REJECTED = "MFA Authorization rejected."


@pytest.fixture(autouse=True)
def _all_factors(set_up: Callable[..., None]) -> None:
    set_up(factors=ALL)


@pytest.fixture
def phone(sandbox: server.ServedSandbox) -> SandboxControls:
    return SandboxControls(sandbox.base_url, token=secret(sandbox.sandbox_token))


def words(error: errors.MfaError) -> tuple[int | None, str | None, str | None]:
    return error.status, error.error, error.error_description


def code_of(enrollment: Enrollment, phone: SandboxControls, ago: int = 0) -> str:
    """What an authenticator app shows, or showed `ago` steps ago."""
    assert enrollment.secret is not None
    return pyotp.TOTP(enrollment.secret.reveal()).at(int(phone.now()) - 30 * ago)


def text_to(number: str, sandbox: server.ServedSandbox) -> str:
    return Api(sandbox).code(number)


# What is sent


@pytest.mark.parametrize(
    ("kind", "named", "sent"),
    [
        ("otp", {}, {"authenticator_types": ["otp"]}),
        ("push", {}, {"authenticator_types": ["oob"], "oob_channels": ["auth0"]}),
        (
            "sms",
            {"phone_number": " +1 (555) 010-0167 "},
            {"authenticator_types": ["oob"], "oob_channels": ["sms"], "phone_number": NUMBER},
        ),
        (
            "voice",
            {"phone_number": NUMBER},
            {"authenticator_types": ["oob"], "oob_channels": ["voice"], "phone_number": NUMBER},
        ),
        ("email", {}, {"authenticator_types": ["oob"], "oob_channels": ["email"]}),
    ],
)
def test_associate_sends_what_the_page_of_each_factor_shows(
    kind: str, named: dict[str, str], sent: dict[str, Any]
) -> None:
    with answering(reply(200, {"authenticator_type": "otp"})) as ill:
        MfaClient(ill.base_url, "app").enroll_authenticator(SEAL, kind=kind, **named)
    assert ill.asked[0].json == sent


@pytest.mark.parametrize(
    ("proof", "sent"),
    [
        ({"otp": "004 217"}, {"grant_type": "http://auth0.com/oauth/grant-type/mfa-otp", "otp": "004217"}),
        (
            {"recovery_code": " n3bg-pzzw\n"},
            {"grant_type": "http://auth0.com/oauth/grant-type/mfa-recovery-code", "recovery_code": "N3BGPZZW"},
        ),
        ({"oob_code": "oob"}, {"grant_type": "http://auth0.com/oauth/grant-type/mfa-oob", "oob_code": "oob"}),
    ],
)
def test_verify_sends_the_grant_of_what_it_is_given(proof: dict[str, str], sent: dict[str, str]) -> None:
    with answering(reply(200, {"access_token": "at", "token_type": "Bearer", "expires_in": 1})) as ill:
        MfaClient(ill.base_url, "app").verify(mfa_token=SEAL, **proof)
    assert ill.asked[0].form == {**sent, "mfa_token": SEAL, "client_id": "app"}


def test_a_challenge_by_type_alone_sends_no_id() -> None:
    with answering(reply(200, {"challenge_type": "otp"})) as ill:
        MfaClient(ill.base_url, "app").challenge_authenticator(mfa_token=SEAL, challenge_type="oob otp")
    assert ill.asked[0].json == {"client_id": "app", "challenge_type": "oob otp", "mfa_token": SEAL}


def test_a_challenge_type_of_ones_own_is_sent_with_the_id() -> None:
    with answering(reply(200, {"challenge_type": "oob"})) as ill:
        client = MfaClient(ill.base_url, "app")
        client.challenge_authenticator(mfa_token=SEAL, authenticator_id="totp|dev_1", challenge_type="oob")
    assert (ill.asked[0].json["authenticator_id"], ill.asked[0].json["challenge_type"]) == ("totp|dev_1", "oob")


def test_what_cannot_be_right_is_not_sent() -> None:
    with answering() as ill:
        client = MfaClient(ill.base_url, "app")
        for act, said in (
            (
                lambda: client.enroll_authenticator(SEAL, kind="fax"),
                "^There's no factor named 'fax'. Use email, sms, voice, push, or otp.$",
            ),
            (lambda: client.enroll_authenticator(SEAL, kind="sms"), "The phone number is missing."),
            (lambda: client.enroll_authenticator(SEAL, kind="sms", phone_number="0167"), "This isn't a phone number."),
            (lambda: client.verify(mfa_token=SEAL, otp="12345"), "but you typed 5"),
            (lambda: client.verify(mfa_token=SEAL, recovery_code=""), "The recovery code is missing."),
            (lambda: client.verify(mfa_token=SEAL, recovery_code="n3bg?"), "only letters and digits"),
            (
                lambda: client.verify(mfa_token=SEAL, otp="123456", oob_code="oob"),
                "^More than one kind of code was given. Give only one: an oob_code, an otp, or a recovery_code.$",
            ),
        ):
            with pytest.raises(errors.InvalidInput, match=said.replace("?", "[?]")):
                act()
        with pytest.raises(errors.CodeIsNotText):
            client.verify(mfa_token=SEAL, recovery_code=4217)  # type: ignore[arg-type]
    assert ill.asked == []


# An authenticator app


def test_an_app_is_enrolled_proven_and_each_code_works_once(
    client: MfaClient, login: Callable[[], str], phone: SandboxControls
) -> None:
    token = login()
    enrollment = client.enroll_authenticator(token, kind="otp")
    assert enrollment.authenticator_type == "otp" and enrollment.oob_code is None
    assert enrollment.barcode_uri is not None and enrollment.secret is not None
    assert f"secret={enrollment.secret.reveal()}&" in enrollment.barcode_uri.reveal()
    assert enrollment.secret.reveal() not in f"{enrollment!r} {client.last_exchange!r}"
    client.verify(mfa_token=token, otp=code_of(enrollment, phone, ago=1))

    token = login()
    (row,) = (row for row in client.list_authenticators(token) if row.kind == "otp")
    asked = client.challenge_authenticator(mfa_token=token, authenticator_id=row.id)
    assert (asked.challenge_type, asked.oob_code) == ("otp", None)
    with pytest.raises(errors.WrongOtp) as caught:
        client.verify(mfa_token=token, otp=code_of(enrollment, phone, ago=1))
    assert words(caught.value) == (403, "invalid_grant", "Invalid otp_code.")
    assert isinstance(caught.value, errors.WrongCode)
    assert client.verify(mfa_token=token, otp=code_of(enrollment, phone)).id_token


def test_a_factor_that_is_off_says_which(
    client: MfaClient, login: Callable[[], str], set_up: Callable[..., None]
) -> None:
    set_up(factors=["email"])
    with pytest.raises(errors.FactorOff) as caught:
        client.enroll_authenticator(login(), kind="otp")
    assert words(caught.value) == (400, "invalid_request", "The otp factor is not enabled for this tenant.")
    assert "Turn it on" in caught.value.next_step


# A phone number


@pytest.mark.parametrize("kind", ["sms", "voice"])
def test_a_number_gets_its_code_and_is_then_good_for_texts_and_calls(
    kind: str, client: MfaClient, login: Callable[[], str], sandbox: server.ServedSandbox
) -> None:
    token = login()
    enrollment = client.enroll_authenticator(token, kind=kind, phone_number=NUMBER)
    assert (enrollment.oob_channel, enrollment.binding_method) == (kind, "prompt")
    client.verify(mfa_token=token, oob_code=enrollment.oob_code, binding_code=text_to(NUMBER, sandbox))
    rows = client.list_authenticators(login())
    assert sorted(row.kind for row in rows if row.active) == ["recovery-code", "sms", "voice"]


# A push


def test_a_push_is_pending_until_the_person_approves(
    client: MfaClient, login: Callable[[], str], phone: SandboxControls
) -> None:
    token = login()
    enrollment = client.enroll_authenticator(token, kind="push")
    assert (enrollment.oob_channel, enrollment.binding_method) == ("auth0", None)
    with pytest.raises(errors.AuthorizationPending) as caught:
        client.verify(mfa_token=token, oob_code=enrollment.oob_code)
    assert caught.value.status == 400
    with pytest.raises(errors.SlowDown) as fast:
        client.verify(mfa_token=token, oob_code=enrollment.oob_code)
    assert (fast.value.status, fast.value.error) == (429, "slow_down")
    (push,) = phone.pushes()
    assert push.purpose == "enrollment"
    phone.answer_push(push.id, "approve")
    assert client.verify(mfa_token=token, oob_code=enrollment.oob_code).access_token
    assert phone.pushes() == []


def test_a_rejected_push_is_told_apart_from_a_wrong_recovery_code(
    client: MfaClient, login: Callable[[], str], phone: SandboxControls
) -> None:
    token = login()
    enrollment = client.enroll_authenticator(token, kind="push")
    phone.answer_push(phone.pushes()[0].id, "reject")
    with pytest.raises(errors.PushRejected) as caught:
        client.verify(mfa_token=token, oob_code=enrollment.oob_code)
    assert words(caught.value) == (400, "access_denied", REJECTED)


def test_a_rejected_push_is_known_by_its_documented_words_too() -> None:
    body = {"error": "invalid_grant", "error_description": REJECTED}
    with answering(reply(403, body, x_ratelimit_limit="10")) as ill:
        client = MfaClient(ill.base_url, "app")
        with pytest.raises(errors.PushRejected) as push:
            client.verify(mfa_token=SEAL, oob_code="oob")
        with pytest.raises(errors.WrongRecoveryCode) as code:
            client.verify(mfa_token=SEAL, recovery_code="ABC")
    assert words(push.value) == words(code.value) == (403, "invalid_grant", REJECTED)
    assert push.value.headers["x-ratelimit-limit"] == "10"
    assert push.value.exchange is not None and push.value.__suppress_context__


# A recovery code


def test_a_recovery_code_works_once_and_brings_the_next(
    client: MfaClient, login: Callable[[], str], phone: SandboxControls
) -> None:
    token = login()
    enrollment = client.enroll_authenticator(token, kind="otp")
    (first,) = enrollment.recovery_codes
    client.verify(mfa_token=token, otp=code_of(enrollment, phone))
    tokens = client.verify(mfa_token=login(), recovery_code=first.reveal().lower())
    assert tokens.recovery_code is not None and tokens.recovery_code != first
    assert tokens.recovery_code.reveal() not in f"{tokens!r} {client.last_exchange!r}"
    token = login()
    with pytest.raises(errors.WrongRecoveryCode) as caught:
        client.verify(mfa_token=token, recovery_code=first)
    assert words(caught.value) == (403, "invalid_grant", REJECTED)
    assert "newest one" in caught.value.next_step
    assert client.verify(mfa_token=token, recovery_code=tokens.recovery_code).access_token
