"""The challenge: both calls of the second factor."""

from __future__ import annotations

from collections.abc import Iterator

from .evidence import Seen
from .exercise import Exercise
from .meanings import faults, lost_zero, wrong_grant, wrong_tokens
from .trial import Trial

HOME, WORK = "ada@example.com", "ada@work.example"

_SOLUTION = """\
import requests


def complete_login(tenant, mfa_token, authenticator_id, read_code):
    application = {
        "client_id": tenant.client_id,
        "client_secret": tenant.client_secret,
    }
    challenge = requests.post(
        f"{tenant.base_url}«/mfa/challenge»",
        json={
            "challenge_type": "«oob»",
            "authenticator_id": authenticator_id,
            "mfa_token": mfa_token,
            **application,
        },
        timeout=10,
    )
    code = «read_code()»
    response = requests.post(
        f"{tenant.base_url}/oauth/token",
        data={
            "grant_type": "http://auth0.com/oauth/grant-type/mfa-oob",
            "mfa_token": mfa_token,
            "oob_code": challenge.json()["«oob_code»"],
            "«binding_code»": code,
            **application,
        },
        timeout=10,
    )
    return response.json()
"""


def _mistakes(trial: Trial) -> Iterator[str]:
    trial.begin(HOME, WORK, codes_begin_with_zero=True)
    work = trial.rows()[-1]
    mfa_token = trial.mfa_token()
    seen = trial.call(trial.tenant, mfa_token, work.id, trial.read_code(), secrets=(mfa_token,))
    yield from of_the_challenge(seen, work.id)
    yield from of_the_codes(seen)
    yield from wrong_grant(seen.to("/oauth/token"))
    yield from faults(seen, "POST /mfa/challenge", "POST /oauth/token")
    if list(seen.mails_to) != [WORK]:
        yield f"The code went to {', '.join(seen.mails_to) or 'nobody'}, and not to {WORK}."
    yield from wrong_tokens(seen, "mfa-oob")


def of_the_challenge(seen: Seen, id: str) -> Iterator[str]:
    """What is wrong with challenges that should have been one, of the authenticator with that id."""
    done = seen.accepted("/mfa/challenge")
    for request in done:
        if not request.fields.get("authenticator_id"):
            yield (
                f"Your challenge has no authenticator_id, so the tenant chose, and its code went to {seen.mails_to[0]}. "
                "Always send authenticator_id."
            )
        if request.fields["authenticator_id"] != id:
            yield f"You challenged the wrong authenticator: the code went to {seen.mails_to[-1]}."
    if len(done) > 1:
        yield f"Your function sent {len(done)} challenges, so {len(done)} emails went out. Challenge once, and wait for the user."


def of_the_codes(seen: Seen) -> Iterator[str]:
    """What is wrong with codes that should have been one, and right."""
    codes = [one for one in seen.to("/oauth/token") if one.grant == "mfa-oob"]
    if len(codes) > 1:
        yield (
            f"Your function sent {len(codes)} codes for one login. You don't need to poll or guess when the code comes by email. "
            "Call read_code(), and send what it returns once."
        )
    for one in codes:
        yield from lost_zero(one.fields.get("binding_code"), seen.codes)
        if "read_code" in str(one.fields.get("binding_code")):
            yield "You sent read_code itself as the binding_code. Call it with parentheses, read_code(), and send what it returns."
        if "not found" not in one.error and one.fields.get("binding_code") is None and "code" in one.fields:
            yield "You sent the six digits as code. The field's name is binding_code."


EXERCISES = (
    Exercise(
        id="second-factor",
        topic="challenge",
        task=(
            "Write complete_login(tenant, mfa_token, authenticator_id, read_code). It challenges that authenticator, calls read_code() "
            "for the six digits of the email, sends them once, and returns the body of the last response, with its tokens."
        ),
        hints=(
            "Two calls: `POST /mfa/challenge` with `json=`, and then `POST /oauth/token` with `data=`.",
            "Call `read_code()` between them: before the challenge, there's no email to read.",
            "The challenge's response has the `oob_code`. The second call's `grant_type` ends in `mfa-oob`, and the digits are the `binding_code`.",
        ),
        solution=_SOLUTION,
        mistakes=_mistakes,
        praise="the tenant saw one challenge, sent one email to the address that was chosen, and received one code.",
    ),
)
