"""Associating: an address that the caller chooses."""

from __future__ import annotations

from collections.abc import Iterator

from .exercise import Exercise
from .meanings import faults, wrong_text
from .trial import Trial

ADDRESS = "ada@work.example"

_SOLUTION = """\
import requests


def enroll_email(tenant, mfa_token, email):
    headers = {"Authorization": f"«Bearer» {mfa_token}"}
    body = {
        "authenticator_types": «["oob"]»,
        "oob_channels": ["email"],
        "«email»": email,
    }
    response = requests.post(
        f"{tenant.base_url}/mfa/associate",
        headers=headers,
        «json»=body,
        timeout=10,
    )
    response.raise_for_status()
    return response.json()["«oob_code»"]
"""


def _mistakes(trial: Trial) -> Iterator[str]:
    trial.begin()
    mfa_token = trial.mfa_token()
    seen = trial.call(trial.tenant, mfa_token, ADDRESS, secrets=(mfa_token,))
    done = seen.accepted("/mfa/associate")
    if len(done) > 1:
        yield f"Your function associated {len(done)} authenticators, and {len(done)} emails were sent. One request is enough."
    yield from faults(seen, "POST /mfa/associate")
    if "email" not in done[0].fields:
        yield (
            f"The email went to {seen.mails_to[0]}, the address in the user's profile, because your request has no email field. "
            "Send the email argument."
        )
    if list(seen.mails_to) != [ADDRESS]:
        yield f"The email went to {', '.join(seen.mails_to)}, and not to {ADDRESS}. Send the email argument."
    yield from wrong_text(seen, done[0].response["oob_code"], "the oob_code")


EXERCISES = (
    Exercise(
        id="another-address",
        topic="associate",
        task=(
            "Write enroll_email(tenant, mfa_token, email). It associates the address that it's given, so that one email goes there "
            "and not to the address in the profile, and it returns the oob_code."
        ),
        hints=(
            "It's the call above with one more field. Its name is `email`.",
            'The fields go into `json=`. The token goes into `headers=`: `{"Authorization": f"Bearer {mfa_token}"}`.',
            '`authenticator_types` and `oob_channels` are arrays: `["oob"]` and `["email"]`. Return `response.json()["oob_code"]`.',
        ),
        solution=_SOLUTION,
        mistakes=_mistakes,
        praise=f"the tenant sent one email, to {ADDRESS}. The new authenticator has active: false until its code is confirmed.",
    ),
)
