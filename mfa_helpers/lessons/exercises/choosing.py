"""Choosing: of two emails, challenge the one that the tenant would not choose."""

from __future__ import annotations

import random
from collections.abc import Iterator

from .challenge import of_the_challenge
from .exercise import Exercise
from .meanings import faults, wrong_text
from .trial import Trial

FIRST, LAST = "ada@example.com", "ada.last@example.com"

_SOLUTION = """\
import requests


def challenge_by_name(tenant, mfa_token, start):
    headers = {"Authorization": f"Bearer {mfa_token}"}
    rows = requests.get(
        f"{tenant.base_url}/mfa/authenticators",
        headers=headers,
        timeout=10,
    ).json()
    chosen = next(
        row
        for row in rows
        if row["«active»"] and row["name"].startswith(«start»)
    )
    response = requests.post(
        f"{tenant.base_url}/mfa/challenge",
        json={
            "mfa_token": mfa_token,
            "challenge_type": "oob",
            "«authenticator_id»": chosen["«id»"],
            "client_id": tenant.client_id,
            "client_secret": tenant.client_secret,
        },
        timeout=10,
    )
    return response.json()["«oob_code»"]
"""


def _mistakes(trial: Trial) -> Iterator[str]:
    trial.begin()
    start = "".join(random.choices("bcdfghkmnprstvwxz", k=3)) + "."  # new at each try, so that it has to be used
    trial.enroll(f"{start}first@example.com", confirm=False)
    trial.enroll(FIRST)
    trial.enroll(f"{start}second@example.com")
    second = trial.rows()[-1]
    trial.enroll(f"{start}third@example.com", confirm=False)
    trial.enroll(LAST)  # neither the last row nor the last confirmed one is right
    mfa_token = trial.mfa_token()
    seen = trial.call(trial.tenant, mfa_token, start, secrets=(mfa_token,))
    if seen.to("/mfa/associate"):
        yield "Your function enrolled an address. All addresses are already enrolled, so list them and challenge one."
    tried = seen.to("/mfa/challenge")
    if len(tried) > 1:
        yield f"Your function sent {len(tried)} challenges. Don't try every row. Choose by name, and then challenge one."
    if (
        tried
        and tried[0].error == "invalid_authenticator"
        and not tried[0].fields["authenticator_id"].endswith(second.id)
    ):
        yield "You challenged an email that was never confirmed, or one that isn't in the list. Check that active is true, and send the row's id."
    yield from of_the_challenge(seen, second.id)
    yield from faults(seen, "GET /mfa/authenticators", "POST /mfa/challenge")
    yield from wrong_text(seen, tried[0].response["oob_code"], "the oob_code")


EXERCISES = (
    Exercise(
        id="the-other-address",
        topic="choosing",
        task=(
            "Write challenge_by_name(tenant, mfa_token, start). Of the user's confirmed emails, the tenant would choose the "
            "oldest. Your function challenges the confirmed email whose masked name begins with start (such as 'ada.'; the form passes a "
            "different one each time), and returns the oob_code."
        ),
        hints=(
            "`GET /mfa/authenticators` lists all rows, with the MFA token in the Authorization header.",
            'Choose the row with `active: true` and `row["name"].startswith(start)`.',
            "Send its `id` as `authenticator_id` to `/mfa/challenge`, in `json=`, with `challenge_type`, `mfa_token`, `client_id`, and `client_secret`.",
        ),
        solution=_SOLUTION,
        mistakes=_mistakes,
        praise="one email went out, to the address that begins with start. Without authenticator_id, the tenant would have chosen the older address.",
    ),
)
