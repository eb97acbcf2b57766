"""Notebook 04: the right one of two."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from .base import Exercise, Seen, Verdict, explained, mistake, not_yet, nothing_arrived, solved

if TYPE_CHECKING:
    from ..lab import Lab

ADDRESS = "ada@work.example"

_SOLUTION = """\
import requests

token = lab.mfa_token.reveal()
rows = requests.get(
    f"{lab.tenant.base_url}/mfa/authenticators",
    headers={"Authorization": f"Bearer {token}"},
    timeout=(5, 10),
).json()
at_work = next(row for row in rows if row["active"] and "work" in row.get("name", ""))

answer = requests.post(
    f"{lab.tenant.base_url}/mfa/challenge",
    json={
        "client_id": lab.tenant.client_id,
        "client_secret": lab.tenant.client_secret,
        "challenge_type": "oob",
        "authenticator_id": at_work["id"],
        "mfa_token": token,
    },
    timeout=(5, 10),
)
print(answer.status_code, sorted(answer.json()))
"""


def _grade(seen: Seen) -> Verdict:
    if seen.has("gd_start_auth"):
        went_to = [mail.to for mail in seen.mails]
        if set(went_to) == {ADDRESS}:
            return solved(
                f"the code went to {ADDRESS}, and to no other address. A user with two e-mails wants to be asked which."
            )
        if ADDRESS in went_to:
            return mistake(
                f"Codes went to {len(set(went_to))} addresses. Do not try them all: choose by name, then challenge one."
            )
        return mistake(
            f"You challenged the wrong authenticator: the code went to {', '.join(sorted(set(went_to))) or 'no address'}. Take the id of the row "
            "whose name shows work. Without authenticator_id the tenant chooses, and it takes the oldest."
        )
    wrong = explained(seen.mine)
    if wrong is not None:
        return wrong
    if seen.has("mfar"):
        return not_yet(
            "You have signed in. Now list, and challenge the e-mail at work. A refused challenge leaves no line in the log: print its answer."
        )
    return nothing_arrived(seen, "a challenge")


def _user(lab: Lab) -> str:
    assert lab.tenant.management is not None
    (user,) = lab.tenant.management.get("/users-by-email", email=lab.tenant.username or "")
    return "/users/" + quote(user["user_id"], safe="") + "/authentication-methods"


def _stage(lab: Lab) -> None:
    """A second confirmed e-mail. Raises `StepMissing` without the first one."""
    lab.catch_up("enrolled", "login")
    _settle(lab)
    assert lab.tenant.management is not None
    lab.tenant.management.change("POST", _user(lab), {"type": "email", "name": "work", "email": ADDRESS})


def _settle(lab: Lab) -> None:
    """The second e-mail is gone."""
    assert lab.tenant.management is not None
    methods = _user(lab)
    for row in lab.tenant.management.get(methods):
        if row.get("email") == ADDRESS:
            lab.tenant.management.change("DELETE", f"{methods}/{quote(row['id'], safe='')}")


EXERCISES = {
    "the-right-one": Exercise(
        id="the-right-one",
        notebook="04",
        task=(
            "Your user gets a second confirmed e-mail, at work. List the authenticators with a request of your own, find the row "
            "whose name shows work, and challenge that one: POST /mfa/challenge. Notebook 05 explains the challenge; its fields are in the hints."
        ),
        hints=(
            "List as above. Both rows are active; they differ in name and id.",
            'Pick with: next(row for row in rows if row["active"] and "work" in row["name"]).',
            'The challenge takes five fields in json=: client_id, client_secret, challenge_type ("oob"), authenticator_id and mfa_token.',
        ),
        solution=_SOLUTION,
        grade=_grade,
        stage=_stage,
        settle=_settle,
    ),
}
