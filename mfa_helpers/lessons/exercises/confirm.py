"""Confirming: the code of the email, sent by a function of one's own."""

from __future__ import annotations

from collections.abc import Iterator

from .exercise import Exercise
from .meanings import faults, lost_zero, wrong_grant, wrong_tokens
from .trial import Trial

_SOLUTION = """\
import requests


def confirm_email(tenant, mfa_token, oob_code, code):
    application = {
        "client_id": tenant.client_id,
        "client_secret": tenant.client_secret,
    }
    proof = {
        "mfa_token": mfa_token,
        "oob_code": «oob_code»,
        "«binding_code»": code,
    }
    response = requests.post(
        f"{tenant.base_url}«/oauth/token»",
        data={
            "grant_type": "http://auth0.com/oauth/grant-type/«mfa-oob»",
            **application,
            **proof,
        },
        timeout=10,
    )
    response.raise_for_status()
    return response.«json()»
"""


def _mistakes(trial: Trial) -> Iterator[str]:
    trial.begin(codes_begin_with_zero=True)
    mfa_token = trial.mfa_token()
    oob_code = trial.associate(mfa_token)
    code = trial.newest_code()
    seen = trial.call(trial.tenant, mfa_token, oob_code, code, secrets=(mfa_token, oob_code, code))
    sent = seen.to("/oauth/token")
    if len(sent) > 1:
        yield f"Your function sent {len(sent)} requests to /oauth/token. The code works once, so send it once."
    if seen.to("/mfa/challenge"):
        yield "You sent a challenge. To confirm a new email, send POST /oauth/token."
    yield from wrong_grant(sent)
    for request in sent:
        fields = request.fields
        if fields.get("oob_code") == code:
            yield "You sent the six digits as oob_code. They are the binding_code, and the oob_code argument is the oob_code."
        yield from lost_zero(fields.get("binding_code"), [code])
        if request.grant == "mfa-oob" and fields.get("binding_code") not in (None, code, int(code)):
            yield "You sent a binding_code that isn't the code that your function was called with. Send the code argument."
        if "otp" in fields:
            yield "You sent the otp field, which is for an authenticator app. The code from an email is the binding_code."
    yield from faults(seen, "POST /oauth/token")
    yield from wrong_tokens(seen, "mfa-oob")


EXERCISES = (
    Exercise(
        id="confirm-by-hand",
        topic="confirm",
        task=(
            "Write confirm_email(tenant, mfa_token, oob_code, code). It confirms a new email with the six digits in code, and "
            "returns the body of the response, with its tokens. The form enrolls an email, reads its message, and calls your function."
        ),
        hints=(
            "It's the call above: a POST to `/oauth/token` with six fields in `data=`.",
            "The `grant_type` ends in `mfa-oob`. The six digits are the `binding_code`.",
            "The other fields are `client_id`, `client_secret`, `mfa_token`, and `oob_code`. Return `response.json()`.",
        ),
        solution=_SOLUTION,
        mistakes=_mistakes,
        praise="your request confirmed the email, and the tenant issued tokens. In notebook 05, the same request completes a challenge.",
    ),
)
