"""Security findings about the second factor: somebody who has only the password gains nothing once the owner has a factor."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest
import requests

from ..support.management import Manage
from ..support.sandbox_api import MFA_OTP, MFA_RECOVERY, Api, public, refusal

ALREADY_ENROLLED = (403, "access_denied", "User is already enrolled.")
TOKEN_INVALID = (401, "invalid_grant", "The mfa_token provided is invalid. Try getting a new token.")
WRONG_RECOVERY_CODE = (403, "invalid_grant", "MFA Authorization rejected.")
NO_RECOVERY_CODE = (403, "unsupported_challenge_type", "User does not have a recovery-code.")
MFA_REQUIRED = (403, "mfa_required", "Multifactor authentication required")

STRANGERS = "stranger@example.net"
NUMBER = "+15550100167"
APP: dict[str, Any] = {"authenticator_types": ["otp"], "oob_channels": None}
KINDS: dict[str, dict[str, Any]] = {
    "email": {"email": STRANGERS},
    "sms": {"oob_channels": ["sms"], "phone_number": NUMBER},
    "voice": {"oob_channels": ["voice"], "phone_number": NUMBER},
    "push": {"oob_channels": ["auth0"]},
    "app": APP,
}


@pytest.fixture
def api(api: Api) -> Api:
    api.set_up(factors=["email", "sms", "otp", "push-notification", "recovery-code"])
    return api


def associate(api: Api, token: str, **wanted: Any) -> dict[str, Any]:
    answer = api.associate(token, **wanted)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def app_code(api: Api, secret: str) -> str:
    return pyotp.TOTP(secret).at(api.now())


def confirm(api: Api, token: str, body: dict[str, Any]) -> requests.Response:
    """Whoever holds mailbox, number, phone or app of this enrollment confirms it with that token."""
    if "secret" in body:
        fields = api.verify_fields(token, "", None, grant_type=MFA_OTP, otp=app_code(api, body["secret"]))
        return api.call("POST", "/oauth/token", data=fields)
    if body["oob_channel"] == "auth0":
        (push,) = api.call("GET", "/sandbox/push").json()
        assert api.call("POST", f"/sandbox/push/{push['id']}", json={"answer": "approve"}).ok
        return api.verify(token, body["oob_code"], None)
    return api.verify(token, body["oob_code"], api.code(STRANGERS if body["oob_channel"] == "email" else NUMBER))


def recover(api: Api, code: str) -> requests.Response:
    fields = api.verify_fields(api.mfa_token(), "", None, grant_type=MFA_RECOVERY, recovery_code=code)
    return api.call("POST", "/oauth/token", data=fields)


def owner_enrolls(api: Api, **wanted: Any) -> str:
    """The owner enrolls, an email if nothing else is wanted, and gets a recovery code."""
    token = api.mfa_token()
    body = associate(api, token, **wanted)
    answer = confirm(api, token, body) if wanted else api.verify(token, body["oob_code"], api.code())
    assert answer.status_code == 200, answer.text
    (code,) = body["recovery_codes"]
    return str(code)


def verify_address(api: Api) -> None:
    manage = Manage(api)
    manage.done("PATCH", f"users/{manage.user_id()}", {"email_verified": True})


# S1


@pytest.mark.parametrize("kind", KINDS)
def test_s_01_the_recovery_code_of_an_enrollment_that_was_never_confirmed_opens_nothing(api: Api, kind: str) -> None:
    (strangers,) = associate(api, api.mfa_token(), **KINDS[kind])["recovery_codes"]
    owners = owner_enrolls(api)
    assert refusal(recover(api, strangers)) == WRONG_RECOVERY_CODE
    answer = recover(api, owners)
    assert answer.status_code == 200 and len(answer.json()["recovery_code"]) == 24


def test_s_01_of_two_logins_the_one_that_confirms_has_the_code_that_works(api: Api) -> None:
    first, second = api.mfa_token(), api.mfa_token()
    (code_of_first,) = associate(api, first)["recovery_codes"]
    body = associate(api, second, **APP)
    (code_of_second,) = body["recovery_codes"]
    assert confirm(api, second, body).status_code == 200
    assert refusal(recover(api, code_of_first)) == WRONG_RECOVERY_CODE
    assert recover(api, code_of_second).status_code == 200
    rows = [row for row in api.rows(api.mfa_token()) if row["authenticator_type"] == "recovery-code"]
    assert [row["active"] for row in rows] == [True]


def test_s_01_a_message_that_cannot_be_sent_takes_nobody_elses_recovery_code_along(api: Api) -> None:
    owner, stranger = api.mfa_token(), api.mfa_token()
    body = associate(api, owner)
    owners_mail = api.code()
    assert api.call("POST", "/sandbox/faults", json={"kind": "mail"}).ok
    assert api.associate(stranger).status_code == 502
    assert api.verify(owner, body["oob_code"], owners_mail).status_code == 200
    assert recover(api, body["recovery_codes"][0]).status_code == 200


def test_s_01_a_recovery_code_goes_with_the_last_factor(api: Api) -> None:
    code = owner_enrolls(api)
    token = api.access_token()
    (email,) = [row["id"] for row in api.rows(token) if row["authenticator_type"] == "oob"]
    assert api.delete(token, email).status_code == 204
    assert api.rows(token) == []
    assert refusal(recover(api, code)) == NO_RECOVERY_CODE
    following = owner_enrolls(api)  # a fresh one comes with the next enrollment
    assert refusal(recover(api, code)) == WRONG_RECOVERY_CODE
    assert recover(api, following).status_code == 200


# S2


@pytest.mark.parametrize("owners", ["email", "app"])
@pytest.mark.parametrize("kind", KINDS)
def test_s_02_an_enrollment_that_was_begun_before_the_owners_is_not_confirmed_after_it(
    api: Api, kind: str, owners: str
) -> None:
    stranger = api.mfa_token()
    body = associate(api, stranger, **KINDS[kind])
    owner_enrolls(api, **(APP if owners == "app" else {}))
    assert refusal(confirm(api, stranger, body)) == ALREADY_ENROLLED
    active = [
        row for row in api.rows(api.mfa_token()) if row["active"] and row["authenticator_type"] != "recovery-code"
    ]
    assert [row["authenticator_type"] for row in active] == ["otp" if owners == "app" else "oob"]


@pytest.mark.parametrize("kind", KINDS)
def test_s_02_a_verified_profile_address_closes_the_road_for_the_password_alone(api: Api, kind: str) -> None:
    before = api.mfa_token()
    body = associate(api, before, **KINDS[kind])
    verify_address(api)
    assert refusal(confirm(api, before, body)) == ALREADY_ENROLLED
    assert refusal(api.associate(before, **KINDS[kind])) == ALREADY_ENROLLED
    assert refusal(api.associate(api.mfa_token(), **KINDS[kind])) == ALREADY_ENROLLED
    assert refusal(recover(api, body["recovery_codes"][0])) == NO_RECOVERY_CODE


def test_s_02_a_factor_that_an_administrator_added_closes_it_too(api: Api) -> None:
    stranger = api.mfa_token()
    body = associate(api, stranger, **APP)
    manage = Manage(api)
    method = {"type": "email", "name": "Email", "email": "ada@example.com"}
    manage.done("POST", f"users/{manage.user_id()}/authentication-methods", method, 201)
    assert refusal(confirm(api, stranger, body)) == ALREADY_ENROLLED


def test_s_02_what_an_access_token_of_the_password_alone_began_ends_with_the_owners_app(api: Api) -> None:
    """While email is the only factor, the MFA audience asks for none (documented). That ends with the first other factor."""
    owner_enrolls(api)
    stranger = api.access_token()
    began = associate(api, stranger, **KINDS["email"])
    owner = api.access_token()
    assert confirm(api, owner, associate(api, owner, **APP)).status_code == 200
    for answer in (
        confirm(api, stranger, began),
        api.associate(stranger, **APP),
        api.authenticators(stranger),
        api.delete(stranger, api.rows(owner)[0]["id"]),
    ):
        body = answer.json()
        assert (answer.status_code, body["error"], body["error_description"]) == TOKEN_INVALID
    assert len([row for row in api.rows(owner) if row["active"]]) == 3  # the email, the app, the recovery code


def test_s_02_a_refresh_token_of_the_password_alone_is_asked_for_a_factor_at_the_mfa_audience(api: Api) -> None:
    owner_enrolls(api)
    answer = api.login(audience=api.sandbox.mfa_audience, scope="enroll read:authenticators offline_access")
    refresh = {"grant_type": "refresh_token", "refresh_token": answer.json()["refresh_token"]}
    fields = api.login_fields(username=None, password=None, **refresh)
    assert api.call("POST", "/oauth/token", data=fields).status_code == 200  # email is all that there is
    owner = api.access_token()
    assert confirm(api, owner, associate(api, owner, **APP)).status_code == 200
    assert refusal(api.call("POST", "/oauth/token", data=fields)) == MFA_REQUIRED


def test_s_02_whoever_has_proven_a_factor_at_the_mfa_audience_may_enroll_another(api: Api) -> None:
    token = api.mfa_token()
    app = associate(api, token, **APP)
    assert confirm(api, token, app).status_code == 200
    api.advance(60)
    token = api.mfa_token(audience=api.sandbox.mfa_audience)
    proven = confirm(api, token, app).json()["access_token"]
    assert confirm(api, proven, associate(api, proven, **KINDS["sms"])).status_code == 200
    assert api.delete(proven, api.rows(proven)[0]["id"]).status_code == 204


# S19


@pytest.mark.parametrize("proof", [{}, {"client_secret": "wrong"}], ids=["right secret", "wrong secret"])
def test_s_19_a_token_of_one_application_is_refused_with_anothers_credentials(api: Api, proof: dict[str, str]) -> None:
    own = {"client_id": api.sandbox.client_id, "client_secret": api.sandbox.client_secret, **proof}
    others = (
        (401, "access_denied", "Unauthorized")
        if proof
        else (400, "invalid_request", "mfa_token not issued to this client")
    )
    for token in (api.mfa_token(**public(api.sandbox)), api.access_token(**public(api.sandbox))):
        assert refusal(api.associate(token, **own)) == others
    assert api.mails() == []


def test_s_19_a_client_id_alone_must_be_that_of_the_token_too(api: Api) -> None:
    token = api.mfa_token()
    others = {"client_id": api.sandbox.public_client_id}
    assert refusal(api.associate(token, **others)) == (400, "invalid_request", "mfa_token not issued to this client")
    assert api.associate(token, client_id=api.sandbox.client_id).status_code == 200
