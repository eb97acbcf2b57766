"""Reports about calls and answers: token-kind, error-shape, request and response fields, client-auth, tenant-config."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from mfa_helpers.client import errors
from mfa_helpers.client.grants import MFA_OOB, PASSWORD
from mfa_helpers.client.mfa import MfaClient
from mfa_helpers.client.models import Authenticator
from mfa_helpers.client.secret import Secret
from mfa_helpers.forms import AuthenticatorForm
from mfa_helpers.lab import Lab

from ..support.misbehaving_server import answering, reply
from ..support.sandbox_api import JSON, MFA_REQUIRED, Api, public, refusal

SEAL = "Fe26.2*SERVER_1726721698*ab12*cd-34*ef_56*1726722000000*gh78*ij90"
TOKENS = {"access_token": SEAL, "token_type": "Bearer", "expires_in": 86400}
TWO_METHODS = (400, "invalid_request", "Multiple authentication methods provided, please use one.")
SetUp = Callable[..., None]


def test_a_01_mfa_required_carries_the_token_that_was_sent_and_does_not_print_it() -> None:
    said = {"error": "mfa_required", "error_description": "Multifactor authentication required", "mfa_token": SEAL}
    said |= {"mfa_requirements": {"challenge": [{"type": "otp"}]}}  # type: ignore[dict-item]
    with answering(reply(403, said)) as ill, pytest.raises(errors.MfaRequired) as caught:
        MfaClient(ill.base_url, "app").login("ada", "pass")
    assert caught.value.mfa_token == Secret(SEAL) and caught.value.mfa_requirements == said["mfa_requirements"]
    assert caught.value.body == {**said, "mfa_token": Secret(SEAL)}
    assert SEAL not in str(caught.value) + repr(caught.value) + repr(caught.value.body)


def test_a_02_mfa_required_without_a_token_is_named_and_nothing_more_is_sent(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"error": "mfa_required", "error_description": "Multifactor authentication required"}
    with answering(reply(403, said)) as ill:
        monkeypatch.setattr(lab, "client", MfaClient(ill.base_url, "app"))
        with pytest.raises(errors.MfaTokenMissing, match="the tenant's own MFA policy to “Always”") as caught:
            lab.login()
        with pytest.raises(errors.StepMissing):
            lab.associate()
    assert caught.value.error == "mfa_required" and len(ill.asked) == 1


def test_a_03_an_access_token_is_no_mfa_token_for_a_challenge(api: Api, client: MfaClient) -> None:
    api.enroll()
    token = api.access_token()
    assert token.startswith("eyJ")
    assert refusal(api.challenge(token))[1:] == ("invalid_grant", "Malformed mfa_token")
    with pytest.raises(errors.InvalidInput, match="access token, but a challenge requires the MFA token") as caught:
        client.challenge_authenticator(mfa_token=token, challenge_type="oob")
    assert "mfa_token that came with mfa_required" in caught.value.next_step


def test_a_07_the_email_row_is_picked_whatever_else_is_listed(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    email = {"id": "email|dev_1", "authenticator_type": "oob", "oob_channel": "email", "active": True}
    sms = {"id": "sms|dev_2", "authenticator_type": "oob", "oob_channel": "sms", "active": True, "type": "phone"}
    others = [
        {"id": "recovery-code|dev_3", "authenticator_type": "recovery-code", "active": True},
        {"id": "totp|dev_4", "authenticator_type": "otp", "active": True},
        sms,
    ]
    lab.login()
    with answering(reply(200, [*others, email]), reply(200, others)) as ill:
        monkeypatch.setattr(lab, "client", MfaClient(ill.base_url, "app"))
        assert [row.kind for row in lab.list_authenticators()] == ["recovery-code", "otp", "sms", "email"]
        assert lab.pick().id == "email|dev_1" and len(lab.usable()) == 1
        form = AuthenticatorForm(lab)
        form.submit()  # all rows are dropped now
        assert form.choice.options == () and "3" in form.status
        with pytest.raises(errors.NoSuchAuthenticator, match="No confirmed email is in the list"):
            lab.pick()
    assert Authenticator.from_wire({**email, "type": "email"}).kind == "email"


def test_a_10_email_alone_is_not_asked_for_at_the_mfa_audience_and_with_an_app_it_is(
    api: Api, learner: Lab, set_up: SetUp
) -> None:
    set_up(factors=["email"], email_verified=True)
    asked = {"audience": api.sandbox.mfa_audience}
    assert api.login(**asked).status_code == 200
    set_up(factors=["email", "otp"], email_verified=True)
    assert learner.tenant.management is not None
    (user,) = learner.tenant.management.get("/users-by-email", email=api.sandbox.username)
    body = {"type": "totp", "name": "app", "totp_secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}
    learner.tenant.management.change("POST", f"/users/{quote(user['user_id'])}/authentication-methods", body)
    assert refusal(api.login(**asked)) == MFA_REQUIRED


def test_a_11_the_slip_of_the_page_is_refused_by_name_and_json_without_its_label_too(
    api: Api,
) -> None:
    missing = (400, "invalid_request", "Missing required parameter: authenticator_types")
    right = {"authenticator_types": ["oob"], "oob_channels": ["email"]}
    slip = {"authentication_types": ["oob"], "oob_channels": ["email"]}
    assert refusal(api.bearer("POST", "/mfa/associate", api.mfa_token(), json=slip)) == missing
    assert refusal(api.bearer("POST", "/mfa/associate", api.mfa_token(), data=str(right).encode())) == missing
    with answering(reply(200, {"authenticator_type": "oob", "oob_code": SEAL})) as ill:
        MfaClient(ill.base_url, "app").enroll_authenticator(SEAL)
    assert ill.asked[0].json == right and ill.asked[0].headers["content-type"] == JSON


def test_a_12_the_grant_that_is_not_ticked_is_named_with_its_box(client: MfaClient, api: Api, set_up: SetUp) -> None:
    set_up(grant_types=[PASSWORD])
    with pytest.raises(errors.GrantNotAllowed) as at_step_three:
        client.verify(mfa_token=api.mfa_token(), oob_code="o", binding_code="123456")
    set_up(grant_types=[MFA_OOB])
    with pytest.raises(errors.GrantNotAllowed) as at_step_one:
        client.login(api.sandbox.username, api.sandbox.password)
    first, third = at_step_one.value, at_step_three.value
    assert first.error_description == "Grant type 'password' not allowed for the client."
    assert (first.what[-9:], first.next_step[-9:]) == ("password.", "Password.")
    assert third.error_description == f"Grant type '{MFA_OOB}' not allowed for the client."
    assert (third.what[-8:], third.next_step[-9:]) == ("mfa-oob.", "lect MFA.")
    said = {"error": "unauthorized_client", "error_uri": "https://auth0.com/docs/clients/client-grant-types"}
    with answering(reply(403, said)) as ill, pytest.raises(errors.GrantNotAllowed) as caught:
        MfaClient(ill.base_url, "app").login("ada", "pass")
    assert caught.value.error_uri == said["error_uri"]


def test_a_13_a_login_as_form_and_as_json_is_answered_alike_and_an_audience_is_named(
    api: Api, client: MfaClient
) -> None:
    for fields in (api.login_fields(), api.login_fields(audience="https://nowhere.example/")):
        form, json = (api.call("POST", "/oauth/token", **{how: fields}) for how in ("data", "json"))
        assert refusal(form) == refusal(json)
    assert refusal(form) == (403, "access_denied", "Service not enabled within domain: https://nowhere.example/")
    with pytest.raises(errors.AudienceUnknown, match="URL encoding isn't the cause.*https://nowhere.example/"):
        client.login(api.sandbox.username, api.sandbox.password, audience="https://nowhere.example/")


def test_a_14_two_proofs_of_the_client_are_one_too_many_and_an_empty_secret_is_none(api: Api) -> None:
    assertion = {
        "client_assertion": "x",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }
    pair = base64.b64encode(f"{api.sandbox.client_id}:{api.sandbox.client_secret}".encode()).decode()
    basic = {"authorization": "Basic " + pair}
    assert refusal(api.login(**assertion)) == TWO_METHODS
    assert refusal(api.call("POST", "/oauth/token", data=api.login_fields(), headers=basic)) == TWO_METHODS
    nobody = api.login_fields(client_secret=None)
    assert refusal(api.call("POST", "/oauth/token", data=nobody, headers=basic)) == MFA_REQUIRED
    assert refusal(api.login()) == MFA_REQUIRED
    assert refusal(api.login(**public(api.sandbox))) == MFA_REQUIRED
    with answering(reply(200, TOKENS)) as ill:
        MfaClient(ill.base_url, "app", "").login("ada", "pass")
    assert "client_secret" not in ill.asked[0].form


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (
            {"statusCode": 429, "error": "Too Many Requests", "message": "Slow.", "errorCode": "too_many_requests"},
            "too_many_requests",
        ),
        ({"statusCode": 429, "error": "Too Many Requests"}, "Too Many Requests"),
        ({"error": "too_many_requests", "error_description": "Slow."}, "too_many_requests"),
        ("", None),
    ],
)
@pytest.mark.parametrize(
    ("header", "wait"), [({}, None), ({"Retry_After": "42"}, 42), ({"Retry_After": "soon"}, None), ("past", 0)]
)
def test_a_20_each_shape_of_a_429_is_one_error_with_its_wait_and_is_not_tried_again(
    body: Any, code: str | None, header: Any, wait: int | None
) -> None:
    headers = {"X_RateLimit_Reset": str(int(time.time()) - 100)} if header == "past" else header
    with answering(reply(429, body, **headers)) as ill, pytest.raises(errors.SlowDown) as caught:
        MfaClient(ill.base_url, "app").login("ada", "pass")
    assert (caught.value.status, caught.value.error, caught.value.retry_after) == (429, code, wait)
    assert [name.replace("_", "-").lower() in caught.value.headers for name in headers] == [True] * len(headers)
    assert len(ill.asked) == 1


@pytest.mark.parametrize(
    ("status", "body", "kind", "shown"),
    [
        (502, "<html><h1>Bad gateway</h1></html>", "application/json", '(502, application/json).*: "Bad gateway"'),
        (200, "<html><h1>Log in</h1></html>", "text/html", '(200, text/html).*: "Log in"'),
        (503, "", "", "(503, no content type).*It's empty"),
        (200, "[]", "application/json", '(200, application/json).*: "\\[\\]"'),
        (200, "null", "application/json", '(200, application/json).*: "null"'),
        (200, '{"access_token": ', "application/json", "(200, application/json).*access_token"),
    ],
)
def test_a_21_what_is_not_json_is_one_named_error_about_the_transport(
    status: int, body: str, kind: str, shown: str
) -> None:
    with answering(reply(status, body, kind)) as ill, pytest.raises(errors.UnreadableAnswer, match=shown) as caught:
        MfaClient(ill.base_url, "app").verify(mfa_token=SEAL, oob_code=Secret(SEAL), binding_code="004217")
    assert isinstance(caught.value, errors.NotReached) and "<" not in caught.value.what
    assert caught.value.status == status and caught.value.__cause__ is None
