"""08: each way to get it wrong has its sentence."""

from __future__ import annotations

import pytest

ID = "own-app"
LOGIN = "import pyotp\nmfa = lab.login().mfa_token.reveal()\n"
ADD = "secret = associate(mfa, authenticator_types=['otp'], oob_channels=[]).json()['secret']\n"
CODE = "code = pyotp.TOTP(secret).at(int(lab.tenant.now()))\n"
PROVE = "ask(grant_type='http://auth0.com/oauth/grant-type/mfa-otp', mfa_token=mfa, otp=code)\n"


def test_an_app_of_ones_own_solves_it(attempt) -> None:
    verdict = attempt(ID)(LOGIN + ADD + CODE + PROVE)
    assert verdict.solved and "your program was the phone" in verdict.sentence


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (LOGIN, "came from the course's own forms and calls. Send an enrolment request"),
        (LOGIN + "associate(mfa)", "You have associated another factor."),
        (LOGIN + "associate(mfa, oob_channels=['sms'])", "The tenant has not the factor that you asked for."),
        (LOGIN + ADD, "Now compute its six digits"),
        (LOGIN + ADD + "code = '000000'\n" + PROVE, "The code was wrong. Compute it from the secret"),
        (LOGIN + ADD + CODE + "prove(mfa, 'x', code)", "You used the grant mfa-oob."),
    ],
)
def test_a_mistake_gets_its_own_sentence(code: str, said: str, attempt) -> None:
    verdict = attempt(ID)(code)
    assert not verdict.solved and said in verdict.sentence
