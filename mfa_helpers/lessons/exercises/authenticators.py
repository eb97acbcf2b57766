"""Authenticators: the right one of two."""

from __future__ import annotations

from ...learner.email_steps import EmailSteps
from .evidence import Seen
from .exercise import Exercise
from .meanings import explained, nothing_arrived
from .putting_back import Found, access_token, remove_address
from .verdict import Verdict, mistake, not_yet, solved

ADDRESS = "ada@work.example"
_SHOWN = "***@work********"  # as the list masks it

_SOLUTION = """\
import requests

token = lab.mfa_token.reveal()
secret = lab.tenant.client_secret  # a public application has none
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
        "client_secret": secret.reveal() if secret else None,
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


def _stage(session: EmailSteps) -> None:
    """A second confirmed e-mail. Raises `StepMissing` without the first one."""
    session.catch_up("enrolled", "login")
    remove_address(session, _SHOWN)
    client, token = session.client, access_token(session)
    enrollment = client.enroll_authenticator(token, ADDRESS)
    (mail, *_) = mails = session.tenant.mails(ADDRESS)
    client.verify(mfa_token=token, oob_code=enrollment.oob_code, binding_code=session.newest_code(mails))
    session.tenant.remove_mails([mail])


def _settle(session: EmailSteps, found: Found) -> None:
    """The second e-mail is gone."""
    remove_address(session, _SHOWN)


EXERCISES = (
    Exercise(
        id="the-right-one",
        topic="authenticators",
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
)
