"""Reports about codes and factors: expiry, code-input, rate-limit, enroll-state, factor-choice, addresses, mail."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from email.message import EmailMessage
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import pyotp
import pytest

from mfa_helpers import forms
from mfa_helpers.client import errors
from mfa_helpers.client.mfa import MfaClient
from mfa_helpers.client.sandbox_controls import SandboxControls
from mfa_helpers.client.secret import Secret, secret
from mfa_helpers.lab import Lab

from ..support.deadline import DEADLINE
from ..support.management import Manage
from ..support.misbehaving_server import answering, reply
from ..support.sandbox_api import FORM, INVALID_CODE, MFA_REQUIRED, TOO_MANY_CODES, Api, refusal, wrong

SEAL = "Fe26.2*SERVER_1726721698*ab12*cd-34*ef_56*1726722000000*gh78*ij90"
TOKENS = {"access_token": SEAL, "token_type": "Bearer", "expires_in": 86400}
EXPIRED_CODE = (401, "expired_token", "oob_code is expired")
EXPIRED_LOGIN = (401, "expired_token", "mfa_token is expired")
SetUp = Callable[..., None]


def verify_address(api: Api) -> None:
    manage = Manage(api)
    manage.done("PATCH", f"users/{manage.user_id()}", {"email_verified": True})


def controls_of(api: Api) -> SandboxControls:
    return SandboxControls(api.sandbox.base_url, token=secret(api.sandbox.sandbox_token))


def test_a_04_the_clocks_of_code_and_login_are_two(api: Api) -> None:
    api.enroll()
    token = api.mfa_token()
    old = api.challenge(token).json()["oob_code"]
    code = api.code()
    api.advance(299)
    assert refusal(api.verify(token, old, wrong(code))) == INVALID_CODE  # still good: only the digits are wrong
    api.advance(2)
    assert refusal(api.verify(token, old, code)) == EXPIRED_CODE
    new = api.challenge(token).json()["oob_code"]
    api.advance(295)
    assert refusal(api.verify(token, new, wrong(api.code()))) == INVALID_CODE
    api.advance(5)
    assert refusal(api.verify(token, new, api.code())) == EXPIRED_LOGIN


def test_a_04_the_form_has_three_different_messages(lab: Lab, later: Callable[[int], None]) -> None:
    lab.login()
    lab.associate()
    form = forms.ConfirmForm(lab)
    said = []
    right = lab.newest_code().reveal()
    for seconds, code in ((297, wrong(right)), (4, right), (300, right)):
        later(seconds)
        form.code.value = code
        form.submit()
        said.append(form.status.split(" (")[0])
    assert said == [
        "Problem: The code is incorrect. Type the six digits from the newest email, or request a new code. You don't need to sign in again.",
        "Problem: The code is older than 5 minutes. Request a new code. You don't need to sign in again.",
        "Problem: The MFA token is older than 10 minutes. Sign in again with the password. Nothing else is lost.",
    ]


def test_a_05_unconfirmed_rows_are_no_choice_and_51_are_the_end(api: Api, client: MfaClient, advance: Any) -> None:
    token, oob_code, code = api.begin()
    api.begin(token)
    assert api.verify(token, oob_code, code).status_code == 200
    rows = client.list_authenticators(api.mfa_token())
    assert sorted(row.active for row in rows) == [False, True]
    api.set_up()
    for _ in range(3):
        token = api.mfa_token()
        assert [api.associate(token).status_code for _ in range(17)] == [200] * 17
        advance(1200)
    with pytest.raises(errors.TooManyAuthenticators, match="Unconfirmed ones count, too"):
        client.enroll_authenticator(api.mfa_token())


def test_a_05_one_id_twice_and_both_spellings_of_the_channel_are_read() -> None:
    row = {"id": "sms|dev_1", "authenticator_type": "oob"}
    body = [{**row, "oob_channel": "sms", "active": False}, {**row, "oob_channels": "SMS", "active": True}]
    with answering(reply(200, body)) as ill:
        rows = MfaClient(ill.base_url, "app").list_authenticators(SEAL)
    assert [(one.id, one.kind, one.active) for one in rows] == [("sms|dev_1", "sms", False), ("sms|dev_1", "sms", True)]


def test_a_06_who_is_enrolled_needs_an_access_token_to_enroll_another(api: Api, client: MfaClient) -> None:
    api.enroll()
    with pytest.raises(
        errors.AlreadyEnrolled, match="MFA audience, because that access token has the scope enroll"
    ) as caught:
        client.enroll_authenticator(api.mfa_token())
    assert caught.value.error_description == "User is already enrolled."
    token = api.access_token(scope="enroll")
    assert client.enroll_authenticator(token, "second@example.com").oob_channel == "email"


def with_an_app(api: Api, client: MfaClient) -> str:
    """Enroll an authenticator app; its secret."""
    token = api.mfa_token()
    made = client.enroll_authenticator(token, kind="otp")
    assert made.secret is not None
    secret = made.secret.reveal()
    code = pyotp.TOTP(secret).at(int(controls_of(api).now()))
    client.verify(mfa_token=token, otp=code)
    return secret


def test_a_08_the_challenge_is_of_the_kind_that_was_chosen(api: Api, client: MfaClient, set_up: SetUp) -> None:
    set_up(factors=["otp", "email"])
    with_an_app(api, client)
    token = api.mfa_token()
    with pytest.raises(errors.NoSuchAuthenticator, match="no active authenticator for this challenge") as caught:
        client.challenge_authenticator(mfa_token=token, challenge_type="oob")
    text = "User does not have any enrolled authenticator with the supported challenge type (oob)"
    assert (caught.value.status, caught.value.error) == (401, "unsupported_challenge_type")
    assert caught.value.error_description == text
    (app,) = [row for row in client.list_authenticators(token) if row.active and row.kind == "otp"]
    assert client.challenge_authenticator(mfa_token=token, authenticator_id=app.id).challenge_type == "otp"


def test_a_08_with_both_kinds_each_id_gets_its_own_challenge(
    api: Api, client: MfaClient, learner: Lab, set_up: SetUp
) -> None:
    set_up(factors=["otp", "email"])
    with_an_app(api, client)
    verify_address(api)
    token = api.mfa_token()
    kinds = {
        row.kind: client.challenge_authenticator(mfa_token=token, authenticator_id=row.id).challenge_type
        for row in client.list_authenticators(token)
        if row.active
    }
    assert kinds == {"otp": "otp", "email": "oob"}


def test_a_09_the_id_is_always_sent_and_never_a_channel(api: Api, client: MfaClient, set_up: SetUp) -> None:
    set_up(factors=["sms", "email"])
    token = api.mfa_token()
    made = api.associate(token, oob_channels=["sms"], phone_number="+15550100167").json()
    assert api.verify(token, made["oob_code"], api.code("+15550100167")).status_code == 200
    verify_address(api)
    token = api.mfa_token()
    before = len(api.mails("+15550100167"))
    for more in (1, 2, 3):  # without an id the tenant picks, and always the same
        assert "oob_channel" not in api.challenge(token).json()
        assert len(api.mails("+15550100167")) == before + more
    with pytest.raises(errors.InvalidInput, match="No authenticator was chosen"):
        client.challenge_authenticator(mfa_token=token)
    with answering(reply(200, {"challenge_type": "oob", "oob_code": SEAL})) as ill:
        MfaClient(ill.base_url, "app").challenge_authenticator(mfa_token=SEAL, authenticator_id="email|dev_1")
    assert ill.asked[0].json["authenticator_id"] == "email|dev_1" and "oob_channel" not in ill.asked[0].body


@pytest.mark.parametrize("code", ["000000", "004217", "012345", "001200"])
def test_a_16_leading_zeros_go_from_the_mail_through_the_form_to_the_token(code: str, lab: Lab) -> None:
    lab.login()
    oob_code = Secret(lab.associate().oob_code or "").reveal()
    message = EmailMessage()
    message["To"], message["Subject"] = lab.tenant.username, "a seeded code"
    message["X-Sandbox-Oob-Code"] = sha256(oob_code.encode()).hexdigest()[:16]  # the form waits for it
    message.set_content(f"Your code is {code}")
    from mfa_helpers import sandbox

    host, port = sandbox.start().smtp.split(":")
    with smtplib.SMTP(host, int(port), local_hostname="localhost", timeout=DEADLINE) as post:
        post.send_message(message, "sender@example.com", [str(lab.tenant.username)])
    form = forms.ConfirmForm(lab)
    form.look()
    assert form.code.value == code
    with answering(reply(200, TOKENS)) as ill:
        lab.client = MfaClient(ill.base_url, "app")
        form.submit()
    assert form.error is None and ill.asked[0].form["binding_code"] == code


def test_a_16_a_number_is_refused_with_advice(client: MfaClient) -> None:
    with pytest.raises(TypeError, match='Write it in quotes, for example "004217"'):
        client.verify(mfa_token=SEAL, oob_code=SEAL, binding_code=4217)  # type: ignore[arg-type]


@pytest.mark.parametrize("around", [" {}\n", "{:.3} {}", "{:.3}\u00a0{}", "\u200b{}"])
def test_a_17_blanks_of_any_kind_do_not_spoil_a_right_code(around: str, lab: Lab) -> None:
    lab.login()
    lab.associate()
    code = lab.newest_code().reveal()
    form = forms.ConfirmForm(lab)
    form.code.value = around.replace("{:.3}", code[:3]).replace("{}", code[3:] if "{:.3}" in around else code)
    form.submit()
    assert form.error is None


def test_a_17_what_cannot_be_a_code_spends_no_attempt(lab: Lab) -> None:
    lab.login()
    lab.associate()
    form = forms.ConfirmForm(lab)
    code = lab.newest_code().reveal()
    for typed, said in [("12345", "but you typed 5"), ("12345a", "only digits")] * 10:
        form.code.value = typed
        form.submit()
        assert said in form.status
    form.code.value = code
    form.submit()  # the 21st try, and none was counted
    assert form.error is None


def test_a_18_a_plus_in_an_address_stays_a_plus(learner: Lab, api: Api, client: MfaClient) -> None:
    assert learner.tenant.management is not None
    user = {
        "connection": "Username-Password-Authentication",
        "email": "ada+lab@example.test",
        "password": "Their own 1",
    }
    learner.tenant.management.change("POST", "/users", user)
    fields = api.login_fields(username=user["email"], password=user["password"])
    with pytest.raises(errors.MfaRequired):
        client.login(user["email"], user["password"])
    assert refusal(api.call("POST", "/oauth/token", json=fields)) == MFA_REQUIRED
    bare = urlencode(fields).replace("%2B", "+")
    answer = api.call("POST", "/oauth/token", data=bare, headers={"content-type": FORM})
    assert refusal(answer) == (403, "invalid_grant", "Wrong email or password.")
    with answering(reply(200, TOKENS)) as ill:
        MfaClient(ill.base_url, "app").login(user["email"], user["password"])
    assert "username=ada%2Blab%40example.test" in ill.asked[0].body


def test_a_19_mails_and_wrong_codes_are_counted_apart_and_the_form_tells_the_wait(api: Api, learner: Lab) -> None:
    learner.login()
    learner.associate()
    token = learner.mfa_token.reveal()
    assert [api.associate(token).status_code for _ in range(19)] == [200] * 19
    again = forms.AssociateForm(learner)
    again.submit()
    assert isinstance(again.error, errors.SlowDown) and again.error.status == 429
    assert 0 < (again.error.retry_after or 0) <= 60 and "Wait " in again.status
    form = forms.ConfirmForm(learner)
    right = api.mails()[-1]["code"]  # of the learner's own call
    for _ in range(10):
        form.code.value = wrong(right)
        form.submit()
        assert isinstance(form.error, errors.WrongCode)
    form.code.value = right
    form.submit()
    assert isinstance(form.error, errors.TooManyCodes) and form.error.status == 429
    assert 300 < (form.error.retry_after or 0) <= 360 and "Wait 6 minutes, and then try once." in form.status
    api.advance(360)
    token, oob_code, code = api.begin(token)
    assert refusal(api.verify(token, oob_code, wrong(code))) == INVALID_CODE
    assert refusal(api.verify(token, oob_code, code)) == TOO_MANY_CODES


def test_a_23_recovery_codes_are_given_once_and_replaced(api: Api, client: MfaClient, set_up: SetUp) -> None:
    set_up(factors=["email", "recovery-code"])
    token = api.mfa_token()
    made = client.enroll_authenticator(token)
    (first,) = made.recovery_codes
    assert first.reveal() not in repr(made)
    client.verify(mfa_token=token, oob_code=made.oob_code, binding_code=api.code())
    second = client.enroll_authenticator(api.access_token(), "second@example.com")
    assert second.recovery_codes == ()
    used = client.verify(mfa_token=api.mfa_token(), recovery_code=first)
    assert used.recovery_code and used.recovery_code != first and used.recovery_code.reveal() not in repr(used)
    with pytest.raises(errors.WrongRecoveryCode):
        client.verify(mfa_token=api.mfa_token(), recovery_code=first)


def test_a_24_the_code_is_read_from_the_newest_decoded_mail_of_its_recipient(api: Api) -> None:
    def send(code: str, to: str = "ada@example.com") -> None:
        message = EmailMessage()
        message["To"], message["Subject"] = to, "Prüfziffer für Ädä"
        text = f"In the year 2026, äöü, and after a line that is much longer than eighty columns, the code is {code}."
        message.set_content(text + "\n", cte="quoted-printable")
        page = f"<style>p {{color: #123456}}</style><p style='color:#123456'>© 2026 äöü <b>{code}</b></p>"
        message.add_alternative(page, subtype="html", cte="base64")
        host, port = api.sandbox.smtp.split(":")
        with smtplib.SMTP(host, int(port), local_hostname="localhost", timeout=DEADLINE) as post:
            post.send_message(message, "sender@example.com", [to])

    send("111111")
    send("004217")
    send("333333", "bob@example.com")
    mails = controls_of(api).mails("ada@example.com")
    assert [mail.code for mail in mails] == [Secret("004217"), Secret("111111")] and mails[
        0
    ].subject == "Prüfziffer für Ädä"
