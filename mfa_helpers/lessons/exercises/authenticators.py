"""Authenticators: list them, and pick the right one."""

from __future__ import annotations

from collections.abc import Iterator

from .exercise import Exercise
from .meanings import faults, wrong_text
from .trial import Trial

HOME, WORK = "ada@example.com", "ada@work.example"
OLD_WORK, SECOND_HOME = "ada.old@work.example", "ada.second@example.com"

_SOLUTION = """\
import requests


def find_work_email(tenant, mfa_token):
    headers = {"Authorization": f"Bearer {mfa_token}"}
    response = requests.«get»(
        f"{tenant.base_url}/mfa/«authenticators»",
        headers=headers,
        timeout=10,
    )
    for row in response.json():
        if row["«active»"] and "work" in row["«name»"]:
            return row["«id»"]
"""


def _mistakes(trial: Trial) -> Iterator[str]:
    trial.begin()
    trial.enroll(WORK, confirm=False)  # the same address once more: only `active` tells them apart
    for address in (HOME, WORK):
        trial.enroll(address)
    trial.enroll(
        OLD_WORK, confirm=False
    )  # behind the right one, so that neither the last row nor the last match is right
    trial.enroll(SECOND_HOME)
    unconfirmed, home, work, old_work, second_home = trial.rows()
    mfa_token = trial.mfa_token()
    seen = trial.call(trial.tenant, mfa_token, secrets=(mfa_token,))
    if seen.to("/mfa/challenge"):
        yield "Your function sent a challenge. To pick an authenticator, you only need to list the authenticators and choose one. The challenge comes in notebook 05."
    yield from faults(seen, "GET /mfa/authenticators")
    returned = seen.returned
    if isinstance(returned, str) and returned in (home.id, second_home.id):
        yield 'Your function returned the id of a home email. Return the id of the row whose name contains "work".'
    if isinstance(returned, str) and returned in (unconfirmed.id, old_work.id):
        yield "Your function returned the id of an email that was never confirmed: its active is false. Check active as well as name."
    if isinstance(returned, str) and returned == work.name:
        yield "Your function returned the name. Names are masked and can repeat, so the tenant requires the id."
    if isinstance(returned, list):
        yield "Your function returned a list. Choose one row, and return its id."
    if isinstance(returned, dict) and "id" in returned:
        yield "Your function returned the whole row. Return only its id."
    yield from wrong_text(seen, work.id, "the id of the confirmed work email")


EXERCISES = (
    Exercise(
        id="the-right-one",
        topic="authenticators",
        task=(
            "Write find_work_email(tenant, mfa_token). The list has home emails and work emails, and only one work email "
            "is confirmed. Your function lists them and returns the id of that work email."
        ),
        hints=(
            "List as above, with the MFA token in the Authorization header. `response.json()` is a list of rows.",
            'A row whose `name` contains `"work"` is a work email, and only a confirmed row has `active: true`.',
            'In a loop over the rows: `if row["active"] and "work" in row["name"]`, then `return row["id"]`.',
        ),
        solution=_SOLUTION,
        mistakes=_mistakes,
        praise="your function listed the authenticators and picked the confirmed work email, without sending anyone a code.",
    ),
)
