"""The second token: add an authenticator and remove that one again, with one token."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from .exercise import Exercise
from .meanings import faults, wrong_text
from .trial import Trial

KEPT, ADDED = "ada@example.com", "ada.third@example.com"

_SOLUTION = """\
from urllib.parse import quote

import requests


def add_and_remove(tenant, username, password, email):
    login = requests.post(
        f"{tenant.base_url}/oauth/token",
        data={
            "grant_type": "password",
            "username": username,
            "password": password,
            "audience": f"{tenant.issuer}«mfa/»",
            "scope": "«enroll» read:authenticators remove:authenticators",
            "client_id": tenant.client_id,
            "client_secret": tenant.client_secret,
        },
        timeout=10,
    )
    headers = {"Authorization": "Bearer " + login.json()["«access_token»"]}
    body = {
        "authenticator_types": ["oob"],
        "oob_channels": ["email"],
        "email": email,
    }
    requests.post(
        f"{tenant.base_url}/mfa/associate",
        headers=headers,
        json=body,
        timeout=10,
    )
    rows = requests.get(
        f"{tenant.base_url}/mfa/authenticators",
        headers=headers,
        timeout=10,
    ).json()
    added = next(row["id"] for row in rows if «not row["active"]»)
    requests.«delete»(
        f"{tenant.base_url}/mfa/authenticators/{quote(added, safe='')}",
        headers=headers,
        timeout=10,
    )
    return added
"""


def _mistakes(trial: Trial) -> Iterator[str]:
    trial.begin(KEPT)
    (kept,) = trial.rows()
    seen = trial.call(trial.tenant, trial.username, trial.password, ADDED)
    logins, added, removed = (
        seen.to("/oauth/token"),
        seen.accepted("/mfa/associate"),
        seen.to("/mfa/authenticators", "DELETE"),
    )
    if any(one.error == "mfa_required" for one in logins):
        yield (
            "The tenant requires a second factor for the audience that you sent, because it isn't the MFA API's. "
            "That audience is tenant.issuer with mfa/ at the end."
        )
    if any(unquote(one.path).endswith(kept.id) for one in removed):
        yield f"Your function removed {KEPT}, the user's confirmed email. Remove only the address that it added."
    if len(added) > 1:
        yield f"Your function enrolled {len(added)} addresses. Enroll one, and remove that one."
    for to in seen.mails_to:
        if to != ADDED:
            yield f"An email went to {to}, which isn't the address that was to be enrolled. Send the email argument: {ADDED}."
    if removed and (not added or seen.requests.index(removed[0]) < seen.requests.index(added[0])):
        yield "Your function removed an authenticator before it enrolled the address. Enroll first."
    yield from faults(seen, "POST /oauth/token", "POST /mfa/associate", "DELETE /mfa/authenticators")
    if [row.id for row in trial.rows()] != [kept.id]:
        yield "The address that your function enrolled is still there. Remove the row with its id."
    yield from wrong_text(seen, unquote(removed[-1].path.rpartition("/")[2]), "the id that was removed")


EXERCISES = (
    Exercise(
        id="add-and-remove",
        topic="second-token",
        task=(
            "Write add_and_remove(tenant, username, password, email). It gets an access token for the MFA API, enrolls the address with "
            "it, removes that address again, and returns the id that it removed. The user's confirmed email must stay."
        ),
        hints=(
            "Four requests: `POST /oauth/token`, `POST /mfa/associate`, `GET /mfa/authenticators`, and `DELETE` of one row.",
            "The audience is `tenant.issuer` with `mfa/` at the end. Request the three scopes, or none to get all of them.",
            'The new row is the one with `active: false`. Put its `id` into the URL with `quote(id, safe="")`, because it contains a `|`.',
        ),
        solution=_SOLUTION,
        mistakes=_mistakes,
        praise="one token added an authenticator and removed it, and the confirmed email is still there. Removing it didn't require a code.",
    ),
)
