"""The other factors: an authenticator app, enrolled and confirmed by a function of one's own."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from .evidence import Request
from .exercise import Exercise
from .meanings import faults, lost_zero, wrong_tokens
from .trial import Trial

_SOLUTION = """\
import pyotp
import requests


def enroll_app(tenant, mfa_token):
    headers = {"Authorization": f"Bearer {mfa_token}"}
    body = {"authenticator_types": ["«otp»"]}
    enrollment = requests.post(
        f"{tenant.base_url}«/mfa/associate»",
        headers=headers,
        json=body,
        timeout=10,
    ).json()
    code = pyotp.TOTP(enrollment["«secret»"]).now()
    response = requests.post(
        f"{tenant.base_url}/oauth/token",
        data={
            "grant_type": "http://auth0.com/oauth/grant-type/«mfa-otp»",
            "mfa_token": mfa_token,
            "«otp»": code,
            "client_id": tenant.client_id,
            "client_secret": tenant.client_secret,
        },
        timeout=10,
    )
    return response.json()
"""


def _mistakes(trial: Trial) -> Iterator[str]:
    trial.begin(factors=["email", "otp"], codes_begin_with_zero=True)
    mfa_token = trial.mfa_token()
    seen = trial.call(trial.tenant, mfa_token, secrets=(mfa_token,))
    enrolled, codes = seen.accepted("/mfa/associate"), seen.to("/oauth/token")
    if any(one.response.get("authenticator_type") != "otp" for one in enrolled):
        yield 'Your function enrolled another factor. For an app, send authenticator_types ["otp"] and no oob_channels.'
    if len(enrolled) > 1:
        yield f"Your function enrolled {len(enrolled)} apps. Enroll one, and use its secret."
    for one in codes:
        yield from lost_zero(one.fields.get("otp"), _shown(enrolled))
        if one.grant == "mfa-oob":
            yield "You used the grant that ends in mfa-oob. Send an app's code with the grant that ends in mfa-otp, in the otp field."
        if "binding_code" in one.fields:
            yield "You sent the digits as binding_code. An app's code goes into the otp field."
        if enrolled and one.fields.get("otp") == enrolled[0].response["secret"]:
            yield "You sent the secret itself. It never leaves the app: compute the code with pyotp.TOTP(secret).now()."
    if len(codes) > 1:
        yield f"Your function sent {len(codes)} codes. Compute the code, and send it once."
    yield from faults(seen, "POST /mfa/associate", "POST /oauth/token")
    yield from wrong_tokens(seen, "mfa-otp")


def _shown(enrolled: Sequence[Request]) -> list[str]:
    """What the app shows now, and what it showed before."""
    import pyotp

    secrets = [str(one.response["secret"]) for one in enrolled]
    now = int(time.time())
    return [pyotp.TOTP(secret).at(now - ago) for secret in secrets for ago in (0, 30)]


EXERCISES = (
    Exercise(
        id="own-app",
        topic="other-factors",
        task=(
            "Write enroll_app(tenant, mfa_token). Your function is the phone: it enrolls an authenticator app, computes the app's code "
            "from the secret in the response, confirms it, and returns the body of the last response, with its tokens."
        ),
        hints=(
            'The body for `/mfa/associate` is `{"authenticator_types": ["otp"]}`. Its response has the `secret`.',
            "The code is `pyotp.TOTP(secret).now()`, or `six_digits` from the cell above with the `secret` and the time.",
            "Send it to `/oauth/token`: the `grant_type` ends in `mfa-otp`, and the code goes into the `otp` field.",
        ),
        solution=_SOLUTION,
        mistakes=_mistakes,
        praise="the user has an authenticator app, and your program is that app. To compute a code, it needed only the secret and the time.",
    ),
)
